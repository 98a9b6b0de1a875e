"""What kind of saved pages a file or folder holds, told from what is there."""

from __future__ import annotations

import zipfile
from pathlib import Path

from imports.folders import (
    WARC_ENDINGS,
    is_archivebox,
    is_news_please,
    read_archivebox,
    read_news_please,
    read_pack,
    warcs_in,
)
from imports.listed import read_json_lines, read_table
from imports.records import Batch, Records


class UnknownKindError(Exception):
    """Nobody knows what this holds; the message says what would be known."""


def batches(path: Path, *, table: Path | None = None) -> list[Batch]:
    """Give what there is to read at a place; `table` names the addresses of the files in a folder.

    Raises UnknownKindError, and OSError where it cannot be looked at.
    """
    if table is not None:
        folder = path if path.is_dir() else path.parent
        return [Batch(name=table.name, total=table.stat().st_size, read=lambda _: read_table(table, folder))]
    if path.is_dir():
        return _folder(path)
    if path.name.endswith(WARC_ENDINGS):
        if path.suffix == ".wacz" and not zipfile.is_zipfile(path):
            raise UnknownKindError(f"{path} is no WACZ: it is no ZIP file")
        return [_pack(path)]
    if path.suffix in (".csv", ".tsv"):
        return [Batch(name=path.name, total=path.stat().st_size, read=lambda _: read_table(path, path.parent))]
    return [Batch(name=path.name, total=path.stat().st_size, read=lambda _: _json_lines(path))]


def _json_lines(path: Path) -> Records:
    with path.open(encoding="utf-8", errors="surrogateescape") as lines:
        yield from read_json_lines(lines, path.resolve().parent)


def _pack(path: Path) -> Batch:
    return Batch(name=path.name, total=path.stat().st_size, read=lambda _: read_pack(path))


def _folder(path: Path) -> list[Batch]:
    if is_archivebox(path):
        return [Batch(name=path.name, total=0, read=lambda _: read_archivebox(path))]
    packs = warcs_in(path)
    if packs:
        return [_pack(pack) for pack in packs]
    if is_news_please(path):
        return [Batch(name=path.name, total=0, read=lambda _: read_news_please(path))]
    raise UnknownKindError(
        f"{path} holds no WARC, no ArchiveBox and nothing of news-please; for a folder of pages name the list of their"
        " addresses: newskeep import FOLDER --urls LIST.csv (columns file, url, captured)"
    )
