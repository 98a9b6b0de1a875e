"""Common Crawl's news archive (CC-NEWS): the WARC files of a month, fetched one at a time and given up again.

A file is about a gigabyte. It is fetched into a folder, on from where an earlier try was broken off, read, and deleted.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Protocol

from imports.records import PassedOver, Records, SavedPage
from imports.warc import read_warc
from newskeep.urls import host_of, registrable_domain

BASE = "https://data.commoncrawl.org/"
MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
_PIECE_BYTES = 1024 * 1024
_OTHERS = "pages of other sites"


class Answer(Protocol):
    """What is used of an answer of `requests`."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    def raise_for_status(self) -> None:
        """Raise where the answer is none."""

    def iter_content(self, chunk_size: int) -> list[bytes]:
        """Give the body in pieces."""


class Session(Protocol):
    """What is used of a session of `requests`."""

    def get(self, url: str, **options: object) -> Answer:
        """Ask for an address."""


def month_files(session: Session, month: str) -> list[str]:
    """List the paths of a month's files, oldest first; `month` is like 2026-10. OSError where it cannot be had."""
    year, number = month.split("-")
    answer = session.get(f"{BASE}crawl-data/CC-NEWS/{year}/{number}/warc.paths.gz", timeout=60)
    answer.raise_for_status()
    return sorted(gzip.decompress(answer.content).decode("ascii").split())


def fetch_file(session: Session, path: str, folder: Path) -> Path:
    """Fetch a file into a folder, on from where it was broken off, and give its place. OSError: it cannot be had."""
    folder.mkdir(parents=True, exist_ok=True)
    name = path.rpartition("/")[2]
    whole, partial = folder / name, folder / f"{name}.partial"
    if whole.exists():
        return whole
    done = partial.stat().st_size if partial.exists() else 0
    headers = {"Range": f"bytes={done}-"} if done else {}
    answer = session.get(BASE + path, headers=headers, stream=True, timeout=60)
    if answer.status_code != 416:  # all of it was here
        answer.raise_for_status()
        if answer.status_code != 206:
            done = 0
        length = answer.headers.get("Content-Length")
        total = done + int(length) if length else None
        with partial.open("ab" if done else "wb") as file:
            for piece in answer.iter_content(chunk_size=_PIECE_BYTES):
                file.write(piece)
                done += len(piece)
        if total is not None and done < total:
            raise OSError(f"{name} broke off after {done} of {total} bytes; the next import goes on from there")
    partial.replace(whole)
    return whole


def read_file(path: Path, hosts: frozenset[str]) -> Records:
    """Give the pages of a file that are of these domains (all, where none is named); the others are counted."""
    for record in read_warc(path):
        if hosts and isinstance(record, SavedPage) and registrable_domain(host_of(record.url)) not in hosts:
            yield PassedOver(where=record.where, done_bytes=record.done_bytes, why=_OTHERS)
        else:
            yield record
