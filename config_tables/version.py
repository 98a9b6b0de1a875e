"""Which newskeep this is, and the name it gives itself to servers."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


def default_user_agent(contact: str | None) -> str:
    """Make the name newskeep gives itself to servers: its version, and whom to write to."""
    name = f"newskeep/{program_version()}"
    return f"{name} (+{contact})" if contact else name


def program_version() -> str:
    """Give the program's version, also from a clone that was never installed."""
    try:
        return version("newskeep")
    except PackageNotFoundError:
        project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])
