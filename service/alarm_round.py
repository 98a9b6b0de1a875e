"""The round of alarms: what requests brought since the last look, what is wrong now, what was and is no longer.

Everything of one step is one transaction: how far it came, the coverage, what is remembered of the sources; then the
alarms with the alerts that tell of them. A kill leaves the step before or after.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from config import Config
from newskeep.alarms import Alarm, AlarmKind, Finding, turn
from newskeep.alerts import AlertKind
from newskeep.coverage import Answer, add_up
from newskeep.health import HEALTH_VERSION, SourceHealth, endings, findings, follow, read_health, write_health
from newskeep.upkeep import Moved, disk, moved, overdue
from storage.archive import Archive
from storage.coverage import KEEP_OUTCOMES
from storage.writer import ArchiveWriter

COVERAGE_ROUND = "coverage"
ALARM_ROUND = "alarms"
_HEALTH_ROUND = f"health {HEALTH_VERSION}"
_AT_ONCE = 1_000
"""How many requests are looked at in one transaction: others wait for the archive meanwhile."""
_OVER = {
    AlarmKind.SILENT: "stories come again",
    AlarmKind.EXTRACTION: "stories have it again",
    AlarmKind.WALLS: "stories come instead of walls again",
    AlarmKind.ERRORS: "requests succeed again",
    AlarmKind.MOVED: "the listing answers from the address that is configured",
    AlarmKind.OVERDUE: "polls are in time again",
    AlarmKind.DISK: "there is space again",
    AlarmKind.CONFIGURATION: "the file can be read again",
}
_LEFT = "the source is no longer followed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What a round raised and ended."""

    raised: tuple[Finding, ...] = ()
    fixed: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """How far a look at the requests came, and what is remembered since."""

    reached: int
    health: Mapping[str, SourceHealth]
    is_last: bool


def free_bytes(config: Config) -> int:
    """How much space is left on the home's disk."""
    return shutil.disk_usage(config.home).free


@dataclass(slots=True, kw_only=True)
class AlarmRound:
    """Mutable: what is remembered of the sources is kept between the rounds of one process.

    `troubles` gives what is wrong that only the process knows (files that cannot be read); `free_bytes` looks at the
    disk. `every_seconds` is how often the round comes; None where it is made once, by a command.
    """

    writer: ArchiveWriter
    config: Callable[[], Config]
    clock: Callable[[], datetime]
    every_seconds: float | None = 60.0
    troubles: Callable[[], Iterable[Finding]] = tuple
    free_bytes: Callable[[Config], int] = free_bytes
    _health: dict[str, SourceHealth] = field(default_factory=dict)
    _reached: int | None = None
    _awake_since: datetime | None = None
    _last_at: datetime | None = None

    async def do(self) -> Happened:
        """Make one round. Raises StorageError."""
        now = self.clock()
        self._notice_sleep(now)
        while not await self._look(now):
            pass
        sight = _Sight(
            health=dict(self._health),
            troubles=tuple(self.troubles()),
            free_bytes=self.free_bytes(self.config()),
            awake_since=self._awake_since,
            now=now,
        )
        return await self.writer.do(partial(_settle, sight, self.config()))

    async def _look(self, now: datetime) -> bool:
        """Take in some of the requests that are new; True where there are no more."""
        step = await self.writer.do(partial(_take_in, self._reached, dict(self._health), now))
        self._reached, self._health = step.reached, dict(step.health)
        return step.is_last

    def _notice_sleep(self, now: datetime) -> None:
        """A machine that slept has all polls overdue at once, and must be given the time to catch up."""
        if self.every_seconds is None:
            return
        longest = timedelta(seconds=self.every_seconds * 3)
        if self._last_at is None or not timedelta() <= now - self._last_at <= longest:
            self._awake_since = now
        self._last_at = now


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """All that a round goes by beside the archive."""

    health: Mapping[str, SourceHealth]
    troubles: tuple[Finding, ...]
    free_bytes: int
    awake_since: datetime | None
    now: datetime


