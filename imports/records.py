"""What a reader of saved pages gives: a page, or why there is none at that place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

MOST_BYTES = 64 * 1024 * 1024
"""A larger body is no page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page as somebody saved it.

    `where` is its place for people (`crawl.warc.gz at 4711`), `done_bytes` how much of the file was read when it came.
    `captured_at` is aware UTC; where it `is_inferred`, it is not the fetch's own time but, say, a file's.
    """

    where: str
    done_bytes: int
    url: str
    body: bytes
    captured_at: datetime
    is_inferred: bool = False
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record that should be a page and cannot be read."""

    where: str
    done_bytes: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A record that is none of a page's text: a picture, a redirect, another's note. `why` is one of few phrases."""

    where: str
    done_bytes: int
    why: str


Record = SavedPage | Unreadable | PassedOver
Records = Iterator[Record]
