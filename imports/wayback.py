"""Captures out of the Internet Archive's Wayback Machine, as it recorded them, by the `wayback` client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from imports.records import MOST_BYTES, Known, PassedOver, Record, Records, SavedPage, Unreadable
from newskeep.urls import canonicalize

_PAGE_TYPES = ("text/html", "application/xhtml+xml")


class Client(Protocol):
    """What is used of `wayback.WaybackClient`."""

    def search(self, url: str, **conditions: Any) -> Iterator[Any]:
        """Find captures of an address, or of all under it (`…/*`)."""

    def get_memento(self, record: Any, **options: Any) -> Any:
        """Fetch one capture."""


def read_wayback(
    client: Client,
    pattern: str,
    known: Known,
    *,
    after: datetime | None = None,
    before: datetime | None = None,
    limit: int | None = None,
) -> Records:
    """Give the captures of an address or pattern, oldest first for each address; at most `limit` of them are fetched.

    Captures that the Wayback Machine knows to be the same as the one before are passed over, and so is what is no page.
    """
    from wayback.exceptions import WaybackException

    fetched = 0
    before_digest: dict[str, str] = {}
    try:
        for found in client.search(pattern, from_date=after, to_date=before):
            where = f"{found.timestamp:%Y%m%d%H%M%S} {found.original}"
            why = _reason_to_pass(found, before_digest.get(found.urlkey))
            before_digest[found.urlkey] = found.digest
            if why is not None:
                yield PassedOver(where=where, done_bytes=fetched, why=why)
                continue
            if known(found.original, found.timestamp):
                yield PassedOver(where=where, done_bytes=fetched, why="captures that are in the archive already")
                continue
            if limit is not None and fetched >= limit:
                return
            fetched += 1
            yield _fetched(client, found, where, fetched)
    except WaybackException as error:
        yield Unreadable(where=pattern, done_bytes=fetched, why=f"the Wayback Machine: {error}")


def _reason_to_pass(found: Any, digest_before: str | None) -> str | None:
    if found.mimetype == "warc/revisit" or found.digest == digest_before:
        return "captures that were the same as the one before"
    if found.statuscode != 200:
        return "captures that are no answer with a page"
    if found.mimetype not in _PAGE_TYPES:
        return "pictures, scripts and other files"
    try:
        canonicalize(found.original)
    except ValueError:
        return "no web address"
    return None


def _fetched(client: Client, found: Any, where: str, done: int) -> Record:
    from wayback import Mode
    from wayback.exceptions import WaybackException

    try:
        memento = client.get_memento(found, mode=Mode.original)
        body = memento.content
    except (WaybackException, OSError) as error:
        return Unreadable(where=where, done_bytes=done, why=" ".join(str(error).split())[:200])
    if len(body) > MOST_BYTES:
        return PassedOver(where=where, done_bytes=done, why="larger than any page")
    return SavedPage(
        where=where,
        done_bytes=done,
        url=found.original,
        body=body,
        # The index's time, by which it is known at the next import; a memento's own is the same.
        captured_at=found.timestamp,
        headers=tuple((str(name), str(value)) for name, value in memento.headers.items()),
    )