def _take_in(known: int | None, health: Mapping[str, SourceHealth], now: datetime, archive: Archive) -> _Step:
    """Count requests that are new, and let each source's health take them in."""
    store = archive.coverage
    counted = _reached(archive, COVERAGE_ROUND)
    judged = _reached(archive, _HEALTH_ROUND)
    if known != judged:
        # The first round of this process, or another process made one meanwhile.
        health = {source: read_health(text) for source, text in store.health(version=HEALTH_VERSION).items()}
    start = min(counted, judged)
    answers, reached = store.answers(start, limit=_AT_ONCE)
    if reached == start:
        return _Step(reached=judged, health=health, is_last=True)
    # Where all requests were pruned their ids begin anew, and all are new.
    counted, judged = (0, 0) if reached < start else (counted, judged)
    fresh = [one for one in answers if one.request_id > counted]
    store.add(add_up(fresh), fresh)
    by_source: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.request_id > judged:
            by_source.setdefault(answer.source, []).append(answer)
    changed = {source: follow(health.get(source) or SourceHealth(), found) for source, found in by_source.items()}
    store.remember({source: write_health(one) for source, one in changed.items()}, version=HEALTH_VERSION)
    store.set_mark(COVERAGE_ROUND, reached=max(counted, reached), now=now)
    store.set_mark(_HEALTH_ROUND, reached=max(judged, reached), now=now)
    return _Step(reached=max(judged, reached), health={**health, **changed}, is_last=False)


def _reached(archive: Archive, name: str) -> int:
    mark = archive.coverage.mark(name)
    return mark.reached if mark else 0


def _settle(sight: _Sight, config: Config, archive: Archive) -> Happened:
    """Raise what is wrong and not said yet, end what is over, and write the alerts that tell of both."""
    now, is_open = sight.now, archive.alarms.open()
    followed = archive.alarms.followed()
    wrong = [*sight.troubles, *_wrong(sight, config, archive, {alarm.kind for alarm in is_open})]
    found = [one for one in wrong if one.source is None or one.source in followed]
    happened = turn(is_open, found)
    relearned: dict[tuple[str, str, str], str] = {}
    for source, health in sight.health.items():
        relearned |= endings(source, health)
    labels = [target.label for target in config.alerts.targets]
    for finding in happened.raised:
        alarm = archive.alarms.begin(finding, now=now)
        _tell(archive, AlertKind.RAISED, alarm, finding.summary, labels, now)
    fixed = []
    for alarm in happened.fixed:
        is_left = alarm.source is not None and alarm.source not in followed
        ending = _LEFT if is_left else relearned.get(alarm.key) or _OVER[alarm.kind]
        archive.alarms.end(alarm, now=now, ending=ending)
        _tell(archive, AlertKind.FIXED, alarm, ending, labels, now)
        fixed.append(replace(alarm, fixed_at=now, ending=ending))
    archive.coverage.set_mark(ALARM_ROUND, reached=0, now=now)
    archive.coverage.forget(before=(now - KEEP_OUTCOMES).date())
    return Happened(raised=happened.raised, fixed=tuple(fixed))


def _wrong(sight: _Sight, config: Config, archive: Archive, is_open: set[AlarmKind]) -> Iterator[Finding]:
    now = sight.now
    for source, health in sight.health.items():
        yield from findings(source, health)
    yield from moved(
        Moved(
            source=move.source,
            listing_url=move.listing_url,
            url=move.url,
            followed_since=move.followed_since,
            first_at=move.first_at,
            polls=move.polls,
        )
        for move in archive.coverage.moves()
    )
    yield from overdue(
        archive.alarms.dues(now),
        now=now,
        awake_since=sight.awake_since,
        is_open=AlarmKind.OVERDUE in is_open,
    )
    yield from disk(
        sight.free_bytes,
        least_bytes=config.alerts.least_free_bytes,
        now=now,
        is_open=AlarmKind.DISK in is_open,
    )


def _tell(archive: Archive, kind: AlertKind, alarm: Alarm, text: str, labels: list[str], now: datetime) -> None:
    about = alarm.source or "newskeep"
    title = f"{about}: {alarm.kind}" if kind is AlertKind.RAISED else f"{about}: {alarm.kind} is over"
    since = f"Since {alarm.began_at:%Y-%m-%d %H:%M} UTC."
    body = f"{text}. {since}" if kind is AlertKind.RAISED else f"{text}. It was: {alarm.summary}. {since}"
    archive.alerts.add(kind, title=title, body=body, targets=labels, now=now, alarm_id=alarm.alarm_id)
