"""A pack of evidence as WARC 1.1: every answer of a server as a record, and the documents beside them.

Written with warcio, and so that the same evidence gives the same bytes: record ids follow from contents, dates are
those of the captures. Nothing is said of requests, which the archive does not keep. Pure: bytes in, bytes out.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import IO
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newskeep.evidence import CitedCapture, Document, Evidence, time_text
from newskeep.model import Capture

LARGEST_BYTES = 512 * 1024 * 1024
"""No pack of ours unpacks to more; what does was made to fill a disk."""

_VERSION = "WARC/1.1"
# These told of the bytes on the wire; what is kept are the bytes after them.
_CODED = frozenset(("content-encoding", "transfer-encoding", "content-length"))
_PIECE = 1024 * 1024
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_PHRASES = {int(status): status.phrase for status in HTTPStatus}


class WarcFormatError(ValueError):
    """The bytes are no WARC that can be read to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRecord:
    """Where a record stands in a WARC, for an index. `mime` is the payload's, `status` an answer's, else None."""

    url: str
    at: datetime
    mime: str
    status: int | None
    digest: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """A record as it was read. `problems` says what of its digests does not hold; the one here is as written."""

    kind: str
    url: str
    date: str
    block_digest: str
    body: bytes
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """A record to be written. `http` is None but for answers; `digest` is the hex SHA-256 of `body`."""

    kind: str
    url: str
    at: datetime
    content_type: str
    body: bytes
    digest: str
    http: StatusAndHeaders | None = None
    concurrent_to: str | None = None

    @property
    def block_digest(self) -> str:
        """The digest of all that follows the record's own headers."""
        if self.http is None:
            return f"sha256:{self.digest}"
        return f"sha256:{hashlib.sha256(self.http.headers_buff + self.body).hexdigest()}"

    @property
    def record_id(self) -> str:
        """A name that follows from what is in the record."""
        return f"<urn:uuid:{uuid5(NAMESPACE_URL, ' '.join((self.kind, self.url, str(self.at), self.block_digest)))}>"


