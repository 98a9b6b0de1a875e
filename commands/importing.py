"""`newskeep import`: saved pages, by the same path as live ones."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO
from zlib import error as ZlibError

import click
from rich.progress import Progress

from commands.homes import home_of, source_for
from commands.reports import report_json, report_line
from commands.screen import configure_logging, console, print_json, progress
from config import Config
from newskeep.digests import payload_digest
from newskeep.errors import StorageError, UsageError
from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.model import Capture, Origin, Source
from newskeep.outcomes import RunStatus, Trigger
from newskeep.urls import canonicalize, url_key
from newsroom import Newsroom, RunReport
from pipelines.context import CrawlContext
from pipelines.conveyor import carry
from scheduler import sync_sources

_MAX_BYTES = 64 * 1024 * 1024
_PAGES_FOR_EACH_WORKER = 4
_IMPORT = Source(slug="import", name="import", homepage="https://import.invalid", listings=(), enabled=False)


class _BadRecordError(Exception):
    """One line, or its file, cannot be read."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False), default="-")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_context
def import_pages(ctx: click.Context, file: Path, as_json: bool) -> int:
    """Archive saved pages. FILE (or standard input) names one in each line, as JSON.

    \b
    {"url": "https://www.example.org/a", "html_path": "pages/a.html.gz",
     "captured": "2026-11-20T08:00:00Z", "headers": {"Content-Type": "text/html"}}

    `html_path` is relative to FILE's folder, plain or gzip. Without `captured`, the file's own time is taken, and
    marked as inferred. A line or file that cannot be read is named and passed over; the exit code is then 1.
    """
    config = home_of(ctx)
    configure_logging("warning")
    lines, folder = _lines(file)
    report, bad = asyncio.run(_import(config, lines, folder))
    if as_json:
        print_json(report_json(report) | {"unreadable_records": bad})
    else:
        console().print(report_line(report))
        if bad:
            click.echo(f"{bad} records could not be read; they are named above", err=True)
    return int(bool(bad) or report.status is RunStatus.FAILED)


def _lines(file: Path) -> tuple[list[_Line], Path]:
    if str(file) == "-":
        return list(_numbered(sys.stdin)), Path.cwd()
    try:
        with file.open(encoding="utf-8") as stream:
            return list(_numbered(stream)), file.resolve().parent
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error


def _numbered(stream: TextIO) -> Iterator[_Line]:
    return (_Line(number, line) for number, line in enumerate(stream, 1) if line.strip())


async def _import(config: Config, lines: list[_Line], folder: Path) -> tuple[RunReport, int]:
    known = config.sources()
    async with Newsroom(config) as newsroom:
        await sync_sources(newsroom, known)
        started_at = newsroom.clock()
        context = await newsroom.open_run(_IMPORT, Trigger.IMPORT)
        with progress("importing", len(lines)) as bar:
            bad = await _carry_all(context, lines, folder, known, bar)
        return await newsroom.close_run(context, started_at=started_at), bad


async def _carry_all(
    context: CrawlContext, lines: list[_Line], folder: Path, known: tuple[Source, ...], bar: Progress
) -> int:
    """Carry pages through the pipelines, a few at a time and in their order; how many could not be read."""
    waiting = iter(lines)
    bad = 0
    turns: dict[str, asyncio.Lock] = {}

    async def carrier() -> None:
        nonlocal bad
        for line in waiting:
            try:
                # Captures of one address go one after the other, in the order of their lines.
                async with turns.setdefault(_turn(line), asyncio.Lock()):
                    capture = await asyncio.to_thread(_read, line, folder)
                    ask = Ask(url=capture.request_url, purpose=Purpose.STORY)
                    fetch = Fetch(ask=ask, started_at=capture.captured_at, status=capture.status, capture=capture)
                    await carry(replace(context, source=source_for(capture.final_url, known)), fetch)
            except _BadRecordError as error:
                bad += 1
                click.echo(f"line {line.number}: {error}", err=True)
            bar.advance(bar.task_ids[0])

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(context.workers.count * _PAGES_FOR_EACH_WORKER):
                group.create_task(carrier())
    except* StorageError as errors:
        # All carriers met the same locked or full archive; one line says it.
        raise errors.exceptions[0] from None
    return bad


def _turn(line: _Line) -> str:
    """What the captures of one address have in common; a line that cannot be read has a turn of its own."""
    try:
        return url_key(_address(_record(line.text).get("url")))
    except _BadRecordError:
        return f"line {line.number}"


def _read(line: _Line, folder: Path) -> Capture:
    record = _record(line.text)
    url, path = _address(record.get("url")), folder / str(record.get("html_path") or "")
    try:
        raw = path.read_bytes()
        body = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, EOFError, ZlibError) as error:
        raise _BadRecordError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if len(body) > _MAX_BYTES:
        raise _BadRecordError(f"{path}: {len(body)} bytes are no page")
    captured = _time(record.get("captured"))
    return Capture(
        request_url=url,
        final_url=url,
        status=200,
        headers=_headers(record.get("headers")),
        body=body,
        captured_at=captured or changed,
        payload_digest=payload_digest(body),
        origin=Origin.IMPORT,
        captured_at_inferred=captured is None,
    )


def _record(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except ValueError as error:
        raise _BadRecordError(f"is no JSON: {error}") from error
    if not isinstance(record, dict) or not record.get("html_path"):
        raise _BadRecordError('should be an object with "url" and "html_path"')
    return record


def _address(value: object) -> str:
    try:
        canonicalize(str(value or ""))
    except ValueError as error:
        raise _BadRecordError(f'"url": {error}') from error
    return str(value)


def _time(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _BadRecordError(f'"captured": {error}; write it as 2026-11-20T08:00:00Z') from error
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    pairs = value.items() if isinstance(value, dict) else value if isinstance(value, list) else ()
    try:
        return tuple((str(name), str(text)) for name, text in pairs)
    except (TypeError, ValueError) as error:
        raise _BadRecordError('"headers" should be an object, or a list of pairs') from error
