"""A cluster as its owner has it: the service, workers, Redis, each a process, on sites of loopback."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from demo.many import ManySites
from storage.verify import verify
from tests.cluster.cluster_home import DELAY_SECONDS, ROOT, TABLES, ClusterHome, cluster_home, rudeness
from tests.cluster.redis_server import RedisServer, need_redis
from tests.commands.conftest import story_page
from tests.soak.cluster_kills import kill_parts


def say(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *words], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture
def sites() -> Iterator[ManySites]:
    with ManySites(sites=6, every_seconds=1e9, stories=3, addresses=True, promoted=2) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, sites: ManySites, redis: RedisServer) -> Iterator[ClusterHome]:
    with cluster_home(tmp_path / "home", sites, engine=redis.url) as made:
        yield made


def test_whatever_is_killed_the_archive_is_the_one_of_a_single_process(tmp_path: Path) -> None:
    need_redis()
    came = kill_parts(tmp_path, sites=24, kills=3, seed=20261127)
    assert sorted(came.kills) == ["archiver", "redis", "worker"]
    assert came.stories == 24 * 8


def test_a_cluster_is_watched_mended_and_stopped(home: ClusterHome, redis: RedisServer) -> None:
    nobody = say("cluster", "status", "--engine", redis.url)
    assert nobody.returncode == 1
    assert "no worker" in nobody.stdout
    assert "nobody archives" in nobody.stdout
    workers, archiver = [home.worker(), home.worker()], home.run()
    home.wait_for_all()
    told = say("cluster", "status", "--json", "--engine", redis.url)
    state: dict[str, Any] = json.loads(told.stdout)
    assert (told.returncode, state["dead_letters"], state["has_archiver"]) == (0, 0, True)
    assert [one["most_crawls"] for one in state["workers"]] == [12, 12]
    whole = json.loads(say("--home", str(home.path), "status", "--json", "--engine", redis.url).stdout)
    assert (whole["cluster"]["orders"] >= 0, len(whole["cluster"]["workers"])) == (True, 2)
    assert "w1-home" in say("--home", str(home.path), "status", "--engine", redis.url).stdout

    # A letter that nobody can read: named, kept, and sent again on request.
    client = Redis.from_url(redis.url)
    client.xadd("newskeep:results", {"worker": "w9", "receipt": "w9:1", "packed": b"0.0.1 extractor 1\nnoise"})
    home.wait_for(lambda: client.xlen("newskeep:dead") == 1, lambda: "the letter is not buried")
    dead = json.loads(say("cluster", "dead", "--json", "--engine", redis.url).stdout)
    assert [(one["worker"], one["url"]) for one in dead] == [("w9", None)]
    assert "packed by newskeep 0.0.1 extractor 1" in dead[0]["why"]
    assert say("cluster", "status", "--engine", redis.url).returncode == 1
    again = say("cluster", "retry", dead[0]["id"], "--engine", redis.url)
    assert (again.returncode, again.stdout) == (0, "1 sent again\n")
    home.wait_for(lambda: client.xlen("newskeep:dead") == 1, lambda: "it is buried once more")
    assert say("cluster", "retry", "1-1", "--engine", redis.url).returncode == 1

    home.stop(archiver)
    for worker in workers:
        home.stop(worker)
    client.close()
    assert verify(home.path).findings == []
    assert home.rows("SELECT count(*) FROM runs WHERE status = 'running'") == [(0,)]
    assert home.rows("SELECT count(*) FROM teasers")[0][0] > 0
    assert rudeness(home.sites.visits, delay=DELAY_SECONDS) == []


def test_what_a_worker_cannot_do_is_the_reason_of_the_run(home: ClusterHome) -> None:
    home.run()
    worker = home.worker(without="NEWSKEEP_VISITOR")
    home.wait_for(lambda: bool(home.rows("SELECT 1 FROM runs WHERE status = 'failed'")), lambda: "no run failed")
    home.stop(worker)
    reasons = home.rows("SELECT source, reason FROM runs WHERE status = 'failed'")
    assert all(
        reason == f"worker: {slug}.toml: NEWSKEEP_VISITOR is not set in the environment" for slug, reason in reasons
    )


def test_an_order_that_killed_worker_after_worker_is_ended_as_failed(
    home: ClusterHome, redis: RedisServer, tmp_path: Path
) -> None:
    table = saved_pages(tmp_path / "pages", 21)
    archiver, client = home.run(), Redis.from_url(redis.url)
    home.wait_for(lambda: client.exists("newskeep:archiver") == 1, lambda: "nobody archives")
    ordered = say("--home", str(home.path), "import", str(table.parent), "--urls", str(table), "--engine", redis.url)
    assert ordered.returncode == 0, ordered.stderr
    (name,) = [key for key in client.hkeys("newskeep:orders") if key.startswith(b"import-")]
    client.hset("newskeep:tries", name, 4)
    worker = home.worker()
    failed = "SELECT status, reason FROM runs WHERE \"trigger\" = 'import'"
    wanted = [("failed", "worker: 4 workers ended over it")]
    home.wait_for(lambda: home.rows(failed) == wanted, lambda: f"{home.rows(failed)}")
    home.wait_for(lambda: not client.hexists("newskeep:tries", name), lambda: "its tries are still counted")
    client.close()
    home.stop(worker)
    home.stop(archiver)


def test_the_service_stops_before_its_workers_and_leaves_no_run_open(home: ClusterHome) -> None:
    worker, archiver = home.worker(), home.run()
    home.wait_for(lambda: len(home.sites.visits) > 8, lambda: "nothing is fetched")
    home.stop(archiver)
    assert home.rows("SELECT id FROM runs WHERE status = 'running'") == []
    archiver = home.run()
    home.wait_for_all(seconds=90)
    home.stop(archiver)
    home.stop(worker)
    assert home.rows("SELECT id FROM runs WHERE status = 'running'") == []
    assert home.rows("SELECT url FROM stories GROUP BY url HAVING count(*) > 1") == []


def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_not_done(home: ClusterHome) -> None:
    first, archiver = home.worker(), home.run()
    home.wait_for(lambda: len(home.sites.visits) > 6, lambda: "nothing is fetched")
    home.stop(first)
    second = home.worker()
    home.wait_for_all(seconds=60)
    home.stop(second)
    home.stop(archiver)
    assert home.rows("SELECT DISTINCT status FROM runs WHERE status NOT IN ('finished', 'interrupted')") == []
    assert home.rows("SELECT url FROM stories GROUP BY url HAVING count(*) > 1") == []


def saved_pages(folder: Path, count: int) -> Path:
    """So many pages as files with a table of their addresses, twenty of them saved twice, and one that is no page."""
    folder.mkdir()
    lines = ["file,url,captured"]
    for number in range(count):
        story = number if number < count - 20 else number - 20
        text = [f"Sentence {part} of story {story} about a ferry with {story * 7 + part} lamps." for part in range(9)]
        (folder / f"{number}.html").write_text(story_page(f"Ferry {story} sails at night", *text), encoding="utf-8")
        minutes = f"{8 + number // 60:02}:{number % 60:02}"
        lines.append(f"{number}.html,https://paper.example/{story},2026-11-20T{minutes}:00Z")
    lines.append("absent.html,https://paper.example/absent,2026-11-20T08:00:00Z")
    table = folder / "pages.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table


def test_saved_pages_are_imported_by_workers_whatever_is_killed(
    home: ClusterHome, redis: RedisServer, tmp_path: Path
) -> None:
    table = saved_pages(tmp_path / "pages", 300)
    place = ["import", str(table.parent), "--urls", str(table)]
    refused = say("--home", str(home.path), *place, "--engine", redis.url)
    assert (refused.returncode, "nobody archives" in refused.stderr) == (2, True)
    archiver, worker = home.run(), home.worker()
    home.wait_for_all()
    ordered = say("--home", str(home.path), *place, "--engine", redis.url)
    assert ordered.returncode == 0, ordered.stderr
    imported = "SELECT count(*) FROM stories WHERE url LIKE 'https://paper.example/%'"
    home.wait_for(lambda: home.rows(imported)[0][0] > 20, lambda: "nothing is imported")
    worker.kill()
    archiver.kill()
    archiver, worker = home.run(), home.worker()
    ended = "SELECT status, reason FROM runs WHERE \"trigger\" = 'import' AND status NOT IN ('running', 'interrupted')"
    home.wait_for(lambda: bool(home.rows(ended)), lambda: "the import does not end")
    home.stop(worker)
    home.stop(archiver)
    status, reason = home.rows(ended)[0]
    assert status == "partial"
    assert reason.startswith("1 records could not be read, first ")
    alone = tmp_path / "alone"
    assert say("--home", str(alone), "init").returncode == 0
    assert say("--home", str(alone), *place).returncode == 1
    with closing(sqlite3.connect(alone / "news.db")) as other:
        for name, sql in TABLES.items():
            wanted = sorted(other.execute(sql).fetchall(), key=repr)
            ours = [row for row in home.content()[name] if "paper.example" in repr(row)]
            assert ours == wanted, name
    assert verify(home.path).findings == []


def test_an_engine_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    nowhere = say("cluster", "status", "--engine", "redis://:SECRET@127.0.0.1:1/0")
    assert nowhere.returncode == 2
    assert nowhere.stderr.startswith("newskeep: Redis at redis://127.0.0.1:1/0 cannot be used: ")
    assert "SECRET" not in nowhere.stderr
    wrong = say("--home", str(tmp_path), "worker", "--engine", "http://127.0.0.1/")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert "an engine is the address of a Redis" in wrong.stderr
    assert "which engine?" in say("worker").stderr


def test_the_local_mode_needs_and_imports_none_of_it() -> None:
    code = (
        "import sys, cli, commands.run, commands.crawl, newsroom, scheduler, service.monitor\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'dramatiq', 'redis', 'cluster'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
