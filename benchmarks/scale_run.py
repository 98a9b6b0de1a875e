"""A simulated cluster: polls are carried out by workers, what they bring is written by one archiver. Pure.

A source that is due waits for a crawl slot of some worker. Its host must be leased to that worker: while another worker
has crawls there, the crawl waits, and keeps its slot. Requests to a host keep its delay. Each result goes through the
worker's loop and reading processes, then to the archiver, whose answer ends it; a worker with too many results without
an answer packs no more. A crawl ends with its last answer, and the source's next poll is planned by the service's rule.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.scale_model import FLOOD, Costs, Plan, Seen, SimulatedSource, looks_that_fit, new_stories, poll_wait
from benchmarks.scale_stations import Clock, Machine, Room, Station, Then

# Listings rarely change; those that do are read in a reading process, others answer "not modified".
_CHANGED_SHARE_WITHOUT_STORIES = 0.09
_SECOND = 1000.0


class _Worker:
    """The processes of one worker."""

    def __init__(self, machine: Machine, plan: Plan) -> None:
        self.loop = Station(machine)
        self.readers = Station(machine, plan.readers)
        self.outbox = Room(machine.clock, plan.outbox)


@dataclass(slots=True)
class _Host:
    """Mutable: who holds the host's lease, for how many crawls, who waits for it, and from when it may be asked."""

    holder: int | None = None
    crawls: int = 0
    free_at: float = 0.0
    asked_seconds: float = 0.0
    waiting: deque[_Crawl] = field(default_factory=deque)


@dataclass(slots=True)
class _Crawl:
    """Mutable: one poll on its way. `due_at` is when it should have been; `open` counts requests without an answer."""

    source: int
    due_at: float
    worker: int = -1
    open: int = 0


