"""When a listing is asked without the validators of its last answer.

With validators (`ETag`, `Last-Modified`) a server may answer "not modified" and send nothing, which spares both sides.
But some servers say so for ever, whatever they publish: a cache that lost its origin, a clock that stands.
So now and then the whole answer is asked for, and a feed that lied is caught within a day at the latest.
"""

from __future__ import annotations

from datetime import datetime, timedelta

MOST_NOT_MODIFIED = 48
"""So many 304s in a row are believed: four hours' worth at a poll every five minutes."""
LONGEST_TRUST = timedelta(days=1)
"""No answer is trusted for longer without having been seen whole."""


def asks_whole(full_at: datetime | None, not_modified: int, *, now: datetime) -> bool:
    """Tell whether the next request is to go without validators.

    `full_at` is when the last whole answer came (aware; None where none is known), `not_modified` how many 304s came in
    a row since. A time after `now` (the clock was set back) is not trusted.
    """
    if full_at is None:
        return not_modified > 0
    return not_modified >= MOST_NOT_MODIFIED or not full_at <= now < full_at + LONGEST_TRUST
