"""The real service on many sources of loopback, for a quarter of an hour at a five-minute interval (Linux only).

    python -m benchmarks.service [--sources 1000] [--minutes 15] [--interval 300] [--keep DIR]

Each source is a site of its own address (`demo.many`) with a feed that gains a story an hour. Learning is off, so that
every source is polled every interval. CPU and memory (the sum of PSS) are those of the service with its workers, CPU as
a share of one core; lateness and 304s are told by the ledger, the first poll of each source left out. Exit code 1 where
memory passes 500 MiB or grows, a poll fell out, or a run is not finished.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from demo.many import ManySites
from newskeep.model import Listing, ListingKind, Source
from newskeep.sources import format_source
from storage.verify import verify

_ROOT = Path(__file__).resolve().parent.parent
_SAMPLE_SECONDS = 5.0
_MOST_MIB = 500.0
_MOST_GROWTH = 0.05
_SETTINGS = """
[fetch]
allow_addresses = ["127.0.0.0/8"]
delay = "0.2 s"
[monitor]
port = 0
[extract]
workers = 2
[poll]
interval = "{interval} s"
adaptive = false
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the processes of the service had used at a moment."""

    seconds: float
    cpu_seconds: float
    mib: float


def main() -> int:
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__.split("\n")[0])
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--interval", type=int, default=300, help="seconds between two polls of a source")
    parser.add_argument("--every", type=float, default=3_600.0, help="seconds between two stories of a source")
    parser.add_argument("--keep", type=Path, help="leave the home there")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="newskeep-service-"))
    server = subprocess.Popen(
        [sys.executable, "-m", "demo.many", "--sites", str(asked.sources), "--every", str(asked.every), "--addresses"],
        cwd=_ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        _make_home(folder, asked, port=int(server.stdout.readline()))
        samples = _serve(folder, asked.minutes * 60)
        return _report(folder, samples, asked)
    finally:
        server.terminate()
        print(f"served: {server.communicate()[0].strip()}")
        if asked.keep:
            shutil.move(folder, asked.keep)
        else:
            shutil.rmtree(folder)


def _make_home(home: Path, asked: argparse.Namespace, *, port: int) -> None:
    (home / "sources").mkdir()
    (home / "newskeep.toml").write_text(_SETTINGS.format(interval=asked.interval), encoding="utf-8")
    sites = ManySites(sites=asked.sources, every_seconds=asked.every, addresses=True)
    sites.port = port
    for site in range(asked.sources):
        source = Source(
            slug=f"site-{site}",
            name=f"Site {site}",
            homepage=f"{sites.base_url(site)}/",
            language="en",
            interval_seconds=asked.interval,
            listings=(Listing(url=sites.feed_url(site), kind=ListingKind.FEED),),
        )
        (home / "sources" / f"site-{site}.toml").write_text(format_source(source), encoding="utf-8")


def _serve(home: Path, seconds: float) -> list[Sample]:
    """Run the service for so long, and look at it every few seconds."""
    command = [sys.executable, "-m", "cli", "--home", str(home), "run"]
    with (home / "service.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=_ROOT, stdout=log, stderr=subprocess.STDOUT)
        began, samples = time.monotonic(), []
        while (passed := time.monotonic() - began) < seconds and process.poll() is None:
            pids = _tree(process.pid)
            cpu, mib = sum(map(_cpu_seconds, pids)), sum(map(_pss_mib, pids))
            samples.append(Sample(seconds=passed, cpu_seconds=cpu, mib=mib))
            if len(samples) % 12 == 0:
                print(f"{passed / 60:4.0f} min  {cpu:7.1f} CPU s  {mib:6.1f} MiB", flush=True)
            time.sleep(_SAMPLE_SECONDS)
        process.send_signal(signal.SIGTERM)
        if process.wait(timeout=120) != 0:
            raise SystemExit(
                f"the service ended with {process.returncode}: {(home / 'service.log').read_text()[-2000:]}"
            )
    return samples


def _report(home: Path, samples: Sequence[Sample], asked: argparse.Namespace) -> int:
    with closing(sqlite3.connect(home / "news.db")) as news:
        statuses = dict(news.execute("SELECT status, count(*) FROM runs GROUP BY status").fetchall())
        (missed,) = news.execute("SELECT sum(missed_polls) FROM runs").fetchone()
        late = [row[0] for row in news.execute(_LATE).fetchall()]
        asks, unchanged = news.execute(_LISTINGS).fetchone()
        (stories,) = news.execute("SELECT count(*) FROM stories").fetchone()
        (first_round,) = news.execute(_FIRST_ROUND).fetchone()
        (polls,) = news.execute("SELECT count(*) FROM runs").fetchone()
    # The first polls fetch everything; after them, and an interval's peace, it goes as it will go for months.
    settled = [one for one in samples if one.seconds >= first_round + asked.interval / 2] or list(samples[-2:])
    span = settled[-1].seconds - settled[0].seconds
    cpu = settled[-1].cpu_seconds - settled[0].cpu_seconds
    third = max(len(settled) // 3, 1)
    early, last = (statistics.fmean(one.mib for one in part) for part in (settled[:third], settled[-third:]))
    peak = max(one.mib for one in samples)
    print(f"\n{asked.sources} sources every {asked.interval} s for {asked.minutes:g} minutes")
    print(f"first polls of all          {first_round:8.1f} s")
    print(f"runs                        {polls:8}    {statuses}, missed polls {missed}")
    print(f"stories                     {stories:8}")
    print(f"CPU, all                    {100 * samples[-1].cpu_seconds / samples[-1].seconds:8.1f} % of one core")
    print(f"CPU, settled                {100 * cpu / max(span, 1e-9):8.1f} % of one core, over {span:.0f} s")
    if late:
        late.sort()
        p95 = late[int(len(late) * 0.95)]
        print(
            f"late, p50 / p95 / max       {statistics.median(late):8.2f} / {p95:.2f} / {late[-1]:.2f} s of {len(late)}"
        )
    print(f"304s of later polls         {100 * unchanged / max(asks, 1):8.1f} % of {asks}")
    print(f"memory, peak                {peak:8.1f} MiB (PSS of all processes)")
    print(f"memory, settled first/last  {early:8.1f} / {last:.1f} MiB")
    findings = verify(home).findings
    print(f"verify                      {'clean' if not findings else findings[:3]}")
    is_flat = last <= early * (1 + _MOST_GROWTH)
    # What was in flight at the end is interrupted by it.
    is_well = set(statuses) <= {"finished", "interrupted"} and not missed and not findings
    return int(not (is_flat and peak < _MOST_MIB and is_well))


_LATER = "runs.id NOT IN (SELECT min(id) FROM runs GROUP BY source)"
_LATE = f"""
SELECT (julianday(started_at) - julianday(planned_at)) * 86400 FROM runs WHERE planned_at IS NOT NULL AND {_LATER}
"""
_LISTINGS = f"""
SELECT count(*), coalesce(sum(outcome = 'not_modified'), 0) FROM requests JOIN runs ON runs.id = run_id
WHERE purpose = 'listing' AND {_LATER}
"""
_FIRST_ROUND = """
SELECT (max(julianday(finished_at)) - min(julianday(started_at))) * 86400 FROM runs
WHERE id IN (SELECT min(id) FROM runs GROUP BY source)
"""


def _cpu_seconds(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    fields = text.rsplit(")", 1)[1].split()
    # With what its children had used that have ended: workers are replaced now and then.
    return sum(int(fields[index]) for index in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [below for child in task.read_text(encoding="ascii").split() for below in _tree(int(child))]
        except OSError:
            continue
    return found


def _pss_mib(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    raise SystemExit(main())
