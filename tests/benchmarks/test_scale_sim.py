"""The simulation of many workers: its parts against arithmetic, its laws, and what it prints."""

from __future__ import annotations

import argparse
import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import scale_sim
from benchmarks.scale_model import (
    FIXED,
    FLOOD,
    LEARNED,
    Costs,
    Plan,
    SimulatedSource,
    ceilings,
    invent_sources,
    looks_that_fit,
    new_stories,
    poll_wait,
)
from benchmarks.scale_run import Simulation
from benchmarks.scale_stations import Clock, Machine, Room, Station
from newskeep.rechecks import budget

_COSTS = Costs(
    poll_ms=5, poll_write_ms=1, listing_read_ms=5, fetch_ms=5, read_ms=15, send_ms=1, receive_ms=1, write_ms=4,
    look_write_ms=1, whole_share=0.5, latency_ms=100, hop_ms=1, page_kilobytes=80,
)  # fmt: skip
_PLAN = Plan(
    workers=2, cores=2, together=False, readers=2, crawls=16, outbox=64, delay=1.0, policy=LEARNED, interval=900.0,
    window=30, looks=0.0, rechecks=30, seconds=600.0, warm_up=100.0,
)  # fmt: skip


def _sources(count: int, *, hosts: int | None = None, a_day: float = 20_000) -> tuple[SimulatedSource, ...]:
    return invent_sources(count, hosts=hosts or count, stories_a_day=a_day, spread=1.5, seed="test")


def test_a_station_works_off_what_waits_in_turn_and_no_more_at_a_time_than_it_has_servers() -> None:
    clock = Clock(warm_up=0, end=10)
    station = Station(Machine(clock, cores=8), servers=2)
    done: list[tuple[int, float]] = []
    for number in range(5):
        station.submit(1.0, lambda number=number: done.append((number, clock.now)))  # type: ignore[misc]
    clock.run()
    assert done == [(0, 1.0), (1, 1.0), (2, 2.0), (3, 2.0), (4, 3.0)]
    assert station.busy == pytest.approx(5 / 20)


def test_stations_of_one_machine_share_its_cores_and_none_starves() -> None:
    clock = Clock(warm_up=0, end=100)
    machine = Machine(clock, cores=1)
    one, other = Station(machine), Station(machine, servers=3)
    for station in (one, other):
        for _ in range(100):
            station.submit(1.0, lambda: None)
    clock.run()
    assert machine.busy == pytest.approx(1.0)
    assert one.busy_seconds == pytest.approx(50, abs=1)
    assert other.busy_seconds == pytest.approx(50, abs=1)


def test_what_lies_in_the_warm_up_is_not_counted() -> None:
    clock = Clock(warm_up=5, end=10)
    station = Station(Machine(clock, cores=1))
    station.submit(7.0, lambda: None)
    clock.run()
    assert station.busy == pytest.approx(2 / 5)


def test_a_queue_waits_as_long_as_theory_says() -> None:
    # M/D/1: arrivals at random, equal work: the mean wait is rho / (2 (1 - rho)) of the work's length.
    clock, chance, waits = Clock(warm_up=0, end=50_000), random.Random(1), []
    station = Station(Machine(clock, cores=1))

    def arrive() -> None:
        came = clock.now
        station.submit(1.0, lambda: waits.append(clock.now - came - 1.0))
        clock.after(chance.expovariate(0.7), arrive)

    arrive()
    clock.run()
    assert sum(waits) / len(waits) == pytest.approx(0.7 / (2 * 0.3), rel=0.1)


def test_places_of_a_room_go_to_those_who_waited_longest() -> None:
    clock, order = Clock(warm_up=0, end=4), []
    room = Room(clock, 1)
    for number in range(3):
        room.take(lambda number=number: order.append(number))  # type: ignore[misc]
    assert (order, room.waiting, room.most_waiting) == ([0], 2, 2)
    room.give_back()
    assert (order, room.waiting) == ([0, 1], 1)
    clock.at(1, lambda: (room.give_back(), room.give_back()))  # type: ignore[arg-type, func-returns-value]
    clock.run()
    assert order == [0, 1, 2]
    assert room.used == pytest.approx(1 / 4)


@pytest.mark.parametrize(
    ("rate", "policy", "wait"),
    [
        (1 / 900, LEARNED, 900.0),  # a story an interval: the interval
        (4 / 900, LEARNED, 450.0),  # four times as many: half of it
        (1.0, LEARNED, 60.0),  # never under the floor
        (0.0, LEARNED, 900.0 * 24),  # never quieter than this
        (1.0, FIXED, 900.0),
        (1.0, FLOOD, 0.0),
    ],
)
def test_waits_follow_the_rule_of_the_service(rate: float, policy: str, wait: float) -> None:
    plan = replace(_PLAN, policy=policy)
    assert poll_wait(rate, plan, 0.0) == pytest.approx(wait)
    assert poll_wait(rate, plan, 1.0) == pytest.approx(1.1 * wait)


