"""When the next request may go to a host: one rule for all sources and all processes of a home.

Moments are seconds since 1970 (UTC), as one clock of one machine tells them; durations are seconds. What is known of a
host is a `HostPace`, what somebody wants of it a `Wish`, and `standing` says whether the wish can be met now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

LONGEST_DELAY_SECONDS = 60.0
"""However badly a host answers, it is not asked less often than this for that reason alone."""
LONGEST_CRAWL_DELAY_SECONDS = 120.0
"""An owner's typing error in Crawl-delay must not stop a source for a day."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
# After an answer that came as fast as ever, the delay goes this share of the way back.
_RECOVERY = 0.25
_NEAR_ENOUGH = 1.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a request asks for: a delay to the request after it, and how many may be under way at the host with it.

    `obeys_crawl_delay` is False where the owner said that robots.txt is not to be obeyed.
    """

    delay_seconds: float = 0.0
    connections: int = 1
    obeys_crawl_delay: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPace:
    """What is known of a host.

    `last_at` is when the last request was sent, None before the first; `delay_seconds` the delay that it asked for.
    `slowness` stretches that delay: 1 for a host that answers well. `crawl_delay_seconds` is what its robots.txt asks
    for, None where nothing. From `paused_at` until `paused_until` it wants to be left alone; the status says whether
    it said so with a 429 or a 503.
    """

    last_at: float | None = None
    delay_seconds: float = 0.0
    slowness: float = 1.0
    crawl_delay_seconds: float | None = None
    paused_at: float | None = None
    paused_until: float | None = None
    paused_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a host answered. `status` is None where no answer came for a reason of the host's: a timeout, a broken line.

    `seconds` is the time until the answer began, `pause_seconds` what its Retry-After asks for, None for nothing.
    """

    status: int | None
    seconds: float
    pause_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """May a request go? If not, `wait_seconds` says after what time to ask again; None: when another one has ended.

    `paused_status` is set where the host asked to be left alone: such a request had better not wait.
    """

    may_go: bool
    wait_seconds: float | None = None
    paused_status: int | None = None


GO = Standing(may_go=True)


def pace_key(url: str) -> str:
    """Name the host whose budget a request is counted on: in lower case, with its port where that is not the usual one.

    ValueError where the address has no readable host or port.
    """
    parts = urlsplit(url)
    host, port = (parts.hostname or "").rstrip("."), parts.port
    if not host:
        raise ValueError(f"no host in {url!r}")
    return host if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"


def standing(pace: HostPace, wish: Wish, *, under_way: int, unsent: int, now: float) -> Standing:
    """Say whether a request may go to a host now.

    `under_way` counts the requests at the host that have not ended, `unsent` those of them that are still connecting.
    While one connects, no other may go where a delay is kept: the delay counts from when the first is really sent.
    """
    if pace.paused_until is not None and pace.paused_until > now:
        return Standing(may_go=False, wait_seconds=pace.paused_until - now, paused_status=pace.paused_status)
    crawl_delay = pace.crawl_delay_seconds if wish.obeys_crawl_delay else None
    if under_way >= (1 if crawl_delay else wish.connections):
        return Standing(may_go=False)
    delay = max(delay_of(pace), crawl_delay or 0.0)
    if unsent and (delay or wish.delay_seconds):
        return Standing(may_go=False)
    if pace.last_at is not None and pace.last_at + delay > now:
        return Standing(may_go=False, wait_seconds=pace.last_at + delay - now)
    return GO


def delay_of(pace: HostPace) -> float:
    """The delay to the last request that its asker and the host's slowness ask for."""
    return pace.delay_seconds * pace.slowness


def mended(pace: HostPace, *, now: float) -> HostPace:
    """Take back what lies ahead of a clock that was set back; without that, an hour back is an hour of silence."""
    if pace.last_at is not None and pace.last_at > now:
        pace = replace(pace, last_at=now)
    if pace.paused_at is not None and pace.paused_until is not None and pace.paused_at > now:
        pace = replace(pace, paused_at=now, paused_until=now + pace.paused_until - pace.paused_at)
    return pace


def after_answer(pace: HostPace, answer: Answer, *, delay_seconds: float, now: float) -> HostPace:
    """Learn from an answer: the delay grows where the host struggles and shrinks again where it does not.

    A 429, a 5xx or no answer at all doubles it; an answer slower than `delay_seconds` (what the asker keeps as a delay)
    draws it towards the time the answer took, so that a slow host is asked one thing at a time. A host that is asked
    without any delay is not slowed down. A Retry-After closes the host; a shorter one never cuts a longer short.
    """
    pace = replace(pace, slowness=_slowness(pace.slowness, answer, delay_seconds))
    if answer.pause_seconds and answer.status in (429, 503):
        until = now + answer.pause_seconds
        if pace.paused_until is None or until > pace.paused_until:
            pace = replace(pace, paused_at=now, paused_until=until, paused_status=answer.status)
    return pace


def _slowness(before: float, answer: Answer, delay_seconds: float) -> float:
    if delay_seconds <= 0:
        return before
    most = max(1.0, LONGEST_DELAY_SECONDS / delay_seconds)
    if answer.status is None or answer.status == 429 or answer.status >= 500:
        return min(most, before * 2)
    wanted = min(most, max(1.0, answer.seconds / delay_seconds))
    after = (before + wanted) / 2 if wanted > before else before + (wanted - before) * _RECOVERY
    return after if after > _NEAR_ENOUGH else 1.0