def write_warc(evidence: Evidence, documents: Sequence[Document]) -> tuple[bytes, tuple[WrittenRecord, ...]]:
    """Give the gzipped WARC of a pack, and where its answers and documents stand in it."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=_VERSION)
    _write(writer, _warcinfo(evidence))
    written = []
    for cited in evidence.captures:
        answer = _answer(cited)
        start = _write(writer, answer)
        written.append(_placed(answer, start, out.tell(), cited.capture))
        _write(writer, _facts(cited, answer))
    for document in documents:
        record = _resource(evidence, document)
        start = _write(writer, record)
        written.append(_placed(record, start, out.tell(), None))
    return out.getvalue(), tuple(written)


class AnswerWriter:
    """Writes answers into a gzipped WARC as they come, each with what is known of how it was asked for.

    `out` is written to and asked for its place; closing it is its owner's business.
    """

    def __init__(self, out: IO[bytes], *, software: str, description: str, at: datetime) -> None:
        self._out = out
        self._writer = WARCWriter(out, gzip=True, warc_version=_VERSION)
        facts = [("software", software), ("format", "WARC File Format 1.1"), ("description", description)]
        _write(self._writer, _plain("warcinfo", "", at, facts))

    def add(self, cited: CitedCapture) -> WrittenRecord:
        """Write one answer, and give where it stands."""
        answer = _answer(cited)
        start = _write(self._writer, answer)
        placed = _placed(answer, start, self._out.tell(), cited.capture)
        _write(self._writer, _facts(cited, answer))
        return placed


def read_warc(data: bytes) -> tuple[FoundRecord, ...]:
    """Read the records of a WARC, plain or gzipped, each checked against its digests.

    Raises WarcFormatError where it cannot be read to its end, or unpacks to more than LARGEST_BYTES.
    """
    # What does not follow the format warcio writes to standard error, and goes on.
    complaints = io.StringIO()
    try:
        with redirect_stderr(complaints):
            found = tuple(_found(data))
    except WarcFormatError:
        raise
    except Exception as error:
        # Damaged headers make warcio stumble over values it takes for granted: the errors are of any kind.
        raise WarcFormatError(f"cannot be read: {type(error).__name__} {' '.join(str(error).split())}") from error
    if complaints.getvalue():
        raise WarcFormatError(f"cannot be read: {' '.join(complaints.getvalue().split())[:200]}")
    return found


def _found(data: bytes) -> Iterator[FoundRecord]:
    left = LARGEST_BYTES
    for record in ArchiveIterator(io.BytesIO(data), check_digests=True):
        body = _body(record, left)
        left -= len(body)
        header = record.rec_headers.get_header
        yield FoundRecord(
            kind=record.rec_type,
            url=header("WARC-Target-URI") or "",
            date=header("WARC-Date") or "",
            block_digest=header("WARC-Block-Digest") or "",
            problems=tuple(record.digest_checker.problems),
            body=body,
        )


def uri_of(url: str) -> str:
    """Write an address as records name it: in ASCII and without spaces."""
    return _ascii(url).replace(" ", "%20")


def answer_digest(cited: CitedCapture) -> str:
    """Give the digest of the whole block an answer is written as: status, headers and bytes."""
    return _answer(cited).block_digest


def facts_body(cited: CitedCapture) -> bytes:
    """Give what stands beside an answer: how it was asked for."""
    return _facts(cited, _answer(cited)).body


def _ascii(text: str) -> str:
    """The text with all that is not printable ASCII as percent signs and hexadecimal digits of its UTF-8."""
    return quote(text, safe=_PRINTABLE, errors="backslashreplace")


def _write(writer: WARCWriter, record: _Record) -> int:
    """Write a record, and give where it begins."""
    start: int = writer.out.tell()
    headers = StatusAndHeaders("", [], protocol=_VERSION)
    given = (
        ("WARC-Type", record.kind),
        ("WARC-Record-ID", record.record_id),
        ("WARC-Target-URI", record.url),
        ("WARC-Date", time_text(record.at)),
        ("WARC-Concurrent-To", record.concurrent_to),
        ("WARC-Block-Digest", record.block_digest),
        ("WARC-Payload-Digest", None if record.kind == "warcinfo" else f"sha256:{record.digest}"),
    )
    for name, value in given:
        if value:
            headers.add_header(name, value)
    size = len(record.body)
    made = ArcWarcRecord("warc", record.kind, headers, io.BytesIO(record.body), record.http, record.content_type, size)
    made.payload_length = size
    writer.write_record(made)
    return start


def _body(record: ArcWarcRecord, most: int) -> bytes:
    pieces, size = [], 0
    # As recorded: no coding is undone, for there is none.
    while piece := record.raw_stream.read(_PIECE):
        size += len(piece)
        if size > most:
            raise WarcFormatError(
                f"unpacks to more than {LARGEST_BYTES // 1024**2} MiB, which no pack of newskeep does"
            )
        pieces.append(piece)
    return b"".join(pieces)


def _warcinfo(evidence: Evidence) -> _Record:
    facts = [("software", evidence.software), ("format", "WARC File Format 1.1"), ("description", evidence.permalink)]
    if evidence.kept_by:
        facts.append(("operator", evidence.kept_by))
    return _plain("warcinfo", "", evidence.captures[-1].capture.captured_at, facts)


def _answer(cited: CitedCapture) -> _Record:
    capture = cited.capture
    http = _http(cited)
    http.compute_headers_buffer()
    return _Record(
        kind="response", url=uri_of(capture.final_url), at=capture.captured_at, body=capture.body, http=http,
        content_type="application/http; msgtype=response", digest=hashlib.sha256(capture.body).hexdigest(),
    )  # fmt: skip


def _http(cited: CitedCapture) -> StatusAndHeaders:
    capture = cited.capture
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _CODED else _ascii(name), _ascii(" ".join(value.split())))
        for name, value in capture.headers
    ]
    headers.append(("Content-Length", str(len(capture.body))))
    return StatusAndHeaders(
        f"{capture.status} {_PHRASES.get(capture.status, '')}".strip(), headers, protocol="HTTP/1.1"
    )


def _facts(cited: CitedCapture, answer: _Record) -> _Record:
    capture = cited.capture
    facts = [("newskeep-capture", str(cited.capture_id)), ("origin", str(capture.origin))]
    facts += [("requestUrl", capture.request_url), *(("redirect", url) for url in capture.redirects)]
    if capture.elapsed_seconds is not None:
        facts.append(("fetchTimeMs", str(round(capture.elapsed_seconds * 1000))))
    if capture.captured_at_inferred:
        facts.append(("dateInferred", "true"))
    record = _plain("metadata", uri_of(capture.final_url), capture.captured_at, facts)
    return replace(record, concurrent_to=answer.record_id)


def _plain(kind: str, url: str, at: datetime, facts: Sequence[tuple[str, str]]) -> _Record:
    body = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in facts).encode(
        "utf-8", "backslashreplace"
    )
    digest = hashlib.sha256(body).hexdigest()
    return _Record(kind=kind, url=url, at=at, content_type="application/warc-fields", body=body, digest=digest)


def _resource(evidence: Evidence, document: Document) -> _Record:
    return _Record(
        kind="resource",
        url=f"{evidence.urn}:{document.name}",
        at=evidence.captures[-1].capture.captured_at,
        content_type=document.content_type,
        body=document.body,
        digest=hashlib.sha256(document.body).hexdigest(),
    )


def _placed(record: _Record, start: int, end: int, capture: Capture | None) -> WrittenRecord:
    content_type = record.content_type if capture is None else capture.header("Content-Type") or ""
    return WrittenRecord(
        url=record.url,
        at=record.at,
        mime=content_type.partition(";")[0].strip() or "application/octet-stream",
        status=None if capture is None else capture.status,
        digest=f"sha256:{record.digest}",
        offset=start,
        length=end - start,
    )
