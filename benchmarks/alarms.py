"""How often healthy sources are called silent, and how soon one that stops is: our rule beside two simple ones.

    python -m benchmarks.alarms [--weeks 12] [--seed 1]

Invented sources with pauses at night, at the weekend or for most of the week, and days that differ: the news of one is
twice that of another. Each is followed for so many weeks and then stops. The time is passed in; nothing is asked.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from newskeep.silence import StoryHours, brought, judge, polled

MONDAY = datetime(2026, 8, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
_SPREAD = 0.5
_LEARNED = timedelta(weeks=3)


@dataclass(frozen=True)
class Shape:
    """When a source publishes: its stories an hour as a share of its busiest."""

    name: str
    share: Callable[[datetime], float]


SHAPES = (
    Shape("around the clock", lambda at: 1.0),
    Shape("pause at night", lambda at: 1.0 if at.hour >= 6 else 0.02),
    Shape("office hours", lambda at: 1.0 if at.weekday() < 5 and 7 <= at.hour < 18 else 0.01),
    Shape("quiet weekend", lambda at: (0.2 if at.weekday() > 4 else 1.0) * (1.0 if at.hour >= 5 else 0.1)),
)
RATES = (0.3, 1.0, 3.0)


def stories(shape: Shape, rate: float, weeks: int, chance: random.Random) -> list[datetime]:
    """When stories came out."""
    found, spirit = [], 1.0
    for hour in range(weeks * 168):
        at = MONDAY + hour * HOUR
        if at.hour == 0:
            spirit = math.exp(chance.gauss(-(_SPREAD**2) / 2, _SPREAD))
        expected = rate * shape.share(at) * spirit
        while (expected := expected + math.log(1 - chance.random())) > 0:
            found.append(at + HOUR * chance.random())
    return sorted(found)


def ours(came: list[datetime], end: datetime) -> Iterator[datetime]:
    """When our rule says that a source is silent."""
    known, index, at = StoryHours(), 0, MONDAY
    while at < end:
        at += HOUR
        known = polled(known, at)
        while index < len(came) and came[index] < at:
            known, index = brought(known, came[index], seen_at=at), index + 1
        before = known.silent_since
        known = judge(known)
        if known.silent_since is not None and before is None:
            yield at


def a_day_without(came: list[datetime], end: datetime) -> Iterator[datetime]:
    """When a source had no story for 24 hours."""
    yield from _gaps(came, end, lambda _: 24 * HOUR)


def five_mean_gaps(came: list[datetime], end: datetime) -> Iterator[datetime]:
    """When a source had no story for five times its mean gap."""
    yield from _gaps(came, end, lambda index: 5 * (came[index] - came[0]) / max(index, 1))


def _gaps(came: list[datetime], end: datetime, limit: Callable[[int], timedelta]) -> Iterator[datetime]:
    for index, at in enumerate(came):
        following = came[index + 1] if index + 1 < len(came) else end
        if at - MONDAY > HOUR and following - at > limit(index):
            yield at + limit(index)


RULES = {"newskeep": ours, "24 h without a story": a_day_without, "5 mean gaps": five_mean_gaps}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    false = dict.fromkeys(RULES, 0)
    delays: dict[str, list[float]] = {name: [] for name in RULES}
    spent, sources = time.process_time(), 0
    stop = MONDAY + timedelta(weeks=args.weeks) + timedelta(days=1, hours=9)
    for shape in SHAPES:
        for rate in RATES:
            came = [at for at in stories(shape, rate, args.weeks + 1, chance) if at < stop]
            sources += 1
            for name, rule in RULES.items():
                said = [at for at in rule(came, stop + timedelta(weeks=3)) if at - MONDAY > _LEARNED]
                false[name] += sum(at <= stop for at in said)
                told = next((at for at in said if at > stop), None)
                delays[name].append((told - stop) / HOUR if told else math.inf)
    judged = sources * (args.weeks - 3)
    print(f"{sources} sources, {judged} source weeks judged, seed {args.seed}")
    for name in RULES:
        hours = ", ".join(f"{delay:.0f}" for delay in delays[name])
        print(f"{name:22} {false[name]:4} false alarms; a stop is told after {median(delays[name]):.0f} h ({hours})")
    print(f"{time.process_time() - spent:.0f} CPU s")


if __name__ == "__main__":
    main()
