"""Payloads apart from their captures: which may go, and erasing their bytes.

An erased payload keeps its row: digest and size stay as proof of what there was, and its `coding` says why the bytes
went. Bytes that come again after a `pruned` are kept again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.boundary import guarded
from storage.captures import ERASED, CaptureStore
from storage.values import read_time, seen_text


class Erased(StrEnum):
    """Why bytes went; the word stands in `payloads.coding`."""

    PRUNED = "pruned"
    TAKEN_DOWN = "taken_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadUse:
    """A capture of some bytes, and what these take in the file."""

    capture_id: int
    source: str | None
    captured_at: datetime
    stored_bytes: int


class PayloadStore:
    """The payloads of an archive; every method raises CaptureMissingError where `captures.db` is absent."""

    def __init__(self, captures: CaptureStore) -> None:
        self._captures = captures

    def walk_before(self, bound: datetime, *, source: str | None, size: int) -> Iterator[list[str]]:
        """Go through the digests of captures older than a moment, some at a time; those already erased are left out."""
        last = -1
        while batch := self._batch(last, bound, source, size):
            yield list(dict.fromkeys(digest for _, digest in batch))
            last = batch[-1][0]

    @guarded("read payloads")
    def uses(self, digests: Sequence[str]) -> dict[str, list[PayloadUse]]:
        """Give for each digest the captures of its bytes."""
        found: dict[str, list[PayloadUse]] = {}
        for digest, capture_id, source, at, stored in self._captures.run(_SELECT_USES, (json.dumps(list(digests)),)):
            use = PayloadUse(capture_id=capture_id, source=source, captured_at=read_time(at), stored_bytes=stored)
            found.setdefault(digest, []).append(use)
        return found

    @guarded("look up payloads")
    def digests_of(self, captures: Sequence[int]) -> dict[int, str]:
        """Give the digest of each capture that is known."""
        sql = "SELECT id, payload_digest FROM captures WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._captures.run(sql, (json.dumps(list(captures)),)).fetchall())

    @guarded("look up captures")
    def captured_at(self, url_keys: Sequence[str]) -> set[int]:
        """Give every capture that was asked for at one of these addresses, given as `newskeep.urls.url_key`."""
        sql = "SELECT id FROM captures WHERE url_key IN (SELECT value FROM json_each(?))"
        return {capture for (capture,) in self._captures.run(sql, (json.dumps(list(url_keys)),))}

    def erase(self, digests: Sequence[str], why: Erased) -> None:
        """Take away bytes, in one transaction; on the disk when it returns."""
        with self._captures.writing("erase payloads"):
            # Overwritten with zeros, not only unlinked.
            self._captures.run("PRAGMA secure_delete = ON")
            self._captures.run(_ERASE, (why, json.dumps(list(digests))))

    @guarded("read payloads")
    def _batch(self, last: int, bound: datetime, source: str | None, size: int) -> list[tuple[int, str]]:
        values = (last, seen_text(bound), source, size)
        return self._captures.run(_SELECT_OLD, values).fetchall()


_SELECT_OLD = (
    "SELECT captures.id, payload_digest FROM captures JOIN payloads ON digest = payload_digest WHERE captures.id > ?1"
    f" AND captured_at < ?2 AND (?3 IS NULL OR source = ?3) AND coding NOT IN ({ERASED}) ORDER BY captures.id LIMIT ?4"
)
_SELECT_USES = (
    "SELECT digest, captures.id, source, captured_at, stored_bytes FROM payloads JOIN captures"
    f" ON payload_digest = digest WHERE digest IN (SELECT value FROM json_each(?)) AND coding NOT IN ({ERASED})"
    " ORDER BY captures.id"
)
_ERASE = "UPDATE payloads SET body = x'', stored_bytes = 0, coding = ? WHERE digest IN (SELECT value FROM json_each(?))"
