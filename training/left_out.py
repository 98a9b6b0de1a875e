"""`newskeep extract` with other learned modules in place of the shipped ones.

    python -m training.left_out DIR --jsonl

DIR holds modules as `training.learn --into` writes them, each named by its dotted name. A module without such a file is
the shipped one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType


class Replacements(MetaPathFinder):
    """Finds the modules of one directory before the shipped ones."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Name the file that stands for a module; None where the shipped one is meant."""
        file = self.directory / f"{fullname}.py"
        return spec_from_file_location(fullname, file) if file.is_file() else None


def put_in_place(directory: Path) -> None:
    """From now on import the learned modules from `directory`. Raises RuntimeError where one is loaded already."""
    loaded = [file.stem for file in directory.glob("*.py") if file.stem in sys.modules]
    if loaded:
        raise RuntimeError(f"{', '.join(sorted(loaded))}: imported before it could be replaced; import it later")
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, Replacements(directory))


def main() -> None:
    """Replace, then be `newskeep extract`."""
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        raise SystemExit("usage: python -m training.left_out DIR [FILE|-] [--url URL] [--jsonl]")
    put_in_place(Path(sys.argv.pop(1)))
    # Imported here because nothing of newskeep may be loaded before its modules are replaced.
    from commands.extract import extract

    extract()


if __name__ == "__main__":
    main()
