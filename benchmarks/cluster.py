"""What spreading costs: CPU a page through a cluster beside the local mode, by process, over the same pages.

    python -m benchmarks.cluster [--pages 2000] [--hosts 20] [--rounds 2]

Linux only. One loopback server answers under many addresses (127.0.1.x), a source each. The local mode crawls them in
one process with one extraction process, then two; the cluster with one worker (of one, then of two extraction
processes) and with two workers of one, over a Redis of its own with an append-only file. Everything is warm before it
is measured: each side has read a few pages. "Busy" is the share of the machine's cores that all of them took together,
server included.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crawl import _addresses
from benchmarks.processes import process_tree
from cluster.engine import Engine
from cluster.service import open_cluster
from cluster.state import look
from config import Config, parse_config
from newskeep.model import Manners, Source
from newsroom import Newsroom
from scheduler import sync_sources

_ROOT = Path(__file__).resolve().parent.parent
_WARMING = 3
_SETTINGS = """
[fetch]
allow_addresses = ["127.0.0.0/8"]
concurrency_per_host = 4
[extract]
workers = {processes}
"""


@dataclass(frozen=True, slots=True)
class Side:
    """A way to crawl: workers of a cluster (0: the local mode), and extraction processes of each."""

    workers: int
    processes: int

    def __str__(self) -> str:
        of = f"{self.processes} extraction process{'es' * (self.processes > 1)}"
        return f"local, {of}" if not self.workers else f"{self.workers} worker{'s' * (self.workers > 1)} with {of}"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall, and CPU seconds by part."""

    wall: float
    parts: dict[str, float]

    @property
    def cpu(self) -> float:
        """CPU of all parts but the server that is asked."""
        return sum(seconds for name, seconds in self.parts.items() if name != "server")


SIDES = (Side(0, 1), Side(1, 1), Side(0, 2), Side(1, 2), Side(2, 1))


