"""Learn the generated modules of newskeep from labelled pages.

    python -m training.learn DATA [NAME…]                         write the shipped modules
    python -m training.learn DATA [NAME…] --without-fold N --into DIR   write modules that never saw fold N

Each module is learned in a process of its own, in the order of `training.registry`, with the ones before it in place.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from training.left_out import put_in_place
from training.registry import LEARNED, ROOT, LearnedModule

MOST_BYTES = 1_000_000


def main() -> None:
    """Learn what the command line asks for."""
    parser = _parser()
    asked = parser.parse_args()
    unknown = set(asked.names) - {one.name for one in LEARNED}
    if unknown:
        parser.error(
            f"no such module: {', '.join(sorted(unknown))} (there are: {', '.join(one.name for one in LEARNED)})"
        )
    if asked.one:
        _learn_here(asked)
        return
    modules = [one for one in LEARNED if not asked.names or one.name in asked.names]
    if asked.into is not None:
        learn_into(asked.into, asked.data, without_fold=asked.without_fold, modules=modules)
        return
    with tempfile.TemporaryDirectory() as directory:
        learn_into(Path(directory), asked.data, without_fold=asked.without_fold, modules=modules)
        for one in modules:
            one.path.write_bytes((Path(directory) / f"{one.module}.py").read_bytes())
    size = sum(one.path.stat().st_size for one in LEARNED)
    print(f"all learned modules together: {size} bytes of at most {MOST_BYTES}")


def learn_into(
    directory: Path, data: Path, *, without_fold: int | None, modules: list[LearnedModule] | None = None
) -> None:
    """Write each module as `directory`/<dotted name>.py. Raises SystemExit where a script fails."""
    directory.mkdir(parents=True, exist_ok=True)
    for one in LEARNED if modules is None else modules:
        begun = time.monotonic()
        command = [sys.executable, "-m", "training.learn", str(data.resolve()), one.name]
        command += ["--into", str(directory.resolve()), "--one"]
        if without_fold is not None:
            command += ["--without-fold", str(without_fold)]
        if subprocess.run(command, cwd=ROOT, stdout=sys.stderr).returncode:
            raise SystemExit(f"{one.script} failed: see above")
        size = (directory / f"{one.module}.py").stat().st_size
        without = "" if without_fold is None else f" without fold {without_fold}"
        print(f"{one.name}{without}: {size} bytes, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


def _learn_here(asked: argparse.Namespace) -> None:
    put_in_place(asked.into)
    (one,) = (one for one in LEARNED if one.name in asked.names)
    text = one.learn(asked.data, without_fold=asked.without_fold)
    (asked.into / f"{one.module}.py").write_text(text, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="folder with labels.jsonl and pages/")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="modules of training/registry.py; all where none is named"
    )
    parser.add_argument("--without-fold", type=int, choices=range(5), metavar="N")
    parser.add_argument("--into", type=Path, metavar="DIR", help="write here instead of over the shipped modules")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