class Simulation:
    """One run; `run` gives what was seen."""

    def __init__(self, sources: Sequence[SimulatedSource], costs: Costs, plan: Plan, *, seed: str) -> None:
        self._sources, self._costs, self._plan = sources, costs, plan
        self._chance = random.Random(f"{seed} run")
        self._clock = Clock(warm_up=plan.warm_up, end=plan.warm_up + plan.seconds)
        count = 1 if plan.together else plan.workers + 1
        self._machines = [Machine(self._clock, plan.cores) for _ in range(count)]
        self._archiver = Station(self._machines[-1])
        self._workers = [
            _Worker(self._machines[0 if plan.together else number], plan) for number in range(plan.workers)
        ]
        self._slots = Room(self._clock, plan.workers * plan.crawls)
        self._free = deque(number for _ in range(plan.crawls) for number in range(plan.workers))
        self._hosts = {source.host: _Host() for source in sources}
        self._read_at = [0.0] * len(sources)
        self._polls = self._pages = self._looks = self._put_off = self._missed = 0
        self._unwritten = self._most_unwritten = 0
        self._lateness: list[float] = []

    def run(self) -> Seen:
        """Simulate from the start to the end."""
        for number, source in enumerate(self._sources):
            wait = poll_wait(source.rate, self._plan, self._chance.random())
            # As if all had been polled at some moment before: the first poll comes somewhere in the first wait.
            self._read_at[number] = (self._chance.random() - 1) * wait
            self._plan_poll(number, self._read_at[number] + wait)
        self._clock.run()
        machines = self._machines if self._plan.together else self._machines[:-1]
        return Seen(
            seconds=self._plan.seconds,
            polls=self._polls,
            pages=self._pages,
            looks=self._looks,
            put_off=self._put_off,
            missed=self._missed,
            lateness=tuple(self._lateness),
            loops=tuple(worker.loop.busy for worker in self._workers),
            readers=tuple(worker.readers.busy for worker in self._workers),
            machines=tuple(machine.busy for machine in machines),
            slots=self._slots.used,
            archiver=self._archiver.busy,
            busiest_host=max(host.asked_seconds for host in self._hosts.values()) / self._plan.seconds,
            overdue=self._slots.waiting,
            most_overdue=self._slots.most_waiting,
            most_unwritten=self._most_unwritten,
        )

    def _plan_poll(self, source: int, moment: float) -> None:
        crawl = _Crawl(source=source, due_at=moment)
        self._clock.at(moment, lambda: self._slots.take(lambda: self._begin(crawl)))

    def _begin(self, crawl: _Crawl) -> None:
        crawl.worker = self._free.popleft()
        host = self._host(crawl)
        if host.holder in (None, crawl.worker):
            self._lease(crawl, host)
        else:
            host.waiting.append(crawl)

    def _lease(self, crawl: _Crawl, host: _Host) -> None:
        host.holder = crawl.worker
        host.crawls += 1
        crawl.open = 1
        asked_at = self._ask(crawl, lambda: self._listing_came(crawl), self._costs.poll_ms)
        if self._clock.counts:
            self._lateness.append(asked_at - crawl.due_at)

    def _ask(self, crawl: _Crawl, then: Then, loop_ms: float) -> float:
        """Ask the crawl's host in its turn; `then` follows when the loop has had the answer. Gives when it is asked."""
        host = self._host(crawl)
        asked_at = max(self._clock.now, host.free_at)
        host.free_at = asked_at + self._plan.delay
        host.asked_seconds += self._clock.counted(asked_at, host.free_at)
        latency = self._costs.latency_ms * self._chance.lognormvariate(-0.125, 0.5) / _SECOND
        loop = self._workers[crawl.worker].loop
        self._clock.at(asked_at + latency, lambda: loop.submit(loop_ms / _SECOND, then))
        return asked_at

    def _listing_came(self, crawl: _Crawl) -> None:
        found, looks = self._found(crawl.source)
        is_changed = found > 0 or self._chance.random() < _CHANGED_SHARE_WITHOUT_STORIES
        reading = self._costs.listing_read_ms if is_changed else 0.0

        def read() -> None:
            self._write(self._costs.poll_write_ms, lambda: self._listing_written(crawl, found, looks))

        if reading:
            self._workers[crawl.worker].readers.submit(reading / _SECOND, read)
        else:
            read()

    def _found(self, source: int) -> tuple[int, int]:
        """How many new stories a listing names, and how many archived ones are looked at again in that poll."""
        plan, now, rate = self._plan, self._clock.now, self._sources[source].rate
        since, self._read_at[source] = now - self._read_at[source], now
        if plan.policy == FLOOD:
            return plan.window, 0
        published = new_stories(rate, since, self._chance)
        due = new_stories(rate * plan.looks, since, self._chance)
        found, looks = min(published, plan.window), min(due, looks_that_fit(plan, since))
        if self._clock.counts:
            self._missed += published - found
            self._put_off += due - looks
        return found, looks

    def _listing_written(self, crawl: _Crawl, found: int, looks: int) -> None:
        if self._clock.counts:
            self._polls += 1
        crawl.open += found + looks
        for number in range(found + looks):
            is_new = number < found
            self._ask(crawl, lambda is_new=is_new: self._page_came(crawl, is_new=is_new), self._costs.fetch_ms)  # type: ignore[misc]
        self._answered(crawl)

    def _page_came(self, crawl: _Crawl, *, is_new: bool) -> None:
        worker, costs = self._workers[crawl.worker], self._costs
        writing = costs.archiver_page_ms if is_new else costs.receive_ms + costs.look_write_ms

        def counted() -> None:
            if self._clock.counts:
                self._pages += is_new
                self._looks += not is_new
            self._answered(crawl)

        def written() -> None:
            worker.outbox.give_back()
            counted()

        def packed() -> None:
            worker.loop.submit(costs.send_ms / _SECOND, lambda: self._write(writing, written))

        if is_new or self._chance.random() < costs.whole_share:
            worker.readers.submit(costs.read_ms / _SECOND, lambda: worker.outbox.take(packed))
        else:
            self._write(costs.look_write_ms, counted)

    def _write(self, milliseconds: float, then: Then) -> None:
        """Through Redis to the archiver, and the answer back."""
        hop = self._costs.hop_ms / _SECOND
        self._unwritten += 1
        if self._clock.counts:
            self._most_unwritten = max(self._most_unwritten, self._unwritten)

        def done() -> None:
            self._unwritten -= 1
            self._clock.after(hop, then)

        self._clock.after(hop, lambda: self._archiver.submit(milliseconds / _SECOND, done))

    def _answered(self, crawl: _Crawl) -> None:
        crawl.open -= 1
        if crawl.open:
            return
        host = self._host(crawl)
        host.crawls -= 1
        if not host.crawls:
            host.holder = None
            self._pass_on(host)
        self._free.append(crawl.worker)
        self._slots.give_back()
        wait = poll_wait(self._sources[crawl.source].rate, self._plan, self._chance.random())
        self._plan_poll(crawl.source, self._read_at[crawl.source] + wait)

    def _pass_on(self, host: _Host) -> None:
        """Whoever waits longest has the lease next, with the crawls of the same worker that wait behind it."""
        if not host.waiting:
            return
        next_worker = host.waiting[0].worker
        theirs = [crawl for crawl in host.waiting if crawl.worker == next_worker]
        host.waiting = deque(crawl for crawl in host.waiting if crawl.worker != next_worker)
        for crawl in theirs:
            self._lease(crawl, host)

    def _host(self, crawl: _Crawl) -> _Host:
        return self._hosts[self._sources[crawl.source].host]
