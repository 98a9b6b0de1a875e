"""How values are written into SQLite and read back: times, texts, lists.

Our own clocks carry milliseconds always, so that they sort as text; a publisher's times carry seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

Value = str | int | float | bytes | None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# The rows of one story carry one moment many times.
@lru_cache(maxsize=64)
def seen_text(at: datetime) -> str:
    """Write a moment of our own clock: `2026-11-22T10:00:00.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def page_text(at: datetime) -> str:
    """Write a time that a page states: `2026-11-22T10:00:00Z`."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:-6] + "Z"


def optional_text(at: datetime | None) -> str | None:
    """Write a moment of our own clock, or None."""
    return None if at is None else seen_text(at)


def read_time(text: str) -> datetime:
    """Read a time that was written here; aware, in UTC."""
    return datetime.fromisoformat(text)


def read_optional(text: str | None) -> datetime | None:
    """Read a time that was written here, or None."""
    return None if text is None else datetime.fromisoformat(text)


def milliseconds(at: datetime) -> int:
    """Count the whole milliseconds since 1970; times before that give 0."""
    since = at - _EPOCH
    return max(0, (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000)


def plain(value: Value) -> Value:
    """Make a text storable: without NUL, which ends it for some readers, and without halves of surrogate pairs.

    Pages carry both: as raw bytes, and as escapes in their scripts.
    """
    if not isinstance(value, str):
        return value
    if "\0" in value:
        value = value.replace("\0", "")
    if value.isascii():
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def row(values: Iterable[Value]) -> tuple[Value, ...]:
    """Make the values of a row storable."""
    given = tuple(values)
    # All texts at once: nearly every row is storable as it is.
    text = "".join([value for value in given if value.__class__ is str])
    if "\0" not in text:
        try:
            text.encode("utf-8")
            return given
        except UnicodeEncodeError:
            pass
    return tuple([plain(value) if value.__class__ is str else value for value in given])


def list_text(values: Sequence[str]) -> str | None:
    """Write a list as JSON; None where it is empty. Datasette shows and facets such columns as lists."""
    return json.dumps(list(values), ensure_ascii=False) if values else None


def read_list(text: str | None) -> tuple[str, ...]:
    """Read a list that was written here."""
    return tuple(json.loads(text)) if text else ()


def flag(value: bool | None) -> int | None:
    """Write a truth value as 0, 1 or None."""
    return None if value is None else int(value)
