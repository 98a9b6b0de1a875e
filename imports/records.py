"""What a reader of saved pages gives: a page, or why there is none at that place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
Known = Callable[[str, datetime], bool]
"""Tells whether a page of an address and a time is in the archive, so that it need not be fetched once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is read as one: its name, how much there is (as `done_bytes` counts; 0 where unknown), and its reader."""

    name: str
    total: int
    read: Callable[[Known], Records]
