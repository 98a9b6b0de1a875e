"""The learned rhythm beside fixed intervals with the same number of requests: invented sources, a simulated week.

    python -m benchmarks.polling [--sources 1000] [--weeks 2] [--interval 900] [--seed report]

No network and no clock: the rules of `newskeep.polling` and `newskeep.rhythm`, as the service uses them, on sources
that publish in newsroom hours, once a week, round the clock, in bursts, seldom, never, or that change their ways. The
last of the weeks is reported; in the ones before it rhythms are learned. Staleness is the time from a story's
appearance to the poll that finds it. "One interval" polls all sources alike; "an interval each" gives every source as
many requests as the learned policy gave it, evenly, so that what is left between the two is what knowing the hour is
worth. An ideal poller would ask once for each story, at once.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context

from benchmarks.invented_rhythms import InventedSource, invent
from newskeep.outcomes import Outcome
from newskeep.polling import Pace, PollResult, longest_wait, next_poll
from newskeep.rhythm import Arrivals, Rhythm, after_poll, expected_wait, first_look

_START = datetime(2026, 6, 1, tzinfo=UTC)
_WEEK = timedelta(weeks=1)
_PACE = Pace()
_Wait = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What a policy brought in the reported week: requests, and of each story found its staleness in minutes."""

    requests: int
    fruitful: int
    staleness: tuple[float, ...]


class Learned:
    """The policy of the service for one listing."""

    def __init__(self, source: InventedSource, interval_seconds: int, seed: str) -> None:
        self._source, self._interval = source, interval_seconds
        self._chance = random.Random(seed)
        self._rhythm: Rhythm | None = None

    def next_after(self, now: datetime, fresh: Sequence[datetime]) -> datetime:
        """Learn from a poll, and plan the next."""
        zone, source = self._source.zone, self._source
        times = tuple(time if source.dated else None for time in fresh)
        arrivals = Arrivals(times=times, reaches_back=len(fresh) < source.window)
        known = self._rhythm
        self._rhythm = (
            first_look(arrivals, now=now, zone=zone)
            if known is None
            else after_poll(known, arrivals, now=now, zone=zone)
        )
        wait = expected_wait(
            self._rhythm, now=now, zone=zone, interval=timedelta(seconds=self._interval),
            longest=longest_wait(self._interval, _PACE),
        )  # fmt: skip
        result = PollResult(outcome=Outcome.LISTED)
        return next_poll(
            self._interval, result, now=now, jitter=self._chance.random(), pace=_PACE,
            learned_seconds=wait.total_seconds(),
        )  # fmt: skip


def polled(source: InventedSource, next_after: Callable[[datetime, Sequence[datetime]], datetime], start: datetime,
           since: datetime, end: datetime) -> Came:  # fmt: skip
    """Poll a source from `start` to `end`, and count from `since` on."""
    at, before = start, _START - _WEEK * 2
    requests = fruitful = 0
    staleness: list[float] = []
    while at < end:
        fresh = source.between(before, at)
        if at >= since:
            requests += 1
            fruitful += bool(fresh)
            staleness += [(at - story).total_seconds() / 60 for story in fresh if story >= since]
        at, before = next_after(at, fresh), at
    # What appeared last is found by the poll that would have come next.
    staleness += [(at - story).total_seconds() / 60 for story in source.between(before, end) if story >= since]
    return Came(requests=requests, fruitful=fruitful, staleness=tuple(staleness))


def learned(source: InventedSource, *, interval_seconds: int, weeks: int, seed: str) -> Came:
    """What the learned policy brings."""
    chance = random.Random(seed)
    start = _START + timedelta(seconds=chance.uniform(0, interval_seconds))
    policy = Learned(source, interval_seconds, seed)
    end = _START + _WEEK * weeks
    return polled(source, policy.next_after, start, end - _WEEK, end)


def fixed(source: InventedSource, *, every: timedelta, weeks: int, seed: str) -> Came:
    """What polls so far apart bring, with the same jitter."""
    chance = random.Random(seed)
    end = _START + _WEEK * weeks
    half = _PACE.jitter_share / 2

    def next_after(now: datetime, _fresh: Sequence[datetime]) -> datetime:
        return now + every * (1 + half * (2 * chance.random() - 1))

    # It has nothing to learn, so it begins with the week.
    since = end - _WEEK
    return polled(source, next_after, since + every * chance.random(), since, end)


