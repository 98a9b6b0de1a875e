"""Health and metrics over HTTP, signs of life for systemd, files that change, log lines for programs."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from commands.log_lines import JsonFormatter
from config import Config
from newskeep.model import Source
from service.monitor import MOST_SOURCES, Monitor, Sight, listen, look
from service.reload import Reloader
from service.systemd import notify
from storage.archive import Archive
from tests.storage.builders import NOW, source

SOURCE = 'name = "{0}"\nhomepage = "https://{0}.example/"\n[[listings]]\nurl = "https://{0}.example/f"\nkind = "feed"\n'


class Clock:
    """A clock that only goes forward, by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def ask(monitor: Monitor, path: str) -> tuple[int, str]:
    async def once() -> tuple[int, str]:
        runner, port = await listen(monitor, host="127.0.0.1", port=0)
        try:
            async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}{path}") as answer:
                return answer.status, await answer.text()
        finally:
            await runner.cleanup()

    return asyncio.run(once())


def test_health_is_well_until_the_scheduler_stands_still_or_nothing_is_written() -> None:
    clock = Clock()
    monitor = Monitor(version="1", steady=clock)
    assert ask(monitor, "/-/health") == (200, '{"healthy": true, "troubles": []}')
    clock.seconds += 100
    assert json.loads(ask(monitor, "/-/health")[1])["troubles"] == ["the scheduler has stood still for 100 s"]
    monitor.beat()
    assert ask(monitor, "/-/health")[0] == 200
    monitor.could_not_write("no space is left")
    clock.seconds += 250
    monitor.beat()
    status, text = ask(monitor, "/-/health")
    assert status == 503
    assert "not been written for 350 s: no space is left" in text
    monitor.wrote(Sight(sources=2, overdue=2))
    assert "all 2 sources are overdue" in ask(monitor, "/-/health")[1]
    monitor.wrote(Sight(sources=2, overdue=1))
    assert ask(monitor, "/-/health")[0] == 200


def test_metrics_are_read_by_prometheus_and_bounded_in_number(tmp_path: Path) -> None:
    monitor = Monitor(version="1")
    for number in range(MOST_SOURCES + 100):
        monitor.count(source=f"s{number}", status="finished", outcomes={"listed": 1, "gone": 2}, seconds=1, size=10)
    with Archive(tmp_path) as archive:
        archive.listings.sync([source()], NOW)
        monitor.wrote(look(NOW, 7_000, archive))
    status, text = ask(monitor, "/metrics")
    assert status == 200
    found = {family.name: family.samples for family in text_string_to_metric_families(text)}
    requests = found["newskeep_requests"]
    assert len(requests) == (MOST_SOURCES + 1) * 2
    assert sum(sample.value for sample in requests if sample.labels["source"] == "_other") == 300
    assert found["newskeep_received_bytes"][0].value == (MOST_SOURCES + 100) * 10
    assert (found["newskeep_sources"][0].value, found["newskeep_disk_free_bytes"][0].value) == (1, 7_000)
    assert {sample.labels["file"] for sample in found["newskeep_archive_bytes"]} >= {"news.db", "captures.db"}
    assert found["newskeep_healthy"][0].value == 1
    assert ask(monitor, "/")[0] == 404


@pytest.mark.skipif(sys.platform == "win32", reason="systemd is of Linux")
def test_systemd_is_told_where_it_asks(tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        notify({"NOTIFY_SOCKET": path}, "READY=1")
        assert systemd.recv(100) == b"READY=1"
    notify({"NOTIFY_SOCKET": path + "gone"}, "WATCHDOG=1")
    notify({}, "WATCHDOG=1")


def touch(path: Path, text: str, second: int) -> None:
    path.write_text(text)
    os.utime(path, (second, second))


def test_files_are_read_when_they_changed_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    touch(tmp_path / "sources" / "post.toml", SOURCE.format("post"), 1)
    applied: list[tuple[Config, list[str]]] = []

    async def apply(config: Config, sources: Sequence[Source]) -> None:
        applied.append((config, [one.slug for one in sources]))

    async def play() -> None:
        reloader = Reloader(config=Config(home=tmp_path), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), apply=apply)
        assert not await reloader.do()
        touch(tmp_path / "sources" / "gull.toml", SOURCE.format("gull"), 2)
        # It may be half written: it is read when it has stayed as it is.
        assert [await reloader.do() for _ in range(3)] == [False, True, False]
        assert applied[-1][1] == ["gull", "post"]
        touch(tmp_path / "newskeep.toml", "[poll]\ninterval = 'soon'\n", 3)
        assert [await reloader.do() for _ in range(3)] == [False, False, False]
        (trouble,) = reloader.troubles()
        assert (trouble.subject, len(applied)) == ("newskeep.toml", 1)
        assert "what it said before still holds" in trouble.summary
        touch(tmp_path / "newskeep.toml", "[poll]\ninterval = '42 m'\n", 4)
        assert await reloader.do(is_asked=True)
        assert reloader.troubles() == ()
        assert applied[-1][0].poll.interval_seconds == 2_520
        (tmp_path / "sources" / "gull.toml").unlink()
        assert [await reloader.do() for _ in range(2)] == [False, True]
        assert applied[-1][1] == ["post"]

    asyncio.run(play())


def test_a_log_line_has_its_fields_apart() -> None:
    record = logging.LogRecord(
        "scheduler", logging.ERROR, __file__, 1, "poll failed source=%s tries=%d error=%s", ("post", 3, "a b=c"), None
    )
    line = json.loads(JsonFormatter().format(record))
    assert {key: line[key] for key in ("event", "level", "logger", "source", "tries", "error")} == {
        "event": "poll failed", "level": "error", "logger": "scheduler", "source": "post", "tries": 3, "error": "a b=c",
    }  # fmt: skip
    plain = logging.LogRecord("x", logging.INFO, __file__, 1, "stopping: all at once", None, None)
    assert json.loads(JsonFormatter().format(plain))["event"] == "stopping: all at once"
    mixed = logging.LogRecord("x", logging.INFO, __file__, 1, "%s outcome=%s url=%s", ("story", "gone", "u"), None)
    assert json.loads(JsonFormatter().format(mixed))["outcome"] == "gone"
