"""What an answer says of its own freshness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.hints import MOST_FRESH_SECONDS, fresh_seconds

NOON, ONE = "Sun, 22 Nov 2026 12:00:00 GMT", "Sun, 22 Nov 2026 13:00:00 GMT"


@pytest.mark.parametrize(
    ("cache_control", "age", "expires", "date", "expected"),
    [
        ("max-age=300", None, None, None, 300),
        ("public, Max-Age = 300", None, None, None, 300),
        ('max-age="300"', None, None, None, 300),
        ("max-age=300", "100", None, None, 200),
        ("max-age=300", "400", None, None, None),
        ("max-age=300", "long", None, None, 300),
        ("max-age=60, s-maxage=600", None, None, None, 600),
        ("no-cache, max-age=300", None, None, None, None),
        ("no-store", None, ONE, NOON, None),
        ("max-age=0", None, ONE, NOON, None),
        ("max-age=31536000", None, None, None, MOST_FRESH_SECONDS),
        (None, None, ONE, NOON, 3_600),
        (None, None, NOON, ONE, None),
        (None, None, "0", NOON, None),
        (None, None, ONE, None, None),
        ("x-max-age=300", None, None, None, None),
        (None, None, None, None, None),
    ],
)
def test_freshness(
    cache_control: str | None, age: str | None, expires: str | None, date: str | None, expected: int | None
) -> None:
    assert fresh_seconds(cache_control, age=age, expires=expires, date=date) == expected


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=40), st.text(max_size=40))
def test_no_header_breaks_it(cache_control: str, age: str, expires: str, date: str) -> None:
    found = fresh_seconds(cache_control, age=age, expires=expires, date=date)
    assert found is None or 0 < found <= MOST_FRESH_SECONDS
