"""Content codings, undone only where the whole body came.

Scrapy's own middleware returns what it could unpack of a stream that was cut short: half a story, and so a false
revision. Here a coding that does not end, or does not begin, is a broken response.
"""

from __future__ import annotations

import zlib

import brotli  # type: ignore[import-untyped]  # Scrapy depends on it; it ships no types
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware

from newskeep.errors import RequestRefusedError
from newskeep.outcomes import Outcome

_CHUNK_BYTES = 64 * 1024
_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15
_GZIP_MAGIC = b"\x1f\x8b"
# zstd is left out: its reader does not tell a cut stream from a whole one.
_ACCEPTED = b"gzip, deflate, br"


class WholeCompressionMiddleware(HttpCompressionMiddleware):
    """Downloader middleware in place of Scrapy's."""

    def process_request(self, request: Request) -> None:  # type: ignore[override]  # the spider argument is deprecated
        request.headers.setdefault("Accept-Encoding", _ACCEPTED)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if not body:
            return body
        try:
            if encoding in (b"gzip", b"x-gzip"):
                return _unzip(body, max_size)
            if encoding == b"deflate":
                return _inflate(body, max_size)
            if encoding == b"br":
                return _unbrotli(body, max_size)
        except (zlib.error, brotli.error) as error:
            raise _broken(encoding, str(error)) from error
        return HttpCompressionMiddleware._decode(body, encoding, max_size)


def _unzip(body: bytes, max_size: int) -> bytes:
    """All members of a gzip stream; what follows the last is no part of it (some servers pad)."""
    whole = b""
    while body.startswith(_GZIP_MAGIC) or not whole:
        part, body = _run(zlib.decompressobj(_GZIP), body, max_size - len(whole), b"gzip")
        whole += part
    return whole


def _inflate(body: bytes, max_size: int) -> bytes:
    try:
        return _run(zlib.decompressobj(_ZLIB), body, max_size, b"deflate")[0]
    except zlib.error:
        # Raw deflate, which some servers send under this name.
        return _run(zlib.decompressobj(_RAW_DEFLATE), body, max_size, b"deflate")[0]


def _run(stream: zlib._Decompress, body: bytes, max_size: int, encoding: bytes) -> tuple[bytes, bytes]:
    parts, size, rest = [], 0, body
    while not stream.eof:
        part = stream.decompress(rest, _CHUNK_BYTES)
        rest = stream.unconsumed_tail
        if not part and not rest and not stream.eof:
            raise _broken(encoding, "it ends too early")
        size += len(part)
        _check(size, max_size)
        parts.append(part)
    return b"".join(parts), stream.unused_data


def _unbrotli(body: bytes, max_size: int) -> bytes:
    stream = brotli.Decompressor()
    parts, size, part = [], 0, stream.process(body, output_buffer_limit=_CHUNK_BYTES)
    while part:
        size += len(part)
        _check(size, max_size)
        parts.append(part)
        part = stream.process(b"", output_buffer_limit=_CHUNK_BYTES)
    if not stream.is_finished():
        raise _broken(b"br", "it ends too early")
    return b"".join(parts)


def _check(size: int, max_size: int) -> None:
    if max_size and size > max_size:
        raise RequestRefusedError(f"unpacks to more than {max_size} bytes", outcome=Outcome.TOO_LARGE)


def _broken(encoding: bytes, why: str) -> RequestRefusedError:
    return RequestRefusedError(f"broken {encoding.decode()} coding: {why}", outcome=Outcome.BROKEN_RESPONSE)
