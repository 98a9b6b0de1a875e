"""How a source does: what requests bring, and what is found wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newskeep.alarms import Alarm, AlarmKind, Finding, turn
from newskeep.coverage import Answer, Reading, add_up
from newskeep.fetches import Purpose
from newskeep.health import RULES, SourceHealth, findings, follow, read_health, write_health
from newskeep.outcomes import Outcome
from newskeep.upkeep import Due, Moved, disk, moved, overdue
from newskeep.vitals import Vitals, ailments

START = datetime(2026, 9, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
READ = Reading(has_headline=True, has_authors=True, published_at=START, words=400, teasers=12)


def answers(
    count: int, *, start: datetime = START, outcome: Outcome = Outcome.NEW_STORY, purpose: Purpose = Purpose.STORY,
    reading: dict[str, Any] | None = None, first_id: int = 1,
) -> Iterator[Answer]:  # fmt: skip
    """One an hour, with a poll before each."""
    for number in range(count):
        at = start + number * HOUR
        yield Answer(request_id=0, source="post", purpose=Purpose.LISTING, outcome=Outcome.LISTED, at=at)
        values = {**{name: getattr(READ, name) for name in Reading.__dataclass_fields__}, "published_at": at}
        brought = Reading(**{**values, **(reading or {})}) if outcome is Outcome.NEW_STORY else None
        yield Answer(
            request_id=first_id + number, source="post", purpose=purpose, outcome=outcome, at=at, body_bytes=10,
            reading=brought,
        )  # fmt: skip


@pytest.fixture(scope="module")
def known() -> tuple[SourceHealth, datetime]:
    """A source that was well for three weeks."""
    return follow(SourceHealth(), answers(504)), START + 504 * HOUR


@pytest.mark.parametrize(
    ("reading", "subject"),
    [
        ({"has_headline": False}, "headline"),
        ({"has_authors": False}, "authors"),
        ({"published_at": None}, "date"),
        ({"words": 20}, "text"),
        ({"words": 9_000}, "text"),
        ({"teasers": 0}, "teasers"),
    ],
)
def test_each_part_that_goes_missing_is_found_and_fixed(
    known: tuple[SourceHealth, datetime], reading: dict[str, Any], subject: str
) -> None:
    health, at = known
    assert findings("post", health) == ()
    health = follow(health, answers(8, start=at, reading=reading))
    (found,) = findings("post", health)
    assert (found.kind, found.subject, found.source) == (AlarmKind.EXTRACTION, subject, "post")
    assert found.began_at == at
    assert findings("post", follow(health, answers(8, start=at + 8 * HOUR))) == ()


@pytest.mark.parametrize(
    ("outcome", "kind", "subject"),
    [
        (Outcome.WALLED, AlarmKind.WALLS, ""),
        (Outcome.TIMED_OUT, AlarmKind.ERRORS, ""),
        (Outcome.NOT_A_STORY, AlarmKind.EXTRACTION, "story"),
    ],
)
def test_pages_that_are_none_are_named_and_the_source_not_called_silent_as_well(
    known: tuple[SourceHealth, datetime], outcome: Outcome, kind: AlarmKind, subject: str
) -> None:
    health, at = known
    health = follow(health, answers(60, start=at, outcome=outcome))
    found = findings("post", health)
    assert (kind, subject) in [(one.kind, one.subject) for one in found]
    if kind is not AlarmKind.EXTRACTION:
        assert len(found) == 1


def test_what_a_look_at_old_stories_finds_is_no_error(known: tuple[SourceHealth, datetime]) -> None:
    health, at = known
    gone = [
        Answer(request_id=1, source="post", purpose=Purpose.RECHECK, outcome=outcome, at=at + number * HOUR)
        for number in range(50)
        for outcome in (Outcome.GONE, Outcome.NOT_FOUND, Outcome.CANCELLED, Outcome.STORAGE_FAILED)
    ]
    assert findings("post", follow(health, gone)) == ()


def test_what_is_remembered_is_written_and_read_in_few_bytes(known: tuple[SourceHealth, datetime]) -> None:
    health, at = known
    health = follow(health, answers(9, start=at, reading={"has_authors": False, "words": 10}))
    text = write_health(health)
    assert len(text) < 4_000
    again = read_health(text)
    assert write_health(again) == text
    assert findings("post", again) == findings("post", health)
    more = list(answers(20, start=at + 9 * HOUR))
    assert findings("post", follow(again, more)) == findings("post", follow(health, more))


def test_every_rule_has_words() -> None:
    from newskeep.health import _WORDS

    assert set(RULES) == {*_WORDS, "walls", "errors"}


def test_coverage_is_added_up_by_day() -> None:
    days = add_up([*answers(30), *answers(2, outcome=Outcome.WALLED)])
    assert [(day.day.day, day.stories, day.walls, day.requests) for day in days] == [(7, 24, 2, 52), (8, 6, 0, 12)]
    assert days[0].plus(days[0]).words == 2 * 24 * 400
    assert (days[0].share(days[0].authors), days[0].failures) == (1.0, 2)


def test_a_turn_raises_what_is_new_and_ends_what_is_gone() -> None:
    one = Finding(kind=AlarmKind.SILENT, source="post", subject="", began_at=START, summary="s")
    two = Finding(kind=AlarmKind.WALLS, source="post", subject="", began_at=START, summary="w")
    is_open = Alarm(
        alarm_id=1, kind=AlarmKind.SILENT, source="post", subject="", began_at=START, raised_at=START, summary="s"
    )
    assert turn([], [one, two]).raised == (one, two)
    assert turn([is_open], [one]) == turn([], [])
    assert turn([is_open], [two]).fixed == (is_open,)


# minutes late, awake for (None: no service), is it open, is it wrong
@pytest.mark.parametrize(
    ("late", "awake", "is_open", "is_wrong"),
    [
        (29, None, False, False), (31, None, False, True), (31, 10, False, False), (600, 31, False, True),
        (10, None, True, True), (4, None, True, False),
    ],
)  # fmt: skip
def test_polls_are_overdue_after_half_an_hour_of_a_service_that_is_awake(
    late: int, awake: int | None, is_open: bool, is_wrong: bool
) -> None:
    now = START
    awake_since = None if awake is None else now - timedelta(minutes=awake)
    dues = [Due(source="post", at=now - timedelta(minutes=late)), Due(source="gull", at=now + HOUR)]
    found = overdue(dues, now=now, awake_since=awake_since, is_open=is_open)
    assert bool(found) is is_wrong
    if found:
        assert "a poll is overdue (post)" in found[0].summary


def test_a_disk_is_full_below_the_limit_and_well_a_good_way_above() -> None:
    sizes = {"least_bytes": 1000, "now": START}
    assert [bool(disk(free, **sizes, is_open=False)) for free in (999, 1000)] == [True, False]
    assert [bool(disk(free, **sizes, is_open=True)) for free in (1249, 1250)] == [True, False]


def test_a_listing_moved_when_it_did_not_from_the_start_and_says_so_three_times() -> None:
    given = {"source": "post", "listing_url": "https://a.example/feed", "url": "https://b.example/feed"}
    move = Moved(**given, followed_since=START, first_at=START + 48 * HOUR, polls=3)
    (found,) = moved([move])
    assert (found.subject, found.began_at) == ("https://a.example/feed", START + 48 * HOUR)
    assert moved([Moved(**given, followed_since=START, first_at=START + 48 * HOUR, polls=2)]) == ()
    assert moved([Moved(**given, followed_since=START, first_at=START + HOUR, polls=99)]) == ()


@pytest.mark.parametrize(
    ("vitals", "words"),
    [
        (Vitals(beat=90, written=90), []),
        (Vitals(beat=30, written=90), ["stood still for 70 s"]),
        (Vitals(beat=100, written=-250, trouble="no space is left"), ["not been written for 350 s: no space is left"]),
        (Vitals(beat=100, written=100, sources=3, overdue=3), ["all 3 sources are overdue"]),
        (Vitals(beat=100, written=100, sources=3, overdue=2), []),
    ],
)
def test_a_service_is_ill_when_it_stands_still_writes_nothing_or_is_late_with_everything(
    vitals: Vitals, words: list[str]
) -> None:
    found = ailments(vitals, now=100)
    assert len(found) == len(words)
    assert all(word in text for word, text in zip(words, found, strict=True))
