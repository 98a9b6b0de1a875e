"""What the system says of the place where a home is. The rule is `newskeep.home_folders`."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

from newskeep.home_folders import MARKS, Mount, home_caution, kind_at, parse_mount_command, parse_mounts

_MOUNTS = Path("/proc/mounts")
_PATIENCE_SECONDS = 5.0


def caution_of(home: Path, *, mounts: Path = _MOUNTS) -> str | None:
    """Say why an archive is not safe in a home, in one line; None where nothing speaks against it."""
    place = home.resolve()
    marks = {mark for folder in (place, *place.parents) for mark in MARKS if _is_there(folder / mark)}
    return home_caution(place, kind=kind_at(PurePosixPath(place.as_posix()), _mounts(mounts)), marks=marks)


def _mounts(table: Path) -> tuple[Mount, ...]:
    try:
        return parse_mounts(table.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        pass  # not Linux
    try:
        told = subprocess.run(["mount"], capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return parse_mount_command(told.stdout)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
