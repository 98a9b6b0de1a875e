"""What came back, in our own words: a Scrapy response or failure -> a `Fetch`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from newskeep.digests import payload_digest
from newskeep.errors import RequestRefusedError
from newskeep.fetches import Ask, Fetch
from newskeep.hints import fresh_seconds
from newskeep.model import Capture, Origin
from newskeep.outcomes import Outcome
from newskeep.retry_after import parse_retry_after

_PERMANENT_REDIRECTS = (301, 308)
_STATUS_OUTCOMES = {
    304: Outcome.NOT_MODIFIED,
    404: Outcome.NOT_FOUND,
    410: Outcome.GONE,
    429: Outcome.RATE_LIMITED,
    503: Outcome.UNAVAILABLE,
}
_FAILURE_OUTCOMES: tuple[tuple[type[BaseException], Outcome], ...] = (
    (UnsupportedURLSchemeError, Outcome.ADDRESS_REFUSED),
    (CannotResolveHostError, Outcome.NAME_NOT_FOUND),
    (DownloadTimeoutError, Outcome.TIMED_OUT),
    (DownloadConnectionRefusedError, Outcome.CONNECTION_FAILED),
    # Scrapy cancels a download for one reason only: it is larger than DOWNLOAD_MAXSIZE.
    (DownloadCancelledError, Outcome.TOO_LARGE),
    (ResponseDataLossError, Outcome.BROKEN_RESPONSE),
    (DownloadFailedError, Outcome.BROKEN_RESPONSE),
)


def fetch_of_response(ask: Ask, response: Response, *, started_at: datetime, now: datetime) -> Fetch:
    """Turn an answer into a `Fetch`; its outcome stays open only where the page must be read."""
    elapsed = response.meta.get("download_latency")
    status = response.status
    capture = None if status == 304 else _capture(response, ask, elapsed, now)
    wait = parse_retry_after(_header(response, "Retry-After"), date=_header(response, "Date"), now=now)
    return Fetch(
        ask=ask,
        started_at=started_at,
        outcome=_outcome_of_status(response),
        detail=None if status in (200, 304) else f"HTTP {status}",
        status=status,
        elapsed_seconds=elapsed,
        capture=capture,
        retry_after_at=now + timedelta(seconds=wait) if wait and status in (429, 503) else None,
        rendering=response.meta.get("rendering"),
        fresh_seconds=fresh_seconds(
            _header(response, "Cache-Control"),
            age=_header(response, "Age"),
            expires=_header(response, "Expires"),
            date=_header(response, "Date"),
        ),
    )


def fetch_of_failure(ask: Ask, error: BaseException, *, started_at: datetime, now: datetime) -> Fetch:
    """Turn a request that brought no answer into a `Fetch`; its outcome is always set."""
    outcome = next((outcome for kind, outcome in _FAILURE_OUTCOMES if isinstance(error, kind)), None)
    retry_after_at = None
    if isinstance(error, RequestRefusedError):
        outcome = error.outcome
        retry_after_at = now + timedelta(seconds=error.wait_seconds) if error.wait_seconds else None
    elif isinstance(error, IgnoreRequest) and outcome is None:
        # The two reasons Scrapy itself ignores a request of ours for have no classes of their own.
        outcome = Outcome.TOO_LARGE if "DOWNLOAD_MAXSIZE" in str(error) else Outcome.TOO_MANY_REDIRECTS
    return Fetch(
        ask=ask,
        started_at=started_at,
        outcome=outcome or Outcome.BROKEN_RESPONSE,
        detail=_plain(error)[:_LONGEST_DETAIL],
        retry_after_at=retry_after_at,
    )


# aiohttp quotes what it received, and Scrapy where; the beginning says what is wrong.
_LONGEST_DETAIL = 200


def _plain(error: BaseException) -> str:
    """What an error says, without the insides of the library it came from."""
    cause = error.__cause__
    system_error = getattr(cause, "os_error", None)
    if isinstance(system_error, OSError):
        return f"{getattr(cause, 'host', '')}: {system_error.strerror or system_error}"
    return " ".join(str(error).split(" in request <")[0].split()) or type(error).__name__


def _outcome_of_status(response: Response) -> Outcome | None:
    status = response.status
    if status in _STATUS_OUTCOMES:
        return _STATUS_OUTCOMES[status]
    if status >= 500:
        return Outcome.SERVER_ERROR
    if status >= 300:
        return Outcome.CLIENT_ERROR
    if response.headers.get("Content-Encoding"):
        # Decoding takes the header away; where it is left, the body is still coded and cannot be read.
        return Outcome.BROKEN_RESPONSE
    return Outcome.EMPTY if not response.body.strip() else None


def _capture(response: Response, ask: Ask, elapsed: float | None, now: datetime) -> Capture:
    return Capture(
        request_url=ask.url,
        final_url=response.url,
        status=response.status,
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ),
        body=response.body,
        captured_at=now,
        payload_digest=payload_digest(response.body),
        elapsed_seconds=elapsed,
        redirects=tuple(response.meta.get("redirect_urls", ())),
        origin=Origin.RENDERED if "rendering" in response.meta else Origin.LIVE,
        has_temporary_redirect=any(
            reason not in _PERMANENT_REDIRECTS for reason in response.meta.get("redirect_reasons", ())
        ),
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def utc_now() -> datetime:
    """The clock of a crawl."""
    return datetime.now(UTC)
