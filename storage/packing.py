"""Packing payloads: zstd, and for each source a dictionary once there are pages enough to make one of.

Pages of a site are alike: head, menus, scripts. Two earlier pages of a source as a dictionary make its pages a third to
a half smaller again. A dictionary is kept in `captures.db` beside what was packed with it, and is made anew when many
pages have come since, as sites are rebuilt. What a payload was packed with is its `coding`: `raw`, `zstd`, or `zstd:`
and the number of a dictionary.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

import zstandard

from newskeep.errors import ArchiveCorruptError
from storage.values import seen_text

LEVEL = 6
"""Level 3 takes a third of the time and 8 % more space; 9 takes half as much time again for 2 % less."""
PAGES_BEFORE = 6
"""So many pages of a source are kept before a dictionary is made of two of them."""
MAKE_ANEW_AFTER = 2_000
"""So many pages later another one is made."""
_SAMPLES = 2
_LARGEST_SAMPLE = 200_000
_SMALLEST_PAGE = 2_000
_OPERATION = "read a capture's bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Bytes as they are stored, and the word for how."""

    body: bytes
    coding: str


@dataclass(slots=True)
class _Shelf:
    """The dictionary a source's pages are packed with, and how many pages ago it was looked for."""

    coding: str
    compressor: zstandard.ZstdCompressor
    pages: int


class Packer:
    """Packs and unpacks what is in one `captures.db`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute
        self._plain = zstandard.ZstdCompressor(level=LEVEL)
        self._shelves: dict[str, _Shelf] = {}
        self._readers: dict[int, zstandard.ZstdDecompressor] = {}

    def pack(self, body: bytes, *, source: str | None, purpose: str) -> Packed:
        """Pack bytes, with the dictionary of the source if it is a page of one that has one."""
        is_page = source is not None and purpose == "story" and len(body) >= _SMALLEST_PAGE
        shelf = self._shelf(source) if is_page and source is not None else None
        packed = self._plain.compress(body) if shelf is None else shelf.compressor.compress(body)
        if len(packed) >= len(body):
            return Packed(body=body, coding="raw")
        return Packed(body=packed, coding="zstd" if shelf is None else shelf.coding)

    def unpack(self, coding: str, stored: bytes, size_bytes: int) -> bytes:
        """Undo `pack`; ArchiveCorruptError where the bytes or their dictionary are damaged, or the coding unknown."""
        if coding == "raw":
            return stored
        kind, _, number = coding.partition(":")
        if kind != "zstd" or (number and not number.isdigit()):
            message = f"a payload is kept in the unknown coding {coding!r}; update newskeep"
            raise ArchiveCorruptError(message, operation=_OPERATION)
        try:
            if not number:
                return zstandard.decompress(stored, max_output_size=size_bytes)
            return self._reader(int(number)).decompress(stored, max_output_size=size_bytes)
        except zstandard.ZstdError as error:
            message = "a payload cannot be unpacked; restore captures.db from a backup"
            raise ArchiveCorruptError(message, operation=_OPERATION) from error

    def consider(self, source: str, *, now: datetime) -> bool:
        """Make a dictionary for a source if it has pages enough and none that is recent; tells whether one was made.

        To be called inside the transaction that adds pages of the source.
        """
        (made, last) = self._run(
            "SELECT count(*), coalesce(max(last_capture), -1) FROM dictionaries WHERE source = ?", (source,)
        ).fetchone()
        wanted = MAKE_ANEW_AFTER if made else PAGES_BEFORE
        # No further than wanted is counted: sources have millions of captures.
        (pages,) = self._run(_COUNT_PAGES, (source, last, _SMALLEST_PAGE, wanted)).fetchone()
        if pages < wanted:
            return False
        samples = self._run(_SELECT_SAMPLES, (source, _SMALLEST_PAGE, _LARGEST_SAMPLE, _SAMPLES)).fetchall()
        if len(samples) < _SAMPLES:
            return False
        # The last bytes of a dictionary are the cheapest to refer to, so the newest page stands there.
        bodies = [self.unpack(coding, body, size) for _, coding, body, size in reversed(samples)]
        content = b"".join(bodies)
        packed = self._plain.compress(content)
        values = (source, seen_text(now), samples[0][0], len(content), packed)
        self._run(_INSERT_DICTIONARY, values)
        self._shelves.pop(source, None)
        return True

    def _shelf(self, source: str) -> _Shelf | None:
        shelf = self._shelves.get(source)
        if shelf is not None and shelf.pages < MAKE_ANEW_AFTER:
            shelf.pages += 1
            return shelf
        found = self._run(_SELECT_NEWEST, (source,)).fetchone()
        if found is None:
            return None
        compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=self._dictionary(*found))
        self._shelves[source] = _Shelf(f"zstd:{found[0]}", compressor, 0)
        return self._shelves[source]

    def _reader(self, number: int) -> zstandard.ZstdDecompressor:
        reader = self._readers.get(number)
        if reader is None:
            found = self._run("SELECT id, size_bytes, body FROM dictionaries WHERE id = ?", (number,)).fetchone()
            if found is None:
                message = f"the dictionary {number} that a payload was packed with is gone; restore captures.db"
                raise ArchiveCorruptError(message, operation=_OPERATION)
            reader = self._readers[number] = zstandard.ZstdDecompressor(dict_data=self._dictionary(*found))
        return reader

    def _dictionary(self, _: int, size_bytes: int, packed: bytes) -> zstandard.ZstdCompressionDict:
        try:
            content = zstandard.decompress(packed, max_output_size=size_bytes)
        except zstandard.ZstdError as error:
            message = "the dictionary of a payload cannot be unpacked; restore captures.db from a backup"
            raise ArchiveCorruptError(message, operation=_OPERATION) from error
        return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


_COUNT_PAGES = (
    "SELECT count(*) FROM (SELECT 1 FROM captures JOIN payloads ON digest = payload_digest WHERE source = ?"
    " AND purpose = 'story' AND status = 200 AND captures.id > ? AND size_bytes >= ? LIMIT ?)"
)
_SELECT_SAMPLES = (
    "SELECT captures.id, coding, body, size_bytes FROM captures JOIN payloads ON digest = payload_digest"
    " WHERE source = ? AND purpose = 'story' AND status = 200 AND size_bytes BETWEEN ? AND ?"
    " GROUP BY digest ORDER BY captures.id DESC LIMIT ?"
)
_SELECT_NEWEST = "SELECT id, size_bytes, body FROM dictionaries WHERE source = ? ORDER BY id DESC LIMIT 1"
_INSERT_DICTIONARY = "INSERT INTO dictionaries (source, made_at, last_capture, size_bytes, body) VALUES (?, ?, ?, ?, ?)"
