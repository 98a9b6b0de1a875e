"""Invented sources for the benchmark of polling: when each publishes, over some weeks."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_ZONES = ("America/Los_Angeles", "America/New_York", "Europe/London", "Europe/Vienna", "Asia/Kolkata", "Asia/Tokyo")
_HOUR = timedelta(hours=1)
_Rate = Callable[[datetime], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedSource:
    """One source: its kind, its zone, and when each of its stories appears (sorted, aware).

    `window` is how many stories its feed holds; `dated` tells whether the feed states times.
    """

    kind: str
    zone: ZoneInfo
    stories: tuple[datetime, ...]
    window: int
    dated: bool

    def between(self, after: datetime, until: datetime) -> tuple[datetime, ...]:
        """The stories that a poll at `until` finds new after one at `after`: no more than the feed holds."""
        end = bisect_right(self.stories, until)
        start = max(bisect_right(self.stories, after), end - self.window)
        return self.stories[start:end]


def invent(count: int, *, seed: str, start: datetime, weeks: int) -> list[InventedSource]:
    """Make so many sources of all kinds."""
    makers = {
        "newsroom hours": (_newsroom, 0.35),
        "weekly magazine": (_magazine, 0.12),
        "round the clock": (_agency, 0.12),
        "bursts": (_bursts, 0.12),
        "blog": (_blog, 0.12),
        "moving": (_moving, 0.12),
        "dead": (_dead, 0.05),
    }
    kinds = [kind for kind, (_, share) in makers.items() for _ in range(round(share * count))]
    sources = []
    for number in range(count):
        kind = kinds[number * len(kinds) // count]
        chance = random.Random(f"{seed} {number}")
        zone = ZoneInfo(chance.choice(_ZONES))
        stories = makers[kind][0](chance, zone, start, start + timedelta(weeks=weeks))
        sources.append(
            InventedSource(
                kind=kind,
                zone=zone,
                stories=tuple(sorted(stories)),
                window=chance.choice((10, 20, 30, 50)),
                dated=chance.random() < 0.8,
            )
        )
    return sources


def _drawn(chance: random.Random, rate: _Rate, highest: float, start: datetime, end: datetime) -> list[datetime]:
    """Moments at random, at a rate an hour that changes."""
    at, found = start, []
    if highest <= 0:
        return found
    while True:
        at += timedelta(hours=chance.expovariate(highest))
        if at >= end:
            return found
        if chance.random() < rate(at) / highest:
            found.append(at)


def _desk(zone: ZoneInfo, opens: float, closes: float, weekend: float) -> _Rate:
    """How busy a desk is (0 to 1): full within its hours, a little at night, less at weekends."""

    def rate(at: datetime) -> float:
        local = at.astimezone(zone)
        hour = local.hour + local.minute / 60
        busy = 1.0 if opens <= hour < closes else 0.04
        return busy * (weekend if local.weekday() >= 5 else 1.0)

    return rate


def _newsroom(chance: random.Random, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    desk = _desk(zone, chance.uniform(5, 9), chance.uniform(16, 22), chance.choice((0.1, 0.4, 0.8)))
    busiest = chance.lognormvariate(0.0, 0.9)
    return _drawn(chance, lambda at: busiest * desk(at), busiest, start, end)


def _magazine(chance: random.Random, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    weekday, hour, found = chance.randrange(7), chance.uniform(5, 18), []
    day = start
    while day < end:
        local = day.astimezone(zone)
        if local.weekday() == weekday:
            opens = local.replace(hour=int(hour), minute=int(hour % 1 * 60)) + timedelta(minutes=chance.gauss(0, 15))
            found += [opens + timedelta(minutes=chance.uniform(0, 60)) for _ in range(chance.randint(4, 15))]
        day += timedelta(days=1)
    return [at for at in found if start <= at < end]


def _agency(chance: random.Random, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    desk, busiest = _desk(zone, 6, 22, 0.8), chance.uniform(2, 8)
    return _drawn(chance, lambda at: busiest * (0.4 + 0.6 * desk(at)), busiest, start, end)


def _bursts(chance: random.Random, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """Quiet days, and now and then an event of which a story begets the next."""
    desk = _desk(zone, 7, 20, 0.5)
    found = _drawn(chance, lambda at: 0.15 * desk(at), 0.15, start, end)
    for event in _drawn(chance, lambda _: 1 / 60, 1 / 60, start, end):
        at = event
        for _ in range(chance.randint(5, 40)):
            at += timedelta(minutes=chance.expovariate(1 / 12))
            found.append(at)
    return [at for at in found if at < end]


def _blog(chance: random.Random, _zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    rate = chance.uniform(1, 10) / 168
    return _drawn(chance, lambda _: rate, rate, start, end)


def _moving(chance: random.Random, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """One rhythm, and from some day in the last two weeks another: other hours, more or less of everything."""
    turn = end - timedelta(hours=chance.uniform(0, 336))
    opens = chance.uniform(0, 14)
    before, after = _desk(zone, opens, opens + 8, 0.3), _desk(zone, (opens + 8) % 16, (opens + 8) % 16 + 8, 0.3)
    busiest = chance.uniform(0.3, 2)
    faster = busiest * chance.choice((0.3, 1, 3))
    return _drawn(chance, lambda at: busiest * before(at), busiest, start, turn) + _drawn(
        chance, lambda at: faster * after(at), faster, turn, end
    )


def _dead(_chance: random.Random, _zone: ZoneInfo, _start: datetime, _end: datetime) -> list[datetime]:
    return []
