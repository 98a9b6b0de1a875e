"""`newskeep import` of what other programs wrote: WARC, WACZ, ArchiveBox, news-please, tables."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from storage.archive import Archive
from storage.compare import dump_archive
from storage.verify import verify
from tests.commands.conftest import story_page

HTML = [("Content-Type", "text/html; charset=utf-8")]


def text(subject: str) -> tuple[str, ...]:
    return tuple(
        f"Paragraph {number} on {subject}, of which the council of Port Velmar had spoken at length on the day before it"
        " was to be voted on by all of its members."
        for number in range(4)
    )


def page(subject: str) -> bytes:
    return story_page(f"Council speaks of {subject}", *text(subject)).encode()


def url(subject: str) -> str:
    return f"https://news.example/2026/{subject}"


def warc(*records: tuple[str, int, list[tuple[str, str]], bytes], gzipped: bool = True) -> bytes:
    """A WARC with these answers, a second apart."""
    said = [_record("warcinfo", "", "2026-11-20T09:00:00Z", "application/warc-fields", b"software: test\r\n")]
    for number, (address, status, http, body) in enumerate(records):
        head = "".join(f"{name}: {value}\r\n" for name, value in http)
        block = f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body
        date = f"2026-11-20T09:{number // 60:02}:{number % 60:02}Z"
        said.append(_record("response", address, date, "application/http; msgtype=response", block))
    return b"".join(gzip.compress(one) if gzipped else one for one in said)


def _record(kind: str, address: str, date: str, media_type: str, block: bytes) -> bytes:
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, kind + address + date)}>",
        "WARC-Target-URI": address,
        "WARC-Date": date,
        "Content-Type": media_type,
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value)
    return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def three(**options: Any) -> bytes:
    return warc(*((url(one), 200, HTML, page(one)) for one in ("salt", "ferries", "tolls")), **options)


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_warc_becomes_stories_with_the_times_of_its_records(
    newskeep: Any, home: Path, tmp_path: Path, gzipped: bool
) -> None:
    path = tmp_path / ("a.warc.gz" if gzipped else "a.warc")
    path.write_bytes(three(gzipped=gzipped))
    ended = newskeep("import", str(path), "--json")
    assert (ended.code, ended.json["outcomes"]) == (0, {"new_story": 3})
    story = newskeep("show", url("ferries"), "--json").json
    assert story["first_seen_at"] == "2026-11-20T09:00:01Z"
    assert verify(home).is_clean


def test_codings_are_undone_and_what_is_no_page_is_counted(newskeep: Any, home: Path, tmp_path: Path) -> None:
    packed = [*HTML, ("Content-Encoding", "gzip")]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        warc(
            (url("salt"), 200, packed, gzip.compress(page("salt"))),
            (url("gone"), 404, HTML, b"not here"),
            ("https://news.example/a.png", 200, [("Content-Type", "image/png")], b"png"),
            ("ftp://news.example/a", 200, HTML, b"x"),
        )
    )
    ended = newskeep("import", str(path), "--json").json
    assert ended["outcomes"] == {"new_story": 1}
    assert ended["passed_over"] == {"HTTP 4xx answers": 1, "pictures, scripts and other files": 1, "no web address": 1}


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_damaged_record_costs_itself_alone(newskeep: Any, home: Path, tmp_path: Path, gzipped: bool) -> None:
    whole = three(gzipped=gzipped)
    if gzipped:
        middle = whole.index(b"\x1f\x8b\x08", whole.index(b"\x1f\x8b\x08", 200) + 1)
        damaged = whole[: middle + 40] + b"\x00" * 60 + whole[middle + 100 :]
    else:
        middle = whole.index(b"WARC/1.0", whole.index(url("salt").encode()))
        damaged = whole[:middle] + b"RUBBISH!" + whole[middle + 8 :]
    path = tmp_path / ("a.warc.gz" if gzipped else "a.warc")
    path.write_bytes(damaged)
    ended = newskeep("import", str(path), "--json")
    assert ended.code == 1
    assert ended.json["outcomes"] == {"new_story": 2}
    assert f"{path.name} at " in ended.err


def test_a_file_that_was_cut_short_gives_what_is_whole(newskeep: Any, home: Path, tmp_path: Path) -> None:
    whole = three()
    path = tmp_path / "a.warc.gz"
    path.write_bytes(whole[: len(whole) - 150])
    ended = newskeep("import", str(path), "--json")
    assert (ended.code, ended.json["outcomes"]) == (1, {"new_story": 2})


def test_wacz_archivebox_news_please_and_tables_are_recognised(newskeep: Any, home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as pack:
        pack.writestr("archive/data.warc.gz", warc((url("wacz"), 200, HTML, page("wacz"))))
        pack.writestr("datapackage.json", "{}")
    box = tmp_path / "box"
    snapshot = box / "archive" / "1790000000.5"
    snapshot.mkdir(parents=True)
    (snapshot / "index.json").write_text(json.dumps({"url": url("box"), "canonical": {"dom_path": "output.html"}}))
    (snapshot / "output.html").write_bytes(page("box"))
    with_warc = box / "archive" / "1790000100.0"
    (with_warc / "warc").mkdir(parents=True)
    (with_warc / "index.json").write_text(json.dumps({"url": url("boxed"), "canonical": {"dom_path": "../../x.html"}}))
    (with_warc / "warc" / "1.warc.gz").write_bytes(warc((url("boxed"), 200, HTML, page("boxed"))))
    please = tmp_path / "please"
    please.mkdir()
    (please / "a_1.html").write_bytes(page("please"))
    (please / "a_1.html.json").write_text(json.dumps({"url": url("please"), "date_download": "2026-11-19 10:00:00"}))
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "t.html").write_bytes(page("table"))
    table = tmp_path / "list.csv"
    table.write_text(f"file,url,captured\nt.html,{url('table')},2026-11-18T10:00:00Z\n")
    places = [tmp_path / "a.wacz", box, please]
    assert newskeep("import", *map(str, places), "--json").json["outcomes"] == {"new_story": 4}
    assert newskeep("import", str(folder), "--urls", str(table), "--json").json["outcomes"] == {"new_story": 1}
    seen = {one: newskeep("show", url(one), "--json").json["first_seen_at"] for one in ("please", "boxed", "table")}
    assert seen == {
        "please": "2026-11-19T10:00:00Z",
        "boxed": "2026-11-20T09:00:00Z",
        "table": "2026-11-18T10:00:00Z",
    }


def test_an_archivebox_index_does_not_lead_out_of_its_folder(newskeep: Any, home: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "box" / "archive" / "1790000000.5"
    snapshot.mkdir(parents=True)
    (tmp_path / "box" / "secret.html").write_bytes(page("secret"))
    (snapshot / "index.json").write_text(json.dumps({"url": url("a"), "canonical": {"dom_path": "../../secret.html"}}))
    ended = newskeep("import", str(tmp_path / "box"), "--json").json
    assert (ended["outcomes"], ended["passed_over"]) == ({}, {"snapshots without a page": 1})


def test_what_nobody_knows_is_a_usage_error(newskeep: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = newskeep("import", str(tmp_path / "empty"))
    assert ended.code == 2
    assert "--urls" in ended.err
    (tmp_path / "a.wacz").write_bytes(b"x")
    assert newskeep("import", str(tmp_path / "a.wacz")).code == 2


def start(home: Path, path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli", "--home", str(home), "import", str(path)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def stories(home: Path) -> int:
    with Archive(home, read_only=True) as archive:
        return int(archive.db.conn.execute("SELECT count(*) FROM stories").fetchone()[0])


def test_an_import_that_is_killed_goes_on_and_ends_as_one_that_was_not(
    newskeep: Any, home: Path, tmp_path: Path
) -> None:
    subjects = [f"subject-{number}" for number in range(120)]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(warc(*((url(one), 200, HTML, page(one)) for one in subjects)))
    undisturbed = tmp_path / "undisturbed"
    newskeep("init", "--without-sources", "--quiet", home=undisturbed)
    newskeep("import", str(path), home=undisturbed)
    for wanted in (10, 50, 90):
        process = start(home, path)
        deadline = time.monotonic() + 60
        while stories(home) < wanted and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert verify(home).is_clean
    ended = newskeep("import", str(path), "--json").json
    assert ended["known"] >= 90
    assert dump_archive(home) == dump_archive(undisturbed)
    with Archive(home, read_only=True) as archive:
        captures = archive.connections()[1].execute("SELECT count(*) FROM captures").fetchone()
    assert captures == (120,)
