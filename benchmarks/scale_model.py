"""What the simulation of many workers is told, and what it tells: values, and invented sources. Pure.

Times are in seconds, costs in milliseconds of CPU, as they are measured and given on the command line.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

LEARNED, FIXED, FLOOD = "learned", "fixed", "flood"
POLICIES = (LEARNED, FIXED, FLOOD)
_FLOOR_SECONDS = 60.0  # as `[poll] floor`
_MOST_QUIET_INTERVALS = 24  # as `newskeep.polling`
_JITTER_SHARE = 0.1  # as `[poll] jitter`
_DAY_SECONDS = 86_400.0
_FULL = 0.9  # beyond it waits grow fast


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What each step takes, in milliseconds of CPU; `latency_ms` and `hop_ms` are waits, not work.

    A poll costs its worker `poll_ms` (a crawl is made, a listing asked for), whether anything is new or not, and the
    archiver `poll_write_ms`. A page with a new story costs its worker's loop `fetch_ms`, its reading processes
    `read_ms`, the loop again `send_ms` to pack what came of it; the archiver `receive_ms` to unpack it and `write_ms`
    to keep bytes and story. An archived story that is looked at again costs the worker as much where the whole page
    comes, which it does for `whole_share` of the looks, else `fetch_ms` alone; the archiver `look_write_ms`, and
    `receive_ms` for a whole page.
    """

    poll_ms: float
    poll_write_ms: float
    listing_read_ms: float
    fetch_ms: float
    read_ms: float
    send_ms: float
    receive_ms: float
    write_ms: float
    look_write_ms: float
    whole_share: float
    latency_ms: float
    hop_ms: float
    page_kilobytes: float

    @property
    def worker_page_ms(self) -> float:
        """CPU of a worker for a page."""
        return self.fetch_ms + self.read_ms + self.send_ms

    @property
    def archiver_page_ms(self) -> float:
        """CPU of the archiver for a page."""
        return self.receive_ms + self.write_ms

    @property
    def look_ms(self) -> float:
        """CPU of all for a look at an archived story, on average."""
        whole = self.worker_page_ms + self.receive_ms
        return self.whole_share * whole + (1 - self.whole_share) * self.fetch_ms + self.look_write_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is simulated: machines, and how sources are polled.

    `cores` are those of a machine. Where `together` is set, all workers and the archiver share one machine, as on the
    one the costs were measured on; else each has its own. `crawls` is how many polls a worker carries out at once,
    `readers` its reading processes, `outbox` how many of its results may be without an answer. `policy`: `learned` is
    the service's rule, `fixed` polls every `interval` seconds, `flood` finds `window` new stories at each poll and
    polls again at once, which shows what the machines can do. `window` is how many stories a listing holds. `looks` is
    how often an archived story is looked at again in its first month, `rechecks` how many of them fit into one poll.
    """

    workers: int
    cores: int
    together: bool
    readers: int
    crawls: int
    outbox: int
    delay: float
    policy: str
    interval: float
    window: int
    looks: float
    rechecks: int
    seconds: float
    warm_up: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSource:
    """One source: which host it is at, and how many stories it publishes a second, on average."""

    host: int
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of a simulation, after its warm-up. Shares are of the time, 1 for all of it.

    `lateness` is, for each poll, the seconds from when it was due to when its listing was asked; `overdue` is how many
    polls waited for a worker at the end. `pages` are new stories in the archive, `looks` those looked at again,
    `put_off` the looks that did not fit into their poll, `missed` stories that had left their listing unread.
    """

    seconds: float
    polls: int
    pages: int
    looks: int
    put_off: int
    missed: int
    lateness: tuple[float, ...]
    loops: tuple[float, ...]
    readers: tuple[float, ...]
    machines: tuple[float, ...]
    slots: float
    archiver: float
    busiest_host: float
    overdue: int
    most_overdue: int
    most_unwritten: int

    @property
    def pages_per_second(self) -> float:
        """Pages that reached the archive."""
        return self.pages / self.seconds

    @property
    def polls_per_second(self) -> float:
        """Polls that were carried out."""
        return self.polls / self.seconds

    def late(self, share: float) -> float:
        """The lateness under which such a share of the polls stayed."""
        return percentile(self.lateness, share)

    @property
    def shares(self) -> dict[str, float]:
        """How much of each kind of thing was in use; of several, the one that was used most."""
        return {
            "archiver": self.archiver,
            "a worker's loop": max(self.loops),
            "a worker's reading": max(self.readers),
            "a machine's cores": max(self.machines),
            "crawl slots": self.slots,
            "one host's delay": self.busiest_host,
        }

    @property
    def first_full(self) -> str:
        """What is nearest to its limit. Crawls keep their slots while they wait for something else that is full."""
        others = {name: share for name, share in self.shares.items() if name != "crawl slots"}
        fullest = max(others, key=lambda name: others[name])
        return "crawl slots" if self.slots > others[fullest] and others[fullest] < _FULL else fullest


