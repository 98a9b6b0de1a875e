"""Captures: every answer as it came, in `captures.db`, identical bytes once.

Compression is done by `pack`, outside any transaction; `add_all` only writes. Reading undoes it and checks the digest.
How bytes are packed stands in `storage.packing`.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newskeep.digests import payload_digest
from newskeep.errors import ArchiveCorruptError, CaptureMissingError
from newskeep.model import Capture, Origin
from newskeep.urls import url_key
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.ids import free_id
from storage.packing import PAGES_BEFORE, Packer
from storage.values import flag, list_text, read_list, read_time, row, seen_text

_BATCH = 500
ERASED = "'pruned', 'taken_down'"
"""The codings of payloads whose bytes are gone (`storage.payloads.Erased`), for SQL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRef:
    """Where a capture is kept, and whether its bytes were new to the archive."""

    capture_id: int
    is_new_payload: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureInfo:
    """A capture without its bytes. `source` is None for a page of no source."""

    capture_id: int
    source: str | None
    purpose: str
    request_url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    redirects: tuple[str, ...]
    captured_at: datetime
    captured_at_inferred: bool
    elapsed_seconds: float | None
    origin: Origin
    payload_digest: str
    size_bytes: int
    stored_bytes: int

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case; None where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A capture ready to be written. `packed` is None where its bytes are already in the archive."""

    capture: Capture
    source: str | None
    purpose: str
    packed: bytes | None
    coding: str


class CaptureStore:
    """The captures of an archive. `file` is None where `captures.db` is absent; then nothing can be read."""

    def __init__(self, file: DatabaseFile | None) -> None:
        self._file = file
        self._pages: Counter[str] = Counter()
        self._packer = Packer(file.connection) if file is not None else None

    @property
    def is_present(self) -> bool:
        """Is there a `captures.db` beside `news.db`?"""
        return self._file is not None

    @guarded("look up a payload")
    def has_payload(self, digest: str) -> bool:
        """Tell whether these bytes are in the archive."""
        sql = f"SELECT 1 FROM payloads WHERE digest = ? AND coding NOT IN ({ERASED})"
        return self._run(sql, (digest,)).fetchone() is not None

    @guarded("keep a capture")
    def pack(self, capture: Capture, *, source: str | None, purpose: str) -> Parcel:
        """Compress a capture's bytes for writing, unless they are known. ValueError if its digest is not theirs."""
        if self.has_payload(capture.payload_digest):
            return Parcel(capture=capture, source=source, purpose=purpose, packed=None, coding="zstd")
        if payload_digest(capture.body) != capture.payload_digest:
            raise ValueError(f"the payload digest of {capture.final_url} is not the digest of its body")
        packed = self._packing.pack(capture.body, source=source, purpose=purpose)
        return Parcel(capture=capture, source=source, purpose=purpose, packed=packed.body, coding=packed.coding)

    @guarded("keep captures")
    def add_all(self, parcels: Sequence[Parcel]) -> tuple[CaptureRef, ...]:
        """Write captures in one transaction; on the disk when it returns, unless inside another transaction."""
        with self._open.writing("keep captures"):
            references = tuple(self._add(parcel) for parcel in parcels)
            self._make_dictionaries(parcels, references)
        return references

    def add(self, capture: Capture, *, source: str | None, purpose: str) -> CaptureRef:
        """Write one capture; on the disk when it returns."""
        return self.add_all([self.pack(capture, source=source, purpose=purpose)])[0]

    @guarded("read a capture")
    def get(self, capture_id: int) -> Capture:
        """Give a capture with its bytes, checked against their digest.

        Raises CaptureMissingError, and ArchiveCorruptError where the bytes are not what was stored.
        """
        info = self.info(capture_id)
        return _with_body(info, self.body(info.payload_digest))

    @guarded("read a capture's bytes")
    def body(self, digest: str) -> bytes:
        """Give the bytes stored under a digest, checked; raises as `get`."""
        found = self._run("SELECT coding, body, size_bytes FROM payloads WHERE digest = ?", (digest,)).fetchone()
        if found is None:
            raise CaptureMissingError(f"no payload {digest[:16]}… is kept", operation="read a capture's bytes")
        if found[0] in ("pruned", "taken_down"):
            message = f"the bytes {digest[:16]}… are kept no longer ({found[0].replace('_', ' ')})"
            raise CaptureMissingError(message, operation="read a capture's bytes")
        body = self._packing.unpack(*found)
        if payload_digest(body) != digest:
            message = f"the payload {digest[:16]}… is not what was stored; restore captures.db from a backup"
            raise ArchiveCorruptError(message, operation="read a capture's bytes")
        return body

    @guarded("read a capture")
    def info(self, capture_id: int) -> CaptureInfo:
        """Give a capture without its bytes; CaptureMissingError where there is none."""
        found = self._run(f"{_SELECT_INFO} WHERE captures.id = ?", (capture_id,)).fetchone()
        if found is None:
            message = f"capture {capture_id} is not kept (pruned, or captures.db is another's)"
            raise CaptureMissingError(message, operation="read a capture")
        return _info(found)

    @guarded("look up captures")
    def latest(self, url: str) -> CaptureInfo | None:
        """Give the newest capture asked for at an address, under any spelling of it; None where there is none."""
        found = self._run(
            f"{_SELECT_INFO} WHERE url_key = ? ORDER BY captured_at DESC, captures.id DESC LIMIT 1", (url_key(url),)
        ).fetchone()
        return None if found is None else _info(found)

    @guarded("look up captures")
    def of_keys(self, keys: Sequence[str], *, most: int, also: Sequence[int] = ()) -> tuple[CaptureInfo, ...]:
        """Give the captures asked for under these keys of addresses, the newest `most`, and `also` by id; newest first.

        Ids that are not kept are left out.
        """
        newest = f"SELECT id FROM captures WHERE url_key = asked.value ORDER BY captured_at DESC LIMIT {int(most)}"
        sql = (
            f"{_SELECT_INFO} WHERE captures.id IN (SELECT value FROM json_each(?1)) OR captures.id IN"
            f" (SELECT found.id FROM json_each(?2) AS asked JOIN captures AS found ON found.id IN ({newest}))"
            " ORDER BY captured_at DESC, captures.id DESC LIMIT ?3"
        )
        found = self._run(sql, (json.dumps(list(also)), json.dumps(list(keys)), most + len(also)))
        return tuple(_info(one) for one in found)

    def walk(
        self, *, source: str | None = None, since: datetime | None = None, purpose: str | None = None
    ) -> Iterator[CaptureInfo]:
        """Go through captures in order of time (of their id), a batch at a time, so that others may write meanwhile."""
        last = -1
        while batch := self._batch(last, source=source, since=since, purpose=purpose):
            yield from batch
            last = batch[-1].capture_id

    @guarded("count captures")
    def totals(self) -> tuple[int, int, int]:
        """Count captures and payloads, and the bytes that payloads take in the file."""
        (captures,) = self._run("SELECT count(*) FROM captures").fetchone()
        payloads, stored = self._run("SELECT count(*), coalesce(sum(stored_bytes), 0) FROM payloads").fetchone()
        return captures, payloads, stored

    def _make_dictionaries(self, parcels: Sequence[Parcel], references: Sequence[CaptureRef]) -> None:
        """Make a dictionary for each source that has come to need one by these captures."""
        for parcel, reference in zip(parcels, references, strict=True):
            if parcel.source is None or parcel.purpose != "story" or not reference.is_new_payload:
                continue
            # Asking costs a little, so not at every page.
            self._pages[parcel.source] += 1
            if self._pages[parcel.source] % PAGES_BEFORE == 0:
                self._packing.consider(parcel.source, now=parcel.capture.captured_at)

    @property
    def _packing(self) -> Packer:
        self._open  # noqa: B018  # says what is missing
        assert self._packer is not None
        return self._packer

    @property
    def _open(self) -> DatabaseFile:
        if self._file is None:
            message = "captures.db is absent; copy it into the home beside news.db"
            raise CaptureMissingError(message, operation="read captures")
        return self._file

    def writing(self, operation: str) -> AbstractContextManager[None]:
        """Be part of the transaction on `captures.db` that is open, or make one."""
        return self._open.writing(operation)

    @guarded("use the captures")
    def run(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run a statement on `captures.db`, for the other stores of this room."""
        return self._run(sql, parameters)

    def _run(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        return self._open.connection.execute(sql, parameters)

    @guarded("read captures")
    def _batch(
        self, last: int, *, source: str | None, since: datetime | None, purpose: str | None
    ) -> tuple[CaptureInfo, ...]:
        conditions: list[str] = ["captures.id > ?"]
        values: list[object] = [last]
        for condition, value in (
            ("source = ?", source),
            ("captured_at >= ?", seen_text(since) if since else None),
            ("purpose = ?", purpose),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        sql = f"{_SELECT_INFO} WHERE {' AND '.join(conditions)} ORDER BY captures.id LIMIT {_BATCH}"
        return tuple(_info(found) for found in self._run(sql, values))

    def _add(self, parcel: Parcel) -> CaptureRef:
        capture, digest = parcel.capture, parcel.capture.payload_digest
        is_new = False
        if not self.has_payload(digest):
            # Known when it was packed, pruned since.
            packed, coding = parcel.packed, parcel.coding
            if packed is None:
                again = self._packing.pack(capture.body, source=None, purpose=parcel.purpose)
                packed, coding = again.body, again.coding
            sizes = (len(capture.body), len(packed))
            # Bytes that were pruned once may come again.
            self._run("INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?, ?)", (digest, *sizes, coding, packed))
            is_new = True
        capture_id = free_id(self._open.connection, "captures", capture.captured_at)
        self._run(_INSERT, row((capture_id, parcel.source, parcel.purpose, *_columns(capture))))
        return CaptureRef(capture_id=capture_id, is_new_payload=is_new)


_INSERT = (
    "INSERT INTO captures (id, source, purpose, status, captured_at, captured_at_inferred, origin, request_url,"
    " final_url, url_key, redirects, elapsed_seconds, payload_digest, headers)"
    f" VALUES ({', '.join('?' * 14)})"
)
_SELECT_INFO = (
    "SELECT captures.id, source, purpose, request_url, final_url, status, headers, redirects, captured_at,"
    " captured_at_inferred, elapsed_seconds, origin, payload_digest, size_bytes, stored_bytes"
    " FROM captures JOIN payloads ON payloads.digest = captures.payload_digest"
)


def _columns(capture: Capture) -> tuple[str | int | float | None, ...]:
    return (
        capture.status,
        seen_text(capture.captured_at),
        flag(capture.captured_at_inferred),
        capture.origin,
        capture.request_url,
        capture.final_url,
        url_key(capture.request_url),
        list_text(capture.redirects),
        capture.elapsed_seconds,
        capture.payload_digest,
        json.dumps(capture.headers),
    )


def _info(found: tuple[Any, ...]) -> CaptureInfo:
    (capture_id, source, purpose, request_url, final_url, status, headers, redirects, captured_at, inferred, elapsed,
     origin, digest, size_bytes, stored_bytes) = found  # fmt: skip
    return CaptureInfo(
        capture_id=capture_id,
        source=source,
        purpose=purpose,
        request_url=request_url,
        final_url=final_url,
        status=status,
        headers=tuple((name, value) for name, value in json.loads(headers)),
        redirects=read_list(redirects),
        captured_at=read_time(captured_at),
        captured_at_inferred=bool(inferred),
        elapsed_seconds=elapsed,
        origin=Origin(origin),
        payload_digest=digest,
        size_bytes=size_bytes,
        stored_bytes=stored_bytes,
    )


def _with_body(info: CaptureInfo, body: bytes) -> Capture:
    return Capture(
        request_url=info.request_url,
        final_url=info.final_url,
        status=info.status,
        headers=info.headers,
        body=body,
        captured_at=info.captured_at,
        payload_digest=info.payload_digest,
        elapsed_seconds=info.elapsed_seconds,
        redirects=info.redirects,
        origin=info.origin,
        captured_at_inferred=info.captured_at_inferred,
    )