def _each(number_and_source: tuple[int, InventedSource], *, interval_seconds: int, weeks: int, seed: str) -> Came:
    number, source = number_and_source
    return learned(source, interval_seconds=interval_seconds, weeks=weeks, seed=f"{seed} {number}")


def main() -> int:
    """Simulate, and print the policies beside one another; exit code 1 where learning does not pay."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polling", description=__doc__.split("\n")[0])
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--weeks", type=int, default=2, help="the last of them is reported")
    parser.add_argument("--interval", type=int, default=900, help="what the owner configured, in seconds")
    parser.add_argument("--seed", default="report")
    asked = parser.parse_args()
    began = time.perf_counter()
    sources = invent(asked.sources, seed=asked.seed, start=_START - _WEEK, weeks=asked.weeks + 1)
    each = partial(_each, interval_seconds=asked.interval, weeks=asked.weeks, seed=asked.seed)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        ours = list(pool.map(each, enumerate(sources), chunksize=10))
    total = sum(came.requests for came in ours)
    alike = _WEEK * len(sources) / total
    same = [fixed(one, every=alike, weeks=asked.weeks, seed=str(number)) for number, one in enumerate(sources)]
    own = [
        fixed(one, every=_WEEK / max(came.requests, 1), weeks=asked.weeks, seed=str(number))
        for number, (one, came) in enumerate(zip(sources, ours, strict=True))
    ]
    usual = timedelta(seconds=asked.interval)
    configured = [fixed(one, every=usual, weeks=asked.weeks, seed=str(number)) for number, one in enumerate(sources)]
    print(
        f"{len(sources)} sources, {asked.weeks} weeks, the last is told; interval {asked.interval} s; seed {asked.seed}"
    )
    print("\nminutes from appearance to poll     p50     p95    mean   requests  a story  of ideal  fruitful")
    _print("learned", ours)
    _print(f"one interval ({alike.total_seconds() / 60:.0f} min)", same)
    _print("an interval each", own)
    _print(f"as configured ({asked.interval / 60:.0f} min)", configured)
    print("\nby kind                  learned p50 / p95   requests a story     one interval p50 / p95")
    for kind in dict.fromkeys(source.kind for source in sources):
        _print_kind(kind, sources, ours, same)
    print(f"\n{time.perf_counter() - began:.0f} s")
    return int(not _median(ours) < _median(same))


def _stale(all_of: Sequence[Came]) -> list[float]:
    return sorted(minutes for came in all_of for minutes in came.staleness)


def _median(all_of: Sequence[Came]) -> float:
    return statistics.median(_stale(all_of))


def _at(values: Sequence[float], share: float) -> float:
    return values[min(int(share * len(values)), len(values) - 1)] if values else float("nan")


def _print(name: str, all_of: Sequence[Came]) -> None:
    stale, requests = _stale(all_of), sum(came.requests for came in all_of)
    fruitful = sum(came.fruitful for came in all_of)
    print(
        f"{name:<32}{_at(stale, 0.5):>7.1f} {_at(stale, 0.95):>7.1f} {statistics.fmean(stale):>7.1f} {requests:>10}"
        f" {requests / len(stale):>8.2f} {requests / len(stale):>8.1f}x {100 * fruitful / requests:>7.0f} %"
    )


def _print_kind(kind: str, sources: Sequence[InventedSource], ours: Sequence[Came], same: Sequence[Came]) -> None:
    of_kind = [number for number, source in enumerate(sources) if source.kind == kind]
    stale, other = (_stale([all_of[number] for number in of_kind]) for all_of in (ours, same))
    requests = sum(ours[number].requests for number in of_kind)
    a_story = f"{requests / len(stale):.1f}" if stale else f"none found in {requests}"
    print(
        f"{kind:<22} {_at(stale, 0.5):>9.1f} / {_at(stale, 0.95):<9.1f} {a_story:>12}"
        f" {_at(other, 0.5):>18.1f} / {_at(other, 0.95):.1f}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
