"""When alerts go out, and how they read."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from newskeep.alerts import (
    MAX_LINES,
    Alert,
    AlertKind,
    Delivery,
    DeliveryStatus,
    Quiet,
    is_hopeless,
    is_time,
    message,
    next_try,
)
from newskeep.watches import MatchReason, read_name, why

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def alert(number: int = 1, *, minutes: int = 0, kind: AlertKind = AlertKind.RAISED) -> Alert:
    return Alert(alert_id=number, created_at=NOON + minutes * MINUTE, kind=kind, title=f"t{number}", body=f"b{number}")


def waiting(*, minutes: int = 0, next_try_at: datetime | None = None) -> Delivery:
    return Delivery(
        alert=alert(minutes=minutes), target="m", status=DeliveryStatus.WAITING, attempts=0, next_try_at=next_try_at
    )


# begins, ends, hour and minute in Berlin, is it quiet
@pytest.mark.parametrize(
    ("begins", "ends", "hour", "is_quiet"),
    [
        (22, 7, 21, False), (22, 7, 22, True), (22, 7, 3, True), (22, 7, 7, False),
        (9, 17, 8, False), (9, 17, 9, True), (9, 17, 17, False), (0, 0, 12, False),
    ],
)  # fmt: skip
def test_quiet_hours_are_of_the_owners_clock(begins: int, ends: int, hour: int, is_quiet: bool) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    quiet = Quiet(begins=time(begins), ends=time(ends), zone=berlin)
    now = datetime(2026, 9, 7, hour, tzinfo=berlin).astimezone(UTC)
    assert quiet.holds(now) is is_quiet


@pytest.mark.parametrize(
    ("deliveries", "minutes", "goes"),
    [
        ([], 0, False),
        ([waiting()], 4, False),
        ([waiting()], 5, True),
        ([waiting(), waiting(minutes=4)], 5, True),
        ([waiting(next_try_at=NOON + 9 * MINUTE), waiting(minutes=1)], 8, False),
        ([waiting(next_try_at=NOON + 9 * MINUTE), waiting(minutes=1)], 9, True),
        ([waiting(minutes=60)], 0, True),  # a clock that was set back
    ],
)
def test_alerts_wait_for_one_another_and_for_the_next_try(deliveries: list[Delivery], minutes: int, goes: bool) -> None:
    now = NOON + minutes * MINUTE
    assert is_time(deliveries, now=now, digest=5 * MINUTE, quiet=None) is goes
    always = Quiet(begins=time(0), ends=time(23, 59), zone=UTC)
    assert not is_time(deliveries, now=now, digest=5 * MINUTE, quiet=always)


def test_waits_double_up_to_four_hours_and_end_after_two_weeks() -> None:
    waits = [(next_try(count, now=NOON) - NOON) / MINUTE for count in (1, 2, 3, 4, 8, 9, 500)]
    assert waits == [1, 2, 4, 8, 128, 240, 240]
    assert not is_hopeless(alert(), now=NOON + timedelta(days=14))
    assert is_hopeless(alert(), now=NOON + timedelta(days=15))


def test_a_message_counts_what_it_holds_and_stays_short() -> None:
    assert message([alert()], home="/srv/news").body == "b1\n\n/srv/news"
    kinds = [AlertKind.RAISED, AlertKind.RAISED, AlertKind.FIXED, AlertKind.MATCH]
    mixed = message([alert(number, kind=kind) for number, kind in enumerate(kinds)], home="h")
    assert mixed.title == "newskeep: 2 alarms, 1 fixed, 1 match"
    long = message([alert(number) for number in range(500)], home="h")
    assert long.body.count("\n\n") == MAX_LINES + 1
    assert f"{500 - MAX_LINES} more" in long.body


@pytest.mark.parametrize(
    ("matches", "before", "reason"),
    [
        (True, False, MatchReason.NEW),
        (True, True, MatchReason.REVISED),
        (False, True, MatchReason.LEFT),
        (False, False, None),
    ],
)
def test_why_a_revision_is_told(matches: bool, before: bool, reason: MatchReason | None) -> None:
    assert why(matches=matches, matched_before=before) is reason


@pytest.mark.parametrize("name", ["", "a b", "-a", "ä", "a/b", "a" * 65, "../x"])
def test_a_name_is_plain(name: str) -> None:
    assert read_name(" Tolls-2 ") == "tolls-2"
    with pytest.raises(ValueError, match="cannot be a name"):
        read_name(name)
