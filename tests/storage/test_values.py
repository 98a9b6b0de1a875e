"""How values are written into SQLite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.values import milliseconds, page_text, plain, read_time, seen_text

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001  (zone is given)


@given(MOMENTS, MOMENTS)
def test_our_times_sort_as_text(a: datetime, b: datetime) -> None:
    # to the millisecond
    assert (seen_text(a) < seen_text(b)) == (milliseconds(a) < milliseconds(b))


@given(MOMENTS)
def test_times_come_back_to_the_millisecond(at: datetime) -> None:
    assert timedelta(0) <= at - read_time(seen_text(at)) < timedelta(milliseconds=1)
    assert read_time(page_text(at)) == at.replace(microsecond=0)


def test_times_of_other_zones_are_written_in_utc() -> None:
    at = datetime(2026, 11, 22, 1, 30, 0, 5999, tzinfo=timezone(timedelta(hours=2)))
    assert (seen_text(at), page_text(at)) == ("2026-11-21T23:30:00.005Z", "2026-11-21T23:30:00Z")


def test_times_before_1970_count_as_its_beginning() -> None:
    assert milliseconds(datetime(1492, 10, 12, tzinfo=UTC)) == 0


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("a\0b", "ab"),
        ("\ud83d\ude00", "😀"),
        ("x\udfff", "x\ufffd"),
        ("Köln", "Köln"),
        (5, 5),
        (None, None),
        (b"\0", b"\0"),
    ],
)
def test_texts_are_made_storable(value: str | int | bytes | None, stored: str | int | bytes | None) -> None:
    assert plain(value) == stored
