"""Captures exported as WARC and WACZ: others' tools accept them, and an import of them is the same archive."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from storage.archive import Archive
from storage.compare import dump_archive
from storage.prune import PruneRule, prune
from tests.commands.archive_tools import tool
from tests.commands.test_import_packs import HTML, page, url, warc
from tests.crawl.test_kept_pictures import FUTURE

SUBJECTS = ("salt", "ferries", "tolls")


@pytest.fixture
def filled(newskeep: Any, home: Path, tmp_path: Path) -> Path:
    """A home with three stories, one of them with two revisions."""
    again = page("salt").replace(b"on the day before it", b"in the week before it")
    path = tmp_path / "in.warc.gz"
    path.write_bytes(warc(*((url(one), 200, HTML, page(one)) for one in SUBJECTS), (url("salt"), 200, HTML, again)))
    newskeep("import", str(path))
    return home


@pytest.mark.parametrize("name", ["out.warc.gz", "out.wacz"])
def test_what_was_exported_and_imported_again_is_the_same_archive(
    newskeep: Any, filled: Path, tmp_path: Path, name: str
) -> None:
    out, other = tmp_path / name, tmp_path / "other"
    assert newskeep("export", "--out", str(out)).code == 0
    newskeep("init", "--without-sources", "--quiet", home=other)
    assert newskeep("import", str(out), home=other).code == 0
    assert dump_archive(other) == dump_archive(filled)
    assert not [path for path in tmp_path.iterdir() if "partial" in path.name]


def test_a_warc_passes_warcios_check(newskeep: Any, filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.warc.gz"
    newskeep("export", "--out", str(out))
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "digest pass" in done.stdout
    assert "fail" not in done.stdout


def test_a_search_exports_its_stories_alone(newskeep: Any, filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wacz"
    ended = newskeep("export", "ferries", "--out", str(out))
    assert "1 captures of 1 stories" in ended.err
    with zipfile.ZipFile(out) as pack:
        pages = [json.loads(line) for line in pack.read("pages/pages.jsonl").splitlines()][1:]
    assert [(one["url"], one["title"]) for one in pages] == [(url("ferries"), "Council speaks of ferries")]


def test_the_index_leads_to_each_record_and_the_package_names_each_file(
    newskeep: Any, filled: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.wacz"
    newskeep("export", "--out", str(out))
    with zipfile.ZipFile(out) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
        stored = {info.filename: info.compress_type for info in pack.infolist()}
    assert stored["archive/data.warc.gz"] == zipfile.ZIP_STORED
    lines = gzip.decompress(files["indexes/index.cdx.gz"]).decode().splitlines()
    assert len(lines) == 4
    assert lines == sorted(lines)
    for line in lines:
        entry = json.loads(line.split(" ", 2)[2])
        begin = int(entry["offset"])
        record = gzip.decompress(files["archive/data.warc.gz"][begin : begin + int(entry["length"])])
        assert record.startswith(b"WARC/1.1")
        assert entry["url"].encode() in record
    for entry in json.loads(files["datapackage.json"])["resources"]:
        assert entry["hash"] == f"sha256:{hashlib.sha256(files[entry['path']]).hexdigest()}"
        assert entry["bytes"] == len(files[entry["path"]])
    digest = json.loads(files["datapackage-digest.json"])["hash"]
    assert digest == f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"


def test_a_wacz_passes_wacz_validate(newskeep: Any, filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wacz"
    newskeep("export", "--out", str(out))
    done = subprocess.run([tool("wacz"), "validate", "-f", str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pywb_replays_an_exported_warc_byte_for_byte(newskeep: Any, filled: Path, tmp_path: Path) -> None:
    manager, wayback = tool("wb-manager"), tool("wayback")
    out, room = tmp_path / "out.warc.gz", tmp_path / "room"
    newskeep("export", "--out", str(out))
    room.mkdir()
    for words in (["init", "kept"], ["add", "kept", str(out)]):
        subprocess.run([manager, *words], cwd=room, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([wayback, "-b", "127.0.0.1", "-p", str(port)], cwd=room, stdout=-3, stderr=-3) as server:
        try:
            with Archive(filled, read_only=True) as archive:
                found = archive.captures.latest(url("ferries"))
                assert found is not None
                kept = archive.captures.get(found.capture_id)
            stamp = f"{kept.captured_at:%Y%m%d%H%M%S}"
            # With `id_` it gives what was stored, without the links it writes anew for its readers.
            answer = _patiently(f"http://127.0.0.1:{port}/kept/{stamp}id_/{url('ferries')}")
            assert answer == kept.body
        finally:
            server.terminate()


def _patiently(address: str) -> bytes:
    """The answer of a server that has just been started."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                body: bytes = answer.read()
                return body
        except (urllib.error.URLError, ConnectionError) as error:
            if isinstance(error, urllib.error.HTTPError) or time.monotonic() > until:
                raise
            time.sleep(0.3)


def test_what_was_pruned_is_left_out_and_said(newskeep: Any, filled: Path, tmp_path: Path) -> None:
    with Archive(filled) as archive:
        prune(archive, PruneRule(read=FUTURE))
    ended = newskeep("export", "--out", str(tmp_path / "out.warc.gz"))
    assert "4 captures pruned or taken down" in ended.err


def test_a_pack_needs_a_file(newskeep: Any, filled: Path) -> None:
    ended = newskeep("export", "--format", "wacz")
    assert (ended.code, "name a file with --out" in ended.err) == (2, True)


def test_a_home_without_captures_gives_no_empty_pack(newskeep: Any, filled: Path, tmp_path: Path) -> None:
    (filled / "captures.db").unlink()
    ended = newskeep("export", "--out", str(tmp_path / "out.wacz"))
    assert (ended.code, "captures.db is absent" in ended.err) == (1, True)
    assert not (tmp_path / "out.wacz").exists()
