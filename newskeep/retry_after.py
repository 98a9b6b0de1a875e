"""The Retry-After header (RFC 9110, 10.2.3): a number of seconds, or a date."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

# A server that says "in a month" is taken at its word for a day; by then the answer may have changed.
MAX_WAIT_SECONDS = 86_400.0


def parse_retry_after(value: str | None, *, date: str | None = None, now: datetime | None = None) -> float | None:
    """Return the seconds to wait; None where the header is absent, unreadable or already over.

    A date is held against the answer's own `Date` header, so that a wrong clock on either side does no harm; where that
    is absent, against `now` (aware). The wait is at most a day.
    """
    text = (value or "").strip()
    if text.isdecimal() and text.isascii():
        return min(float(text), MAX_WAIT_SECONDS) or None
    until, sent = _parse(text), _parse(date) or now
    if until is None or sent is None:
        return None
    seconds = (until - sent).total_seconds()
    return min(seconds, MAX_WAIT_SECONDS) if seconds > 0 else None


def _parse(text: str | None) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None
