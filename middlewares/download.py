"""Scrapy's aiohttp download handler: each request takes its turn at its host, and each address is checked.

Turns are taken here, behind Scrapy's own queues, because this is where everything passes that goes out, redirects and
robots.txt among it (`middlewares.turns`).

Addresses are checked at the moment they are connected to. A check of names before the request would be passed by a name
that resolves differently a moment later (DNS rebinding), by redirects and by odd ways to write an address;
`socket_factory` is called with the very address that `connect` gets.
"""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.ssl import _make_ssl_context

from middlewares.doors import Doors, refusal_in
from middlewares.turns import Leave, turns_of
from newskeep.addresses import parse_networks
from newskeep.errors import RequestRefusedError
from newskeep.host_pace import Wish
from newskeep.outcomes import Outcome

# A turn is held this much longer than its request may take, so that it never ends before it.
_LEASE_MARGIN_SECONDS = 10.0
_LEAVE: ContextVar[Leave | None] = ContextVar("leave", default=None)
# Authorities come and go while a service runs for months.
_TRUST_SECONDS = 3_600.0
_TLS_SETTINGS = (
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "DOWNLOADER_CLIENT_TLS_CIPHERS",
    "DOWNLOAD_TLS_MIN_VERSION",
    "DOWNLOAD_TLS_MAX_VERSION",
)
_trusted: dict[tuple[object, ...], tuple[float, ssl.SSLContext]] = {}


class GuardedDownloadHandler(AiohttpDownloadHandler):
    """Fetch http and https from public addresses only; setting NEWSKEEP_ALLOW_ADDRESSES names exceptions (CIDR)."""

    experimental = False  # Scrapy's own warning about its handler; docs/decisions/0003 says why we use it all the same.

    def __init__(self, crawler: Crawler) -> None:
        # The parent's own __init__ would open a session without the guard: only its parents' are run.
        super(AiohttpDownloadHandler, self).__init__(crawler)
        self._doors = Doors(parse_networks(tuple(crawler.settings.getlist("NEWSKEEP_ALLOW_ADDRESSES"))))
        self._turns = turns_of(crawler)
        self._wish = Wish(
            delay_seconds=crawler.settings.getfloat("NEWSKEEP_DELAY"),
            connections=crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            obeys_crawl_delay=crawler.settings.getbool("ROBOTSTXT_OBEY"),
        )
        self._ssl_context = _trust(crawler.settings)
        connector = aiohttp.TCPConnector(
            limit=self._pool_size_total,
            limit_per_host=self._pool_size_per_host,
            socket_factory=self._doors.socket,
            resolver=self._resolver(),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            # Only a delay, ours or a Crawl-delay, needs to know when a request really went out.
            trace_configs=[_sending()] if self._wish.delay_seconds or self._wish.obeys_crawl_delay else None,
        )

    async def download_request(self, request: Request) -> Response:
        """Take a turn, fetch, give the turn back."""
        timeout = request.meta.get("download_timeout", self._DEFAULT_CONNECT_TIMEOUT)
        async with self._turns.take(request.url, self._wish, lease_seconds=timeout + _LEASE_MARGIN_SECONDS) as leave:
            token = _LEAVE.set(leave)
            began = time.monotonic()
            try:
                return await super().download_request(request)
            except (DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError):
                leave.failed(seconds=time.monotonic() - began)
                raise
            finally:
                _LEAVE.reset(token)

    def _resolver(self) -> aiohttp.abc.AbstractResolver | None:
        """What turns names into addresses; None: the system."""
        return None

    @asynccontextmanager
    async def _make_request(self, request: Request, timeout: float) -> AsyncIterator[_ClientResponse]:
        began = time.monotonic()
        try:
            async with super()._make_request(request, timeout) as response:
                leave = _LEAVE.get()
                if leave is not None:
                    headers = response.headers
                    leave.answered(
                        response.status,
                        seconds=time.monotonic() - began,
                        retry_after=headers.get("Retry-After"),
                        date=headers.get("Date"),
                    )
                yield response
        except DownloadConnectionRefusedError as error:
            cause = error.__cause__
            if isinstance(cause, aiohttp.ClientSSLError):
                raise RequestRefusedError(str(cause), outcome=Outcome.CERTIFICATE_REFUSED) from error
            reason = refusal_in(error)
            if reason is not None:
                raise RequestRefusedError(reason, outcome=Outcome.ADDRESS_REFUSED) from error
            raise


def _trust(settings: BaseSettings) -> ssl.SSLContext:
    """Whom to trust, shared by the crawls of an hour: to read the machine's authorities takes longer than a poll."""
    places = (os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"))
    key = (*places, *(settings.get(name) for name in _TLS_SETTINGS))
    now = time.monotonic()
    since, context = _trusted.get(key, (now, None))
    if context is None or now - since > _TRUST_SECONDS:
        context = _make_ssl_context(settings)
        _trusted[key] = (now, context)
    return context


def _sending() -> aiohttp.TraceConfig:
    """Tell the turn of a request when it has gone out."""
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_tell_sent)
    return trace


async def _tell_sent(_session: aiohttp.ClientSession, _context: SimpleNamespace, _sent: object) -> None:
    leave = _LEAVE.get()
    if leave is not None:
        await leave.sent()
