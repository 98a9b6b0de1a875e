"""The reading room on the demo's archive, asked as a browser asks it, but in this process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette

import reading
from tests.reading.made import make_home

ROOT = Path(__file__).resolve().parents[2]


class Reader:
    """Somebody who reads: sends requests to a Datasette with the reading room."""

    def __init__(self, runner: asyncio.Runner, datasette: Datasette) -> None:
        self.datasette = datasette
        self._run = runner.run

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self._run(self.datasette.client.get(path, **options))

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._run(self.datasette.client.request(method, path, **options))

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text[:500]
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        return answer.json()

    def page(self, path: str, status: int = 200) -> str:
        answer = self.get(path)
        assert answer.status_code == status, answer.text[:500]
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that followed the demo's site for two days."""
    home = tmp_path_factory.mktemp("demo") / "home"
    (home.parent / "said.txt").write_text(run_command("demo", "--into", str(home)), encoding="utf-8")
    return home


def run_command(*arguments: str) -> str:
    """Run `newskeep` in a process of its own: a browser's tests have an event loop running in this one."""
    done = subprocess.run([sys.executable, "-m", "cli", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for all requests, as a server has."""
    with asyncio.Runner() as one:
        yield one


@pytest.fixture(scope="session")
def room(demo_home: Path, runner: asyncio.Runner) -> Reader:
    """The reading room as plain `datasette news.db` shows it."""
    return open_room(demo_home, runner)


def open_room(home: Path, runner: asyncio.Runner, **options: Any) -> Reader:
    """A reader of the archive in a home."""
    reading.register()
    datasette = Datasette([str(home / "news.db")], **options)
    runner.run(datasette.invoke_startup())
    return Reader(runner, datasette)


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with copies, promotions, a failed run, a saved search, and words that mean harm."""
    home = tmp_path_factory.mktemp("made") / "home"
    make_home(home)
    return home


@pytest.fixture(scope="session")
def made(made_home: Path, runner: asyncio.Runner) -> Reader:
    """The reading room on that home."""
    return open_room(made_home, runner)


@pytest.fixture(scope="session")
def bridge(made: Reader) -> int:
    """The id of its story that was first, promoted and copied."""
    found = made.json("/copies.json")["clusters"][0]["members"][0]["story_id"]
    assert isinstance(found, int)
    return found
