"""Where a listing's answer came from, poll by poll."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newskeep.fetches import Ask, Fetch, Purpose
from pipelines.moves import note_move
from pipelines.work import Work
from storage.archive import Archive
from tests.storage.builders import HOUR, NOW, capture, source

FEED = "https://post.example/feed"
NEW = "https://new.example/feed"


def poll(archive: Archive, final_url: str, *, hour: int = 0, redirects: tuple[str, ...] = (), **fields: Any) -> None:
    """A poll of the feed, answered from there."""
    taken = capture(FEED, at=NOW + hour * HOUR, final_url=final_url, redirects=redirects, **fields)
    ask = Ask(url=FEED, purpose=Purpose.LISTING, listing_id=1)
    note_move(archive, Work(fetch=Fetch(ask=ask, started_at=NOW, capture=taken)))


@pytest.fixture
def archive(tmp_path: Path) -> Any:
    with Archive(tmp_path) as opened:
        opened.listings.sync([source()], NOW)
        yield opened


def test_a_redirect_for_good_is_counted_until_the_listing_answers_itself(archive: Archive) -> None:
    for hour in range(3):
        poll(archive, NEW, hour=hour, redirects=(FEED,))
    (move,) = archive.coverage.moves()
    assert (move.url, move.polls, move.first_at, move.last_at) == (NEW, 3, NOW, NOW + 2 * HOUR)
    ask = Ask(url=FEED, purpose=Purpose.LISTING, listing_id=1)
    note_move(archive, Work(fetch=Fetch(ask=ask, started_at=NOW)))  # no answer at all
    assert len(archive.coverage.moves()) == 1
    poll(archive, FEED, hour=3)
    assert archive.coverage.moves() == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"final_url": NEW, "redirects": (FEED,), "has_temporary_redirect": True},
        {"final_url": "http://post.example/feed/", "redirects": (FEED,)},
        {"final_url": "https://www.post.example/feed", "redirects": (FEED,)},
        {"final_url": FEED},
    ],
)
def test_what_is_for_this_time_only_or_the_same_place_is_no_move(archive: Archive, fields: dict[str, Any]) -> None:
    poll(archive, **fields)
    assert archive.coverage.moves() == ()
