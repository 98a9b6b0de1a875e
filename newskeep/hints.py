"""What an answer says of its own freshness: for how long the same bytes would come again (RFC 9111)."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?:^|,)\s*(s-maxage|max-age)\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NEVER = re.compile(r"(?:^|,)\s*(?:no-cache|no-store)\b", re.IGNORECASE)
# A year's freshness is said of pictures; of a listing it is a mistake, and a day as good as any.
MOST_FRESH_SECONDS = 86_400


def fresh_seconds(
    cache_control: str | None, *, age: str | None = None, expires: str | None = None, date: str | None = None
) -> int | None:
    """Give for how many seconds more an answer counts as fresh; None where its headers do not say.

    `s-maxage` goes before `max-age`, both before `Expires`, which is held against the answer's own `Date`.
    """
    text = cache_control or ""
    if _NEVER.search(text):
        return None
    ages = {name.lower(): int(seconds) for name, seconds in _MAX_AGE.findall(text)}
    life = ages.get("s-maxage", ages.get("max-age"))
    if life is None:
        life = _seconds_between(date, expires)
    if life is None:
        return None
    spent = int(age) if age and age.strip().isdecimal() and len(age) < 10 else 0
    return min(life - spent, MOST_FRESH_SECONDS) if life > spent else None


def _seconds_between(date: str | None, expires: str | None) -> int | None:
    try:
        start, end = parsedate_to_datetime(date or ""), parsedate_to_datetime(expires or "")
        return int((end - start).total_seconds())
    except (ValueError, TypeError, OverflowError):  # TypeError: one with a zone and one without
        return None
