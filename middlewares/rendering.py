"""Pages rendered by a browser before they are read, for the sources whose owner says so (`render = true`).

scrapy-playwright drives the system's Chromium. Its handler is written for Scrapy with Twisted's reactor; here the parts
it needs are set up without one, so its version is pinned. Listings that are no pages, robots.txt and pictures are asked
for without a browser, as ever.

The browser reaches the network through `middlewares.guarded_proxy` alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import Request as BrowserRequest
from playwright.async_api import TimeoutError as BrowserTimeoutError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy_playwright.handler import Config, ScrapyPlaywrightDownloadHandler
from scrapy_playwright.headers import use_scrapy_headers
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from middlewares.browsers import browser_path
from middlewares.download import GuardedDownloadHandler
from middlewares.guarded_proxy import GuardedProxy
from newskeep.addresses import parse_networks
from newskeep.errors import RequestRefusedError
from newskeep.fetches import Ask, Rendering, wants_rendering
from newskeep.outcomes import Outcome

# It logs a failure with its traceback, which has its outcome here.
logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)

# Loopback addresses, too, are asked of the proxy; nothing may go past it (QUIC, WebRTC, name look-ups ahead of time).
_ARGUMENTS = (
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--no-first-run",
    "--blink-settings=imagesEnabled=false",
)
# What makes no words: their addresses stand in the page all the same.
_LEFT_OUT = frozenset(["image", "media", "font"])
# Pages go on asking for ever; so long after `load` they may still put their text in.
_SETTLE_MILLISECONDS = 3_000
_SPARE_SECONDS = 10.0
_PAGES_AT_ONCE = 2
_PROXY_SHARE = 4
_STATUS_OF_NO_ANSWER = "net::ERR_"


@dataclass(slots=True)
class _Visit:
    """Mutable: one page in the browser, the addresses it was led to, and what it has asked for so far."""

    page: Page | None = None
    requests: int = 0
    body_bytes: int = 0
    addresses: list[str] = field(default_factory=list)
    pending: set[asyncio.Task[None]] = field(default_factory=set)

    async def watch(self, page: Page, request: Request) -> None:
        self.page = page
        page.on("request", lambda request: self._count(request))
        page.on("requestfinished", lambda request: self._weigh(request))

    def _count(self, request: BrowserRequest) -> None:
        self.requests += 1
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self.addresses.append(request.url)

    def _weigh(self, request: BrowserRequest) -> None:
        task = asyncio.ensure_future(self._add(request))
        self.pending.add(task)
        task.add_done_callback(self.pending.discard)

    async def close(self) -> None:
        """Close a page that was given up: its place is wanted."""
        if self.page is not None and not self.page.is_closed():
            with contextlib.suppress(PlaywrightError):
                await self.page.close()

    async def _add(self, request: BrowserRequest) -> None:
        with contextlib.suppress(PlaywrightError):  # the page was closed meanwhile
            self.body_bytes += (await request.sizes())["responseBodySize"]


class _Browser(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # the library ships no types
    """The library's handler, without the reactor it asks for."""

    def __init__(self, crawler: Crawler, config: Config) -> None:
        self._crawler = crawler
        self.stats = crawler.stats
        self.config = config
        self.browser_provider_cls = PlaywrightBrowserProvider
        self.browser_launch_lock = asyncio.Lock()
        self.context_launch_lock = asyncio.Lock()
        self.context_wrappers: dict[str, Any] = {}
        self.process_request_headers = use_scrapy_headers
        self.abort_request = _is_left_out

    async def launch(self) -> None:
        """Start the browser's driver."""
        await self._launch()

    async def render(self, request: Request) -> Response:
        """Open an address in the browser and give the page as it stands then."""
        response: Response = await self._download_request(request)
        return response

    async def end(self) -> None:
        """End the browser."""
        await self._close()


