"""A home with many small sources, and the processes of a cluster on it: the service and workers."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from demo.many import ManySites, Visit
from newskeep.model import Listing, ListingKind, Manners, Source
from newskeep.sources import format_source

ROOT = Path(__file__).resolve().parents[2]
DELAY_SECONDS = 1.0
LEASE_SECONDS = 4.0
# What may lie between the moment a request is sent and the moment a site notes it, on a machine that is busy.
_JITTER_SECONDS = 0.5
_SETTINGS = """
[fetch]
allow_addresses = ["127.0.0.0/8"]
delay = "{delay} s"
concurrency_per_host = 1
[monitor]
port = 0
[extract]
workers = 1
[poll]
interval = "{interval} s"
floor = "1 s"
adaptive = false
rechecks = 0
crawls = 24
"""
TABLES = {
    "stories": "SELECT url, source, headline, text, revision_count FROM stories",
    "revisions": "SELECT s.url, r.number, r.draft_digest, r.payload_digest FROM revisions r JOIN stories s ON s.id = r.story_id",
    "aliases": "SELECT s.url, a.key, a.kind FROM aliases a JOIN stories s ON s.id = a.story_id",
    "teasers": "SELECT page_url, kind, heading, headline, slot, target_url FROM teasers",
}
"""What of an archive must not hang on who fetched it."""


class ClusterHome:
    """A home on sites, and the processes that were started for it; `end` stops what still runs."""

    def __init__(self, path: Path, sites: ManySites, *, engine: str | None, interval: float = 2.0) -> None:
        self.path, self.sites, self.engine = path, sites, engine
        self.processes: list[subprocess.Popen[bytes]] = []
        self._number = 0
        (path / "sources").mkdir(parents=True)
        settings = _SETTINGS.format(interval=interval, delay=DELAY_SECONDS)
        (path / "newskeep.toml").write_text(settings, encoding="utf-8")
        for site in range(sites.sites):
            url = f"{sites.base_url(site)}/"
            feed = Listing(url=sites.feed_url(site), kind=ListingKind.FEED)
            manners = Manners(headers=(("X-Visitor", "env:NEWSKEEP_VISITOR"),))
            source = Source(slug=f"site-{site}", name=f"Site {site}", homepage=url, listings=(feed,),
                            interval_seconds=interval, manners=manners)  # fmt: skip
            (path / "sources" / f"site-{site}.toml").write_text(format_source(source), encoding="utf-8")

    def run(self) -> subprocess.Popen[bytes]:
        """Start the service."""
        engine = [] if self.engine is None else ["--engine", self.engine]
        return self._start("--home", str(self.path), "run", *engine)

    def worker(self, *, crawls: int = 12, without: str | None = None) -> subprocess.Popen[bytes]:
        """Start a worker; `without` is a variable that its environment lacks."""
        assert self.engine is not None
        self._number += 1
        return self._start("worker", "--engine", self.engine, "--crawls", str(crawls), "--processes", "1",
                           "--name", f"w{self._number}-{self.path.name}", "--lease", str(LEASE_SECONDS), without=without)  # fmt: skip

    def _start(self, *words: str, without: str | None = None) -> subprocess.Popen[bytes]:
        env = os.environ | {"PYTHONPATH": str(ROOT), "NEWSKEEP_VISITOR": f"{words[0]}-{self._number}"}
        env = {name: value for name, value in env.items() if name != without}
        with (self.path.parent / f"{self.path.name}.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", "cli", *words], cwd=ROOT, stdout=log, stderr=log, env=env)
        self.processes.append(process)
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Stop a process in good order."""
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=150)
        assert code == 0, f"exit code {code}: {self.log[-2000:]}"

    @property
    def log(self) -> str:
        """What all processes said."""
        return (self.path.parent / f"{self.path.name}.log").read_text(encoding="utf-8", errors="replace")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the archive; none where it is not there yet."""
        if not (self.path / "news.db").exists():
            return []
        with closing(sqlite3.connect(f"file:{self.path / 'news.db'}?mode=ro", uri=True, timeout=30)) as connection:
            try:
                return connection.execute(sql).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []
                raise

    def stories(self) -> set[str]:
        """The addresses of all stories in the archive."""
        return {url for (url,) in self.rows("SELECT url FROM stories")}

    def wanted(self) -> set[str]:
        """The addresses of all stories that the sites have published."""
        return {url for site in range(self.sites.sites) for url in self.sites.story_urls(site)}

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the archive says, in an order of its own."""
        return {name: sorted(self.rows(sql), key=repr) for name, sql in TABLES.items()}

    def wait_for(self, condition: Callable[[], bool], what: Callable[[], str], *, seconds: float = 180.0) -> None:
        """Wait; AssertionError with the log where it takes too long."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"{what()}\n{self.log[-3000:]}"
            time.sleep(0.1)

    def wait_for_all(self, *, seconds: float = 180.0) -> None:
        """Wait until every story is there."""
        self.wait_for(
            lambda: self.wanted() <= self.stories(),
            lambda: f"missing: {sorted(self.wanted() - self.stories())[:5]}",
            seconds=seconds,
        )

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()


@contextmanager
def cluster_home(path: Path, sites: ManySites, *, engine: str | None, interval: float = 2.0) -> Iterator[ClusterHome]:
    """A home whose processes end with the block."""
    home = ClusterHome(path, sites, engine=engine, interval=interval)
    try:
        yield home
    finally:
        home.end()


def rudeness(visits: list[Visit], *, delay: float) -> list[str]:
    """Every request at a host that came while another was there, or too soon after one began."""
    found = []
    by_site: dict[str, list[Visit]] = {}
    for visit in visits:
        by_site.setdefault(visit.site, []).append(visit)
    for site, those in by_site.items():
        for before, after in pairwise(sorted(those, key=lambda visit: visit.began)):
            if after.began < before.ended and after.visitor != before.visitor:
                found.append(f"{site}: {before.visitor} and {after.visitor} at once")
            elif after.began - before.began < delay - _JITTER_SECONDS:
                gap = after.began - before.began
                found.append(
                    f"{site}: {after.path} ({after.visitor}) {gap:.3f} s after {before.path} ({before.visitor})"
                )
    return found
