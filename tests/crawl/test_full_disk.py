"""A disk that is full: a clear line, a service that lives on, and a whole archive when there is room again."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import scheduler
from config import Config
from demo.site import DemoSite
from newskeep.outcomes import RunStatus
from newsroom import Newsroom, RunReport
from scheduler import Service
from storage.archive import Archive
from storage.compare import dump_archive
from storage.verify import verify
from tests.soak.operations import Ground, Operation, run

CRAWL = Operation(name="crawl on a full disk", starts_from="day one", arguments=("crawl",))
_DISK_BYTES = 24_000_000
_LEFT_BYTES = 200_000
_LONGEST_SECONDS = 90.0


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Prepared archives."""
    with DemoSite(state=1, slow_seconds=0.2) as site:
        yield Ground(tmp_path_factory.mktemp("full"), site)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with little room; only the superuser may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if shutil.which("mount") is None:
        pytest.skip("there is no mount here")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "newskeep-test", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leave a little room: enough to begin, too little for a crawl."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        file.write(b"\0" * (shutil.disk_usage(disk).free - _LEFT_BYTES))
    return ballast


def due_at_once(home: Path) -> None:
    """Make everything due."""
    with Archive(home) as archive:
        archive.db.execute("UPDATE listings SET next_poll_at = NULL")
        archive.db.conn.commit()


def test_the_service_outlives_a_full_disk_and_goes_on_when_there_is_room(
    ground: Ground, small_disk: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scheduler, "_TROUBLE_SECONDS", 0.2)
    shutil.copytree(ground.fresh(CRAWL) / "home", small_disk / "home")
    due_at_once(small_disk / "home")
    ballast = fill(small_disk)
    reports = asyncio.run(_serve_until_it_works(small_disk / "home", ballast))
    assert reports[0].status is RunStatus.FAILED
    assert "no space is left for the archive; free some on its disk, then go on" in str(reports[0].reason)
    assert reports[-1].status is not RunStatus.FAILED
    assert "Traceback" not in caplog.text
    assert verify(small_disk / "home").findings == []


async def _serve_until_it_works(home: Path, ballast: Path) -> list[RunReport]:
    """Serve on a full disk, make room after the first failure, and end with the first poll that is none."""
    reports: list[RunReport] = []
    works = asyncio.Event()

    def report(one: RunReport) -> None:
        reports.append(one)
        ballast.unlink(missing_ok=True)
        if one.status is not RunStatus.FAILED:
            works.set()

    config = Config.load(home, {})
    async with Newsroom(config) as newsroom:
        service = asyncio.create_task(Service(newsroom, config.sources(), report=report).run())
        async with asyncio.timeout(_LONGEST_SECONDS):
            await works.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await service
    return reports


def test_a_poll_that_could_not_be_written_is_not_repeated_at_once(ground: Ground, small_disk: Path) -> None:
    shutil.copytree(ground.fresh(CRAWL) / "home", small_disk / "home")
    due_at_once(small_disk / "home")
    fill(small_disk)
    assert asyncio.run(_due_after_a_poll(small_disk / "home")) == ()


async def _due_after_a_poll(home: Path) -> tuple[str, ...]:
    """What a service would start next."""
    config = Config.load(home, {})
    (source,) = config.sources()
    async with Newsroom(config) as newsroom:
        service = Service(newsroom, [source], report=lambda _: None)
        await service._poll(source.slug)
        return await service._due_sources()


def test_a_crawl_on_a_full_disk_says_so_and_is_made_good_when_there_is_room(ground: Ground, small_disk: Path) -> None:
    place = ground.fresh(CRAWL)
    shutil.copytree(place / "home", small_disk / "home")
    ballast = fill(small_disk)
    full = run(small_disk, CRAWL.arguments)
    assert full.returncode == 1
    assert "no space is left" in full.stdout + full.stderr
    assert "Traceback" not in full.stdout + full.stderr
    ballast.unlink()
    assert verify(small_disk / "home").findings == []
    assert run(small_disk, CRAWL.arguments).returncode == 0
    assert run(place, CRAWL.arguments).returncode == 0
    assert verify(small_disk / "home").findings == []
    ours, undisturbed = dump_archive(small_disk / "home"), dump_archive(place / "home")
    assert (ours.stories, ours.revisions) == (undisturbed.stories, undisturbed.revisions)
    assert (ours.aliases, ours.teasers) == (undisturbed.aliases, undisturbed.teasers)