@pytest.mark.parametrize("mean", [0.3, 5.0, 200.0])
def test_new_stories_come_as_often_as_the_rate_says(mean: float) -> None:
    chance = random.Random(2)
    drawn = [new_stories(mean / 100, 100.0, chance) for _ in range(4_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(mean, rel=0.06)
    assert sum((one - mean) ** 2 for one in drawn) / len(drawn) == pytest.approx(mean, rel=0.12)


def test_invented_sources_add_up_have_a_long_tail_and_share_hosts_where_there_are_fewer() -> None:
    sources = _sources(2_000, hosts=1_500, a_day=86_400)
    rates = sorted(source.rate for source in sources)
    assert math.fsum(rates) == pytest.approx(1.0)
    assert rates[-20] > 10 * rates[1_000]
    assert {source.host for source in sources} == set(range(1_500))
    assert [source.host for source in sources].count(0) > 20
    assert sources == _sources(2_000, hosts=1_500, a_day=86_400)


def test_with_room_for_everything_all_that_is_published_arrives_and_polls_are_on_time() -> None:
    sources = _sources(300, a_day=20_000)
    seen = Simulation(sources, _COSTS, replace(_PLAN, seconds=3_600), seed="a").run()
    assert seen.pages_per_second == pytest.approx(20_000 / 86_400, rel=0.1)
    assert seen.late(0.95) < 1.0
    assert (seen.missed, seen.overdue) == (0, 0)
    # A worker's share is the work it was given: polls, listings that changed, pages.
    given = seen.pages_per_second * (_COSTS.fetch_ms + _COSTS.send_ms) + seen.polls_per_second * _COSTS.poll_ms
    assert sum(seen.loops) == pytest.approx(given / 1000, rel=0.02)
    wrote = seen.pages_per_second * _COSTS.archiver_page_ms + seen.polls_per_second * _COSTS.poll_write_ms
    assert seen.archiver == pytest.approx(wrote / 1000, rel=0.02)


@pytest.mark.parametrize(
    ("workers", "changed", "full"),
    [
        (1, {}, "a machine's cores"),
        (3, {"read_ms": 40}, "a machine's cores"),
        (2, {"fetch_ms": 40}, "a worker's loop"),
        (8, {"write_ms": 30}, "archiver"),
    ],
)
def test_sources_that_never_run_out_fill_what_arithmetic_says_to_its_limit(
    workers: int, changed: dict[str, float], full: str
) -> None:
    costs = replace(_COSTS, **changed)
    plan = replace(_PLAN, workers=workers, policy=FLOOD, delay=0.0, seconds=60.0, warm_up=20.0)
    sources = _sources(400)
    seen = Simulation(sources, costs, plan, seed="b").run()
    limits = ceilings(costs, plan, hosts=400, polls=seen.polls / seen.pages, looks=0.0)
    assert min(limits, key=lambda name: limits[name]) == full == seen.first_full
    assert seen.pages_per_second == pytest.approx(limits[full], rel=0.05)
    assert seen.shares[full] > 0.95


def test_where_few_hosts_are_all_there_is_their_delay_is_the_limit() -> None:
    plan = replace(_PLAN, policy=FLOOD, workers=8)
    seen = Simulation(_sources(20), _COSTS, plan, seed="c").run()
    assert seen.first_full == "one host's delay"
    limits = ceilings(_COSTS, plan, hosts=20, polls=seen.polls / seen.pages, looks=0.0)
    assert seen.pages_per_second == pytest.approx(limits["one host's delay"], rel=0.1)
    assert seen.pages_per_second <= limits["one host's delay"] * 1.01


def test_where_slots_are_too_few_polls_are_late_and_stories_are_missed() -> None:
    sources = _sources(2_000, a_day=400_000)
    few, enough = (
        Simulation(sources, _COSTS, replace(_PLAN, crawls=crawls, delay=5.0, window=5), seed="d").run()
        for crawls in (4, 400)
    )
    assert few.first_full == "crawl slots"
    assert few.late(0.5) > 30 > 1 > enough.late(0.5)
    assert few.missed > enough.missed
    assert few.overdue > 100 > enough.overdue


def test_looks_at_archived_stories_come_with_polls_and_cost_what_they_cost() -> None:
    plan = replace(_PLAN, seconds=3_600, looks=10.0, workers=4)
    seen = Simulation(_sources(300, a_day=20_000), _COSTS, plan, seed="g").run()
    assert seen.looks / seen.pages == pytest.approx(10, rel=0.15)
    assert seen.put_off < 0.05 * seen.looks
    a_second = {"pages": seen.pages_per_second, "looks": seen.looks / seen.seconds, "polls": seen.polls_per_second}
    wrote = a_second["pages"] * _COSTS.archiver_page_ms + a_second["polls"] * _COSTS.poll_write_ms
    wrote += a_second["looks"] * (_COSTS.look_write_ms + _COSTS.whole_share * _COSTS.receive_ms)
    assert seen.archiver == pytest.approx(wrote / 1000, rel=0.03)
    limits = ceilings(
        _COSTS, plan, hosts=300, polls=seen.polls / seen.pages, looks=seen.looks / seen.pages
    )  # fmt: skip
    assert seen.archiver == pytest.approx(seen.pages_per_second / limits["archiver"], rel=0.03)
    assert sum(seen.loops) / 4 == pytest.approx(seen.pages_per_second / limits["a worker's loop"], rel=0.03)


@pytest.mark.parametrize(
    ("rechecks", "delay", "wait", "most"), [(30, 1.0, 900, 30), (30, 20.0, 900, 15), (30, 1.0, 1, 1), (0, 1.0, 900, 0)]
)
def test_looks_in_one_poll_are_bounded_as_in_the_service(rechecks: int, delay: float, wait: float, most: int) -> None:
    assert looks_that_fit(replace(_PLAN, rechecks=rechecks, delay=delay), wait) == most
    assert budget(rechecks, poll_seconds=wait, delay_seconds=delay) == most


class _Watched(Simulation):
    """Notes who asks which host when."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.asked: dict[int, list[tuple[float, int]]] = {}
        self.most_waiting_here = 0

    def _ask(self, crawl, then, loop_ms):  # type: ignore[no-untyped-def]
        host = self._sources[crawl.source].host
        assert self._hosts[host].holder == crawl.worker
        asked_at = super()._ask(crawl, then, loop_ms)
        self.asked.setdefault(host, []).append((asked_at, crawl.worker))
        self.most_waiting_here = max(self.most_waiting_here, len(self._hosts[host].waiting))
        return asked_at


@settings(max_examples=25, deadline=None)
@given(
    hosts=st.integers(1, 40), workers=st.integers(1, 5), delay=st.sampled_from([0.0, 0.3, 2.0]),
    policy=st.sampled_from([LEARNED, FIXED, FLOOD]), together=st.booleans(), crawls=st.integers(1, 20),
)  # fmt: skip
def test_no_host_is_ever_asked_by_two_workers_or_sooner_than_its_delay(
    hosts: int, workers: int, delay: float, policy: str, together: bool, crawls: int
) -> None:
    plan = replace(
        _PLAN, workers=workers, delay=delay, policy=policy, together=together, crawls=crawls, interval=60.0,
        seconds=40.0, warm_up=0.0,
    )  # fmt: skip
    watched = _Watched(_sources(40, hosts=hosts, a_day=200_000), _COSTS, plan, seed="e")
    seen = watched.run()
    assert seen.polls > 0
    for asked in watched.asked.values():
        assert all(later[0] - earlier[0] >= delay - 1e-9 for earlier, later in pairwise(asked))
    # All that is in use is at most all there is, and every crawl that began holds one slot.
    assert all(0 <= share <= 1.0001 for share in seen.shares.values() if share != seen.busiest_host)
    assert len(watched._free) + round(watched._slots._taken) == workers * crawls


def test_the_same_seed_gives_the_same_run() -> None:
    runs = [Simulation(_sources(100), _COSTS, _PLAN, seed="f").run() for _ in range(2)]
    assert runs[0] == runs[1]


def test_it_prints_each_number_of_workers_with_measured_points_beside(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--workers", "1,2", "--sources", "50", "--minutes", "2", "--policy", "flood", "--delay", "0", "--together"]
    assert scale_sim.main([*given, "--measured", "workers=2,pages_per_second=10,archiver=0.3"]) == 0
    said = capsys.readouterr().out
    assert "1 worker:" in said
    assert said.count("full first: a machine's cores, ") == 2
    assert said.count("measured:") == 1
    assert "measured: 10.0 pages/s, archiver 0.3; simulated" in said.partition("2 workers:")[2]


@pytest.mark.parametrize("text", ["workers=1", "pages_per_second=3", "workers", "workers=one,pages_per_second=3"])
def test_a_measured_point_that_says_too_little_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        scale_sim.measured_point(text)
