"""`newskeep evidence`: a pack that proves one revision, and checking one."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from newskeep.digests import payload_digest
from newskeep.pack_check import check_pack
from storage.archive import Archive
from storage.pages import CitedPage
from storage.stories import SavedStory
from tests.commands.archive_tools import tool
from tests.commands.authority import Authority, serving
from tests.commands.conftest import Newskeep
from tests.storage.builders import BRIDGE, HOUR, NOW, capture, draft, page, picture, take_in

HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Encoding", "gzip"),
    ("Content-Length", "44"),
    ("Set-Cookie", "a=1"),
    ("X-Editor", "Žofie 100%"),
)
OLD = "https://post.example/b/17"
SECOND_PAGE = f"{BRIDGE}?page=2"


@pytest.fixture
def kept(home: Path) -> Path:
    """A home with one story of two revisions, the second over two pages."""
    with Archive(home) as archive:
        first = capture(headers=HEADERS, request_url=OLD, redirects=(OLD,), elapsed_seconds=0.25)
        take_in(archive, first, page(draft(authors=("Ana Wolff",), pictures=(picture(),))))
        _, saved = take_in(archive, capture(at=NOW + HOUR), page(draft("Bridge opens at last", authors=("Ana Wolff",))))
        assert saved is not None
        cite_second_page(archive, saved)
    return home


def cite_second_page(archive: Archive, saved: SavedStory) -> None:
    further = capture(SECOND_PAGE, at=NOW + HOUR)
    ref = archive.captures.add(further, source="post", purpose="story")
    archive.pages.cite(saved, [CitedPage(capture_id=ref.capture_id, payload_digest=further.payload_digest)])


@pytest.fixture
def pack(kept: Path, newskeep: Newskeep, tmp_path: Path) -> Callable[..., Path]:
    """Make a pack, and give its file."""

    def make(*arguments: str, name: str = "toll.wacz") -> Path:
        out = tmp_path / name
        ended = newskeep("evidence", BRIDGE, "--out", str(out), *arguments)
        assert ended.code == 0, ended.err
        return out

    return make


def files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezipped(path: Path, changed: dict[str, bytes]) -> Path:
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(target, "w") as archive:
        for name, body in (files(path) | changed).items():
            archive.writestr(name, body)
    return target


@dataclass(frozen=True)
class Record:
    kind: str
    url: str
    body: bytes
    headers: dict[str, str]
    http: list[tuple[str, str]]


def records(warc: bytes) -> list[Record]:
    return [
        Record(
            one.rec_type,
            one.rec_headers.get_header("WARC-Target-URI"),
            one.raw_stream.read(),
            dict(one.rec_headers.headers),
            one.http_headers.headers if one.http_headers else [],
        )
        for one in ArchiveIterator(io.BytesIO(warc))
    ]


def manifest(path: Path) -> Any:
    return json.loads(files(path)["evidence/manifest.json"])


# what is in a pack


def test_the_answer_is_in_it_byte_by_byte_with_its_headers(pack: Callable[..., Path]) -> None:
    answer = next(one for one in records(files(pack("--revision", "1"))["archive/data.warc.gz"]) if one.http)
    assert (answer.kind, answer.url, answer.body) == ("response", BRIDGE, capture().body)
    assert answer.headers["WARC-Date"] == "2026-11-22T10:00:00Z"
    assert answer.headers["WARC-Payload-Digest"] == f"sha256:{payload_digest(capture().body)}"
    assert answer.http == [
        ("Content-Type", "text/html; charset=utf-8"),
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-Content-Length", "44"),
        ("Set-Cookie", "a=1"),
        ("X-Editor", "%C5%BDofie 100%"),
        ("Content-Length", str(len(capture().body))),
    ]


def test_how_it_was_asked_for_stands_beside_the_answer(pack: Callable[..., Path]) -> None:
    found = records(files(pack("--revision", "1"))["archive/data.warc.gz"])
    answer, facts = found[1], found[2]
    assert facts.headers["WARC-Concurrent-To"] == answer.headers["WARC-Record-ID"]
    assert f"requestUrl: {OLD}\r\nredirect: {OLD}\r\nfetchTimeMs: 250\r\n" in facts.body.decode()


def test_the_manifest_says_who_when_and_from_which_bytes(kept: Path, pack: Callable[..., Path]) -> None:
    settings = kept / "newskeep.toml"
    settings.write_text(settings.read_text().replace("[fetch]", '[fetch]\ncontact = "desk@newsroom.example"'))
    found = manifest(pack("--revision", "1"))
    digest = payload_digest(capture().body)
    assert found["permalink"] == f"urn:newskeep:{found['story']['id']}:1:sha256:{digest}"
    assert found["revision"]["extractor_version"] == "1"
    assert found["kept_by"] == "desk@newsroom.example"
    assert found["captures"][0]["headers"] == [list(pair) for pair in HEADERS]
    assert found["captures"][0]["request_url"] == OLD
    assert "as captured on 2026-11-22 10:00:00 UTC, revision 1" in found["citation"]


def test_the_text_and_what_changed_can_be_read_without_a_tool(pack: Callable[..., Path]) -> None:
    found = files(pack())
    assert b"Bridge opens at last" in found["evidence/text.txt"]
    assert b"Bridge opens [-again-]{+at last+}" in found["evidence/changes.txt"]
    assert json.loads(found["evidence/reading.json"])["headline"] == "Bridge opens at last"
    assert b"# Evidence: revision 2" in found["evidence/README.md"]


def test_the_first_revision_has_no_changes(pack: Callable[..., Path]) -> None:
    assert "evidence/changes.txt" not in files(pack("--revision", "1"))


def test_every_page_of_a_story_over_several_is_in_it(pack: Callable[..., Path]) -> None:
    found = files(pack())
    answers = [one.url for one in records(found["archive/data.warc.gz"]) if one.kind == "response"]
    assert answers == [BRIDGE, SECOND_PAGE]
    pages = [json.loads(line) for line in found["pages/pages.jsonl"].splitlines()]
    assert [one.get("url") for one in pages] == [None, BRIDGE, SECOND_PAGE]


def test_the_index_leads_to_each_answer(pack: Callable[..., Path]) -> None:
    found = files(pack())
    lines = gzip.decompress(found["indexes/index.cdx.gz"]).decode().splitlines()
    assert lines == sorted(lines)
    assert lines[0].startswith("example,post)/bridge-opens 20261122110000 ")
    for line in lines:
        fields = json.loads(line.split(" ", 2)[2])
        start = int(fields["offset"])
        (record,) = records(found["archive/data.warc.gz"][start : start + int(fields["length"])])
        assert record.url == fields["url"]


def test_the_package_names_every_file_as_wacz_asks(pack: Callable[..., Path]) -> None:
    found = files(pack())
    package = json.loads(found["datapackage.json"])
    named = {one["path"]: (one["hash"], one["bytes"]) for one in package["resources"]}
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert all(re.fullmatch(r"[-a-z0-9._/]+", one["name"]) for one in package["resources"])
    assert named == {
        path: (f"sha256:{payload_digest(body)}", len(body))
        for path, body in found.items()
        if not path.startswith("datapackage")
    }
    digest = {"path": "datapackage.json", "hash": f"sha256:{payload_digest(found['datapackage.json'])}"}
    assert json.loads(found["datapackage-digest.json"]) == digest


def test_the_same_revision_gives_the_same_bytes(pack: Callable[..., Path]) -> None:
    assert pack(name="one.wacz").read_bytes() == pack(name="other.wacz").read_bytes()
    one, other = pack("--format", "warc", name="one.warc.gz"), pack("--format", "warc", name="other.warc.gz")
    assert one.read_bytes() == other.read_bytes()


def test_a_warc_by_itself_holds_the_same_records(pack: Callable[..., Path]) -> None:
    warc = pack("--format", "warc", name="toll.warc.gz")
    assert warc.read_bytes() == files(pack())["archive/data.warc.gz"]


def test_warcio_finds_every_digest_right(pack: Callable[..., Path]) -> None:
    warc = pack("--format", "warc", name="toll.warc.gz")
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(warc)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") == len(records(warc.read_bytes()))


def test_py_wacz_finds_it_valid(pack: Callable[..., Path]) -> None:
    done = subprocess.run([tool("wacz"), "validate", "-f", str(pack())], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# checking


@pytest.mark.parametrize(("form", "name"), [("wacz", "toll.wacz"), ("warc", "toll.warc.gz")])
def test_a_pack_is_whole_without_the_archive_it_came_from(
    kept: Path, pack: Callable[..., Path], newskeep: Newskeep, tmp_path: Path, form: str, name: str
) -> None:
    made = pack("--format", form, name=name)
    ended = newskeep("evidence", "--verify", str(made), home=tmp_path / "elsewhere")
    assert (ended.code, ended.err) == (0, "")
    assert "whole; without a timestamp" in ended.out


def test_an_exchanged_document_is_found(pack: Callable[..., Path], newskeep: Newskeep) -> None:
    changed = rezipped(pack(), {"evidence/text.txt": b"Bridge stays shut"})
    ended = newskeep("evidence", "--verify", str(changed), "--json")
    assert (ended.code, ended.json["problems"]) == (
        1,
        [
            "evidence/text.txt is not what datapackage.json names",
            "evidence/text.txt is not what the WARC has",
        ],
    )


def test_an_added_file_is_found(pack: Callable[..., Path], newskeep: Newskeep) -> None:
    changed = rezipped(pack(), {"evidence/other.txt": b"Bridge stays shut"})
    assert "evidence/other.txt is not named in datapackage.json" in newskeep("evidence", "--verify", str(changed)).out


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"<html>", b"<HTML>", "the bytes are not those that manifest.json names"),
        (b"Set-Cookie: a=1", b"Set-Cookie: a=2", "block digest failed"),
        (b"200 OK", b"404 OK", "block digest failed"),
        (b"WARC-Date: 2026-11-22T10", b"WARC-Date: 2025-11-22T10", "address or time are not those"),
        (b"Hamaville voted", b"Hamaville slept", "text.txt is not what manifest.json names"),
        (b":README.md", b":README.me", "README.md is missing"),
        (b'"permalink": "urn:newskeep:1', b'"permalink": "urn:newskeep:2', "the permalink does not name this story"),
        (b"fetchTimeMs: 250", b"fetchTimeMs: 999", "how it was asked for is not what manifest.json says"),
        (b"newskeep-evidence/1", b"newskeep-evidence/9", "update newskeep"),
        (b":manifest.json", b":manifest.jsom", "this is no pack of newskeep"),
    ],
)
def test_a_warc_made_anew_around_other_words_is_found(
    pack: Callable[..., Path], old: bytes, new: bytes, problem: str
) -> None:
    plain = gzip.decompress(pack("--revision", "1", "--format", "warc", name="toll.warc.gz").read_bytes())
    assert old in plain
    assert any(problem in found for found in check_pack(plain.replace(old, new)).problems)


@pytest.mark.parametrize(
    ("begin", "problem"),
    [(b"WARC-Type: response", "the WARC has 2 answers"), (b":text.txt", "text.txt is in the WARC twice")],
)
def test_a_record_that_was_added_is_found(pack: Callable[..., Path], begin: bytes, problem: str) -> None:
    plain = gzip.decompress(pack("--revision", "1", "--format", "warc", name="toll.warc.gz").read_bytes())
    start = plain.rindex(b"WARC/1.1\r\nWARC-Type", 0, plain.index(begin) + len(begin))
    end = plain.index(b"WARC/1.1\r\nWARC-Type", start + 1)
    assert any(problem in found for found in check_pack(plain + plain[start:end]).problems)


def test_a_page_slipped_in_as_a_document_is_found(pack: Callable[..., Path]) -> None:
    plain = gzip.decompress(pack("--revision", "1", "--format", "warc", name="toll.warc.gz").read_bytes())
    start = plain.rindex(b"WARC/1.1\r\nWARC-Type", 0, plain.index(b":text.txt"))
    end = plain.index(b"WARC/1.1\r\nWARC-Type", start + 1)
    page = re.sub(rb"urn:newskeep:\S+", b"https://post.example/bridge", plain[start:end])
    assert "https://post.example/bridge does not belong into this pack" in check_pack(plain + page).problems


def test_a_block_digest_that_was_made_right_again_does_not_hide_other_headers(pack: Callable[..., Path]) -> None:
    plain = gzip.decompress(pack("--revision", "1", "--format", "warc", name="toll.warc.gz").read_bytes())
    block = re.search(rb"HTTP/1.1 200.*?\+00:00", plain, re.DOTALL)
    assert block is not None
    other = block[0].replace(b"a=1", b"a=2")
    digests = [hashlib.sha256(one).hexdigest().encode() for one in (block[0], other)]
    assert digests[0] in plain
    found = check_pack(plain.replace(block[0], other).replace(digests[0], digests[1]))
    assert [one.partition(": ")[2] for one in found.problems] == [
        "status or headers are not those that manifest.json names"
    ]


# what cannot be proved


def test_pruned_bytes_are_named(kept: Path, newskeep: Newskeep) -> None:
    assert newskeep("prune", "--read", "0", "--yes").code == 0
    ended = newskeep("evidence", BRIDGE)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "without the bytes it was read from" in ended.err
    assert "kept no longer (pruned)" in ended.err


@pytest.mark.parametrize("by_id", [True, False])
def test_a_story_that_was_taken_down_is_named_so(kept: Path, newskeep: Newskeep, by_id: bool) -> None:
    story_id = newskeep("show", BRIDGE, "--json").json["story_id"]
    assert newskeep("prune", "--story", BRIDGE, "--reason", "court order", "--yes").code == 0
    ended = newskeep("evidence", str(story_id) if by_id else BRIDGE)
    assert ended.code == 1
    assert "was taken down on" in ended.err
    assert "(court order)" in ended.err


def test_an_archive_without_captures_is_told_what_is_missing(kept: Path, newskeep: Newskeep) -> None:
    for path in kept.glob("captures.db*"):
        path.unlink()
    ended = newskeep("evidence", BRIDGE)
    assert ended.code == 1
    assert "captures.db is absent" in ended.err


def test_bytes_that_are_not_what_was_captured_make_no_pack(kept: Path, newskeep: Newskeep) -> None:
    with closing(sqlite3.connect(kept / "captures.db")) as captures:
        captures.execute("UPDATE payloads SET coding = 'raw', body = zeroblob(size_bytes)")
        captures.commit()
    ended = newskeep("evidence", BRIDGE)
    assert ended.code == 1
    assert "not what was stored" in ended.err


def test_a_revision_that_is_not_there_is_named(kept: Path, newskeep: Newskeep) -> None:
    ended = newskeep("evidence", BRIDGE, "--revision", "7")
    assert ended.code == 1
    assert "has no revision 7" in ended.err


def test_a_pack_is_never_overwritten(pack: Callable[..., Path], newskeep: Newskeep) -> None:
    made = pack()
    before = made.read_bytes()
    ended = newskeep("evidence", BRIDGE, "--revision", "1", "--out", str(made))
    assert ended.code == 2
    assert "no evidence is overwritten" in ended.err
    assert made.read_bytes() == before


def test_a_folder_that_is_not_there_is_named(kept: Path, newskeep: Newskeep, tmp_path: Path) -> None:
    ended = newskeep("evidence", BRIDGE, "--out", str(tmp_path / "nowhere" / "toll.wacz"))
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "nowhere" in ended.err


@pytest.mark.parametrize("arguments", [(), (BRIDGE, "--verify", "x"), ("--verify", "nowhere.wacz")])
def test_what_cannot_be_asked_is_a_usage_error(kept: Path, newskeep: Newskeep, arguments: tuple[str, ...]) -> None:
    assert newskeep("evidence", *arguments).code == 2


@pytest.mark.parametrize("body", [b"", b"PK", b"PK\x03\x04 and so on", b"WARC/1.1\r\n", b"\x1f\x8b\x08 cut", b"<html>"])
def test_a_file_that_is_no_pack_is_one_finding(newskeep: Newskeep, tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "no-pack"
    file.write_bytes(body)
    ended = newskeep("evidence", "--verify", str(file), "--json")
    assert (ended.code, len(ended.json["problems"])) == (1, 1)


# timestamps

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the authority is OpenSSL's")


@pytest.fixture
def authority(kept: Path, tmp_path: Path) -> Iterator[Authority]:
    with serving(tmp_path / "authority") as found:
        with (kept / "newskeep.toml").open("a") as settings:
            settings.write(f'[evidence]\ntimestamp_url = "{found.url}"\n')
        yield found


@needs_openssl
@pytest.mark.parametrize(("form", "name"), [("wacz", "toll.wacz"), ("warc", "toll.warc.gz")])
def test_an_authority_vouches_for_the_manifest(
    authority: Authority, pack: Callable[..., Path], newskeep: Newskeep, form: str, name: str
) -> None:
    made = pack("--format", form, name=name)
    ended = newskeep("evidence", "--verify", str(made), "--roots", str(authority.roots), "--json")
    assert (ended.code, ended.json["problems"]) == (0, [])
    assert ended.json["timestamp"]["authority"] == "CN=Clock Tower of Hamaville"


@needs_openssl
def test_openssl_believes_the_timestamp_too(authority: Authority, pack: Callable[..., Path], tmp_path: Path) -> None:
    found = files(pack())
    for name in ("timestamp.tsr", "manifest.json"):
        (tmp_path / name).write_bytes(found[f"evidence/{name}"])
    names = ("-in", "timestamp.tsr", "-data", "manifest.json", "-CAfile", str(authority.roots))
    done = subprocess.run(["openssl", "ts", "-verify", *names], cwd=tmp_path, capture_output=True, check=False)
    assert b"Verification: OK" in done.stdout, done.stderr


@needs_openssl
def test_only_a_digest_goes_to_the_authority(authority: Authority, pack: Callable[..., Path]) -> None:
    pack()
    assert len(authority.queries[0]) < 100


@needs_openssl
def test_a_timestamp_nobody_is_trusted_for_is_a_finding(
    authority: Authority, pack: Callable[..., Path], newskeep: Newskeep, tmp_path: Path
) -> None:
    made = pack()
    alone = newskeep("evidence", "--verify", str(made))
    assert alone.code == 1
    assert "--roots" in alone.out
    with serving(tmp_path / "stranger") as stranger:
        other = newskeep("evidence", "--verify", str(made), "--roots", str(stranger.roots))
    assert other.code == 1
    assert "not by an authority under" in other.out


@needs_openssl
def test_a_timestamp_of_another_pack_is_a_finding(
    authority: Authority, pack: Callable[..., Path], newskeep: Newskeep
) -> None:
    first = gzip.decompress(pack("--revision", "1", "--format", "warc", name="one.warc.gz").read_bytes())
    second = pack("--format", "warc", "--no-timestamp", name="two.warc.gz")
    stamp = first[first.index(b"WARC/1.1", first.rindex(b":manifest.json")) :]
    renamed = re.sub(rb"(urn:newskeep:\d+):1:", rb"\1:2:", stamp)
    second.write_bytes(gzip.decompress(second.read_bytes()) + renamed)
    ended = newskeep("evidence", "--verify", str(second), "--roots", str(authority.roots), "--json")
    assert ended.json["problems"] == ["the timestamp is on other bytes than these"]


def refused(authority: Authority) -> None:
    authority.status = 500


def garbled(authority: Authority) -> None:
    authority.forced = b"<html>busy</html>"


def rejected(authority: Authority) -> None:
    # PKIStatus 2 with the words "out of ink", as DER.
    authority.forced = bytes.fromhex("3013301102010230 0c0c0a".replace(" ", "")) + b"out of ink"


@needs_openssl
@pytest.mark.parametrize(
    ("fault", "reason"), [(refused, "gave no answer"), (garbled, "cannot be read"), (rejected, "out of ink")]
)
def test_where_the_authority_fails_the_pack_is_written_without(
    authority: Authority,
    newskeep: Newskeep,
    tmp_path: Path,
    fault: Callable[[Authority], None],
    reason: str,
) -> None:
    fault(authority)
    out = tmp_path / "toll.wacz"
    ended = newskeep("evidence", BRIDGE, "--out", str(out))
    assert ended.code == 1
    assert "has no timestamp" in ended.err
    assert reason in ended.err
    assert newskeep("evidence", "--verify", str(out)).code == 0


@needs_openssl
def test_the_answer_to_an_earlier_question_is_not_taken(
    authority: Authority, pack: Callable[..., Path], newskeep: Newskeep, tmp_path: Path
) -> None:
    pack()
    authority.forced = authority.answers[0]
    ended = newskeep("evidence", BRIDGE, "--out", str(tmp_path / "again.wacz"))
    assert ended.code == 1
    assert "answered another request" in ended.err


@needs_openssl
def test_an_authority_that_is_not_believed_is_not_put_in(
    authority: Authority, kept: Path, newskeep: Newskeep, tmp_path: Path
) -> None:
    with serving(tmp_path / "stranger") as stranger:
        with (kept / "newskeep.toml").open("a") as settings:
            settings.write(f'timestamp_roots = "{stranger.roots}"\n')
        out = tmp_path / "toll.wacz"
        ended = newskeep("evidence", BRIDGE, "--out", str(out))
    assert ended.code == 1
    assert "not by an authority under" in ended.err
    assert "evidence/timestamp.tsr" not in files(out)
