"""The book of turns: what it keeps over restarts, and what a dead process leaves behind."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newskeep.errors import ArchiveLockedError
from newskeep.host_pace import Answer, Standing, Wish
from storage.hosts import HostStore, KeptFile, Turn
from storage.hosts_schema import HOSTS

NOW = 1_795_000_000.0
ONE = Wish(connections=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[HostStore]:
    """The book of a home."""
    store = HostStore.open(tmp_path)
    yield store
    store.close()


def take(store: HostStore, wish: Wish = ONE, *, now: float = NOW, host: str = "a", lease: float = 40) -> Turn:
    found = store.take(host, wish, now=now, lease_seconds=lease)
    assert isinstance(found, Turn)
    return found


def denied(store: HostStore, wish: Wish = ONE, *, now: float = NOW, host: str = "a") -> Standing:
    found = store.take(host, wish, now=now, lease_seconds=40)
    assert isinstance(found, Standing)
    return found


def test_a_turn_is_taken_and_given_back(store: HostStore) -> None:
    turn = take(store)
    assert denied(store).wait_seconds is None
    take(store, host="b")
    store.give_back(turn, answer=Answer(status=200, seconds=0.1), now=NOW)
    take(store)


def test_a_delay_counts_from_when_the_request_was_really_sent(store: HostStore) -> None:
    wish = Wish(delay_seconds=2, connections=5)
    turn = take(store, wish)
    assert denied(store, wish, now=NOW + 1).wait_seconds is None
    store.mark_sent(turn, now=NOW + 1)
    assert denied(store, wish, now=NOW + 2).wait_seconds == 1
    take(store, wish, now=NOW + 3)


def test_a_request_that_cannot_connect_holds_up_the_others_for_a_while_only(store: HostStore) -> None:
    wish = Wish(delay_seconds=2, connections=5)
    take(store, wish)
    denied(store, wish, now=NOW + 4.9)
    take(store, wish, now=NOW + 5.1)


def test_a_turn_that_is_never_given_back_runs_out(store: HostStore) -> None:
    take(store, lease=40)
    denied(store, now=NOW + 39)
    take(store, now=NOW + 41)


def test_a_turn_of_before_the_clock_was_set_back_holds_up_nobody(store: HostStore) -> None:
    take(store)
    take(store, now=NOW - 3600)


def test_a_pause_outlives_the_process(tmp_path: Path) -> None:
    first = HostStore.open(tmp_path)
    first.give_back(take(first), answer=Answer(status=429, seconds=0.1, pause_seconds=900), now=NOW)
    first.close()
    second = HostStore.open(tmp_path)
    found = denied(second, now=NOW + 100)
    assert (found.paused_status, found.wait_seconds) == (429, 800)
    assert list(second.paused(now=NOW + 100)) == ["a"]
    take(second, now=NOW + 900)
    assert second.paused(now=NOW + 900) == {}
    second.close()


def test_what_was_learned_of_a_host_outlives_the_process(tmp_path: Path) -> None:
    first = HostStore.open(tmp_path)
    turn = take(first, Wish(delay_seconds=1))
    first.give_back(turn, answer=Answer(status=500, seconds=0.1), now=NOW)
    first.close()
    second = HostStore.open(tmp_path)
    assert second.pace("a").slowness == 2
    second.close()


def test_robots_txt_is_kept_with_its_time_and_its_crawl_delay(store: HostStore) -> None:
    robots = KeptFile(fetched_at=NOW, status=200, body=b"User-agent: *\nCrawl-delay: 7\n")
    store.keep_robots("https://a", robots, host="a", crawl_delay_seconds=7, now=NOW)
    assert store.robots("https://a") == robots
    assert store.robots("http://a") is None
    take(store, now=NOW)
    assert store.pace("a").crawl_delay_seconds == 7
    changed = KeptFile(fetched_at=NOW + 1, status=404, body=b"")
    store.keep_robots("https://a", changed, host="a", crawl_delay_seconds=None, now=NOW + 1)
    assert store.pace("a").crawl_delay_seconds is None
    store.keep_robots("https://b", changed, host="b", crawl_delay_seconds=None, now=NOW + 40 * 86_400)
    assert store.robots("https://a") is None


def test_a_dead_process_holds_no_turn(tmp_path: Path, store: HostStore) -> None:
    script = (
        "import sys, os; from pathlib import Path; from storage.hosts import HostStore;"
        "from newskeep.host_pace import Wish;"
        f"HostStore.open(Path(sys.argv[1])).take('a', Wish(), now={NOW}, lease_seconds=3000); os._exit(9)"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=root, env=os.environ | {"PYTHONPATH": str(root)})
    denied(store, now=NOW + 1)
    own = take(store, host="b", now=NOW + 1)
    assert store.forget_ended(now=NOW + 1) == 1
    take(store, now=NOW + 1)
    store.give_back(own, answer=None, now=NOW + 1)


def test_a_locked_book_is_told_at_once_and_nothing_is_half_done(tmp_path: Path, store: HostStore) -> None:
    with closing(sqlite3.connect(tmp_path / HOSTS.name, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveLockedError):
            take(store)
        other.execute("ROLLBACK")
    take(store)


def test_a_damaged_book_is_moved_aside(tmp_path: Path) -> None:
    (tmp_path / HOSTS.name).write_bytes(b"no database at all " * 400)
    store = HostStore.open(tmp_path)
    take(store)
    store.close()
    assert (tmp_path / f"{HOSTS.name}.damaged").exists()


def test_a_book_of_nobody_else(tmp_path: Path) -> None:
    store = HostStore.alone()
    take(store)
    denied(store)
    store.close()


def test_a_file_of_reservations_is_kept_by_origin(store: HostStore) -> None:
    file = KeptFile(fetched_at=NOW, status=200, body=b"[]")
    store.keep_tdm_file("https://a", file)
    assert store.tdm_file("https://a") == file
    assert store.tdm_file("http://a") is None


def test_what_nobody_asked_for_in_a_month_is_forgotten(store: HostStore) -> None:
    store.keep_tdm_file("https://a", KeptFile(fetched_at=NOW, status=200, body=b"[]"))
    for host, pause in (("a", None), ("b", 50 * 86_400.0)):
        answer = Answer(status=503, seconds=1, pause_seconds=pause)
        store.give_back(take(store, Wish(delay_seconds=1), host=host), answer=answer, now=NOW)
    store.forget_ended(now=NOW + 29 * 86_400)
    assert store.pace("a").last_at == NOW
    store.forget_ended(now=NOW + 31 * 86_400)
    assert store.pace("a").last_at is None
    assert store.pace("b").last_at == NOW
    assert store.tdm_file("https://a") is None
