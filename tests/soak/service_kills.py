"""Killing the service again and again: no story is lost, none is there twice, no poll is lost, and the ledger is true.

`python -m tests.soak.service_kills --kills 100` is the long form; the seed it prints replays the moments.
"""

from __future__ import annotations

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.many import ManySites
from newskeep.model import Listing, ListingKind, Source
from newskeep.sources import format_source
from storage.verify import verify
from tests.soak.kills import _broken_promises, _wait_for_writing
from tests.soak.operations import ROOT

SITES = 6
_EVERY_SECONDS = 20.0
_LONGEST_SECONDS = 300.0
_SETTINGS = """
[fetch]
allow_addresses = ["127.0.0.0/8"]
delay = "0 s"
concurrency_per_host = 8
[monitor]
port = 0
[extract]
workers = 1
[poll]
interval = "2 s"
floor = "1 s"
adaptive = false
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of many kills: how often a run was cut, and how many stories and polls there were in the end."""

    kills: int
    cut_runs: int
    stories: int
    polls: int


def kill_often(place: Path, sites: ManySites, *, kills: int, seed: int) -> Came:
    """Start the service on the sites and kill it, so many times; then let it finish.

    Raises AssertionError where something is not as it should be.
    """
    home, done = place / "home", 0
    _follow(home, sites)
    with suppress(KeyboardInterrupt):  # Ctrl-C ends it early, with the sums of what was done
        while done < kills:
            _kill_once(home, sites, number=done, seed=seed)
            done += 1
            if done % 10 == 0:
                print(f"{done} kills, {len(_stories(home))} stories", flush=True)
    return _finish(home, sites, kills=done)


def _kill_once(home: Path, sites: ManySites, *, number: int, seed: int) -> None:
    """Kill at a moment counted in what was done and not in seconds, so that a busy machine is killed at work, too.

    It is counted in answers of the sites or in ends of requests, in turn; every eighth kill comes at the start.
    """
    chance = random.Random(f"{seed} {number}")
    wanted = 0 if number % 8 == 7 else chance.randint(1, 4 * sites.sites)
    counts: dict[str, Callable[[], int]] = {
        "answers": lambda: len(sites.seen),
        "ends of requests": lambda: sum(count for (count,) in _rows(home, "SELECT count(*) FROM requests")),
    }
    of_what = ("answers", "ends of requests")[number % 2]
    count = counts[of_what]
    about, before = f"seed {seed}, kill {number}, after {wanted} {of_what}", count()
    with _started(home) as process:
        try:
            _wait_for_writing(process, home.parent)
            _wait_until(lambda: count() >= before + wanted, lambda: about)
            time.sleep(chance.random() * 0.3)
            assert process.poll() is None, f"{about}: the service ended by itself with {process.returncode}"
        finally:
            process.kill()  # also where Ctrl-C ends the waiting
    _look_at(home, about)


def _follow(home: Path, sites: ManySites) -> None:
    (home / "sources").mkdir(parents=True)
    (home / "newskeep.toml").write_text(_SETTINGS, encoding="utf-8")
    for site in range(sites.sites):
        feed = Listing(url=sites.feed_url(site), kind=ListingKind.FEED)
        url = f"{sites.base_url(site)}/"
        source = Source(slug=f"site-{site}", name=f"Site {site}", homepage=url, listings=(feed,), interval_seconds=2)
        (home / "sources" / f"site-{site}.toml").write_text(format_source(source), encoding="utf-8")


