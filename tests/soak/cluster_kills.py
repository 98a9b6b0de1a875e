"""Killing the parts of a cluster again and again: the archive is the one that a single process makes of the same sites.

`python -m tests.soak.cluster_kills --sites 200 --kills 30` is the long form; the seed it prints replays the moments.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from demo.many import ManySites
from storage.verify import verify
from tests.cluster.cluster_home import DELAY_SECONDS, ClusterHome, cluster_home, rudeness
from tests.cluster.redis_server import RedisServer

STORIES = 8
_SLOW_SECONDS = 0.02
_RECOVERY_SECONDS = 300.0
VICTIMS = ("worker", "archiver", "redis")


@dataclass(slots=True, kw_only=True)
class Came:
    """What came of it: kills by victim, stories, requests at the sites, and rude ones among them."""

    kills: Counter[str] = field(default_factory=Counter)
    stories: int = 0
    visits: int = 0
    rude: list[str] = field(default_factory=list)


def new_sites(count: int) -> ManySites:
    """Sites that publish at the start and then no more: what is made of them is known."""
    return ManySites(
        sites=count, every_seconds=1e9, stories=STORIES, addresses=True, slow_seconds=_SLOW_SECONDS, promoted=3
    )


def kill_parts(place: Path, *, sites: int, kills: int, seed: int, workers: int = 2) -> Came:
    """Run a cluster on the sites, kill its parts at seeded moments, let it recover, and compare.

    Raises AssertionError where something is not as it should be.
    """
    came, chance = Came(), random.Random(seed)
    victims = [VICTIMS[number % len(VICTIMS)] for number in range(kills)]
    chance.shuffle(victims)
    # Moments are counted in answers of the sites, spread over all that there are.
    total = sites * (STORIES + 1)
    moments = sorted(chance.sample(range(2, max(total * 4 // 5, kills + 3)), kills))
    with new_sites(sites) as served:
        redis = RedisServer(place / "redis")
        try:
            with cluster_home(place / "cluster", served, engine=redis.url) as home:
                _kill_and_recover(home, redis, list(zip(moments, victims, strict=True)), came, workers=workers)
        finally:
            redis.kill()
        came.visits, came.rude = len(served.visits), rudeness(served.visits, delay=DELAY_SECONDS)
        assert came.rude == [], f"seed {seed}: {came.rude[:5]}"
        with cluster_home(place / "single", served, engine=None) as single:
            process = single.run()
            single.wait_for_all()
            single.stop(process)
            for name, rows in single.content().items():
                assert rows, name
                theirs = home.content()[name]
                assert theirs == rows, f"seed {seed}: {name} differ: {_difference(theirs, rows)}"
    came.stories = len(home.stories())
    return came


def _kill_and_recover(
    home: ClusterHome, redis: RedisServer, plan: list[tuple[int, str]], came: Came, *, workers: int
) -> None:
    running = [home.worker() for _ in range(workers)]
    archiver = home.run()
    for moment, victim in plan:
        home.wait_for(
            lambda moment=moment: len(home.sites.visits) >= moment or home.wanted() <= home.stories(),  # type: ignore[misc]
            lambda: "nothing is fetched any more",
            seconds=_RECOVERY_SECONDS,
        )
        if victim == "worker":
            oldest = running.pop(0)
            _kill(oldest)
            running.append(home.worker())
        elif victim == "archiver":
            _kill(archiver)
            report = verify(home.path, expects_captures=(home.path / "captures.db").exists())
            assert report.findings == [], f"after a kill of the archiver: {report.findings[:3]}"
            archiver = home.run()
        else:
            redis.kill()
            time.sleep(0.5)
            redis.start()
        came.kills[victim] += 1
    home.wait_for_all(seconds=_RECOVERY_SECONDS)
    _settle(home)
    for process in (*running, archiver):
        assert process.poll() is None, f"a part of the cluster ended by itself with {process.returncode}"
        home.stop(process)
    report = verify(home.path)
    assert report.findings == [], report.findings[:3]
    assert home.rows("SELECT id FROM runs WHERE status = 'running'") == [], "runs that nobody closed"


def _settle(home: ClusterHome) -> None:
    """Wait until every source was polled to its end after the last kill."""
    last = home.rows("SELECT coalesce(max(id), 0) FROM runs")[0][0]
    sql = f"SELECT count(DISTINCT source) FROM runs WHERE status = 'finished' AND id > {last}"
    home.wait_for(
        lambda: home.rows(sql)[0][0] >= home.sites.sites,
        lambda: f"polled again: {home.rows(sql)} of {home.sites.sites}",
        seconds=_RECOVERY_SECONDS,
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def _difference(one: list[tuple[object, ...]], other: list[tuple[object, ...]]) -> str:
    only = [row for row in one if row not in other][:2], [row for row in other if row not in one][:2]
    return f"{len(one)} and {len(other)}; only here {str(only[0])[:400]}, only there {str(only[1])[:400]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The long form."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.cluster_kills", description=__doc__.split("\n")[0])
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    asked = parser.parse_args(arguments)
    print(f"seed {asked.seed}", flush=True)
    began = time.monotonic()
    place = Path(tempfile.mkdtemp(prefix="newskeep-cluster-"))
    came = kill_parts(place, sites=asked.sites, kills=asked.kills, seed=asked.seed)
    killed = ", ".join(f"{count} of {victim}" for victim, count in sorted(came.kills.items()))
    print(f"{sum(came.kills.values())} kills ({killed}); {came.stories} stories as one process archives them")
    print(f"{came.visits} requests, none rude; {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
