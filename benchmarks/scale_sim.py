"""Many workers, their hosts and one archiver, simulated: what they carry, how late polls are, what is full first.

    python -m benchmarks.scale_sim --workers 1,2,4,8 --sources 100000 --stories-a-day 2000000
    python -m benchmarks.scale_sim --workers 1,2 --together --policy flood --delay 0 --sources 200 \\
        --measured workers=1,pages_per_second=40 --measured workers=2,pages_per_second=44

No network, no clock, no process: `benchmarks.scale_run` with costs that were measured (`docs/measured.md`), each of
which a flag changes. A measured point is printed beside the simulated one of as many workers, with the ratio of both.
`--together` puts all on one machine, as a test does; `--policy flood` gives sources that never run out of stories.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from benchmarks.scale_model import LEARNED, POLICIES, Costs, Plan, Seen, ceilings, invent_sources
from benchmarks.scale_run import Simulation

# (milliseconds, where it comes from); docs/scale.md says how each was measured or assumed.
COSTS: dict[str, tuple[float, str]] = {
    "poll_ms": (13.0, "worker: a crawl and its listing, whether anything is new or not"),
    "poll_write_ms": (3.0, "archiver: a poll planned, given out and written into the ledger"),
    "listing_read_ms": (10.0, "reading process: a listing that has changed"),
    "fetch_ms": (4.4, "worker: a page fetched"),
    "read_ms": (11.3, "reading process: a page taken apart and made ready for the archive"),
    "send_ms": (1.0, "worker: a result packed and sent"),
    "receive_ms": (1.0, "archiver: a result taken and unpacked"),
    "write_ms": (3.7, "archiver: bytes and story kept"),
    "look_write_ms": (1.5, "archiver: a look at an archived story in which nothing was new"),
    "latency_ms": (300.0, "wait for a host's answer"),
    "hop_ms": (1.0, "wait for Redis, each way"),
}
_PAGE_KILOBYTES = 80.0
_FEW = 8


def main(arguments: list[str] | None = None) -> int:
    """Simulate what the command line asks for, and print it."""
    asked = _parser().parse_args(arguments)
    given = {"page_kilobytes": asked.page_kilobytes, "whole_share": asked.whole_share}
    costs = Costs(**given, **{name: getattr(asked, name) for name in COSTS})
    hosts = asked.hosts or asked.sources
    sources = invent_sources(
        asked.sources, hosts=hosts, stories_a_day=asked.stories_a_day, spread=asked.spread, seed=asked.seed
    )
    print(
        f"{asked.sources:,} sources at {hosts:,} hosts, {asked.stories_a_day:,.0f} stories a day "
        f"({asked.stories_a_day / 86_400:.1f}/s), policy {asked.policy}, interval {asked.interval:g} s, delay "
        f"{asked.delay:g} s, {'one machine' if asked.together else 'a machine each'} of {asked.cores} cores, "
        f"seed {asked.seed}"
    )
    print(
        f"a page: {costs.worker_page_ms:.1f} CPU ms of a worker, {costs.archiver_page_ms:.1f} of the archiver;"
        f" a look at an archived story {costs.look_ms:.1f} of both\n"
    )
    measured = {int(point["workers"]): point for point in asked.measured}
    for workers in asked.workers:
        plan = _plan(asked, workers)
        seen = Simulation(sources, costs, plan, seed=asked.seed).run()
        print(told(workers, seen, costs))
        print(bounds(seen, costs, plan, hosts), flush=True)
        if workers in measured:
            print(beside(seen, measured[workers]))
    return 0


def told(workers: int, seen: Seen, costs: Costs) -> str:
    """The lines of one simulation."""
    redis = seen.most_unwritten * costs.page_kilobytes / 1000
    name = seen.first_full
    lines = (
        f"{workers} worker{'s' if workers > 1 else ''}: {seen.pages_per_second:.1f} pages/s,"
        f" {seen.looks / seen.seconds:.1f} looks/s, {seen.polls_per_second:.1f} polls/s;"
        f" polls late p50 {seen.late(0.5):.1f} s, p95 {seen.late(0.95):.1f} s; waiting for a worker {seen.overdue}"
        f" (most {seen.most_overdue}); missed {seen.missed} stories, put off {seen.put_off} looks",
        f"busy: loop {each(seen.loops)}, reading {each(seen.readers)}, machine {each(seen.machines)},"
        f" archiver {100 * seen.archiver:.0f} %; crawl slots {100 * seen.slots:.0f} %,"
        f" busiest host {100 * seen.busiest_host:.0f} %; in Redis at most {seen.most_unwritten} results"
        f" ({redis:.1f} MB)",
        f"full first: {name}, {100 * seen.shares[name]:.0f} %",
    )
    return "\n    ".join(lines)


def each(shares: Sequence[float]) -> str:
    """The share of each worker where they are few, else the least and the most."""
    told = [f"{100 * share:.0f}" for share in (shares if len(shares) <= _FEW else (min(shares), max(shares)))]
    return (" " if len(shares) <= _FEW else " to ").join(told) + " %"


def bounds(seen: Seen, costs: Costs, plan: Plan, hosts: int) -> str:
    """What arithmetic alone says of the limits, for as many polls and looks a story as were seen."""
    stories = max(seen.pages, 1)
    limits = ceilings(costs, plan, hosts=hosts, polls=seen.polls / stories, looks=seen.looks / stories)
    shown = ", ".join(f"{name} {limit:,.0f}" for name, limit in sorted(limits.items(), key=lambda one: one[1]))
    return f"    new stories a second at most, by arithmetic: {shown}"


def beside(seen: Seen, point: dict[str, float]) -> str:
    """A measured point beside the simulated one."""
    rate = point["pages_per_second"]
    others = "".join(f", {name} {value:g}" for name, value in point.items() if name not in _POINT)
    ratio = f"simulated {seen.pages_per_second / rate:.2f} times as many" if rate else "no rate"
    return f"    measured: {rate:.1f} pages/s{others}; {ratio}"


_POINT = ("workers", "pages_per_second")


def measured_point(text: str) -> dict[str, float]:
    """Read `workers=1,pages_per_second=40[,archiver=0.3…]`; raises ArgumentTypeError."""
    try:
        point = {name.strip(): float(value) for name, value in (part.split("=") for part in text.split(","))}
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not like workers=1,pages_per_second=40") from None
    if missing := [name for name in _POINT if name not in point]:
        raise argparse.ArgumentTypeError(f"{text!r} does not say {' and '.join(missing)}")
    return point


def _plan(asked: argparse.Namespace, workers: int) -> Plan:
    chosen: dict[str, Any] = {field.name: getattr(asked, field.name, None) for field in fields(Plan)}
    seconds = asked.minutes * 60
    return Plan(**chosen | {"workers": workers, "seconds": seconds, "warm_up": seconds / 4})


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale_sim", formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--workers", type=_numbers, default=[1, 2, 4, 8], help="numbers of workers, with commas")
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--hosts", type=int, help="fewer than sources: the rest share hosts; else one each")
    parser.add_argument("--stories-a-day", type=float, default=19_000.0, help="of all sources together")
    parser.add_argument("--spread", type=float, default=1.58, help="sigma of the logarithm of sources' rates")
    parser.add_argument("--policy", choices=POLICIES, default=LEARNED)
    parser.add_argument("--interval", type=float, default=900.0, help="of polls, in seconds")
    parser.add_argument("--window", type=int, default=30, help="stories that a listing holds")
    parser.add_argument("--looks", type=float, default=21.0, help="at a story in its first month, by the rule; 0: none")
    parser.add_argument("--rechecks", type=int, default=30, help="looks in one poll, at most")
    parser.add_argument("--whole-share", type=float, default=0.5, help="of looks that bring the whole page (assumed)")
    parser.add_argument("--delay", type=float, default=1.0, help="between two requests to a host, in seconds")
    parser.add_argument("--cores", type=int, default=2, help="of a machine")
    parser.add_argument("--together", action="store_true", help="all on one machine")
    parser.add_argument("--readers", type=int, default=2, help="reading processes of a worker")
    parser.add_argument("--crawls", type=int, default=16, help="polls at once in a worker")
    parser.add_argument("--outbox", type=int, default=64, help="results of a worker that may wait for an answer")
    parser.add_argument("--minutes", type=float, default=60.0, help="simulated, after a warm-up of a quarter of it")
    parser.add_argument("--seed", default="report")
    parser.add_argument("--page-kilobytes", type=float, default=_PAGE_KILOBYTES, help="of a result on its way")
    parser.add_argument("--measured", type=measured_point, action="append", default=[], metavar="POINT")
    for name, (value, meaning) in COSTS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=value, help=meaning)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
