"""Writing captures as WARC or WACZ, one after the other: what is exported may be larger than memory."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click
from rich.progress import Progress

from config_tables.version import program_version
from newskeep.errors import CaptureMissingError
from newskeep.evidence import CitedCapture
from newskeep.text import counted
from newskeep.wacz_collection import FileFacts, PageLine, collection_files
from newskeep.wacz_pack import WARC_PATH
from newskeep.warc_pack import AnswerWriter, WrittenRecord, uri_of
from storage.archive import Archive
from storage.boundary import disk_errors
from storage.export_captures import ExportedCapture
from storage.files import PARTIAL

_OPERATION = "write the export"
_PIECE_BYTES = 1024 * 1024


@dataclass(slots=True)
class _Written:
    """Mutable: what is in the WARC so far."""

    records: list[WrittenRecord] = field(default_factory=list)
    pages: list[PageLine] = field(default_factory=list)
    missing: int = 0


def write_pack(
    archive: Archive, captures: Iterator[ExportedCapture], out: Path, *, title: str, now: datetime, bar: Progress
) -> int:
    """Write a WARC (`.warc.gz`) or a WACZ, as the file is named, and give how many answers are in it."""
    is_wacz = out.suffix == ".wacz"
    warc = out.with_name(f"{out.name}.warc{PARTIAL}" if is_wacz else out.name + PARTIAL)
    pack = out.with_name(out.name + PARTIAL)
    with disk_errors(out.parent, _OPERATION):
        try:
            written = _write_warc(archive, captures, warc, title=title, now=now, bar=bar, is_indexed=is_wacz)
            if is_wacz:
                _write_wacz(warc, pack, written, title=title, now=now)
            pack.replace(out)
        finally:
            for path in {warc, pack}:
                path.unlink(missing_ok=True)
    if written.missing:
        click.echo(f"{counted(written.missing, 'capture')} pruned or taken down; not in the file", err=True)
    return len(written.records)


def _write_warc(
    archive: Archive,
    captures: Iterator[ExportedCapture],
    path: Path,
    *,
    title: str,
    now: datetime,
    bar: Progress,
    is_indexed: bool,
) -> _Written:
    written = _Written()
    with path.open("wb") as out:
        writer = AnswerWriter(out, software=_software(), description=title, at=now)
        for one in captures:
            try:
                capture = archive.captures.get(one.capture_id)
            except CaptureMissingError:
                written.missing += 1
                continue
            record = writer.add(CitedCapture(capture_id=one.capture_id, page=one.page, capture=capture))
            written.records.append(record)
            if is_indexed and one.headline is not None and one.page == 1:
                url = uri_of(capture.final_url)
                written.pages.append(PageLine(url=url, at=capture.captured_at, title=one.headline))
            bar.advance(bar.task_ids[0])
    return written


def _write_wacz(warc: Path, out: Path, written: _Written, *, title: str, now: datetime) -> None:
    files = collection_files(
        written.records, written.pages, _facts(warc), title=title, software=_software(), created=now
    )
    with zipfile.ZipFile(out, "w", allowZip64=True) as pack:
        # Stored as it is, so that a reader can jump to a record.
        pack.write(warc, WARC_PATH, compress_type=zipfile.ZIP_STORED)
        for path, body in files.items():
            kind = zipfile.ZIP_STORED if path.endswith(".gz") else zipfile.ZIP_DEFLATED
            pack.writestr(path, body, compress_type=kind)


def _facts(path: Path) -> FileFacts:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return FileFacts(sha256=digest.hexdigest(), size_bytes=path.stat().st_size)


def _software() -> str:
    return f"newskeep {program_version()}"