class RenderingDownloadHandler(GuardedDownloadHandler):
    """Fetch pages with a browser, and all else as `GuardedDownloadHandler` does.

    The browser starts with the first page that needs it, and ends with the crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._starting = asyncio.Lock()
        self._browser: _Browser | None = None
        self._proxy: GuardedProxy | None = None

    async def download_request(self, request: Request) -> Response:
        """Render what is a page, fetch the rest."""
        ask = request.cb_kwargs.get("ask")
        if not isinstance(ask, Ask) or not wants_rendering(ask):
            return await super().download_request(request)
        browser = await self._started()
        limit = float(request.meta.get("download_timeout") or self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))
        # One turn for the page; what it asks for by itself a reader's browser would ask for, too.
        async with self._turns.take(request.url, self._wish, lease_seconds=limit + 2 * _SPARE_SECONDS) as leave:
            began = time.monotonic()
            await leave.sent()
            try:
                response = await self._render(browser, request, limit)
            except RequestRefusedError:
                leave.failed(seconds=time.monotonic() - began)
                raise
            retry_after, date = (_text(response, name) for name in ("Retry-After", "Date"))
            took = time.monotonic() - began
            leave.answered(response.status, seconds=took, retry_after=retry_after, date=date)
            return response

    async def close(self) -> None:
        """End the browser, then the proxy it spoke through."""
        if self._browser is not None:
            await self._browser.end()
        if self._proxy is not None:
            await self._proxy.close()
        await super().close()

    async def _started(self) -> _Browser:
        async with self._starting:
            if self._browser is None:
                settings = self.crawler.settings
                allowed = parse_networks(tuple(settings.getlist("NEWSKEEP_ALLOW_ADDRESSES")))
                self._proxy = GuardedProxy(allowed, max_bytes=_PROXY_SHARE * settings.getint("DOWNLOAD_MAXSIZE"))
                await self._proxy.start()
                browser = _Browser(self.crawler, _config(settings, self._proxy))
                await browser.launch()
                self._browser = browser
        return self._browser

    async def _render(self, browser: _Browser, request: Request, limit: float) -> Response:
        settings, visit = self.crawler.settings, _Visit()
        # Validators would bring an empty 304: a browser page has nothing of its own to show then.
        asked = request.replace(
            headers={
                name: values
                for name, values in request.headers.items()
                if name.lower() not in (b"if-none-match", b"if-modified-since", b"accept-encoding")
            }
        )
        asked.meta.update(
            playwright=True,
            playwright_context_kwargs=_context(settings),
            playwright_page_init_callback=visit.watch,
            playwright_page_goto_kwargs={"wait_until": "load", "timeout": limit * 1000},
            playwright_page_methods=[PageMethod(_settle)],
        )
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            response = await asyncio.wait_for(browser.render(asked), limit + _SPARE_SECONDS)
        except (PlaywrightError, TimeoutError) as error:
            await visit.close()
            raise self._named(visit.addresses or [request.url], error) from error
        largest = request.meta.get("download_maxsize") or settings.getint("DOWNLOAD_MAXSIZE")
        if largest and len(response.body) > largest:
            raise RequestRefusedError(f"renders to more than {largest} bytes", outcome=Outcome.TOO_LARGE)
        request.meta["rendering"] = Rendering(
            requests=visit.requests, body_bytes=visit.body_bytes, seconds=round(loop.time() - began, 3)
        )
        for name in ("redirect_urls", "redirect_reasons", "redirect_times"):
            if name in asked.meta:
                request.meta[name] = asked.meta[name]
        request.meta["download_latency"] = loop.time() - began
        return response.replace(request=request)

    def _named(self, addresses: Sequence[str], error: BaseException) -> RequestRefusedError:
        """A browser's failure as the outcome that the same failure has without one."""
        assert self._proxy is not None
        text = str(error).split("\n", 1)[0]
        refused = self._proxy.refused.get(urlsplit(addresses[-1]).hostname or "")
        if refused is not None:
            return RequestRefusedError(refused.reason, outcome=refused.outcome)
        if isinstance(error, (BrowserTimeoutError, TimeoutError)):
            return RequestRefusedError("the browser did not finish in time", outcome=Outcome.TIMED_OUT)
        if "ERR_CERT" in text:
            return RequestRefusedError(text, outcome=Outcome.CERTIFICATE_REFUSED)
        if "ERR_TOO_MANY_REDIRECTS" in text:
            return RequestRefusedError(text, outcome=Outcome.TOO_MANY_REDIRECTS)
        is_answer = _STATUS_OF_NO_ANSWER in text
        return RequestRefusedError(text, outcome=Outcome.CONNECTION_FAILED if is_answer else Outcome.BROKEN_RESPONSE)


def _text(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


async def _settle(page: Page) -> None:
    """Give scripts the time to put the text in, where they still ask for something."""
    with contextlib.suppress(BrowserTimeoutError):
        await page.wait_for_load_state("networkidle", timeout=_SETTLE_MILLISECONDS)


def _is_left_out(request: BrowserRequest) -> bool:
    return request.resource_type in _LEFT_OUT


def _context(settings: Settings) -> dict[str, Any]:
    """What a page is opened in: nothing of it outlives the crawl."""
    context: dict[str, Any] = {
        "user_agent": settings.get("USER_AGENT"),
        "service_workers": "block",
        "accept_downloads": False,
    }
    cookies = settings.getlist("NEWSKEEP_COOKIES")
    if cookies:
        context["storage_state"] = {"cookies": cookies, "origins": []}
    return context


def _config(settings: Settings, proxy: GuardedProxy) -> Config:
    """Which browser to start, and by which way it reaches the network."""
    config = Config.from_settings(settings)
    config.max_pages_per_context = _PAGES_AT_ONCE
    config.launch_options = {
        "executable_path": browser_path(),
        "headless": True,
        # Chromium's own sandbox cannot be had as root: run the service as a user.
        "args": [*_ARGUMENTS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])],
        "proxy": {"server": proxy.url, "username": proxy.username, "password": proxy.password},
    }
    return config
