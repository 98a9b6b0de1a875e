"""Folders that other programs left: ArchiveBox, news-please, or WARC files side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imports.listed import BadRecordError, read_address, read_moment, read_page
from imports.records import PassedOver, Record, Records, SavedPage, Unreadable
from imports.warc import read_wacz, read_warc

WARC_ENDINGS = (".warc", ".warc.gz", ".arc.gz", ".wacz")
# What ArchiveBox keeps of a page, what is nearest to the server's bytes first.
_ARCHIVEBOX_FORMS = ("wget_path", "dom_path", "singlefile_path")
_ARCHIVEBOX_NAMES = ("output.html", "dom.html", "singlefile.html")


def is_archivebox(folder: Path) -> bool:
    """Is this ArchiveBox's data folder, or its `archive` folder?"""
    return (folder / "ArchiveBox.conf").is_file() or any(_snapshots(folder))


def read_archivebox(folder: Path) -> Records:
    """Give the pages of an ArchiveBox: one for each snapshot, from its WARC where it has one."""
    for done, snapshot in enumerate(_snapshots(folder), 1):
        yield from _snapshot(snapshot, done)


def read_news_please(folder: Path) -> Records:
    """Give the pages that news-please saved: an HTML file each, beside the JSON that says whose it is and of when."""
    for done, path in enumerate(_news_please_files(folder), 1):
        where = str(path.relative_to(folder))
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            page = next((one for one in _pages_beside(path) if one.is_file()), None)
            if page is None:
                yield PassedOver(where=where, done_bytes=done, why="articles without their page")
                continue
            body, changed = read_page(page)
            captured = read_moment(said.get("date_download"))
            yield SavedPage(
                where=where,
                done_bytes=done,
                url=read_address(said.get("url")),
                body=body,
                captured_at=captured or changed,
                is_inferred=captured is None,
            )
        except (OSError, ValueError, BadRecordError) as error:
            yield Unreadable(where=where, done_bytes=done, why=str(error))


def is_news_please(folder: Path) -> bool:
    """Did news-please write here?"""
    return any(True for _ in _news_please_files(folder))


def warcs_in(folder: Path) -> list[Path]:
    """The WARC and WACZ files of a folder and its folders, by name."""
    return sorted(path for path in folder.rglob("*") if path.name.endswith(WARC_ENDINGS) and path.is_file())


def read_pack(path: Path) -> Records:
    """Give the records of a WARC or WACZ."""
    return read_wacz(path) if path.suffix == ".wacz" else read_warc(path)


def _snapshots(folder: Path) -> Iterator[Path]:
    for base in (folder / "archive", folder):
        if base.is_dir():
            found = [path.parent for path in sorted(base.glob("*/index.json")) if _is_stamp(path.parent.name)]
            if found:
                yield from found
                return


def _is_stamp(name: str) -> bool:
    return name.replace(".", "", 1).isdigit()


def _snapshot(folder: Path, done: int) -> Iterator[Record]:
    where = f"snapshot {folder.name}"
    try:
        said: dict[str, Any] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        url = read_address(said.get("url"))
        from_warc = _in_warc(folder, url, done)
        if from_warc is not None:
            yield from_warc
            return
        path = _saved_form(folder, said)
        if path is None:
            yield PassedOver(where=where, done_bytes=done, why="snapshots without a page")
            return
        body, _ = read_page(path)
        at = datetime.fromtimestamp(float(folder.name), UTC)
        # The folder's name is when the snapshot was asked for; the page came some seconds later.
        yield SavedPage(where=where, done_bytes=done, url=url, body=body, captured_at=at, is_inferred=True)
    except (OSError, ValueError, BadRecordError) as error:
        yield Unreadable(where=where, done_bytes=done, why=str(error))


def _in_warc(folder: Path, url: str, done: int) -> SavedPage | None:
    for path in sorted((folder / "warc").glob("*.warc.gz")):
        for record in read_warc(path):
            if isinstance(record, SavedPage) and record.url.rstrip("/") == url.rstrip("/"):
                return SavedPage(
                    where=f"snapshot {folder.name}",
                    done_bytes=done,
                    url=record.url,
                    body=record.body,
                    captured_at=record.captured_at,
                    status=record.status,
                    headers=record.headers,
                )
    return None


def _saved_form(folder: Path, said: dict[str, Any]) -> Path | None:
    canonical = said.get("canonical")
    named = [canonical.get(form) for form in _ARCHIVEBOX_FORMS] if isinstance(canonical, dict) else []
    root = folder.resolve()
    for name in (*named, *_ARCHIVEBOX_NAMES):
        if not isinstance(name, str) or not name.endswith((".html", ".htm")):
            continue
        path = (folder / name).resolve()
        # An index is somebody else's file: it must not lead out of its folder.
        if path.is_file() and path.is_relative_to(root):
            return path
    return None


def _news_please_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.json")):
        try:
            head = path.read_text(encoding="utf-8", errors="replace")[:200_000]
        except OSError:
            continue
        if '"date_download"' in head and '"url"' in head:
            yield path


def _pages_beside(path: Path) -> tuple[Path, ...]:
    name = path.name.removesuffix(".json")
    stem = name.removesuffix(".html")
    return (path.with_name(name), path.with_name(f"{stem}.html"), path.with_name(f"{stem}.html.gz"))