def main() -> None:
    """Run the rounds and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--kilobytes", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    print(f"{asked.pages} pages of {asked.kilobytes} KB on {asked.hosts} hosts; load {os.getloadavg()[0]:.1f}")
    costs: dict[Side, list[Cost]] = {side: [] for side in SIDES}
    with _server(asked) as (pid, url):
        urls = _addresses(url, asked.pages)
        port = url.rpartition(":")[2]
        shares = [
            [one.replace(url, f"http://127.0.1.{host + 1}:{port}") for one in urls[host :: asked.hosts]]
            for host in range(asked.hosts)
        ]
        for number in range(asked.rounds):
            for side in SIDES:
                cost = asyncio.run(_measure(side, shares, pid))
                costs[side].append(cost)
                _tell(number + 1, side, cost, asked.pages)
    for processes in (1, 2):
        local = costs[Side(0, processes)]
        for side in SIDES:
            if side.workers * side.processes == processes:
                ratios = sorted(mine.cpu / theirs.cpu for mine, theirs in zip(costs[side], local, strict=True))
                print(f"CPU a page, {side} : {Side(0, processes)}   {statistics.median(ratios):.2f}"
                      f" ({ratios[0]:.2f} to {ratios[-1]:.2f})")  # fmt: skip


def _tell(number: int, side: Side, cost: Cost, pages: int) -> None:
    parts = "  ".join(f"{name} {1000 * seconds / pages:.2f}" for name, seconds in cost.parts.items())
    busy = sum(cost.parts.values()) / cost.wall / (os.cpu_count() or 1)
    print(f"round {number}  {side!s:<36} {pages / cost.wall:6.1f} pages/s  {1000 * cost.cpu / pages:6.2f} CPU ms a page"
          f"  busy {busy:.0%}  ({parts})", flush=True)  # fmt: skip


@contextmanager
def _server(asked: argparse.Namespace) -> Iterator[tuple[int, str]]:
    command = [sys.executable, "-m", "demo.scale", "--host", "0.0.0.0", "--pages", str(asked.pages)]
    command += ["--kilobytes", str(asked.kilobytes)]
    server = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.pid, server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


async def _measure(side: Side, shares: Sequence[Sequence[str]], server: int) -> Cost:
    place = Path(tempfile.mkdtemp(prefix="newskeep-cluster-cost-"))
    config = parse_config(_SETTINGS.format(processes=side.processes), path=place / "home" / "newskeep.toml")
    config.home.mkdir()
    sources = [
        Source(slug=f"host-{number}", name=f"Host {number}", homepage=urls[0], listings=(),
               manners=Manners(delay_seconds=0, obey_robots=False))
        for number, urls in enumerate(shares)
    ]  # fmt: skip
    try:
        async with _newsroom(side, config, place) as (newsroom, spent):
            await sync_sources(newsroom, sources)
            await _fetch(newsroom, sources, [urls[:_WARMING] for urls in shares])
            began, before = time.monotonic(), {"server": _cpu([server])} | spent()
            await _fetch(newsroom, sources, [urls[_WARMING:] for urls in shares])
            wall, after = time.monotonic() - began, {"server": _cpu([server])} | spent()
            return Cost(wall, {name: after[name] - before[name] for name in after})
    finally:
        shutil.rmtree(place)


async def _fetch(newsroom: Newsroom, sources: Sequence[Source], shares: Sequence[Sequence[str]]) -> None:
    calls = [newsroom.fetch(source, urls) for source, urls in zip(sources, shares, strict=True)]
    for report, urls in zip(await asyncio.gather(*calls), shares, strict=True):
        if report.tally.requests != len(urls) or report.tally.troubles:
            raise SystemExit(f"the crawl did not go as it should: {report.tally.outcomes} {report.reason}")


@asynccontextmanager
async def _newsroom(
    side: Side, config: Config, place: Path
) -> AsyncIterator[tuple[Newsroom, Callable[[], dict[str, float]]]]:
    """The newsroom of a side, and what tells the CPU of its parts so far."""
    if not side.workers:
        async with Newsroom(config) as newsroom:
            yield newsroom, lambda: _own_parts("crawls and archive", "extraction")
        return
    with _redis(place) as (redis, url), _workers(side, url, place) as workers:
        async with open_cluster(config, url) as newsroom:
            await _all_there(url, side.workers)
            yield (
                newsroom,
                lambda: {
                    "archiver": _cpu([os.getpid()]),
                    "redis": _cpu([redis]),
                    "workers' crawls": sum(_cpu([pid]) for pid in workers),
                    "workers' extraction": sum(_cpu(process_tree(pid)[1:]) for pid in workers),
                },
            )


def _own_parts(own: str, children: str) -> dict[str, float]:
    """CPU of this process and of those that it started; the server and Redis are none of them in the local mode."""
    mine = os.getpid()
    below = [pid for pid in process_tree(mine)[1:] if b"pipelines.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return {own: _cpu([mine]), children: _cpu(below)}


async def _all_there(url: str, workers: int) -> None:
    engine = Engine(url)
    try:
        while len((await look(engine)).workers) < workers:
            await asyncio.sleep(0.2)
    finally:
        await engine.close()


@contextmanager
def _redis(place: Path) -> Iterator[tuple[int, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (place / "redis").mkdir()
    words = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(place / "redis"), "--save", ""]
    server = subprocess.Popen(
        ["redis-server", *words, "--appendonly", "yes", "--appendfsync", "everysec"], stdout=subprocess.DEVNULL
    )
    try:
        yield server.pid, f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _workers(side: Side, url: str, place: Path) -> Iterator[list[int]]:
    words = ["worker", "--engine", url, "--processes", str(side.processes), "--lease", "2"]
    with contextlib.ExitStack() as stack:
        log = stack.enter_context((place / "workers.log").open("wb"))
        started = [
            subprocess.Popen([sys.executable, "-m", "cli", *words], cwd=_ROOT, stdout=log, stderr=log)
            for _ in range(side.workers)
        ]
        try:
            yield [one.pid for one in started]
        finally:
            for one in started:
                one.terminate()
            for one in started:
                one.wait(timeout=120)


def _cpu(pids: Sequence[int]) -> float:
    """CPU seconds that processes have spent so far, without those that they started."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
