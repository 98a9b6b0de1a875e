"""Real Scrapy crawls against real servers on loopback."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from config import Config
from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.model import Listing, ListingKind, Source
from newskeep.outcomes import Trigger
from newskeep.sources import format_source, source_for
from newsroom import Newsroom, RunReport
from scheduler import sync_sources
from spiders.source import SourceSpider

Answer = tuple[int, dict[str, str], bytes]


class Site:
    """A server that answers as its `pages` say; `hits` are the paths asked for, in order."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.hits: list[str] = []
        self.seen_headers: list[dict[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.hits.append(self.path)
                site.seen_headers.append(dict(self.headers))
                page = site.pages.get(self.path, (404, {}, b"not here"))
                if callable(page):
                    page(self)
                    return
                status, headers, body = page
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    """A server of its own for one test."""
    site = Site()
    yield site
    site.close()


class Collector:
    """A pipeline that only keeps what the spider hands on."""

    fetches: list[Fetch]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Collector:
        pipeline = cls()
        pipeline.fetches = crawler.settings["COLLECTED"].fetches
        return pipeline

    async def process_item(self, item: Fetch) -> Fetch:
        self.fetches.append(item)
        return item


class Collected:
    """What was collected; survives the copy that Scrapy makes of settings."""

    def __init__(self) -> None:
        self.fetches: list[Fetch] = []

    def __deepcopy__(self, memo: object) -> Collected:
        return self


@pytest.fixture
def crawl() -> Callable[..., dict[str, Fetch]]:
    """Crawl addresses (or asks) with the project's own settings; returns the fetches by address asked for."""

    def run(asks: list[str | Ask], **overrides: Any) -> dict[str, Fetch]:
        collected = Collected()
        settings = Settings()
        settings.setmodule("settings", priority="project")
        values = {
            "ITEM_PIPELINES": {Collector: 1},
            "COLLECTED": collected,
            "NEWSKEEP_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "DOWNLOAD_TIMEOUT": 2,
            "USER_AGENT": "newskeep-test",
            "NEWSKEEP_ALLOW_ADDRESSES": ["127.0.0.0/8"],
        } | overrides
        for name, value in values.items():
            settings.set(name, value, priority="cmdline")
        wanted = [one if isinstance(one, Ask) else Ask(url=one, purpose=Purpose.STORY) for one in asks]
        asyncio.run(Crawler(SourceSpider, settings).crawl_async(asks=wanted))
        return {fetch.ask.url: fetch for fetch in collected.fetches}

    return run


SETTINGS = """
[fetch]
contact = "desk@meridian.example"
allow_addresses = ["127.0.0.0/8"]
delay = "0 s"
concurrency_per_host = 8
timeout = "5 s"
[monitor]
port = 0
[extract]
workers = 1
"""


class Home:
    """A home that follows a demo site."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "sources").mkdir(parents=True)
        (path / "newskeep.toml").write_text(SETTINGS, encoding="utf-8")

    def settings(self, *, timeout: str) -> None:
        """Write another time limit into the configuration."""
        text = SETTINGS.replace('timeout = "5 s"', f'timeout = "{timeout}"')
        (self.path / "newskeep.toml").write_text(text, encoding="utf-8")

    @property
    def config(self) -> Config:
        return Config.load(self.path, {})

    def follow(self, base: str, *, slug: str = "meridian", listings: Sequence[Listing] | None = None) -> Source:
        source = Source(
            slug=slug,
            name="Meridian Post",
            homepage=f"{base}/",
            language="en",
            listings=tuple(listings if listings is not None else demo_listings(base)),
        )
        (self.path / "sources" / f"{slug}.toml").write_text(format_source(source), encoding="utf-8")
        return source

    def poll(self) -> list[RunReport]:
        """Poll all sources once, whatever is due."""

        async def run() -> list[RunReport]:
            config = self.config
            async with Newsroom(config) as newsroom:
                await sync_sources(newsroom, config.sources())
                polls = [
                    await newsroom.poll(source, trigger=Trigger.COMMAND, only_due=False) for source in config.sources()
                ]
                return [report for report in polls if report is not None]

        return asyncio.run(run())

    def fetch(self, *urls: str) -> RunReport:
        """Archive single stories of the first source."""

        async def run() -> RunReport:
            config = self.config
            async with Newsroom(config) as newsroom:
                await sync_sources(newsroom, config.sources())
                return await newsroom.fetch(source_for(urls[0], config.sources()), urls)

        return asyncio.run(run())

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.path / 'news.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()


def demo_listings(base: str) -> tuple[Listing, ...]:
    """The listings of the demo site."""
    return (
        Listing(url=f"{base}/feeds/feed.rss", kind=ListingKind.FEED),
        Listing(url=f"{base}/feeds/sitemaps/news_1.xml", kind=ListingKind.NEWS_SITEMAP),
        Listing(url=f"{base}/", kind=ListingKind.HOME_FRONT),
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home")


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(home: Any) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command on the home; what still runs at the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "--home", str(home.path), *words],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
