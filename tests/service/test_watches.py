"""Saved searches held against what is archived: new, revised, no longer matching; each once, none lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from config import Config
from config_tables.alerts import AlertsConfig, read_target
from newskeep.watches import Watch, watch_feed
from service.watch_round import WatchRound
from storage.archive import Archive
from storage.writer import ArchiveWriter
from tests.storage.builders import (
    FERRY,
    FERRY_TEXT,
    HOUR,
    NOW,
    capture,
    draft,
    ferry,
    page,
    source,
    take_in,
    take_story,
)

TARGET = "json://127.0.0.1:1/"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a source and a watch for ferries."""
    with Archive(tmp_path) as archive:
        archive.listings.sync([source()], NOW)
        archive.watches.add(Watch(name="ferries", query="ferry", created_at=NOW - HOUR))
    return tmp_path


def look(home: Path) -> int:
    """Make one round."""

    async def once() -> int:
        writer = ArchiveWriter(home)
        writer.start()
        config = Config(home=home, alerts=AlertsConfig(targets=(read_target(TARGET),)))
        try:
            return await WatchRound(writer=writer, config=lambda: config, clock=lambda: NOW + 9 * HOUR).do()
        finally:
            await writer.aclose()

    return asyncio.run(once())


def found(home: Path, name: str = "ferries") -> list[tuple[str, int, str | None]]:
    """What a watch found, the first first."""
    with Archive(home, read_only=True) as archive:
        return [(m.reason, m.revision, m.headline) for m in reversed(archive.watches.matches(name))]


def waiting(home: Path) -> list[str]:
    """The titles of the alerts that wait."""
    with Archive(home, read_only=True) as archive:
        return [one.alert.title for one in archive.alerts.waiting(read_target(TARGET).label)]


def test_a_match_then_its_revisions_then_that_it_is_none_any_more(home: Path) -> None:
    with Archive(home) as archive:
        take_story(archive)
        take_story(archive, FERRY, ferry())
    assert (look(home), look(home)) == (1, 0)
    with Archive(home) as archive:
        longer = draft("Ferry crews still out", (*FERRY_TEXT, "The ferry to the northern island is to sail again."))
        take_in(archive, capture(FERRY, at=NOW + HOUR), page(longer, FERRY))
        assert look_inside(archive) == 1
    assert look(home) == 1
    with Archive(home) as archive:
        other = draft("Boats sail again", ("The boats sail again from the northern ports, a court was told today.",))
        take_in(archive, capture(FERRY, at=NOW + 2 * HOUR), page(other, FERRY))
    assert look(home) == 1
    assert found(home) == [
        ("new", 1, "Ferry crews walk out"),
        ("revised", 2, "Ferry crews still out"),
        ("left", 3, "Boats sail again"),
    ]
    assert waiting(home) == [
        "ferries (new): Ferry crews walk out",
        "ferries (revised): Ferry crews still out",
        "ferries (no longer matches): Boats sail again",
    ]


def test_a_story_older_than_the_search_is_not_called_new(home: Path) -> None:
    with Archive(home) as archive:
        archive.watches.remove("ferries")
        take_story(archive, FERRY, ferry())
        archive.watches.add(Watch(name="ferries", query="ferry", created_at=NOW + timedelta(minutes=1)))
        longer = draft("Ferry crews still out", (*FERRY_TEXT, "The ferry to the northern island is to sail again."))
        take_in(archive, capture(FERRY, at=NOW + HOUR), page(longer, FERRY))
    assert look(home) == 1
    assert found(home) == [("new", 2, "Ferry crews still out")]
    assert waiting(home) == ["ferries (matches now): Ferry crews still out"]


def look_inside(archive: Archive) -> int:
    """How many revisions wait."""
    return archive.watches.waiting()


def test_old_pages_that_come_in_later_are_no_news(home: Path) -> None:
    with Archive(home) as archive:
        take_story(archive, FERRY, ferry(), at=NOW - timedelta(days=900))
    assert look(home) == 0
    with Archive(home) as archive:
        assert archive.watches.waiting() == 0


def test_a_watch_for_its_feed_alone_tells_nobody(home: Path) -> None:
    with Archive(home) as archive:
        archive.watches.remove("ferries")
        archive.watches.add(Watch(name="quiet", query="ferry", created_at=NOW - HOUR, alerts=False))
        take_story(archive, FERRY, ferry())
    assert look(home) == 1
    assert len(found(home, "quiet")) == 1
    assert waiting(home) == []


def test_a_round_that_is_rolled_back_is_made_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive(home) as archive:
        take_story(archive, FERRY, ferry())
    done = archive.watches.__class__.done

    def fails(*_: object) -> None:
        raise RuntimeError("killed here")

    monkeypatch.setattr(archive.watches.__class__, "done", fails)
    with pytest.raises(RuntimeError):
        look(home)
    assert (found(home), waiting(home)) == ([], [])
    monkeypatch.setattr(archive.watches.__class__, "done", done)
    assert look(home) == 1
    assert len(waiting(home)) == 1


def test_many_at_once_are_all_looked_at(home: Path) -> None:
    with Archive(home) as archive, archive.transaction():
        for number in range(230):
            text = f"The ferry of line {number} carries {number} carts, as the harbour master told the council."
            take_story(archive, f"https://post.example/line-{number}", draft(f"Line {number}", (text,)))
    assert look(home) == 230


def test_the_feed_has_each_revision_as_an_entry_of_its_own(home: Path) -> None:
    with Archive(home) as archive:
        take_story(archive, FERRY, ferry())
        take_in(archive, capture(FERRY, at=NOW + HOUR), page(draft("Ferry <crews> & more", FERRY_TEXT), FERRY))
    look(home)
    with Archive(home, read_only=True) as archive:
        feed = watch_feed(archive.watches.get("ferries"), archive.watches.matches("ferries"))
    tree = etree.fromstring(feed)
    names = {"a": "http://www.w3.org/2005/Atom"}
    assert tree.xpath("a:entry/a:title/text()", namespaces=names) == [
        "Ferry <crews> & more (revised)",
        "Ferry crews walk out",
    ]
    ids = tree.xpath("//a:id/text()", namespaces=names)
    assert len(set(ids)) == 3
    assert tree.xpath("a:entry/a:link/@href", namespaces=names) == [FERRY, FERRY]
