"""Rhythms in the archive, and what publishers wish."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from newskeep.rhythm import Arrivals, after_poll, first_look
from storage.archive import Archive
from tests.storage.builders import BRIDGE, FERRY, HOUR, NOW, entry, source


@pytest.fixture(autouse=True)
def followed(archive: Archive) -> None:
    """A source with one listing."""
    archive.listings.sync([replace(source(), timezone="Europe/Vienna")], NOW)


def test_a_listing_that_was_never_polled_has_no_rhythm(archive: Archive) -> None:
    habits = archive.rhythms.habits(1)
    assert (habits.rhythm, habits.hint_seconds, habits.quiet_hours) == (None, None, ())
    assert habits.zone == ZoneInfo("Europe/Vienna")
    assert archive.rhythms.habits(99).zone is UTC


def test_a_rhythm_comes_back_as_it_was(archive: Archive) -> None:
    rhythm = first_look(Arrivals(times=(NOW - 7 * HOUR, NOW - HOUR)), now=NOW, zone=UTC)
    for hours in (2, 5):
        now = NOW + hours * HOUR
        rhythm = after_poll(rhythm, Arrivals(times=(now - timedelta(minutes=5), None)), now=now, zone=UTC)
        archive.rhythms.save(1, rhythm)
    kept = archive.rhythms.habits(1).rhythm
    assert kept is not None
    assert (kept.observed_from, kept.observed_until, kept.entries) == (NOW - 7 * HOUR, NOW + 5 * HOUR, 6)
    assert kept.counts == pytest.approx(rhythm.counts, abs=0.001)
    assert kept.rates == pytest.approx(rhythm.rates, rel=0.01)
    (size,) = archive.db.execute("SELECT length(counts) + length(hours) FROM rhythms").fetchone()
    assert size < 2_500


def test_a_publishers_wish_is_kept_until_the_next_whole_answer(archive: Archive) -> None:
    archive.rhythms.wish(1, hint_seconds=3_600, quiet_hours=(0, 1, 167))
    habits = archive.rhythms.habits(1)
    assert (habits.hint_seconds, habits.quiet_hours) == (3_600, (0, 1, 167))
    archive.rhythms.wish(1, hint_seconds=None, quiet_hours=())
    assert archive.rhythms.habits(1).quiet_hours == ()


def test_new_is_what_was_never_named_under_its_address_or_guid(archive: Archive) -> None:
    archive.listings.triage(1, [entry(BRIDGE, guid="b-1")], NOW)
    renamed = entry(f"{BRIDGE}-again", guid="b-1")
    assert archive.rhythms.fresh(1, [entry(BRIDGE), renamed, entry(FERRY)]) == (entry(FERRY),)
