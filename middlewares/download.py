"""Scrapy's aiohttp download handler, with every address checked at the moment it is connected to.

A check of names before the request would be passed by a name that resolves differently a moment later (DNS rebinding),
by redirects and by odd ways to write an address. `socket_factory` is called with the very address that `connect` gets.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadConnectionRefusedError
from scrapy.utils.ssl import _make_ssl_context

from newskeep.addresses import Network, parse_networks, refusal
from newskeep.errors import RequestRefusedError
from newskeep.outcomes import Outcome

_MARK = "newskeep refuses this address"
_AddressInfo = tuple[int, int, int, str, tuple[object, ...]]


class GuardedDownloadHandler(AiohttpDownloadHandler):
    """Fetch http and https from public addresses only; setting NEWSKEEP_ALLOW_ADDRESSES names exceptions (CIDR)."""

    experimental = False  # Scrapy's own warning about its handler; docs/decisions/0003 says why we use it all the same.

    def __init__(self, crawler: Crawler) -> None:
        # The parent's own __init__ would open a session without the guard: only its parents' are run.
        super(AiohttpDownloadHandler, self).__init__(crawler)
        self._allowed: tuple[Network, ...] = parse_networks(tuple(crawler.settings.getlist("NEWSKEEP_ALLOW_ADDRESSES")))
        self._ssl_context = _make_ssl_context(crawler.settings)
        connector = aiohttp.TCPConnector(
            limit=self._pool_size_total,
            limit_per_host=self._pool_size_per_host,
            socket_factory=self._guarded_socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    def _guarded_socket(self, info: _AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        reason = refusal(str(address[0]), self._allowed)
        if reason:
            # With a number, so that the text survives when several addresses of a name fail together.
            raise OSError(errno.EACCES, f"{_MARK}: {reason}")
        return socket.socket(family=family, type=kind, proto=protocol)

    @asynccontextmanager
    async def _make_request(self, request: Request, timeout: float) -> AsyncIterator[_ClientResponse]:
        try:
            async with super()._make_request(request, timeout) as response:
                yield response
        except DownloadConnectionRefusedError as error:
            cause = error.__cause__
            if isinstance(cause, aiohttp.ClientSSLError):
                raise RequestRefusedError(str(cause), outcome=Outcome.CERTIFICATE_REFUSED) from error
            if _MARK in str(error):
                reason = str(error).split(_MARK, 1)[1].lstrip(": ").rstrip("]")
                raise RequestRefusedError(reason, outcome=Outcome.ADDRESS_REFUSED) from error
            raise
