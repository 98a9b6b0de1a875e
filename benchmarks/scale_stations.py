"""The parts a simulation of machines is made of: a clock, machines with cores, stations that work things off. Pure.

A station is a process, or a pool of like processes: it works off what is submitted to it in turn, so many at a time as
it has servers. What runs takes a core of its machine until it is done; stations of one machine share its cores in turn.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable

Then = Callable[[], None]


class Clock:
    """Simulated time, in seconds from 0. What is planned for one moment happens in the order it was planned in."""

    def __init__(self, *, warm_up: float, end: float) -> None:
        self.now = 0.0
        self.warm_up, self.end = warm_up, end
        self._planned: list[tuple[float, int, Then]] = []
        self._number = 0

    def at(self, moment: float, then: Then) -> None:
        """Plan something for a moment, which is now at the earliest."""
        self._number += 1
        heapq.heappush(self._planned, (max(moment, self.now), self._number, then))

    def after(self, seconds: float, then: Then) -> None:
        """Plan something for later."""
        self.at(self.now + seconds, then)

    def run(self) -> None:
        """Let time pass until its end."""
        while self._planned and self._planned[0][0] <= self.end:
            self.now, _, then = heapq.heappop(self._planned)
            then()
        self.now = self.end

    @property
    def counts(self) -> bool:
        """Is the warm-up over?"""
        return self.now >= self.warm_up

    def counted(self, start: float, end: float) -> float:
        """How much of a span lies in the time that counts."""
        return max(0.0, min(end, self.end) - max(start, self.warm_up))

    @property
    def span(self) -> float:
        """How long the time is that counts."""
        return self.end - self.warm_up


class Machine:
    """So many cores, given to the stations on it in turn."""

    def __init__(self, clock: Clock, cores: int) -> None:
        self.clock, self.cores = clock, cores
        self.busy_seconds = 0.0
        self._free = cores
        self._ready: deque[Station] = deque()

    @property
    def busy(self) -> float:
        """The share of its cores that was in use."""
        return self.busy_seconds / self.clock.span / self.cores

    def offer(self, station: Station) -> None:
        """A station has something to do and a server for it."""
        self._ready.append(station)
        self._serve()

    def give_back(self) -> None:
        """A core is free again."""
        self._free += 1
        self._serve()

    def _serve(self) -> None:
        while self._free and self._ready:
            self._free -= 1
            self._ready.popleft().start()


class Station:
    """A process, or a pool of them, on a machine."""

    def __init__(self, machine: Machine, servers: int = 1) -> None:
        self._machine, self._clock, self._servers = machine, machine.clock, servers
        self._waiting: deque[tuple[float, Then]] = deque()
        self._running = 0
        self._is_offered = False
        self.busy_seconds = 0.0

    @property
    def busy(self) -> float:
        """The share of its servers' time that was in use."""
        return self.busy_seconds / self._clock.span / self._servers

    def submit(self, seconds: float, then: Then) -> None:
        """Work something off that takes so long, and go on with `then`."""
        self._waiting.append((seconds, then))
        self._offer()

    def start(self) -> None:
        """A core was given: begin with what has waited longest."""
        self._is_offered = False
        seconds, then = self._waiting.popleft()
        self._running += 1
        counted = self._clock.counted(self._clock.now, self._clock.now + seconds)
        self.busy_seconds += counted
        self._machine.busy_seconds += counted

        def done() -> None:
            self._running -= 1
            then()
            self._offer()
            self._machine.give_back()

        self._clock.after(seconds, done)
        self._offer()

    def _offer(self) -> None:
        if self._waiting and self._running < self._servers and not self._is_offered:
            self._is_offered = True
            self._machine.offer(self)


class Room:
    """Places of which each is taken and given back; who finds none waits in turn. Tells the share of them in use."""

    def __init__(self, clock: Clock, places: int) -> None:
        self._clock, self._places = clock, places
        self._waiting: deque[Then] = deque()
        self._taken, self._since, self._used = 0, 0.0, 0.0
        self.most_waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    @property
    def used(self) -> float:
        """The share of its places that was in use, over the time that counts."""
        self._account()
        return self._used / self._clock.span / self._places

    def take(self, then: Then) -> None:
        """Go on with `then` as soon as there is a place."""
        if self._taken < self._places:
            self._account()
            self._taken += 1
            then()
            return
        self._waiting.append(then)
        if self._clock.counts:
            self.most_waiting = max(self.most_waiting, len(self._waiting))

    def give_back(self) -> None:
        """A place is free again; whoever has waited longest gets it."""
        if self._waiting:
            self._waiting.popleft()()
            return
        self._account()
        self._taken -= 1

    def _account(self) -> None:
        self._used += self._taken * self._clock.counted(self._since, self._clock.now)
        self._since = self._clock.now
