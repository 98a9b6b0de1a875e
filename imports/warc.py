"""WARC files, plain or gzipped, CC-NEWS' among them; and WACZ, which is WARCs in a ZIP.

A file that is damaged in the middle is read on from the next record that can be found: one bad block of a disk must not
cost ten years of pages.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from imports.records import MOST_BYTES, PassedOver, Record, Records, SavedPage, Unreadable
from newskeep.urls import canonicalize

_PAGE_TYPES = ("text/html", "application/xhtml", "text/plain")
_GZIP_START = b"\x1f\x8b\x08"
_PLAIN_START = b"WARC/"
_PIECE_BYTES = 1024 * 1024
_FAILURES = (ArchiveLoadFailed, zlib.error, EOFError, OSError, ValueError, UnicodeError, IndexError, KeyError)


def read_warc(path: Path) -> Records:
    """Give the records of a WARC, in their order. OSError where the file cannot be opened."""
    with path.open("rb") as stream:
        yield from _records(stream, path.name, 0)


def read_wacz(path: Path) -> Records:
    """Give the records of all WARCs in a WACZ. OSError or zipfile.BadZipFile where it cannot be opened."""
    done = 0
    with zipfile.ZipFile(path) as pack:
        for info in pack.infolist():
            if not info.filename.endswith((".warc", ".warc.gz")):
                continue
            with pack.open(info) as member:
                # Members are stored as they are, so that places in them can be jumped to.
                yield from _records(cast(BinaryIO, member), f"{path.name}:{info.filename}", done)
            done += info.compress_size


def _records(stream: BinaryIO, name: str, before: int) -> Records:
    start = 0
    while True:
        try:
            for record, at in _from(stream, start):
                start = at
                yield from _record(record, f"{name} at {at}", before + at)
            return
        except _FAILURES as error:
            where = f"{name} at {start}"
            yield Unreadable(where=where, done_bytes=before + start, why=_said(error))
            following = _next_start(stream, start + 1)
            if following is None:
                return
            start = following


def _from(stream: BinaryIO, start: int) -> Iterator[tuple[ArcWarcRecord, int]]:
    """The records from a place on, each with its own place."""
    stream.seek(start)
    records = ArchiveIterator(stream, arc2warc=True)
    for record in records:
        yield record, records.offset


def _record(record: ArcWarcRecord, where: str, done: int) -> Iterator[Record]:
    """What one record is for an archive of pages; nothing for records that are no answers of servers."""
    if record.rec_type == "revisit":
        yield PassedOver(where=where, done_bytes=done, why="answers that were the same as before")
    if record.rec_type != "response":
        return
    if record.http_headers is None:
        yield PassedOver(where=where, done_bytes=done, why="no web address")
        return
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    status = int(record.http_headers.get_statuscode() or 0)
    why = _reason_to_pass(record, url, status)
    if why is not None:
        yield PassedOver(where=where, done_bytes=done, why=why)
        return
    body = record.content_stream().read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        yield PassedOver(where=where, done_bytes=done, why="larger than any page")
        return
    if record.raw_stream.limit > 0:
        raise EOFError("the record is cut short")
    yield SavedPage(
        where=where,
        done_bytes=done,
        url=url,
        body=body,
        captured_at=_time(record.rec_headers.get_header("WARC-Date")),
        status=status,
        headers=tuple((str(name), str(value)) for name, value in record.http_headers.headers),
    )


def _reason_to_pass(record: ArcWarcRecord, url: str, status: int) -> str | None:
    if not url.startswith(("http://", "https://")):
        return "no web address"
    try:
        canonicalize(url)
    except ValueError:
        return "no web address"
    if status != 200:
        return f"HTTP {status // 100}xx answers"
    kind = (record.http_headers.get_header("Content-Type") or "text/html").strip().lower()
    if not kind.startswith(_PAGE_TYPES):
        return "pictures, scripts and other files"
    return "answers that were cut off" if record.rec_headers.get_header("WARC-Truncated") else None


def _time(text: str | None) -> datetime:
    """The time of a record; ValueError where it has none."""
    if not text:
        raise ValueError("the record has no date")
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _next_start(stream: BinaryIO, after: int) -> int | None:
    """Where the next record that can be read begins; None where there is none."""
    at = after
    while True:
        stream.seek(at)
        piece = stream.read(_PIECE_BYTES)
        if not piece:
            return None
        for offset in sorted(_starts(piece)):
            if _begins_record(stream, at + offset):
                return at + offset
        if len(piece) < _PIECE_BYTES:
            return None
        at += len(piece) - len(_PLAIN_START)


def _starts(piece: bytes) -> Iterator[int]:
    for mark in (_GZIP_START, b"\nWARC/"):
        found = piece.find(mark)
        while found >= 0:
            yield found + (mark != _GZIP_START)
            found = piece.find(mark, found + 1)


def _begins_record(stream: BinaryIO, at: int) -> bool:
    stream.seek(at)
    head = stream.read(4096)
    if head.startswith(_GZIP_START):
        try:
            head = zlib.decompressobj(31).decompress(head, 64)
        except zlib.error:
            return False
    return head.startswith(_PLAIN_START)


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{text[:160] or type(error).__name__}; read on from the next record"
