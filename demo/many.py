"""Many small invented sites on loopback, each with a feed that gains a story now and then, to poll for a long time.

    python -m demo.many --sites 1000 --every 1800 [--addresses]

With `--addresses` each site has an address of its own (127.x.y.z, Linux only), else all share 127.0.0.1 and differ in
their paths. The first line on standard output is the port. Feeds answer 304 to the validator of their last answer.
A SIGTERM ends it, with a line of counts.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from types import TracebackType
from typing import Self

_WORDS = (
    "The harbor council of the {n}th ward voted on Monday to keep the night ferry, and asked for {n} more lamps.",
    "Nobody had read the annex, in which a toll of {n} marks is levied on timber that crosses the lower bridge.",
    "A retired general told the meeting that the {n} lighthouses of the coast had been counted twice since spring.",
    "The treasurer put the cost at {n} thousand marks, of which the railway is said to have promised a third.",
)
_WINDOW = 20
_STEP_SECONDS = 900
"""A story of the past is dated so long before the next one."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request at a site, from when it had come to when it was answered (steady clock), and who said to have sent it
    (`X-Visitor`, "" where nobody did).
    """

    site: str
    path: str
    visitor: str
    began: float
    ended: float


class ManySites:
    """The sites, running in a thread while the `with` block lasts, or in a loop by `serve`.

    `every_seconds` is the time between two stories of one site; each has `stories` at the start, and its feed names the
    newest `window`; a story promotes `promoted` others. Every answer takes `slow_seconds`. `seen` holds the path and
    status of every answer, in order, `visits` when each came and went. The clock may be given, to let a day pass in
    minutes.
    """

    def __init__(
        self,
        *,
        sites: int,
        every_seconds: float,
        stories: int = 2,
        window: int = _WINDOW,
        addresses: bool = False,
        slow_seconds: float = 0.0,
        promoted: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.sites = sites
        self._every, self._stories, self._window = every_seconds, stories, window
        self._addresses, self._clock, self._slow_seconds = addresses, clock, slow_seconds
        self._promoted = promoted
        self._began = clock()
        self.port = 0
        self.seen: list[tuple[str, int]] = []
        self.counts: Counter[tuple[str, int]] = Counter()
        self.visits: list[Visit] = []
        self.broken: set[int] = set()
        """Sites that answer 500 to everything."""
        self._open: set[asyncio.StreamWriter] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def host(self, site: int) -> str:
        """The address of a site."""
        return f"127.{1 + site // 62_500}.{site // 250 % 250}.{site % 250 + 1}" if self._addresses else "127.0.0.1"

    def base_url(self, site: int) -> str:
        """Where a site begins."""
        return f"http://{self.host(site)}:{self.port}/{site}"

    def feed_url(self, site: int) -> str:
        """Its feed."""
        return f"{self.base_url(site)}/feed.rss"

    def story_urls(self, site: int) -> list[str]:
        """All stories that a site has published so far, the newest last."""
        return [f"{self.base_url(site)}/story-{number}" for number in range(self._published(site))]

    def polls(self, site: int) -> int:
        """How often its feed was asked for."""
        return sum(path == f"/{site}/feed.rss" for path, _ in self.seen)

    def _published(self, site: int) -> int:
        # Spread, so that they do not all publish at one moment.
        share = site * 0.618 % 1
        return self._stories + int((self._clock() - self._began) / self._every + share)

    def _appeared(self, site: int, number: int) -> float:
        if number < self._stories:
            return self._began - (self._stories - number) * _STEP_SECONDS
        return self._began + (number - self._stories + 1 - site * 0.618 % 1) * self._every

    async def serve(self) -> list[asyncio.Server]:
        """Listen on the addresses of all sites, on one port."""
        first = await asyncio.start_server(self._connected, self.host(0), 0, backlog=256)
        self.port = first.sockets[0].getsockname()[1]
        servers = [first]
        if self._addresses:
            for site in range(1, self.sites):
                servers.append(await asyncio.start_server(self._connected, self.host(site), self.port, backlog=16))
        return servers

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                began, path = time.monotonic(), head.split(" ", 2)[1]
                lines = (line.partition(":") for line in head.split("\r\n")[1:])
                headers = {name.lower(): value.strip() for name, _, value in lines}
                if self._slow_seconds:
                    await asyncio.sleep(self._slow_seconds)
                visitor = headers.get("x-visitor", "")
                self.visits.append(Visit(headers.get("host", ""), path, visitor, began, time.monotonic()))
                writer.write(self._answer(path, headers.get("if-none-match")))
                await writer.drain()
        self._open.discard(writer)
        writer.close()

    def _answer(self, path: str, tag: str | None) -> bytes:
        status, headers, body = self._page(path, tag)
        self.seen.append((path, status))
        kind = "feed" if path.endswith("feed.rss") else "story" if "/story-" in path else "other"
        self.counts[kind, status] += 1
        lines = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", *headers]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _page(self, path: str, tag: str | None) -> tuple[int, list[str], bytes]:
        first, _, rest = path.strip("/").partition("/")
        if not first.isdigit() or int(first) >= self.sites:
            return 404, [], b"nothing here"
        site = int(first)
        if site in self.broken:
            return 500, [], b"broken"
        if rest == "feed.rss":
            now_tag = f'"{self._published(site)}"'
            if tag == now_tag:
                return 304, [f"ETag: {now_tag}"], b""
            return 200, [f"ETag: {now_tag}", "Content-Type: application/rss+xml"], self._feed(site).encode()
        number = rest.removeprefix("story-")
        if rest.startswith("story-") and number.isdigit() and int(number) < self._published(site):
            return 200, ["Content-Type: text/html; charset=utf-8"], self._story(site, int(number)).encode()
        return 404, [], b"nothing here"

    def _feed(self, site: int) -> str:
        published = self._published(site)
        items = "".join(
            f"<item><title>{_headline(site, number)}</title><link>{self.base_url(site)}/story-{number}</link>"
            f"<guid>{site}-{number}</guid><pubDate>{formatdate(self._appeared(site, number))}</pubDate></item>"
            for number in range(published - 1, max(published - self._window, 0) - 1, -1)
        )
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site {site}</title>'
            f"<link>{self.base_url(site)}/</link>{items}</channel></rss>"
        )

    def _story(self, site: int, number: int) -> str:
        headline = _headline(site, number)
        # Each sentence is one of a kind: what stands on many pages would be taken for furniture.
        text = "".join(
            f"<p>{words.format(n=site * 1000 + number * 7 + 2)} That was {headline}.</p>" for words in _WORDS
        )
        stamp = formatdate(self._appeared(site, number))
        others = [(number + step) % max(self._stories, 1) for step in range(1, self._promoted + 1)]
        more = "".join(
            f'<li><a href="{self.base_url(site)}/story-{one}"><h3>{_headline(site, one)}</h3></a></li>'
            for one in others
        )
        aside = f"<aside class=related><h2>More from Site {site}</h2><ul>{more}</ul></aside>" if more else ""
        return (
            f"<!doctype html><html lang=en><head><title>{headline}</title>"
            f'<meta property="og:type" content="article"><meta property="og:title" content="{headline}">'
            f'<meta property="article:published_time" content="{stamp}"></head><body><header>Site {site}</header>'
            f"<article><h1>{headline}</h1><p class=byline>By Ines Lindqvist</p>{text}</article>{aside}"
            f"<footer>All rights of site {site}</footer></body></html>"
        )

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve_until_stopped(ready)), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    async def _serve_until_stopped(self, ready: threading.Event) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        servers = await self.serve()
        ready.set()
        await self._stopped.wait()
        for server in servers:
            server.close()
        for writer in tuple(self._open):
            writer.close()
        await asyncio.gather(*(server.wait_closed() for server in servers))


def _headline(site: int, number: int) -> str:
    return f"Ferry {number} of harbor {site} sails with {number * 13 + site + 3} lamps"


async def _main(asked: argparse.Namespace) -> None:
    sites = ManySites(sites=asked.sites, every_seconds=asked.every, addresses=asked.addresses)
    await sites.serve()
    print(sites.port, flush=True)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    print(" ".join(f"{kind}:{status}={count}" for (kind, status), count in sorted(sites.counts.items())), flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m demo.many", description=main.__doc__)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--every", type=float, default=1800.0, help="seconds between two stories of a site")
    parser.add_argument("--addresses", action="store_true")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 20_000)), hard))
    asyncio.run(_main(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
