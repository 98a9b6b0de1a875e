"""Pages a second through the whole pipeline, beside bare Scrapy fetching the same pages in the same run.

    python -m benchmarks.crawl [--pages 1000] [--kilobytes 80] [--workers 2] [--rounds 3]

Both fetch from one loopback server in turn, without delay, sixteen requests at a time. "Bare" is Scrapy with its own
defaults (Twisted reactor) and a spider that drops every page. The whole pipeline stores, reads, decides and writes. The
server's CPU is given apart; CPU is that of the processes themselves, memory the sum of PSS over all of one side.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import cpu_seconds, process_tree, pss_mib

_ROOT = Path(__file__).resolve().parent.parent
_THREADS = {"newskeep-archive": "archive", "newskeep-captures": "captures"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One side of one round: seconds of wall and CPU, and the peak of memory in MiB."""

    wall_seconds: float
    cpu_seconds: float
    peak_mib: float
    stages: dict[str, float]


def main() -> None:
    """Run the rounds and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--kilobytes", type=int, default=80)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=["bare", "whole"], help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side == "bare":
        _bare(_addresses(asked.url, asked.pages))
    elif asked.side == "whole":
        _whole(_addresses(asked.url, asked.pages), asked.workers)
    else:
        _compare(asked)


def _compare(asked: argparse.Namespace) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "demo.scale", "--pages", str(asked.pages), "--kilobytes", str(asked.kilobytes)],
        cwd=_ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    try:
        rounds = []
        for number in range(asked.rounds):
            before = cpu_seconds(server.pid)
            bare = _side("bare", url, asked)
            between = cpu_seconds(server.pid)
            whole = _side("whole", url, asked)
            after = cpu_seconds(server.pid)
            rounds.append((bare, whole))
            _print_round(number + 1, asked.pages, bare, whole, (between - before, after - between))
    finally:
        server.terminate()
        server.wait()
    ratios = sorted(bare.wall_seconds / whole.wall_seconds for bare, whole in rounds)
    costs = sorted(whole.cpu_seconds / bare.cpu_seconds for bare, whole in rounds)
    print(f"\npages a second, whole : bare   {statistics.median(ratios):.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})")
    print(f"CPU a page, whole : bare       {statistics.median(costs):.2f}  ({costs[0]:.2f} to {costs[-1]:.2f})")


def _print_round(number: int, pages: int, bare: Measure, whole: Measure, served: tuple[float, float]) -> None:
    for name, measure, server_seconds in (("bare Scrapy", bare, served[0]), ("newskeep", whole, served[1])):
        print(
            f"round {number}  {name:<12} {pages / measure.wall_seconds:7.1f} pages/s"
            f"  {1000 * measure.cpu_seconds / pages:6.2f} CPU ms a page  peak {measure.peak_mib:6.1f} MiB"
            f"  (server {1000 * server_seconds / pages:.2f} ms)"
        )
    stages = "  ".join(f"{name} {1000 * seconds / pages:.2f}" for name, seconds in whole.stages.items())
    print(f"         CPU ms a page by stage: {stages}", flush=True)


def _side(side: str, url: str, asked: argparse.Namespace) -> Measure:
    """Run one side in a process of its own, and watch its memory."""
    command = [sys.executable, "-m", "benchmarks.crawl", "--side", side, "--url", url, "--pages", str(asked.pages)]
    command += ["--workers", str(asked.workers)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(pss_mib(pid) for pid in process_tree(process.pid)))
        time.sleep(0.05)
    assert process.stdout is not None
    told = json.loads(process.stdout.read())
    return Measure(peak_mib=peak, **told)


def _bare(urls: list[str]) -> None:
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Dropping(scrapy.Spider):
        name = "dropping"
        start_urls = urls

        def parse(self, response: object) -> None:
            return None

    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
        }
    )
    cpu, wall = _own_cpu(), time.monotonic()
    process.crawl(Dropping)
    process.start()
    _tell(wall, cpu, {})


def _whole(urls: list[str], workers: int) -> None:
    from newskeep.model import Manners, Source
    from newsroom import Newsroom

    home = Path(tempfile.mkdtemp(prefix="newskeep-benchmark-"))
    source = Source(
        slug="scale", name="Scale", homepage=urls[0], listings=(), manners=Manners(delay_seconds=0, obey_robots=False)
    )

    async def run() -> dict[str, float]:
        async with Newsroom(_config(home, workers)) as newsroom:
            report = await newsroom.fetch(source, urls)
            if report.tally.requests != len(urls) or report.tally.troubles:
                raise SystemExit(f"the crawl did not go as it should: {report.tally.outcomes}")
            return _thread_seconds()

    cpu, wall = _own_cpu(), time.monotonic()
    threads = asyncio.run(run())
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    stages = {"extraction": children.ru_utime + children.ru_stime} | threads
    stages["fetching and the rest"] = _own_cpu() - cpu - sum(threads.values()) - stages["extraction"]
    _tell(wall, cpu, stages)
    shutil.rmtree(home)


def _config(home: Path, workers: int):  # type: ignore[no-untyped-def]
    from config import parse_config

    text = f'[fetch]\nallow_addresses = ["127.0.0.0/8"]\nconcurrency_per_host = 16\n[extract]\nworkers = {workers}\n'
    return parse_config(text, path=home / "newskeep.toml")


def _addresses(url: str, pages: int) -> list[str]:
    from urllib.request import urlopen

    from lxml import etree

    with urlopen(f"{url}/sitemap.xml") as answer:
        tree = etree.fromstring(answer.read())
    return [str(location) for location in tree.xpath("//*[local-name()='loc']/text()")][:pages]


def _thread_seconds() -> dict[str, float]:
    """What the archive's threads have spent so far."""
    return {
        _THREADS[thread.name]: time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
        for thread in threading.enumerate()
        if thread.name in _THREADS and thread.ident is not None
    }


def _tell(wall: float, cpu: float, stages: dict[str, float]) -> None:
    told = {"wall_seconds": time.monotonic() - wall, "cpu_seconds": _own_cpu() - cpu, "stages": stages}
    print(json.dumps(told))


def _own_cpu() -> float:
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


if __name__ == "__main__":
    main()
