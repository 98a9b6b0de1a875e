"""`newskeep export`: stories, revisions or teasers as JSON lines, CSV or Parquet; their captures as WARC or WACZ."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import click

from commands.export_packs import write_pack
from commands.homes import check_slug, home_of
from commands.moments import MOMENT
from commands.screen import console, progress
from commands.words import WordsCommand, unmarked
from newskeep.errors import CaptureMissingError, UsageError
from storage.archive import Archive
from storage.boundary import disk_errors
from storage.export import Column, ExportRequest, Row, Thing, columns, exported
from storage.export_captures import captures_of_stories
from storage.files import PARTIAL

_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".wacz": "wacz"}
_PACKS = ("warc", "wacz")
_GROUP = 2_000
_OPERATION = "write the export"


@click.command(cls=WordsCommand)
@click.argument("words", nargs=-1, metavar="[QUERY...]", callback=unmarked)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; its ending says the format.")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv", "parquet", *_PACKS]), help="Instead of by the ending."
)
@click.option("--what", type=click.Choice([thing.value for thing in Thing]), default="stories", show_default=True)
@click.option("--source", metavar="SLUG", help="Of one source.")
@click.option("--after", type=MOMENT, help="Published then or later (first seen, where unknown).")
@click.option("--before", type=MOMENT, help="Published before.")
@click.option("--limit", type=click.IntRange(1), help="No more than so many rows.")
@click.pass_context
def export(
    ctx: click.Context, /, words: tuple[str, ...], out: Path | None, form: str | None, what: str, **chosen: Any
) -> int:
    """Write what the archive holds for other programs: everything, or what a search finds.

    \b
    newskeep export --out stories.jsonl
    newskeep export harbour toll has:revision --out toll.csv
    newskeep export --what teasers --source gzero --after 2026-11-01 --out promoted.parquet
    newskeep export --limit 10 | jq .headline
    newskeep export source:gzero --out gzero.wacz          the pages themselves, for ReplayWeb.page, pywb and others

    Rows have the columns of docs/schema.md and are those of one moment, whatever is written meanwhile. Without --out
    they go to standard output as JSON lines. Parquet needs `pip install 'newskeep[parquet]'`.

    A .warc.gz or .wacz holds the captures that revisions of the stories were read from, and their kept pictures.
    """
    chosen_form = _form(out, form, what)
    request = ExportRequest(thing=Thing(what), words=" ".join(words) or None, **chosen)
    with Archive(home_of(ctx).home, read_only=True) as archive:
        check_slug(archive, request.source)
        if chosen_form in _PACKS:
            assert out is not None
            if not archive.captures.is_present:
                message = "captures.db is absent, so there are no pages to export; copy it into the home beside news.db"
                raise CaptureMissingError(message, operation=_OPERATION)
            return _export_pack(archive, request, out)
        shape = columns(archive, request.thing)
        with exported(archive, request) as (total, rows), progress(f"exporting {what}", total) as bar:
            written = _write(_counted(rows, bar, request.thing), shape, chosen_form, out)
    if out is not None:
        console(stderr=True).print(f"{written} {what} written to {out}")
    return 0


def _export_pack(archive: Archive, request: ExportRequest, out: Path) -> int:
    title = f"newskeep: {request.words or request.source or 'all stories'}"
    stories, captures = captures_of_stories(archive, request)
    with progress("exporting captures", None) as bar:
        written = write_pack(archive, captures, out, title=title, now=datetime.now(UTC), bar=bar)
    console(stderr=True).print(f"{written} captures of {stories} stories written to {out}")
    return 0


def _form(out: Path | None, form: str | None, what: str) -> str:
    if form is None and out is not None and out.name.lower().endswith(".warc.gz"):
        form = "warc"
    found = form or (_FORMATS.get(out.suffix.lower()) if out is not None else "jsonl")
    if found is None:
        raise UsageError(
            f"the ending of {out} names no format; use .jsonl, .csv, .parquet, .warc.gz or .wacz, or --format"
        )
    if found in _PACKS and what != Thing.STORIES:
        raise UsageError(f"{found.upper()} holds the pages of stories; leave --what {what} out, or name another format")
    if found in ("parquet", *_PACKS) and out is None:
        raise UsageError(f"{found.upper()} cannot be written to standard output; name a file with --out")
    return found


def _counted(rows: Iterator[Row], bar: Any, thing: Thing) -> Iterator[Row]:
    """The rows, moving the bar on by one a story."""
    key = "id" if thing is Thing.STORIES else "story_id" if thing is Thing.REVISIONS else "page_story_id"
    last: object = None
    for found in rows:
        if found[key] != last:
            last = found[key]
            bar.advance(bar.task_ids[0])
        yield found


def _write(rows: Iterator[Row], shape: Sequence[Column], form: str, out: Path | None) -> int:
    if out is None:
        return _WRITERS[form](rows, shape, sys.stdout)
    partial = out.with_name(out.name + PARTIAL)
    with disk_errors(out.parent, _OPERATION):
        try:
            if form == "parquet":
                written = _write_parquet(rows, shape, partial)
            else:
                with partial.open("w", encoding="utf-8", newline="") as file:
                    written = _WRITERS[form](rows, shape, file)
            partial.replace(out)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    return written


def _write_lines(rows: Iterator[Row], _: Sequence[Column], file: TextIO) -> int:
    count = 0
    for found in rows:
        file.write(json.dumps(found, ensure_ascii=False) + "\n")
        count += 1
    return count


def _write_csv(rows: Iterator[Row], shape: Sequence[Column], file: TextIO) -> int:
    table = csv.writer(file)
    table.writerow([column.name for column in shape])
    count = 0
    for found in rows:
        table.writerow([_cell(value) for value in found.values()])
        count += 1
    return count


def _cell(value: Any) -> Any:
    """Lists and documents as JSON, for a cell holds one text; nothing for what is unknown."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return int(value) if isinstance(value, bool) else value


def _write_parquet(rows: Iterator[Row], shape: Sequence[Column], path: Path) -> int:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        message = "Parquet needs pyarrow: `pip install 'newskeep[parquet]'` (or `pip install pyarrow`)"
        raise UsageError(message) from error
    kinds = {
        "text": pyarrow.string(), "integer": pyarrow.int64(), "real": pyarrow.float64(), "truth": pyarrow.bool_(),
        "list": pyarrow.list_(pyarrow.string()), "document": pyarrow.string(),
    }  # fmt: skip
    schema = pyarrow.schema([(column.name, kinds[column.kind]) for column in shape])
    documents = [column.name for column in shape if column.kind == "document"]
    count = 0
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(rows, _GROUP)):
            for found in group:
                found.update({name: json.dumps(found[name], ensure_ascii=False) for name in documents})
            writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


_WRITERS = {"jsonl": _write_lines, "csv": _write_csv}
