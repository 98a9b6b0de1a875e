"""Alerts: what goes out to people, when, and what becomes of it when nobody takes it.

An alert waits for each target by itself. All that waits for a target goes as one message: so many minutes after the
first of it (the digest), not in the quiet hours, and after a failure later each time. `now` is passed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=14)
"""An alert that no try brought to its target for so long is let go: by then it is no news."""
MAX_LINES = 40
"""How many alerts one message spells out; the rest is counted."""


class AlertKind(StrEnum):
    """What an alert tells."""

    RAISED = "raised"
    FIXED = "fixed"
    MATCH = "match"


class DeliveryStatus(StrEnum):
    """How an alert stands with one target."""

    WAITING = "waiting"
    SENDING = "sending"
    """Handed over; whether it was taken is not known yet."""
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to tell: a title of one line, and a text."""

    alert_id: int
    created_at: datetime
    kind: AlertKind
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An alert on its way to one target. `next_try_at` None: it was not tried yet."""

    alert: Alert
    target: str
    status: DeliveryStatus
    attempts: int
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours in which nothing goes out, from and until a time of day in a zone; they may run over midnight."""

    begins: time
    ends: time
    zone: tzinfo

    def holds(self, now: datetime) -> bool:
        """Is it quiet now?"""
        clock = now.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is handed to a target: plain text."""

    title: str
    body: str


def is_time(waiting: Sequence[Delivery], *, now: datetime, digest: timedelta, quiet: Quiet | None) -> bool:
    """Is it time to send what waits for one target? An alert that failed makes those after it wait with it."""
    if not waiting or (quiet is not None and quiet.holds(now)):
        return False
    if any(one.next_try_at is not None and one.next_try_at > now for one in waiting):
        return False
    first = min(one.alert.created_at for one in waiting)
    # A clock that was set back must not hold an alert for ever.
    return not timedelta() <= now - first < digest


def next_try(attempts: int, *, now: datetime) -> datetime:
    """When to try again after so many failures in a row, from 1 on."""
    doublings = min(max(attempts - 1, 0), 20)
    return now + min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


def is_hopeless(alert: Alert, *, now: datetime) -> bool:
    """Has an alert waited so long for its target that it is let go?"""
    return now - alert.created_at > GIVE_UP_AFTER


def message(alerts: Sequence[Alert], *, home: str) -> Message:
    """Put alerts into one message, in the order they came; `home` tells people which archive speaks."""
    if len(alerts) == 1:
        return Message(title=f"newskeep: {alerts[0].title}", body=f"{alerts[0].body}\n\n{home}")
    parts = [f"{one.title}\n{one.body}" for one in alerts[:MAX_LINES]]
    left = len(alerts) - len(parts)
    if left:
        parts.append(f"… and {left} more; `newskeep status` and `newskeep watch` show all.")
    return Message(title=f"newskeep: {_counted(alerts)}", body="\n\n".join([*parts, home]))


def _counted(alerts: Sequence[Alert]) -> str:
    words = {AlertKind.RAISED: "alarm", AlertKind.FIXED: "fixed", AlertKind.MATCH: "match"}
    plurals = {AlertKind.RAISED: "alarms", AlertKind.FIXED: "fixed", AlertKind.MATCH: "matches"}
    counts = {kind: sum(one.kind is kind for one in alerts) for kind in AlertKind}
    return ", ".join(f"{count} {(words if count == 1 else plurals)[kind]}" for kind, count in counts.items() if count)
