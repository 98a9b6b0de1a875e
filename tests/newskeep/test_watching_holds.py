"""What holds for whatever comes: coverage, health, silence, alarms, alerts, the service's own pulse.

Tables of cases stand in `test_health`, `test_silence` and `test_alerts`.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.addresses import is_loopback_host
from newskeep.alarms import Alarm, AlarmKind, Finding, turn
from newskeep.alerts import (
    GIVE_UP_AFTER,
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
from newskeep.coverage import COUNTS, Answer, DayCoverage, Reading, add_up, coverage_of
from newskeep.drift import Drift
from newskeep.fetches import Ask, Purpose, wants_rendering
from newskeep.health import RULES, SourceHealth, endings, findings, follow, read_health, write_health
from newskeep.model import ListingKind
from newskeep.outcomes import Outcome
from newskeep.silence import WINDOW, StoryHours, brought, hour_of, judge, moment_of, polled
from newskeep.upkeep import MOVED_AFTER_POLLS, OVERDUE_AFTER, Due, Moved, disk, moved, overdue
from newskeep.vitals import LONGEST_PAUSE_SECONDS, LONGEST_UNWRITTEN_SECONDS, Vitals, ailments

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECONDS = st.integers(0, 40 * 86_400)
MOMENTS = SECONDS.map(lambda seconds: NOON + timedelta(seconds=seconds))
SOURCES = st.sampled_from(["post", "gull", "pier"])
READINGS = st.builds(
    Reading, has_headline=st.booleans(), has_authors=st.booleans(), published_at=st.none() | MOMENTS,
    words=st.integers(0, 5000), teasers=st.integers(0, 80),
)  # fmt: skip


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """An answer as the archive tells it: a reading stands beside a new story alone."""
    outcome = draw(st.sampled_from(Outcome))
    return Answer(
        request_id=draw(st.integers(1, 999)), source=draw(SOURCES), purpose=draw(st.sampled_from(Purpose)),
        outcome=outcome, at=draw(MOMENTS), body_bytes=draw(st.integers(0, 10**7)),
        reading=draw(READINGS) if outcome is Outcome.NEW_STORY else None,
    )  # fmt: skip


# coverage


@given(many=st.lists(answers(), max_size=30))
def test_coverage_adds_up_to_its_answers_in_any_order(many: list[Answer]) -> None:
    days = add_up(many)
    assert days == add_up(reversed(many))
    keys = [(day.source, day.day) for day in days]
    assert keys == sorted(set(keys))
    assert sum(day.requests for day in days) == len(many)
    assert sum(day.body_bytes for day in days) == sum(one.body_bytes for one in many)
    assert sum(day.stories for day in days) == sum(one.reading is not None for one in many)
    assert sum(day.failures for day in days) == sum(one.is_failure for one in many)
    for day in days:
        assert max(day.headlines, day.authors, day.dates, day.with_teasers) <= day.stories <= day.requests
        assert max(day.failures, day.listings + day.pages, day.walls) <= day.requests
        share = day.share(day.headlines)
        assert (share is None) == (day.stories == 0)
        assert share is None or 0 <= share <= 1


@given(many=st.lists(answers(), max_size=20), cut=st.integers(0, 20))
def test_coverage_of_two_halves_is_the_coverage_of_the_whole(many: list[Answer], cut: int) -> None:
    whole = {(day.source, day.day): day for day in add_up(many)}
    halves: dict[object, DayCoverage] = {}
    for half in (many[:cut], many[cut:]):
        for day in add_up(half):
            key = (day.source, day.day)
            halves[key] = halves[key].plus(day) if key in halves else day
    assert halves == whole


@given(answer=answers())
def test_an_answer_counts_once_and_is_blamed_on_one_side(answer: Answer) -> None:
    one = coverage_of(answer)
    assert one.requests == 1
    assert all(getattr(one, name) >= 0 for name in COUNTS)
    assert not (answer.is_failure and answer.is_ours)
    assert not (answer.is_failure and answer.outcome.is_success)
    assert not (one.listings and one.pages)
    assert one == coverage_of(answer)


# health and silence


@given(many=st.lists(answers(), max_size=40), cut=st.integers(0, 40))
def test_health_is_the_same_whether_it_was_written_down_on_the_way_or_not(many: list[Answer], cut: int) -> None:
    many.sort(key=lambda one: one.at)
    whole = follow(SourceHealth(), many)
    stopped = read_health(write_health(follow(SourceHealth(), many[:cut])))
    resumed = follow(stopped, many[cut:])
    # Shares are written with four places.
    assert write_health(read_health(write_health(whole))) == write_health(whole)
    assert [one.key for one in findings("post", resumed)] == [one.key for one in findings("post", whole)]
    assert resumed.story_hours == whole.story_hours
    assert (resumed.words, resumed.teasers) == (whole.words, whole.teasers)


@given(many=st.lists(answers(), max_size=60))
def test_what_is_wrong_with_a_source_is_said_once_each_and_of_what_is_watched(many: list[Answer]) -> None:
    many.sort(key=lambda one: one.at)
    health = follow(SourceHealth(), many)
    found = findings("post", health)
    assert len({one.key for one in found}) == len(found)
    assert all(one.source == "post" and one.summary and "\n" not in one.summary for one in found)
    assert all(one.began_at <= many[-1].at for one in found)
    kinds = {one.kind for one in found}
    assert health.is_blocked == bool(kinds & {AlarmKind.WALLS, AlarmKind.ERRORS})
    assert not set(endings("post", health)) & {one.key for one in found}


@pytest.mark.parametrize("name", RULES)
def test_a_source_about_which_nothing_is_known_has_nothing_wrong(name: str) -> None:
    assert SourceHealth().drift(name) == Drift()
    assert findings("post", SourceHealth()) == ()
    assert follow(SourceHealth(), []) == SourceHealth()


@given(seconds=st.integers(0, 4 * 10**9))
def test_a_moment_is_in_its_hour(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert moment_of(hour_of(at)) <= at < moment_of(hour_of(at) + 1)
    assert hour_of(moment_of(seconds // 3600)) == seconds // 3600


@given(steps=st.lists(st.tuples(st.booleans(), st.integers(-30, 20_000), st.integers(-90, 30)), max_size=60))
def test_hours_with_stories_were_watched_and_nothing_older_than_the_window_is_kept(
    steps: list[tuple[bool, int, int]],
) -> None:
    known, now, with_stories = StoryHours(), NOON, set[int]()
    for is_poll, minutes, hours in steps:
        now += minutes * MINUTE
        before = known
        known = judge(polled(known, now)) if is_poll else brought(known, now + hours * HOUR, seen_at=now)
        assert known.end >= before.end
        assert known.active & ~known.watched == 0
        assert max(known.watched, known.active).bit_length() <= WINDOW
        assert known.last_hour is None or known.last_hour < known.end
        assert judge(known) == (known if is_poll else judge(known))
        if not is_poll:
            with_stories.add(hour_of(min(max(now + hours * HOUR, now - 2 * DAY), now)))
            assert known.silent_since is None
            assert known.last_hour is not None
        elif before.silent_since is not None:
            assert known.silent_since == before.silent_since
    kept = {hour for hour in range(known.end - WINDOW, known.end) if known.active >> (known.end - 1 - hour) & 1}
    assert kept == {hour for hour in with_stories if hour >= known.end - WINDOW}


# alarms


@st.composite
def wrongs(draw: st.DrawFn) -> Finding:
    """Something that is wrong."""
    return Finding(
        kind=draw(st.sampled_from(AlarmKind)), source=draw(st.none() | SOURCES), subject=draw(st.sampled_from(["", "a"])),
        began_at=draw(MOMENTS), summary=draw(st.text(max_size=9)),
    )  # fmt: skip


def alarm_of(number: int, finding: Finding) -> Alarm:
    return Alarm(
        alarm_id=number, kind=finding.kind, source=finding.source, subject=finding.subject, began_at=finding.began_at,
        raised_at=NOON, summary=finding.summary,
    )  # fmt: skip


@given(looks=st.lists(st.lists(wrongs(), max_size=8), max_size=6))
def test_after_every_look_what_is_wrong_is_open_once_and_nothing_else(looks: list[list[Finding]]) -> None:
    open_alarms: list[Alarm] = []
    for number, found in enumerate(looks):
        came = turn(open_alarms, found)
        before = {alarm.key for alarm in open_alarms}
        assert not {finding.key for finding in came.raised} & before
        assert {alarm.key for alarm in came.fixed} <= before
        open_alarms = [alarm for alarm in open_alarms if alarm not in came.fixed]
        open_alarms += [alarm_of(100 * number + at, finding) for at, finding in enumerate(came.raised)]
        keys = [alarm.key for alarm in open_alarms]
        assert sorted(keys) == sorted({finding.key for finding in found})
        again = turn(open_alarms, found)
        assert (again.raised, again.fixed) == ((), ())


@given(finding=wrongs())
def test_an_alarm_is_known_by_the_key_of_its_finding(finding: Finding) -> None:
    assert alarm_of(1, finding).key == finding.key


# upkeep and the pulse


@given(dues=st.lists(st.builds(Due, source=SOURCES, at=MOMENTS), max_size=12), now=MOMENTS, awake=st.none() | MOMENTS)
def test_an_overdue_poll_is_an_alarm_that_ends_below_where_it_began(
    dues: list[Due], now: datetime, awake: datetime | None
) -> None:
    fresh = overdue(dues, now=now, awake_since=awake)
    still = overdue(dues, now=now, awake_since=awake, is_open=True)
    assert bool(fresh) <= bool(still)
    late = [due for due in dues if now - due.at > OVERDUE_AFTER]
    assert bool(fresh) <= bool(late)
    if fresh:
        assert fresh[0].began_at == min(due.at for due in late if awake is None or now - awake > OVERDUE_AFTER)
    if awake is None:
        assert bool(fresh) == bool(late)


@given(free=st.integers(0, 10**10), least=st.integers(1, 10**10))
def test_a_full_disk_is_an_alarm_that_ends_above_where_it_began(free: int, least: int) -> None:
    fresh, still = disk(free, least_bytes=least, now=NOON), disk(free, least_bytes=least, now=NOON, is_open=True)
    assert bool(fresh) == (free < least)
    assert bool(fresh) <= bool(still)
    assert disk(2 * least, least_bytes=least, now=NOON, is_open=True) == ()


@given(polls=st.integers(0, 9), days=st.integers(0, 9))
def test_a_listing_has_moved_when_it_says_so_often_enough_and_not_from_the_start(polls: int, days: int) -> None:
    one = Moved(
        source="post", listing_url="https://post.example/a", url="https://post.example/b", followed_since=NOON,
        first_at=NOON + days * DAY, polls=polls,
    )  # fmt: skip
    found = moved([one, one])
    assert len(found) == (2 if polls >= MOVED_AFTER_POLLS and days >= 1 else 0)


@given(
    beat=st.floats(0, 2000), written=st.floats(0, 2000), now=st.floats(0, 2000), sources=st.integers(0, 5),
    overdue_ones=st.integers(0, 5),
)  # fmt: skip
def test_a_service_is_ill_for_reasons_that_are_named(
    beat: float, written: float, now: float, sources: int, overdue_ones: int
) -> None:
    vitals = Vitals(beat=beat, written=written, sources=sources, overdue=min(overdue_ones, sources))
    expected = (now - beat > LONGEST_PAUSE_SECONDS) + (now - written > LONGEST_UNWRITTEN_SECONDS)
    expected += bool(sources) and vitals.overdue == sources
    assert len(ailments(vitals, now=now)) == expected
    assert ailments(Vitals(beat=now, written=now), now=now) == ()


@given(purpose=st.sampled_from(Purpose), kind=st.none() | st.sampled_from(ListingKind))
def test_a_browser_renders_pages_alone(purpose: Purpose, kind: ListingKind | None) -> None:
    fronts = (ListingKind.HOME_FRONT, ListingKind.SECTION_FRONT)
    pages = {Purpose.STORY, Purpose.STORY_PAGE, Purpose.RECHECK}
    expected = kind in fronts if purpose is Purpose.LISTING else purpose in pages
    assert wants_rendering(Ask(url="https://post.example/", purpose=purpose, kind=kind)) is expected


@given(last=st.tuples(*[st.integers(0, 255)] * 3))
def test_all_of_127_is_this_machine(last: tuple[int, int, int]) -> None:
    assert is_loopback_host(".".join(map(str, (127, *last))))
    assert not is_loopback_host(".".join(map(str, (128, *last))))


# alerts

DELIVERIES = st.builds(
    Delivery,
    alert=st.builds(
        Alert, alert_id=st.integers(1, 99), created_at=MOMENTS, kind=st.sampled_from(AlertKind), title=st.just("t"),
        body=st.just("b"),
    ),
    target=st.just("mail"), status=st.just(DeliveryStatus.WAITING), attempts=st.integers(0, 9),
    next_try_at=st.none() | MOMENTS,
)  # fmt: skip
CLOCKS = st.times().map(lambda one: one.replace(second=0, microsecond=0))
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]).map(ZoneInfo)


@given(begins=CLOCKS, ends=CLOCKS, zone=ZONES, now=MOMENTS)
def test_quiet_hours_and_the_hours_between_them_are_the_whole_day(
    begins: time, ends: time, zone: ZoneInfo, now: datetime
) -> None:
    quiet, loud = Quiet(begins=begins, ends=ends, zone=zone), Quiet(begins=ends, ends=begins, zone=zone)
    if begins == ends:
        assert not quiet.holds(now)
    else:
        assert quiet.holds(now) != loud.holds(now)
        local = datetime.combine(now.astimezone(zone).date(), begins, zone)
        assert quiet.holds(local.astimezone(UTC)) or local.astimezone(UTC).astimezone(zone).time() != begins


@given(waiting=st.lists(DELIVERIES, max_size=6), now=MOMENTS, digest=st.integers(0, 600), quiet=st.booleans())
def test_an_alert_never_waits_for_ever(waiting: list[Delivery], now: datetime, digest: int, quiet: bool) -> None:
    hours = Quiet(begins=time(22), ends=time(7), zone=UTC) if quiet else None
    goes = is_time(waiting, now=now, digest=digest * MINUTE, quiet=hours)
    if not waiting:
        assert not goes
        return
    is_held = any(one.next_try_at is not None and one.next_try_at > now for one in waiting)
    if all(one.alert.created_at > now for one in waiting) and not is_held:
        assert goes or (hours is not None and hours.holds(now))  # a clock that was set back holds up nothing
    if goes:
        assert hours is None or not hours.holds(now)
        assert all(one.next_try_at is None or one.next_try_at <= now for one in waiting)
    # By noon of the day after everything is due, whatever the digest and the quiet hours.
    latest = max(one.next_try_at or one.alert.created_at for one in waiting)
    latest = max(latest, min(one.alert.created_at for one in waiting) + digest * MINUTE)
    noon = latest.replace(hour=12, minute=0, second=0) + DAY
    assert is_time(waiting, now=noon, digest=digest * MINUTE, quiet=hours)


@given(attempts=st.integers(-3, 10_000), now=MOMENTS)
def test_each_wait_is_as_long_as_the_one_before_or_longer_and_bounded(attempts: int, now: datetime) -> None:
    this, then = next_try(attempts, now=now), next_try(attempts + 1, now=now)
    assert now + MINUTE <= this <= then <= now + 4 * HOUR
    assert then - now <= 2 * (this - now)


@given(age=st.integers(0, 40 * 86_400))
def test_an_alert_is_given_up_when_it_is_old_and_not_before(age: int) -> None:
    one = Alert(alert_id=1, created_at=NOON, kind=AlertKind.MATCH, title="t", body="b")
    assert is_hopeless(one, now=NOON + timedelta(seconds=age)) == (timedelta(seconds=age) > GIVE_UP_AFTER)
    assert not is_hopeless(one, now=NOON - timedelta(seconds=age))


@given(count=st.integers(1, 3 * MAX_LINES), kinds=st.lists(st.sampled_from(AlertKind), min_size=1, max_size=5))
def test_a_message_tells_or_counts_every_alert(count: int, kinds: list[AlertKind]) -> None:
    alerts = [
        Alert(alert_id=at, created_at=NOON, kind=kinds[at % len(kinds)], title=f"title {at};", body=f"body {at};")
        for at in range(count)
    ]
    said = message(alerts, home="/srv/news")
    told = [one for one in alerts if one.body in said.body]
    assert told == alerts[:MAX_LINES]
    assert said.body.endswith("\n/srv/news")
    assert "\n" not in said.title
    places = [said.body.index(one.body) for one in told]
    assert all(a < b for a, b in pairwise(places))
    if len(alerts) > 1:
        counts = [int(word) for word in said.title.replace(",", "").split() if word.isdigit()]
        assert sum(counts) == len(alerts)
        assert (len(alerts) > MAX_LINES) == (f"{len(alerts) - MAX_LINES} more" in said.body)
