"""Spans of days that pages look at: the last so many days, or all there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from reading.answers import Ask, AskError

# Room on either side, for those who reckon with days before and after.
_EARLIEST, _LATEST = date(1000, 1, 1), date(9998, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """Days from `first` to `last`, both included, in UTC; `name` is the argument that asks for them."""

    name: str
    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The beginning of the first day."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def until(self) -> datetime:
        """The end of the last day: the moment after it."""
        return datetime.combine(self.last, time(), UTC) + timedelta(days=1)

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


def asked_span(ask: Ask, names: dict[str, int], *, default: str, newest: datetime | None) -> DaySpan:
    """Read the argument `span`, one of `names` with their numbers of days, and `until`, the last day.

    Without `until`, the last day is today, or the day of `newest` where nothing is as new as the span: an archive that
    is followed no longer shows its end rather than nothing. Raises AskError.
    """
    name = ask.text("span") or default
    if name not in names:
        raise AskError(f"span should be one of {', '.join(names)}")
    length = timedelta(days=names[name] - 1)
    last = ask.day("until")
    if last is None:
        today = ask.now.date()
        found = newest.astimezone(UTC).date() if newest else today
        last = found if found < today - length else today
    last = min(max(last, _EARLIEST), _LATEST)
    return DaySpan(name=name, first=last - length, last=last)
