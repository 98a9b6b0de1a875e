"""Retry-After in both its forms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newskeep.retry_after import MAX_WAIT_SECONDS, parse_retry_after

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", None, 120.0),
        (" 120 ", None, 120.0),
        ("0", None, None),
        ("99999999", None, MAX_WAIT_SECONDS),
        ("Sun, 22 Nov 2026 10:02:00 GMT", None, 120.0),
        # held against the server's own clock, which is an hour behind ours
        ("Sun, 22 Nov 2026 09:02:00 GMT", "Sun, 22 Nov 2026 09:00:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 09:59:00 GMT", None, None),
        ("Fri, 31 Dec 2066 23:59:59 GMT", None, MAX_WAIT_SECONDS),
        (None, None, None),
        ("", None, None),
        ("soon", None, None),
        ("-5", None, None),
        ("1.5", None, None),
        ("٣", None, None),
        ("Sun, 22 Nov 2026 10:02:00", None, None),
    ],
)
def test_the_wait_is_read(value, date, seconds):
    assert parse_retry_after(value, date=date, now=NOW) == seconds


def test_a_date_without_any_clock_to_hold_it_against_is_no_wait():
    assert parse_retry_after("Sun, 22 Nov 2026 10:02:00 GMT") is None
