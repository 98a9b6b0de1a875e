"""A home and an archive of its own for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder for an archive, not made yet."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty archive, to be copied: making one runs all migrations."""
    path = tmp_path_factory.mktemp("empty")
    Archive(path).close()
    return path


@pytest.fixture
def archive(empty_home: Path, home: Path) -> Iterator[Archive]:
    """An open, empty archive that does not wait for locks."""
    shutil.copytree(empty_home, home)
    with Archive(home, busy_timeout_seconds=0) as opened:
        yield opened
