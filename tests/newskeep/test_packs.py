"""Packs of evidence as values: bytes that are damaged, addresses that are odd."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newskeep.digests import payload_digest
from newskeep.evidence import CitedCapture, CitedReading, Evidence, capture_facts, cited_capture, documents_of
from newskeep.model import Block, BlockKind, Capture, Origin, StoryDraft
from newskeep.pack_check import check_pack
from newskeep.wacz_pack import check_package, read_wacz, write_wacz
from newskeep.warc_pack import write_warc

BODY = b"<html>The bridge opens</html>"
AT = datetime(2026, 11, 22, 10, 0, 0, 250_000, tzinfo=UTC)
CAPTURE = Capture(
    request_url="https://post.example/bridge",
    final_url="https://post.example/bridge",
    status=200,
    headers=(("Content-Type", "text/html"),),
    body=BODY,
    captured_at=AT,
    payload_digest=payload_digest(BODY),
)
READING = CitedReading(
    number=1,
    captured_at=AT,
    extractor_version="1",
    payload_digest=CAPTURE.payload_digest,
    draft=StoryDraft(headline="Bridge opens", blocks=(Block(kind=BlockKind.PARAGRAPH, text="It opens."),)),
)


def evidence(capture: Capture = CAPTURE, **fields: object) -> Evidence:
    given = {
        "story_id": 17, "source": "post", "source_name": "The Post", "url": "https://post.example/bridge",
        "reading": READING, "reading_json": "{}", "changed_fields": (), "previous": None, "software": "newskeep 1",
        "captures": (CitedCapture(capture_id=18, page=1, capture=capture),),
    }  # fmt: skip
    return Evidence(**{**given, **fields})  # type: ignore[arg-type]  # of the right types, field by field


WACZ = write_wacz(evidence(), documents_of(evidence()))
WARC = write_warc(evidence(), documents_of(evidence()))[0]


@pytest.mark.parametrize("pack", [WACZ, WARC], ids=["wacz", "warc"])
@settings(max_examples=40)
@given(place=st.integers(min_value=0), noise=st.binary(min_size=1, max_size=4))
def test_no_damage_ends_in_anything_but_findings(pack: bytes, place: int, noise: bytes) -> None:
    at = place % len(pack)
    damaged = pack[:at] + noise + pack[at + len(noise) :]
    assume(damaged != pack)
    check_pack(damaged)
    # Of a WARC the last bytes are the end of its compression, which says nothing more.
    assert check_pack(pack[: at * 9 // 10]).problems


@settings(max_examples=40)
@given(body=st.binary(max_size=300))
def test_bytes_of_any_kind_are_a_finding(body: bytes) -> None:
    assert check_pack(body).problems
    assert check_pack(b"PK" + body).problems
    assert check_pack(b"WARC/1.1\r\n" + body).problems


@pytest.mark.parametrize(
    "fields",
    [
        {"body": b"", "payload_digest": payload_digest(b"")},
        {"status": 299},
        {"headers": ()},
        {"headers": (("X-Odd", "two\r\nlines"), ("X-Žofie", "ü"), ("X-Empty", ""))},
        {"final_url": "https://www2.Bücher.example:8080/ä b?z=1&a=ü"},
        {"final_url": "http://[::1]/x"},
        {"origin": Origin.IMPORT, "captured_at_inferred": True},
        {"redirects": ("https://post.example/a", "https://post.example/b"), "elapsed_seconds": 1.5},
    ],
)
def test_whatever_a_server_answered_the_pack_is_whole(fields: dict[str, object]) -> None:
    capture = replace(CAPTURE, **fields)  # type: ignore[arg-type]  # of the right types, field by field
    found = evidence(capture, reading=replace(READING, payload_digest=capture.payload_digest))
    documents = documents_of(found)
    assert check_pack(write_wacz(found, documents)).problems == ()
    assert check_pack(write_warc(found, documents)[0]).problems == ()


def test_what_a_manifest_says_of_a_capture_gives_the_capture_again() -> None:
    cited = CitedCapture(capture_id=18, page=2, capture=replace(CAPTURE, redirects=("https://post.example/a",)))
    assert cited_capture(json.loads(json.dumps(capture_facts(cited))), BODY) == cited


def test_half_a_surrogate_pair_does_no_harm() -> None:
    draft = replace(READING.draft, headline="Bridge \ud83d opens", standfirst="\udc00")
    found = evidence(reading=replace(READING, draft=draft))
    assert check_pack(write_wacz(found, documents_of(found))).problems == ()


def test_a_reader_is_told_of_another_extractor_and_of_imported_bytes() -> None:
    imported = replace(CAPTURE, origin=Origin.IMPORT, captured_at_inferred=True)
    found = evidence(imported, previous=replace(READING, number=0, extractor_version="0"))
    readme = documents_of(found)[0].body.decode()
    assert "imported from a file" in readme
    assert "time of capture is inferred" in readme
    assert "two versions of the extractor" in readme


def test_a_missing_file_is_named() -> None:
    files = read_wacz(WACZ)
    del files["pages/pages.jsonl"]
    assert check_package(files) == ["pages/pages.jsonl is missing"]
    assert check_package({}) == [
        f"{name} is missing" for name in ("datapackage.json", "datapackage-digest.json", "archive/data.warc.gz")
    ]
