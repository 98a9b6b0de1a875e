"""Alerts on their way out: a real webhook on this machine, by apprise; what is lost, sent twice, or said of secrets."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from config import Config
from config_tables.alerts import AlertsConfig, read_target
from newskeep.alerts import AlertKind, DeliveryStatus, Quiet
from service.sender import AlertSender
from service.targets import NotTakenError, hand_over
from storage.archive import Archive
from storage.writer import ArchiveWriter

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Webhook(ThreadingHTTPServer):
    """Takes messages, or answers with another status."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        self.status = 200

    @property
    def address(self) -> str:
        return f"json://desk:hush@127.0.0.1:{self.server_address[1]}/hook/"


class _Handler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        self.server.asked += 1
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status == 200:
            self.server.taken.append(message)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Everything that reaches the root logger, whose lines are those that are seen."""
    text, root = StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


class Office:
    """A home with targets, a clock to set, and whoever sends."""

    def __init__(self, home: Path, *targets: str, **alerts: Any) -> None:
        self.home, self.now = home, NOON
        chosen = tuple(read_target(target) for target in targets)
        self.config = Config(home=home, alerts=AlertsConfig(targets=chosen, **alerts))
        self.labels = [target.label for target in chosen]
        self.env: dict[str, str] = {}

    def alert(self, title: str, kind: AlertKind = AlertKind.RAISED) -> None:
        with Archive(self.home) as archive:
            archive.alerts.add(kind, title=title, body=f"{title} it is", targets=self.labels, now=self.now)

    def send(self, *, at_once: bool = False) -> int:
        async def once() -> int:
            writer = ArchiveWriter(self.home)
            writer.start()
            sender = AlertSender(
                writer=writer, config=lambda: self.config, clock=lambda: self.now, env=self.env, at_once=at_once
            )
            try:
                return await sender.do()
            finally:
                await writer.aclose()

        return asyncio.run(once())

    def stand(self) -> dict[str, Any]:
        with Archive(self.home) as archive:
            return {one.target: one for one in archive.alerts.targets()}


def test_what_comes_up_together_goes_as_one_message_once(tmp_path: Path, webhook: Webhook) -> None:
    office = Office(tmp_path, webhook.address, digest_seconds=120)
    office.alert("post: silent")
    office.now += MINUTE
    office.alert("gull: walls")
    assert office.send() == 0
    office.now += MINUTE
    assert office.send() == 1
    office.now += 10 * MINUTE
    assert office.send() == 0
    (message,) = webhook.taken
    assert message["title"] == "newskeep: 2 alarms"
    assert "post: silent" in message["message"]
    assert "gull: walls it is" in message["message"]
    assert str(tmp_path) in message["message"]


def test_a_command_that_ends_sends_at_once(tmp_path: Path, webhook: Webhook) -> None:
    office = Office(tmp_path, webhook.address)
    office.alert("post: silent")
    assert office.send(at_once=True) == 1
    assert webhook.taken[0]["title"] == "newskeep: post: silent"


def test_a_target_that_is_down_gets_everything_later_and_once(
    tmp_path: Path, webhook: Webhook, logged: StringIO
) -> None:
    office = Office(tmp_path, webhook.address, digest_seconds=0)
    webhook.status = 500
    office.alert("post: silent")
    waits = []
    for _ in range(3):
        before = office.now
        while not office.send() and webhook.asked == len(waits):
            office.now += MINUTE / 2
        waits.append((office.now - before) / MINUTE)
    assert waits == [0, 1, 2]
    (stand,) = office.stand().values()
    assert (stand.waiting, stand.trouble, stand.attempts) == (1, "it answered with HTTP 500", 3)
    webhook.status = 200
    office.alert("gull: walls", AlertKind.FIXED)
    office.now += 5 * MINUTE
    assert office.send() == 1
    assert office.send() == 0
    assert [message["title"] for message in webhook.taken] == ["newskeep: 1 alarm, 1 fixed"]
    assert "alerts not sent target=json-" in logged.getvalue()
    assert "hush" not in logged.getvalue()
    assert "/hook" not in logged.getvalue()


def test_one_target_that_is_down_keeps_no_other_waiting(tmp_path: Path, webhook: Webhook) -> None:
    office = Office(tmp_path, webhook.address, "json://127.0.0.1:1/nobody", digest_seconds=0)
    office.alert("post: silent")
    assert office.send() == 1
    up, down = (office.stand()[label] for label in office.labels)
    assert (up.waiting, down.waiting, down.trouble) == (0, 1, "it could not be reached, or refused")


def test_nothing_goes_out_in_the_quiet_hours(tmp_path: Path, webhook: Webhook) -> None:
    quiet = Quiet(begins=time(22), ends=time(7), zone=UTC)
    office = Office(tmp_path, webhook.address, digest_seconds=0, quiet=quiet)
    office.now = NOON.replace(hour=23)
    office.alert("post: silent")
    assert office.send() == 0
    office.now += timedelta(hours=8)
    assert office.send() == 1


def test_what_a_kill_left_half_sent_goes_again(tmp_path: Path, webhook: Webhook) -> None:
    office = Office(tmp_path, webhook.address, digest_seconds=0)
    office.alert("post: silent")
    with Archive(tmp_path) as archive:
        archive.alerts.sending(archive.alerts.waiting(office.labels[0]))
        assert archive.alerts.waiting(office.labels[0])[0].status is DeliveryStatus.SENDING
    assert office.send() == 1
    assert len(webhook.taken) == 1


def test_a_target_that_left_the_file_or_news_that_is_old_is_let_go(tmp_path: Path, webhook: Webhook) -> None:
    office = Office(tmp_path, webhook.address, digest_seconds=0)
    office.alert("post: silent")
    office.config = Config(home=tmp_path)
    assert office.send() == 0
    assert office.stand()[office.labels[0]].waiting == 0
    office = Office(tmp_path, webhook.address, digest_seconds=0)
    office.alert("post: silent")
    office.now += timedelta(days=15)
    assert office.send() == 0
    assert webhook.taken == []


def test_a_secret_comes_from_the_environment(tmp_path: Path, webhook: Webhook) -> None:
    office = Office(tmp_path, "$NEWS_HOOK", digest_seconds=0)
    office.alert("post: silent")
    assert office.send() == 0
    assert office.stand()["NEWS_HOOK"].trouble == "the variable NEWS_HOOK is not set in the environment"
    office.now += MINUTE
    office.env = {"NEWS_HOOK": webhook.address}
    assert office.send() == 1


def test_an_address_that_is_none_is_said_without_it(tmp_path: Path) -> None:
    from newskeep.alerts import Message

    with pytest.raises(NotTakenError, match="cannot make sense of its address") as error:
        hand_over(read_target("nosuchservice://hush@host/"), Message(title="t", body="b"), {})
    assert "hush" not in str(error.value)
    with pytest.raises(ValueError, match="is no address of apprise's") as refused:
        read_target("hush, hush")
    assert "hush" not in str(refused.value)
