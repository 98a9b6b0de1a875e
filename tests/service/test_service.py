"""The service as a process: health and metrics on its port, files that change under it, saved searches, alerts out."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.faults.pages import story_page

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (
    'name = "{0}"\nhomepage = "http://127.0.0.1:{1}/"\ninterval = "60 s"\n[[listings]]\nurl = "{2}"\nkind = "feed"\n'
)


class Town(ThreadingHTTPServer):
    """Serves feeds and stories, and takes alerts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = self.server_address[1]
        self.alerts: list[dict[str, Any]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Town

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name == "robots.txt":
            self._answer(404, b"", "text/plain")
        elif name.endswith(".rss"):
            slug = name.removesuffix(".rss")
            link = f"http://127.0.0.1:{self.server.port}/story/{slug}"
            item = f"<item><title>The green crane</title><link>{link}</link></item>"
            self._answer(
                200, f"<rss version='2.0'><channel><title>x</title>{item}</channel></rss>".encode(), "text/xml"
            )
        else:
            self._answer(200, story_page(name.rpartition("/")[2]), "text/html")

    def do_POST(self) -> None:
        self.server.alerts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(200, b"", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def town() -> Iterator[Town]:
    server = Town()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def newskeep(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "--home", str(home), *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=150)


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_for(what: str, is_there: Callable[[], object], seconds: float = 150) -> None:
    until = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < until, f"waited too long for {what}"
        time.sleep(0.1)


def test_a_service_that_is_watched_changed_and_told_to_stop(tmp_path: Path, town: Town) -> None:
    home, port = tmp_path / "home", free_port()
    assert newskeep(home, "init", "--without-sources", "--quiet").returncode == 0
    (home / "newskeep.toml").write_text(
        '[fetch]\nallow_addresses = ["127.0.0.0/8"]\ndelay = "0 s"\n[extract]\nworkers = 1\n'
        f'[alerts]\ntargets = ["json://127.0.0.1:{town.port}/hook"]\ndigest = "0 s"\n'
        f'[monitor]\nport = {port}\n[log]\nformat = "json"\n'
    )
    sources = home / "sources"
    (sources / "gull.toml").write_text(SOURCE.format("Gull", town.port, f"http://127.0.0.1:{town.port}/gull.rss"))
    assert "gull looks for" in newskeep(home, "watch", "add", "gull", "headline:crane").stdout
    log = tmp_path / "log"
    command = [sys.executable, "-m", "cli", "--home", str(home), "run"]
    with log.open("w") as lines:
        service = subprocess.Popen(command, cwd=ROOT, stderr=lines, stdout=subprocess.DEVNULL)
    try:
        wait_for("health", lambda: get(port, "/-/health")[0] == 200)
        counted = 'newskeep_requests_total{outcome="new_story",source="%s"} 1.0'
        wait_for("a story", lambda: counted % "gull" in get(port, "/metrics")[1])
        wait_for("the match", lambda: town.alerts)
        (match,) = town.alerts
        assert match["title"] == "newskeep: gull (new): The green crane, part gull"
        # A source is added while it runs; another is broken, and mended.
        (sources / "tern.toml").write_text(SOURCE.format("Tern", town.port, f"http://127.0.0.1:{town.port}/tern.rss"))
        wait_for("the new source", lambda: counted % "tern" in get(port, "/metrics")[1])
        (sources / "wren.toml").write_text("colour = 1\n")
        wait_for("the complaint", lambda: "configuration cannot be read" in log.read_text())
        (sources / "wren.toml").unlink()
        (sources / "tern.toml").unlink()
        service.send_signal(signal.SIGHUP)
        wait_for("the reload", lambda: log.read_text().count("configuration read anew") >= 2)
        status = json.loads(newskeep(home, "status", "--json").stdout)
        assert status["poller"].startswith(f"pid {service.pid}, ")
        assert {one["slug"]: one["is_retired"] for one in status["sources"]} == {"gull": False, "tern": True}
        assert status["is_well"] is True
        assert newskeep(home, "status").returncode == 0
    finally:
        service.send_signal(signal.SIGTERM)
        assert service.wait(timeout=90) == 0
    events = [json.loads(line) for line in log.read_text().splitlines()]
    ended = [event for event in events if event["event"] == "run ended"]
    assert {event["source"] for event in ended} == {"gull", "tern"}
    assert all(event["status"] == "finished" and int(event["requests"]) > 0 for event in ended)
    assert json.loads(newskeep(home, "status", "--json").stdout)["poller"] is None
    feed = newskeep(home, "watch", "atom", "gull").stdout
    assert '<title type="text">The green crane, part gull</title>' in feed


def test_a_service_that_is_killed_tells_a_match_all_the_same(tmp_path: Path, town: Town) -> None:
    home = tmp_path / "home"
    newskeep(home, "init", "--without-sources", "--quiet")
    (home / "newskeep.toml").write_text(
        '[fetch]\nallow_addresses = ["127.0.0.0/8"]\ndelay = "0 s"\n[extract]\nworkers = 1\n'
        f'[alerts]\ntargets = ["json://127.0.0.1:{town.port}/hook"]\n[monitor]\nenabled = false\n'
    )
    (home / "sources" / "gull.toml").write_text(
        SOURCE.format("Gull", town.port, f"http://127.0.0.1:{town.port}/gull.rss")
    )
    newskeep(home, "watch", "add", "cranes", "crane")
    # A crawl without its rounds is what a kill right after it leaves.
    script = (
        "import asyncio, commands.rounds as rounds\n"
        "async def none(newsroom): pass\n"
        "import commands.crawl as crawl; crawl.make_rounds = none\n"
        f"import cli; cli.main(['--home', {str(home)!r}, 'crawl'])\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, timeout=150, env=env)
    assert town.alerts == []
    assert newskeep(home, "crawl", "--due").returncode == 0
    assert [alert["title"] for alert in town.alerts] == ["newskeep: cranes (new): The green crane, part gull"]
    assert newskeep(home, "crawl").returncode == 0
    assert len(town.alerts) == 1
