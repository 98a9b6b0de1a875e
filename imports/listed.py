"""Pages saved as files, named by a list: JSON lines, or a table of files and addresses."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import error as ZlibError

from imports.records import MOST_BYTES, Record, Records, SavedPage, Unreadable
from newskeep.urls import canonicalize


class BadRecordError(Exception):
    """One line, or its file, cannot be read."""


def read_json_lines(lines: Iterable[str], folder: Path) -> Records:
    """Give the pages that JSON lines name; `html_path` is relative to the folder."""
    done = 0
    for number, line in enumerate(lines, 1):
        done += len(line.encode("utf-8", "surrogateescape"))
        if line.strip():
            yield _page_or_reason(f"line {number}", done, line, folder)


def read_table(path: Path, folder: Path) -> Records:
    """Give the pages that a table names: CSV or tab-separated, columns `file`, `url` and, if known, `captured`.

    Without a first line that names the columns, they are taken in this order.
    """
    text = path.read_text(encoding="utf-8-sig")
    done = 0
    for number, row in enumerate(_rows(text), 1):
        done += sum(len(value.encode()) + 1 for value in row)
        record = dict(zip(("html_path", "url", "captured"), row, strict=False))
        record = {key: value for key, value in record.items() if value}
        yield _page_or_reason(f"{path.name}, entry {number}", done, json.dumps(record), folder)


def read_page(path: Path) -> tuple[bytes, datetime]:
    """Read a saved page, plain or gzipped, and when its file was last changed. BadRecordError where it cannot be."""
    try:
        raw = path.read_bytes()
        body = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, EOFError, ZlibError) as error:
        raise BadRecordError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if len(body) > MOST_BYTES:
        raise BadRecordError(f"{path}: {len(body)} bytes are no page")
    return body, changed


def read_address(value: object) -> str:
    """Check a web address. BadRecordError where it is none."""
    try:
        canonicalize(str(value or ""))
    except ValueError as error:
        raise BadRecordError(f'"url": {error}') from error
    return str(value)


def read_moment(value: object) -> datetime | None:
    """Read a time, UTC where it says no zone; None where there is none. BadRecordError where it is no time."""
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise BadRecordError(f'"captured": {error}; write it as 2026-11-20T08:00:00Z') from error
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


def _page_or_reason(where: str, done: int, text: str, folder: Path) -> Record:
    try:
        record = _object(text)
        url = read_address(record.get("url"))
        body, changed = read_page(folder / str(record["html_path"]))
        captured = read_moment(record.get("captured"))
        return SavedPage(
            where=where,
            done_bytes=done,
            url=url,
            body=body,
            captured_at=captured or changed,
            is_inferred=captured is None,
            headers=_headers(record.get("headers")),
        )
    except BadRecordError as error:
        return Unreadable(where=where, done_bytes=done, why=str(error))


def _object(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except ValueError as error:
        raise BadRecordError(f"is no JSON: {error}") from error
    if not isinstance(record, dict) or not record.get("html_path"):
        raise BadRecordError('should be an object with "url" and "html_path"')
    return record


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    pairs = value.items() if isinstance(value, dict) else value if isinstance(value, list) else ()
    try:
        return tuple((str(name), str(text)) for name, text in pairs)
    except (TypeError, ValueError) as error:
        raise BadRecordError('"headers" should be an object, or a list of pairs') from error


def _rows(text: str) -> Iterator[list[str]]:
    lines = [line for line in text.splitlines() if line.strip()]
    delimiter = "\t" if lines and "\t" in lines[0] else ","
    rows = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    if not rows:
        return
    names = [name.strip().lower() for name in rows[0]]
    if "url" not in names:
        yield from ([value.strip() for value in row] for row in rows)
        return
    order = [names.index(name) if name in names else None for name in ("file", "url", "captured")]
    for row in rows[1:]:
        yield [row[at].strip() if at is not None and at < len(row) else "" for at in order]