def percentile(values: Sequence[float], share: float) -> float:
    """The value under which such a share of the values lie; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def invent_sources(
    count: int, *, hosts: int, stories_a_day: float, spread: float, seed: str
) -> tuple[SimulatedSource, ...]:
    """Make sources whose rates have a long tail (log-normal with that `spread`) and add up to so many stories a day.

    Each of the first `hosts` sources is at a host of its own; the others are at hosts that have more than one, the
    fewer the further down the list (a platform's host is many sources' host).
    """
    chance = random.Random(f"{seed} sources")
    weights = [chance.lognormvariate(0.0, spread) for _ in range(count)]
    unit = stories_a_day / _DAY_SECONDS / math.fsum(weights)
    own = min(hosts, count)
    # A host's number falls off as one over it: the usual long tail of sizes.
    shared = [int(own ** chance.random()) - 1 for _ in range(count - own)]
    return tuple(
        SimulatedSource(host=host, rate=weight * unit)
        for host, weight in zip((*range(own), *shared), weights, strict=True)
    )


def poll_wait(rate: float, plan: Plan, jitter: float) -> float:
    """How long until a source is polled again; `jitter` is random, 0 to 1.

    The learned rule is that of `newskeep.rhythm.expected_wait` for a steady rate: the geometric mean of the interval
    and the time in which one story is expected.
    """
    if plan.policy == FLOOD:
        return 0.0
    longest = plan.interval * _MOST_QUIET_INTERVALS
    learned = math.sqrt(plan.interval / rate) if rate > 0 else longest
    wait = plan.interval if plan.policy == FIXED else min(max(learned, _FLOOR_SECONDS), longest)
    return wait * (1 + _JITTER_SHARE * jitter)


def new_stories(rate: float, seconds: float, chance: random.Random) -> int:
    """How many stories a source published in so long: drawn from a Poisson distribution."""
    mean = rate * seconds
    if mean > 50:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def looks_that_fit(plan: Plan, wait: float) -> int:
    """How many stories one poll may look at again; the rule is that of `newskeep.rechecks.budget`."""
    return min(plan.rechecks, max(1, int(wait / 3 / plan.delay))) if plan.delay else plan.rechecks


def ceilings(costs: Costs, plan: Plan, *, hosts: int, polls: float, looks: float) -> dict[str, float]:
    """New stories a second beyond which each thing cannot go, by arithmetic alone; infinite where nothing bounds it.

    `polls` and `looks` are how many of each there are for one new story.
    """
    whole = looks * costs.whole_share
    loop = costs.fetch_ms * (1 + looks) + costs.send_ms * (1 + whole) + costs.poll_ms * polls
    reading = costs.read_ms * (1 + whole) + costs.listing_read_ms * polls
    archiver = costs.archiver_page_ms + costs.receive_ms * whole + costs.look_write_ms * looks
    archiver += costs.poll_write_ms * polls
    machines = 1 if plan.together else plan.workers
    on_machines = loop + reading + (archiver if plan.together else 0.0)
    return {
        "archiver": 1000 / archiver,
        "a worker's loop": plan.workers * 1000 / loop,
        "a worker's reading": plan.workers * plan.readers * 1000 / reading,
        "a machine's cores": machines * plan.cores * 1000 / on_machines,
        # A poll without a story takes its turn at a host, too.
        "one host's delay": hosts / plan.delay / (1 + polls + looks) if plan.delay else math.inf,
    }
