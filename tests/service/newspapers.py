"""Invented newspapers that are polled in a time that is passed in: a week in seconds, in a real archive.

A newspaper has a rate of stories by the hour of the week, and what its pages are like; both can be changed at a moment.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from newskeep.alarms import AlarmKind
from newskeep.identity import Choice
from newskeep.model import StoryDraft
from newskeep.outcomes import Outcome, RunStatus, Trigger
from newskeep.revise import Change, Intent
from service.alarm_round import AlarmRound, Happened
from storage.archive import Archive
from storage.runs import RequestRecord
from storage.stories import Sighting
from storage.writer import ArchiveWriter
from tests.storage.builders import date, draft, source, teaser

Rate = Callable[[datetime], float]
"""Stories an hour."""
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def around_the_clock(a_day: float) -> Rate:
    """As many at every hour."""
    return lambda at: a_day / 24


def by_day(a_day: float) -> Rate:
    """From six to midnight."""
    return lambda at: a_day / 18 if at.hour >= 6 else 0.0


def in_the_office(a_day: float) -> Rate:
    """Monday to Friday, eight to eighteen; hardly anything else."""
    return lambda at: a_day / 10 if at.weekday() < 5 and 8 <= at.hour < 18 else 0.005


def weekly(an_issue: float) -> Rate:
    """An issue each Thursday morning."""
    return lambda at: an_issue / 3 if at.weekday() == 3 and 5 <= at.hour < 8 else 0.0


@dataclass
class Newspaper:
    """A source. `rate` and the flags say what its next polls bring."""

    slug: str
    rate: Rate
    minutes: int = 30
    byline_share: float = 0.97
    is_walled: bool = False
    is_down: bool = False
    moved_to: str | None = None
    error_share: float = 0.01
    words: int = 40
    polled: datetime | None = None
    number: int = 0
    spirit: dict[Any, float] = field(default_factory=dict)

    def due(self, at: datetime) -> bool:
        """Is it time for a poll?"""
        return self.polled is None or at - self.polled >= self.minutes * MINUTE

    def expected(self, since: datetime, until: datetime, chance: random.Random) -> Iterable[datetime]:
        """When stories came out. Days differ: some have twice the news of others."""
        at = since
        while at < until:
            step = min(15 * MINUTE, until - at)
            spirit = self.spirit.setdefault(at.date(), math.exp(chance.gauss(-0.08, 0.4)))
            if chance.random() < 1 - math.exp(-self.rate(at) * spirit * step / timedelta(hours=1)):
                yield at + step * chance.random()
            at += step


@dataclass
class Desk:
    """Polls newspapers in a time of its own."""

    archive: Archive
    now: datetime
    newspapers: list[Newspaper]
    chance: random.Random
    listings: dict[str, int] = field(default_factory=dict)

    def follow(self) -> None:
        """Begin to follow them all."""
        self.archive.listings.sync([source(paper.slug) for paper in self.newspapers], self.now)
        for paper in self.newspapers:
            self.listings[paper.slug] = self.archive.listings.states(paper.slug)[0].listing_id

    def poll_due(self) -> None:
        """Poll those that are due now."""
        with self.archive.transaction():
            for paper in self.newspapers:
                if paper.due(self.now):
                    self._poll(paper)

    def _poll(self, paper: Newspaper) -> None:
        runs, now = self.archive.runs, self.now
        run_id = runs.start(paper.slug, Trigger.SCHEDULED, now=now, pid=1, host="h", planned_at=now)
        listing_id = self.listings[paper.slug]
        listed = Outcome.CONNECTION_FAILED if paper.is_down else Outcome.LISTED
        self._record(run_id, paper, listed, "listing")
        self.archive.listings.finish_poll(
            listing_id, outcome=listed, now=now, next_poll_at=now + paper.minutes * MINUTE
        )
        self.archive.coverage.follow_move(listing_id, paper.moved_to, now=now)
        if not paper.is_down:
            for at in paper.expected(paper.polled or now, now, self.chance):
                self._story(run_id, paper, at)
            paper.polled = now
        runs.finish(run_id, RunStatus.FINISHED, now=now)

    def _story(self, run_id: int, paper: Newspaper, at: datetime) -> None:
        if self.chance.random() < paper.error_share:
            self._record(run_id, paper, Outcome.TIMED_OUT, "story")
        elif paper.is_walled:
            self._record(run_id, paper, Outcome.WALLED, "story")
        else:
            self._record(run_id, paper, Outcome.NEW_STORY, "story", self._write(paper, at))

    def _write(self, paper: Newspaper, at: datetime) -> int:
        paper.number += 1
        has_byline = self.chance.random() < paper.byline_share
        words = max(5, round(paper.words * math.exp(self.chance.gauss(0, 0.4))))
        text = " ".join(f"{paper.slug}{paper.number}" for _ in range(words))
        said = draft(
            f"Story {paper.number}", (text,), published=date(at), authors=("Ines Lindqvist",) if has_byline else ()
        )
        return place(self.archive, paper.slug, f"https://{paper.slug}.example/{paper.number}", said, self.now)

    def _record(
        self, run_id: int, paper: Newspaper, outcome: Outcome, purpose: str, story_id: int | None = None
    ) -> None:
        record = RequestRecord(
            source=paper.slug, url=f"https://{paper.slug}.example/", purpose=purpose, outcome=outcome,
            started_at=self.now, body_bytes=1000, story_id=story_id,
        )  # fmt: skip
        self.archive.runs.record(run_id, record)


def place(archive: Archive, slug: str, url: str, said: StoryDraft, at: datetime) -> int:
    """Write a story with a teaser beside it, without the names and copies that no rule of alarms looks at."""
    from storage.ids import free_id
    from storage.teasers import Carrier

    story_id = free_id(archive.db.conn, "stories", at)
    sighting = Sighting(
        source=slug,
        draft=said,
        choice=Choice(story=None, url=url, aliases=(), rejected=(), rivals=(), reason=""),
        capture_id=1,
        captured_at=at,
        payload_digest="0",
        extractor_version="1",
    )
    archive.stories.place(story_id, Intent(change=Change.NEW, reason="first"), sighting)
    archive.teasers.save(Carrier(page_url=url, capture_id=1, seen_at=at, story_id=story_id), [teaser()])
    return story_id


@dataclass
class Replay:
    """Newspapers, a desk that polls them, and the round of alarms, all in one invented time."""

    desk: Desk
    writer: ArchiveWriter
    round: AlarmRound
    happened: list[tuple[datetime, str, AlarmKind, str | None, str]] = field(default_factory=list)

    async def until(self, end: datetime, *, every: timedelta = 30 * MINUTE, step: timedelta = 30 * MINUTE) -> None:
        """Let time pass: polls at every step, a round of alarms every so often."""
        next_round = self.desk.now
        while self.desk.now < end:
            self.desk.now += step
            self.desk.poll_due()
            if self.desk.now >= next_round:
                next_round = self.desk.now + every
                self._note(await self.round.do())

    def _note(self, happened: Happened) -> None:
        now = self.desk.now
        for finding in happened.raised:
            self.happened.append((now, "raised", finding.kind, finding.source, finding.subject))
        for alarm in happened.fixed:
            self.happened.append((now, "fixed", alarm.kind, alarm.source, alarm.subject))
