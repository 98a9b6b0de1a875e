"""What a server asks for in an answer: Retry-After.

Scrapy does not know it and would come back within milliseconds. Here a 429 or 503 with Retry-After closes its host for
the rest of the wait: requests still queued for it end unsent, under the outcome of the answer that closed it.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from newskeep.errors import RequestRefusedError
from newskeep.outcomes import Outcome
from newskeep.retry_after import parse_retry_after


class RetryAfterMiddleware:
    """Downloader middleware: no request to a host that asked to be left alone for a while."""

    def __init__(self) -> None:
        self._paused: dict[str, tuple[float, int]] = {}

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        until, status = self._paused.get(host, (0.0, 0))
        left = until - time.monotonic()
        if left > 0:
            raise RequestRefusedError(
                f"{host} asked for {left:.0f} s more of pause",
                outcome=Outcome.UNAVAILABLE if status == 503 else Outcome.RATE_LIMITED,
                wait_seconds=left,
            )

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in (429, 503):
            wish = parse_retry_after(_text(response, "Retry-After"), date=_text(response, "Date"))
            if wish:
                self._paused[urlsplit(request.url).netloc] = (time.monotonic() + wish, response.status)
        return response


def _text(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
