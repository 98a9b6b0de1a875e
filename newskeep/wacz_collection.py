"""A WACZ of many captures: what stands in it beside its WARC, which may be larger than memory.

Its index is cut into blocks, each packed for itself, so that a reader fetches the one it needs. Pure: the files' bytes,
and for the WARC its digest and size, are given and given back.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newskeep.evidence import time_text
from newskeep.wacz_pack import WARC_PATH, cdx_line
from newskeep.warc_pack import WrittenRecord

PACKAGE, PACKAGE_DIGEST = "datapackage.json", "datapackage-digest.json"
INDEX, INDEX_BLOCKS = "indexes/index.cdx.gz", "indexes/index.idx"
PAGES = "pages/pages.jsonl"
LINES_A_BLOCK = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A file of the pack by its SHA-256, in hexadecimal digits, and its size."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """A page that a reader of the pack is offered."""

    url: str
    at: datetime
    title: str


def collection_files(
    records: Sequence[WrittenRecord],
    pages: Sequence[PageLine],
    warc: FileFacts,
    *,
    title: str,
    software: str,
    created: datetime,
) -> dict[str, bytes]:
    """Give the files that stand beside the WARC, by their paths."""
    index, blocks = _index([cdx_line(record) for record in records])
    files = {INDEX: index, INDEX_BLOCKS: blocks, PAGES: _pages(pages)}
    facts = {WARC_PATH: warc} | {path: _facts(body) for path, body in files.items()}
    package = _dump(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "created": time_text(created),
            "software": software,
            "resources": [
                {
                    "name": path.rpartition("/")[2].lower(),
                    "path": path,
                    "hash": f"sha256:{fact.sha256}",
                    "bytes": fact.size_bytes,
                }
                for path, fact in facts.items()
            ],
        }
    )
    digest = {"path": PACKAGE, "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
    return files | {PACKAGE: package, PACKAGE_DIGEST: _dump(digest)}


def _index(lines: list[str]) -> tuple[bytes, bytes]:
    """The index, sorted and packed in blocks, and the list of its blocks."""
    lines.sort()
    name = INDEX.rpartition("/")[2]
    packed = bytearray()
    listed = [f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': name})}\n"]
    for start in range(0, len(lines), LINES_A_BLOCK):
        block = lines[start : start + LINES_A_BLOCK]
        body = gzip.compress("".join(block).encode(), mtime=0)
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        facts = {"offset": len(packed), "length": len(body), "digest": digest, "filename": name}
        listed.append(f"{block[0].partition(' {')[0]} {json.dumps(facts)}\n")
        packed += body
    return bytes(packed), "".join(listed).encode()


def _pages(pages: Sequence[PageLine]) -> bytes:
    lines: list[dict[str, object]] = [{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}]
    lines += [
        {"id": f"page-{number}", "url": page.url, "ts": time_text(page.at), "title": page.title}
        for number, page in enumerate(pages, 1)
    ]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _facts(body: bytes) -> FileFacts:
    return FileFacts(sha256=hashlib.sha256(body).hexdigest(), size_bytes=len(body))


def _dump(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()
