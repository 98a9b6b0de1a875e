"""Programs of others that read web archives, where `.ci/archive-tools` or the machine has them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

_OWN = Path(__file__).resolve().parents[2] / ".venv" / "archive-tools" / "bin"


def tool(name: str) -> str:
    """Where a program is; the test is skipped where it is not."""
    found = shutil.which(name, path=str(_OWN)) or shutil.which(name)
    if found is None:
        pytest.skip(f"there is no {name}: .ci/archive-tools installs it")
    return found
