"""Killing newskeep at random moments: after each kill the archive is whole, and nothing that was acknowledged is lost.

After the kill the operation is run again, and the archive must then say what one says in which it was never killed.
`python -m tests.soak.kills --kills 200` is the long form; what it prints replays one kill by itself.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from demo.site import DemoSite
from newskeep.outcomes import Outcome
from storage.compare import ArchiveDump, dump_archive
from storage.files import PARTIAL
from storage.verify import verify
from tests.soak.operations import OPERATIONS, ROOT, TAKEN_DOWN, Ground, Operation, command, run

_TICK_SECONDS = 0.001
_LONGEST_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """An operation that was left alone: what the archive says after it, and for how long it wrote."""

    said: Said
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an archive says: its content, and what was taken from it (payloads, take-downs, lines of the ledger)."""

    dump: tuple[tuple[str, ...], ...]
    erased: tuple[str, ...]
    taken_down: tuple[str, ...]
    pruned_requests: int


class Killing:
    """Kills operations on a ground. `kill` raises AssertionError where something is not as it should be."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._undisturbed: dict[str, Undisturbed] = {}

    def kill(self, operation: Operation, *, seed: int, number: int) -> bool:
        """Start an operation, kill it, look, finish it, and look again; tells whether it was killed at work.

        Seed and number say when: at a moment between the first byte it writes and the time it takes when left alone.
        """
        alone = self._left_alone(operation)
        place = self._ground.fresh(operation)
        before = _known(place / "home")
        moment = random.Random(f"{seed} {operation.name} {number}").random() * alone.seconds
        was_at_work = self._run_until(place, operation, moment)
        about = f"{operation.name}, seed {seed}, kill {number}, {moment:.3f} s after it began to write"
        self._look_at(place, operation, before, about)
        finished = run(place, operation.arguments)
        is_done_before = operation.once and "no story is known as" in finished.stderr
        assert finished.returncode == 0 or is_done_before, f"{about}: {finished.stderr}"
        assert _findings(place / "home") == [], about
        _assert_same(_said(place / "home"), alone.said, about)
        if operation.name == "backup":
            _look_at_copies(place, about, is_finished=True)
        shutil.rmtree(place)  # two hundred of them would fill a small disk
        return was_at_work

    def _left_alone(self, operation: Operation) -> Undisturbed:
        if operation.name not in self._undisturbed:
            place = self._ground.fresh(operation)
            with _started(place, operation) as process:
                began = _wait_for_writing(process, place)
                _, errors = process.communicate()
                seconds = time.monotonic() - began
            assert process.returncode == 0, f"{operation.name} fails when left alone: {errors}"
            assert _findings(place / "home") == [], operation.name
            self._undisturbed[operation.name] = Undisturbed(said=_said(place / "home"), seconds=seconds)
        return self._undisturbed[operation.name]

    @staticmethod
    def _run_until(place: Path, operation: Operation, moment: float) -> bool:
        with _started(place, operation) as process:
            _wait_for_writing(process, place)
            try:
                process.wait(timeout=moment)
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate()
        return process.returncode != 0

    @staticmethod
    def _look_at(place: Path, operation: Operation, before: set[str], about: str) -> None:
        home = place / "home"
        if not (home / "news.db").exists():
            return
        if not _is_begun(home):
            return
        assert _findings(home) == [], about
        lost = before - _known(home)
        assert lost <= ({TAKEN_DOWN} if operation.once else set()), f"{about}: lost {sorted(lost)[:3]}"
        assert _broken_promises(home) == [], about
        if operation.name == "backup":
            _look_at_copies(place, about, is_finished=False)


def _started(place: Path, operation: Operation) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(place, operation.arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _wait_for_writing(process: subprocess.Popen[str], place: Path) -> float:
    """Wait until a process has changed something in its place; gives when that was seen."""
    before, until = _look_of(place), time.monotonic() + _LONGEST_SECONDS
    while _look_of(place) == before and time.monotonic() < until:
        try:
            process.wait(timeout=_TICK_SECONDS)
            break
        except subprocess.TimeoutExpired:
            continue
    return time.monotonic()


def _look_of(place: Path) -> list[tuple[str, int, int]]:
    found = []
    for path in (*place.glob("home/*"), *place.glob("copies/*")):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        found.append((str(path), state.st_size, state.st_mtime_ns))
    return sorted(found)


def _is_begun(home: Path) -> bool:
    """Is there a schema in it? A process that is killed before has promised nothing."""
    with closing(sqlite3.connect(home / "news.db")) as news:
        (version,) = news.execute("PRAGMA user_version").fetchone()
    return bool(version)


def _findings(home: Path) -> list[str]:
    # A kill between the first two commits leaves news.db without captures.db, and nothing cites one then.
    report = verify(home, expects_captures=(home / "captures.db").exists())
    return [f"{finding.check}: {finding.message}" for finding in report.findings]


def _known(home: Path) -> set[str]:
    if not (home / "news.db").exists():
        return set()
    with closing(sqlite3.connect(home / "news.db")) as news:
        return {url for (url,) in news.execute("SELECT url FROM stories")}


def _broken_promises(home: Path) -> list[tuple[str, str]]:
    """Lines of the ledger that say a story was stored, and no story stands behind them."""
    stored = (Outcome.NEW_STORY, Outcome.REVISED, Outcome.UNCHANGED)
    with closing(sqlite3.connect(home / "news.db")) as news:
        return news.execute(
            "SELECT url, outcome FROM requests WHERE purpose <> 'listing' AND outcome IN (?, ?, ?) AND story_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM takedowns)",
            stored,
        ).fetchall()


def _said(home: Path) -> Said:
    dump: ArchiveDump = dump_archive(home)
    with closing(sqlite3.connect(home / "captures.db")) as captures:
        erased = captures.execute("SELECT digest FROM payloads WHERE coding IN ('pruned', 'taken_down') ORDER BY 1")
        digests = tuple(digest for (digest,) in erased)
    with closing(sqlite3.connect(home / "news.db")) as news:
        taken_down = tuple(key for (key,) in news.execute("SELECT key FROM takedowns ORDER BY 1"))
        (left,) = news.execute("SELECT count(*) FROM requests JOIN runs ON runs.id = run_id WHERE is_pruned").fetchone()
    return Said(
        dump=(dump.stories, dump.revisions, dump.aliases, dump.teasers),
        erased=digests,
        taken_down=taken_down,
        pruned_requests=left,
    )


def _assert_same(one: Said, other: Said, about: str) -> None:
    for name, ours, theirs in zip(("stories", "revisions", "aliases", "teasers"), one.dump, other.dump, strict=True):
        assert ours == theirs, f"{about}: {name} differ: {sorted(set(ours) ^ set(theirs))[:4]}"
    assert (one.erased, one.taken_down, one.pruned_requests) == (other.erased, other.taken_down, other.pruned_requests)


def _look_at_copies(place: Path, about: str, *, is_finished: bool) -> None:
    """Every copy that has its name is whole and says what the archive says; after the end there is one, and no other."""
    folders = sorted((place / "copies").iterdir())
    named = [folder for folder in folders if not folder.name.endswith(PARTIAL)]
    for folder in named:
        assert _findings(folder) == [], f"{about}: {folder.name}"
        _assert_same(_said(folder), _said(place / "home"), f"{about}: {folder.name}")
    assert not is_finished or (named and named == folders), f"{about}: {[folder.name for folder in folders]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill as often as asked, spread over the operations; print what replays it, and what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.kills", description=main.__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--operation", choices=[one.name for one in OPERATIONS])
    parser.add_argument("--number", type=int, help="this kill of the operation alone")
    asked = parser.parse_args(arguments)
    operations = [one for one in OPERATIONS if asked.operation in (None, one.name)]
    print(f"seed {asked.seed}; again: python -m tests.soak.kills --kills {asked.kills} --seed {asked.seed}", flush=True)
    came = Came()
    with tempfile.TemporaryDirectory(prefix="newskeep-kills-") as folder, DemoSite(state=1, slow_seconds=0.2) as site:
        killing = Killing(Ground(Path(folder), site))
        # Ctrl-C ends it early, with the sums of what was done.
        with suppress(KeyboardInterrupt):
            for count in range(asked.kills if asked.number is None else 1):
                number = count // len(operations) if asked.number is None else asked.number
                came.add(killing, operations[count % len(operations)], seed=asked.seed, number=number)
    for name, times in came.tried.items():
        print(f"{name}: {times} times, killed at work {came.at_work[name]} times")
    print(f"{sum(came.tried.values())} kills, {came.failed} failed")
    return int(came.failed > 0)


@dataclass(slots=True, kw_only=True)
class Came:
    """What came of many kills, by operation; `failed` counts those after which something was wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    at_work: Counter[str] = field(default_factory=Counter)
    failed: int = 0

    def add(self, killing: Killing, operation: Operation, *, seed: int, number: int) -> None:
        """Kill once more, and say at once what is wrong."""
        try:
            self.at_work[operation.name] += killing.kill(operation, seed=seed, number=number)
        except AssertionError as error:
            self.failed += 1
            print(f"FAILED: {error}", flush=True)
        self.tried[operation.name] += 1
        if sum(self.tried.values()) % 20 == 0:
            print(f"{sum(self.tried.values())} kills, {self.failed} failed", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
