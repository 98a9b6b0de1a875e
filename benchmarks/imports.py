"""Import of a WARC of generated pages: rate with one and two reading processes and on one core, memory, kill, resume.

    python -m benchmarks.imports [--pages 20000] [--kilobytes 40] [--folder DIR] [--kills 5]

Makes the WARC once (in DIR, else in a temporary folder), imports it into homes of their own: all processes on one core,
then with one and two reading processes on all cores; then once more with `kill -9` of all its processes at moments
spread at random over the import, and a run to the end, whose archive must equal the undisturbed one, story for story.
Beside each rate stands trafilatura's (text and metadata, one process) over the same pages out of the same WARC, read in
the same run. CPU is that of all processes of an import, then of the processes that read pages; memory the sum of PSS
over them, in its first, middle and last third.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import NAMESPACE_URL, uuid5

from benchmarks.processes import cpu_seconds, process_tree, pss_mib
from demo.scale import ScaleSite
from imports.records import SavedPage
from imports.warc import read_warc
from storage.compare import dump_archive
from storage.verify import verify

_FIRST_AT = datetime(2026, 1, 1, tzinfo=UTC)
_ORIGIN = "https://scale.example"
_SAMPLE_SECONDS = 1.0
_MOST_WAIT_SECONDS = 3.0
_WAYS = (("one core, one reading", 1, 1), ("one reading", 1, None), ("two reading", 2, None))  # cores: None is all
_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One import: what it took, of it the reading processes, and its memory over time, in MiB."""

    seconds: float
    cpu_seconds: float
    reading_seconds: float
    memory: tuple[float, ...]

    def told(self, pages: int) -> str:
        """Its figures, for the screen."""
        third = max(len(self.memory) // 3, 1)
        thirds = (self.memory[:third], self.memory[third:-third] or self.memory, self.memory[-third:])
        early, middle, late = (statistics.fmean(part) for part in thirds)
        return (
            f"{pages / self.seconds:6.0f} pages/s  {1000 * self.cpu_seconds / pages:5.1f} CPU ms a page"
            f" ({1000 * self.reading_seconds / pages:.1f} reading), {self.cpu_seconds / self.seconds:.2f} cores busy,"
            f" memory {early:.0f}, {middle:.0f}, {late:.0f} MiB (most {max(self.memory):.0f})"
        )


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--kilobytes", type=int, default=40)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newskeep-imports-") as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        return _measure(folder, chosen.pages, chosen.kilobytes, chosen.kills, chosen.seed)


def _measure(folder: Path, pages: int, kilobytes: int, kills: int, seed: int) -> int:
    warc = folder / f"pages-{pages}-{kilobytes}.warc.gz"
    if not warc.exists():
        write_warc(warc, pages, kilobytes)
    print(f"{pages} pages of {kilobytes} KB, {warc.stat().st_size / 1e6:.0f} MB as WARC, seed {seed}, load {_load()}")
    for name, workers, cores in _WAYS:
        home = _fresh(folder / f"home-{workers}-{cores or 'all'}")
        print(f"  {name:<26} {_timed(home, warc, workers, cores).told(pages)}, load {_load()}", flush=True)
    print(f"  {'trafilatura, one process':<26} {_trafilatura(warc, pages)}, load {_load()}", flush=True)
    undisturbed, killed = folder / "home-2-all", _fresh(folder / "home-killed")
    known = _killed(killed, warc, kills, random.Random(seed), pages)
    findings = verify(killed).findings
    expected, found = dump_archive(undisturbed), dump_archive(killed)
    is_equal = found == expected and len(found.stories) == pages
    print(f"  after {kills} kills, to the end: {known} passed over as known, {len(found.stories)} stories,")
    print(f"  verify finds {len(findings)}, archive {'equals' if is_equal else 'DIFFERS FROM'} the undisturbed one")
    return int(bool(findings) or not is_equal)


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def write_warc(path: Path, pages: int, kilobytes: int) -> None:
    """Write a WARC of generated pages, a minute apart."""
    site = ScaleSite(pages=pages, kilobytes=kilobytes, origin=_ORIGIN)
    with path.open("wb") as out:
        for number, address in enumerate(site.paths):
            body = b"".join(site.answer(address.encode())[1:])
            _write_record(out, _ORIGIN + address, _FIRST_AT + timedelta(minutes=number), body)


def _write_record(out: BinaryIO, url: str, at: datetime, body: bytes) -> None:
    block = _HEAD.encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, url)}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: {at:%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    out.write(gzip.compress(head.encode() + block + b"\r\n\r\n", 3))


def _fresh(home: Path) -> Path:
    shutil.rmtree(home, ignore_errors=True)
    command = [*_command(home), "init", "--without-sources", "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return home


def _command(home: Path) -> list[str]:
    return [sys.executable, "-m", "cli", "--home", str(home)]


def _start(home: Path, warc: Path, workers: int, cores: int | None = None) -> subprocess.Popen[bytes]:
    command = [*_command(home), "import", str(warc), "--workers", str(workers), "--json"]
    if cores is not None:
        allowed = sorted(os.sched_getaffinity(0))[:cores]
        command = ["taskset", "--cpu-list", ",".join(map(str, allowed)), *command]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _timed(home: Path, warc: Path, workers: int, cores: int | None) -> Imported:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = _start(home, warc, workers, cores)
    memory, main_seconds = [], 0.0
    while process.poll() is None:
        memory.append(sum(pss_mib(pid) for pid in process_tree(process.pid)))
        main_seconds = max(main_seconds, cpu_seconds(process.pid))
        time.sleep(_SAMPLE_SECONDS)
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert process.stdout is not None
    process.stdout.close()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Imported(seconds=seconds, cpu_seconds=cpu, reading_seconds=cpu - main_seconds, memory=tuple(memory))


def _trafilatura(warc: Path, pages: int) -> str:
    from trafilatura import bare_extraction

    began, cpu = time.monotonic(), time.process_time()
    for record in read_warc(warc):
        if isinstance(record, SavedPage):
            bare_extraction(record.body.decode(), url=record.url, with_metadata=True)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    return f"{pages / seconds:6.0f} pages/s  {1000 * cpu / pages:5.1f} CPU ms a page; nothing is stored"


def _killed(home: Path, warc: Path, kills: int, chance: random.Random, pages: int) -> int:
    """Import with kills, then to the end; gives how many pages the last run passed over as known."""
    for stories in sorted(chance.randrange(pages * 9 // 10) for _ in range(kills)):
        process = _start(home, warc, 2)
        while process.poll() is None and _stories(home) < stories:
            time.sleep(0.2)
        # A run that finds so many already is killed while it passes over what it knows.
        time.sleep(chance.uniform(0, _MOST_WAIT_SECONDS))
        was_at_work = process.poll() is None
        for pid in reversed(process_tree(process.pid)):
            os.kill(pid, signal.SIGKILL)
        process.communicate()
        at = "at work" if was_at_work else "AFTER ITS END"
        print(f"    killed {at}, {_stories(home)} stories in the archive", flush=True)
    process = _start(home, warc, 2)
    out, _ = process.communicate()
    return int(json.loads(out)["known"])


def _stories(home: Path) -> int:
    with closing(sqlite3.connect(f"file:{home / 'news.db'}?mode=ro", uri=True)) as news:
        return int(news.execute("SELECT count(*) FROM story_facts").fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
