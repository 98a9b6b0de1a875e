"""Two processes on one archive: the service, and what else people start beside it; nobody may hear of a lock.

`python -m tests.soak.companions --seconds 120` is the long form.
"""

from __future__ import annotations

import argparse
import re
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from demo.site import DemoSite
from storage.verify import verify
from tests.soak.operations import ROOT, Ground, Operation, command, run

COMPANIONS: dict[str, tuple[str, ...]] = {
    "backup": ("backup", "{copies}"),
    "reprocess": ("reprocess", "--all"),
    "prune": ("prune", "--unread", "0", "--ledger", "0", "--yes"),
    "verify": ("verify",),
    "crawl": ("crawl",),
}
"""What is started again and again beside the service, until that has done its work."""
PAGES = (
    "/news.json",
    "/news/stories.json?_sort_desc=id&_size=20&_facet=section",
    "/news/stories.json?_search=strait",
    "/news/revisions_with_headlines.json",
    "/news.json?sql=select+count(*)+from+teasers_with_targets",
)
_LOCKED = re.compile(r"locked|busy", re.IGNORECASE)
_REPORT = re.compile(r"\d\d:\d\d:\d\d  meridian ")
"""The line that the service writes when a poll has ended."""
_LONGEST_SECONDS = 120.0


@dataclass(slots=True, kw_only=True)
class Together:
    """What came of two processes on one archive: rounds, and lines in which somebody heard of trouble."""

    rounds: int = 0
    complaints: list[str] = field(default_factory=list)

    def heard(self, output: str) -> None:
        """Keep the lines that speak of a lock, and tracebacks."""
        self.complaints += [line for line in output.splitlines() if _LOCKED.search(line) or "Traceback" in line]


Step = Callable[[Path, Together], None]


def beside_command(ground: Ground, arguments: tuple[str, ...], *, seconds: float = 0.0) -> Together:
    """Let the service follow the site, and run a command beside it again and again; gives what came of it.

    The service is started once, and again as often as fits in `seconds`, on a site that has changed.
    """

    def step(place: Path, together: Together) -> None:
        done = run(place, arguments)
        together.heard(done.stdout + done.stderr)
        if done.returncode:
            together.complaints.append(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
        together.rounds += 1

    return _beside(ground, _place(ground), step, seconds=seconds)


def beside_reader(ground: Ground, *, seconds: float = 0.0) -> Together:
    """Let the service follow the site, and fetch Datasette's pages meanwhile, over the network."""
    place = _place(ground)
    with _datasette(place) as address:
        return _beside(ground, place, lambda _, together: _read_pages(address, together), seconds=seconds)


def _place(ground: Ground) -> Path:
    return ground.fresh(Operation(name="together", starts_from="day one", arguments=()))


def _beside(ground: Ground, place: Path, step: Step, *, seconds: float) -> Together:
    together, until, state = Together(), time.monotonic() + seconds, 2
    while together.rounds == 0 or time.monotonic() < until:
        ground.site.set_state(state)
        _serve_once(place, step, together)
        state = 3 - state
    together.complaints += [finding.message for finding in verify(place / "home").findings]
    return together


def _serve_once(place: Path, step: Step, together: Together) -> None:
    """Start the service, go on with the companion until the first poll has ended, and stop the service."""
    _make_due(place / "home")
    log = place / "service.log"
    with log.open("w", encoding="utf-8") as output:
        started = subprocess.Popen(command(place, ("run",)), cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + _LONGEST_SECONDS
            while started.poll() is None and time.monotonic() < until:
                step(place, together)
                if _REPORT.search(log.read_text(encoding="utf-8")):
                    break
        finally:
            started.send_signal(signal.SIGTERM)
            started.wait(timeout=_LONGEST_SECONDS)
    said = log.read_text(encoding="utf-8")
    together.heard(said)
    if started.returncode or not _REPORT.search(said):
        together.complaints.append(f"the service ended with {started.returncode}: {said}")


def _make_due(home: Path) -> None:
    with closing(sqlite3.connect(home / "news.db", isolation_level=None)) as news:
        news.execute("UPDATE listings SET next_poll_at = NULL")


@contextmanager
def _datasette(place: Path) -> Iterator[str]:
    """Datasette on the archive of a place, at the address that is given."""
    started = subprocess.Popen(
        command(place, ("serve", "--port", "0")), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert started.stdout is not None
        line = started.stdout.readline()
        found = re.search(r"http://[^ ]+/", line)
        assert found is not None, line
        yield found[0].rstrip("/")
    finally:
        started.terminate()
        started.communicate(timeout=_LONGEST_SECONDS)


def _read_pages(address: str, together: Together) -> None:
    for page in PAGES:
        try:
            with urllib.request.urlopen(address + page, timeout=30) as answer:
                together.heard(answer.read().decode("utf-8")[:200])
        except urllib.error.HTTPError as error:
            with error:
                together.complaints.append(f"{page}: {error.code} {error.read(300)!r}")
    together.rounds += 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run each companion beside the service for some time; exit code 1 where anybody heard of trouble."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.companions", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each companion")
    asked = parser.parse_args(arguments)
    failed = False
    with tempfile.TemporaryDirectory(prefix="newskeep-two-") as folder, DemoSite(state=1, slow_seconds=0.2) as site:
        ground = Ground(Path(folder), site)
        runs: dict[str, Callable[[], Together]] = {
            name: lambda line=line: beside_command(ground, line, seconds=asked.seconds)
            for name, line in COMPANIONS.items()
        }
        runs["datasette"] = lambda: beside_reader(ground, seconds=asked.seconds)
        for name, start in runs.items():
            came = start()
            failed = failed or bool(came.complaints)
            print(f"service and {name}: {came.rounds} rounds, {len(came.complaints)} complaints", flush=True)
            print("".join(f"  {line}\n" for line in came.complaints[:10]), end="")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