def _started(home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli", "--home", str(home), "run"]
    with (home.parent / "service.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)


def _look_at(home: Path, about: str) -> None:
    """Right after a kill: both files are whole, and the ledger promises nothing that is not there."""
    report = verify(home, expects_captures=(home / "captures.db").exists())
    assert report.findings == [], f"{about}: {report.findings[:3]}"
    assert _broken_promises(home) == [], about
    late = _rows(home, "SELECT id FROM runs WHERE planned_at > started_at OR finished_at < started_at")
    assert late == [], f"{about}: runs {late[:3]} are out of order"


def _finish(home: Path, sites: ManySites, *, kills: int) -> Came:
    """Let the service run undisturbed until it has caught up, stop it, and compare the archive with the sites."""
    with _started(home) as process:
        _wait_for_shift(home, process.pid)
        wanted = {url for site in range(sites.sites) for url in sites.story_urls(site)}
        _wait_until(lambda: wanted <= _stories(home), lambda: f"lost: {sorted(wanted - _stories(home))[:5]}")
        _wait_until(lambda: _polled_by_all(home, sites), lambda: "not every source was polled again")
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=_LONGEST_SECONDS)
        assert code == 0, f"exit code {code}; {home.parent / 'service.log'} says more"
    _look_at(home, "at the end")
    twice = _rows(home, "SELECT url, count(*) FROM stories GROUP BY url HAVING count(*) > 1")
    assert twice == [], f"twice: {twice[:5]}"
    revised = _rows(home, "SELECT url FROM stories WHERE revision_count > 1")
    assert revised == [], f"pages that never changed have revisions: {revised[:5]}"
    assert _rows(home, "SELECT id FROM runs WHERE status = 'running'") == [], "runs that nobody closed"
    assert _rows(home, "SELECT id FROM runs WHERE status NOT IN ('finished', 'interrupted')") == []
    _compare_polls(home, sites)
    ((killed,),) = _rows(home, "SELECT count(*) FROM shifts WHERE ending = 'killed'")
    assert killed <= kills
    assert _rows(home, "SELECT ending FROM shifts ORDER BY id DESC LIMIT 1") == [("stopped",)]
    ((cut,),) = _rows(home, "SELECT count(*) FROM runs WHERE status = 'interrupted'")
    ((polls,),) = _rows(home, "SELECT count(*) FROM runs")
    return Came(kills=kills, cut_runs=cut, stories=len(_stories(home)), polls=polls)


def _compare_polls(home: Path, sites: ManySites) -> None:
    """The ledger has every poll that the site saw, but for those that a kill cut off; and these it names."""
    for site in range(sites.sites):
        slug = f"site-{site}"
        sql = "SELECT count(*) FROM requests WHERE source = ? AND purpose = 'listing'"
        ((told,),) = _rows(home, sql, slug)
        ((cut,),) = _rows(home, "SELECT count(*) FROM runs WHERE source = ? AND status = 'interrupted'", slug)
        seen = sites.polls(site)
        assert told <= seen <= told + cut, f"{slug}: {seen} polls were seen, {told} are told, {cut} were cut off"


def _polled_by_all(home: Path, sites: ManySites) -> bool:
    sql = "SELECT count(DISTINCT source) FROM runs WHERE started_at >= (SELECT max(started_at) FROM shifts)"
    return _rows(home, sql) == [(sites.sites,)]


def _wait_for_shift(home: Path, pid: int) -> None:
    """Wait until this process has begun its shift; the one before was killed, and never ended its own."""
    sql = "SELECT pid FROM shifts ORDER BY id DESC LIMIT 1"
    _wait_until(lambda: _rows(home, sql) == [(pid,)], lambda: "the service did not begin")


def _wait_until(done: Callable[[], bool], complaint: Callable[[], str]) -> None:
    until = time.monotonic() + _LONGEST_SECONDS
    while not done():
        assert time.monotonic() < until, complaint()
        time.sleep(0.02)


def _stories(home: Path) -> set[str]:
    return {url for (url,) in _rows(home, "SELECT url FROM stories")}


def _rows(home: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    if not (home / "news.db").exists():
        return []
    with closing(sqlite3.connect(f"file:{home / 'news.db'}?mode=ro", uri=True)) as news:
        try:
            return news.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # killed before its first commit
                return []
            raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill the service as often as asked; exit code 1 where something was lost, double or untrue."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.service_kills", description=main.__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    asked = parser.parse_args(arguments)
    print(f"seed {asked.seed}; again: python -m tests.soak.service_kills --kills {asked.kills} --seed {asked.seed}")
    sys.stdout.flush()
    with (
        tempfile.TemporaryDirectory(prefix="newskeep-service-kills-") as folder,
        ManySites(sites=SITES, every_seconds=_EVERY_SECONDS, window=5_000) as sites,
    ):
        try:
            came = kill_often(Path(folder), sites, kills=asked.kills, seed=asked.seed)
        except AssertionError as error:
            print(f"FAILED: {error}")
            return 1
    print(
        f"{came.kills} kills, {came.cut_runs} runs cut off; {came.stories} stories, none lost, none twice;"
        f" {came.polls} polls, all in the ledger"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
