"""Packing: smaller for pages of one source, undone always, and damage has a name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.errors import ArchiveCorruptError
from storage.archive import Archive
from storage.packing import PAGES_BEFORE, Packer
from storage.verify import verify
from tests.storage.builders import HOUR, NOW, capture

HEAD = "".join(f'<link rel="stylesheet" href="/assets/{random.Random(at).getrandbits(64):x}.css">' for at in range(120))


def site_page(number: int) -> bytes:
    """A page of a site: its head like all others, its text its own."""
    rng = random.Random(number)
    words = " ".join(f"{rng.getrandbits(40):x}" for _ in range(60))
    return f"<html><head>{HEAD}</head><body><h1>Story {number}</h1><p>{words}</p></body></html>".encode()


def keep(archive: Archive, first: int, last: int, *, source: str = "post") -> None:
    """Keep pages of a site, one after the other."""
    for number in range(first, last):
        taken = capture(f"https://post.example/{number}", site_page(number), at=NOW + number * HOUR)
        archive.captures.add(taken, source=source, purpose="story")


def codings(archive: Archive) -> list[tuple[str, int]]:
    """How payloads are kept, in order of time, and in how many bytes."""
    run = archive.captures._run
    return run(
        "SELECT coding, stored_bytes FROM captures JOIN payloads ON digest = payload_digest ORDER BY captures.id"
    ).fetchall()


def test_pages_of_a_source_are_packed_with_earlier_ones_once_there_are_enough(archive: Archive) -> None:
    keep(archive, 0, PAGES_BEFORE + 3)
    found = codings(archive)
    assert [coding for coding, _ in found] == ["zstd"] * PAGES_BEFORE + ["zstd:1"] * 3
    assert found[-1][1] < found[0][1] / 2


def test_every_page_reads_back_after_a_restart(home: object, archive: Archive) -> None:
    keep(archive, 0, 2 * PAGES_BEFORE)
    with Archive(archive.home, read_only=True) as again:
        for number in range(2 * PAGES_BEFORE):
            info = again.captures.latest(f"https://post.example/{number}")
            assert info is not None
            assert again.captures.body(info.payload_digest) == site_page(number)


def test_a_source_has_a_dictionary_of_its_own(archive: Archive) -> None:
    keep(archive, 0, PAGES_BEFORE)
    keep(archive, 100, 102, source="times")
    assert [coding for coding, _ in codings(archive)][-2:] == ["zstd", "zstd"]


def test_what_is_no_page_of_a_source_is_packed_alone(archive: Archive) -> None:
    keep(archive, 0, PAGES_BEFORE)
    listing = capture("https://post.example/feed", site_page(70), at=NOW + timedelta(days=30))
    archive.captures.add(listing, source="post", purpose="listing")
    unknown = capture("https://post.example/71", site_page(71), at=NOW + timedelta(days=31))
    archive.captures.add(unknown, source=None, purpose="story")
    assert [coding for coding, _ in codings(archive)][-2:] == ["zstd", "zstd"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("DELETE FROM dictionaries", "the dictionary 1 that a payload was packed with is gone"),
        ("UPDATE dictionaries SET body = zeroblob(length(body))", "cannot be unpacked"),
        ("UPDATE payloads SET coding = 'zstd:x' WHERE coding = 'zstd:1'", "unknown coding"),
    ],
)
def test_damage_has_a_name_and_verify_finds_it(archive: Archive, change: str, says: str) -> None:
    keep(archive, 0, PAGES_BEFORE + 1)
    archive.captures._run(change)
    with Archive(archive.home, read_only=True) as again:
        info = again.captures.latest(f"https://post.example/{PAGES_BEFORE}")
        assert info is not None
        with pytest.raises(ArchiveCorruptError, match=says):
            again.captures.body(info.payload_digest)
    assert [finding.check for finding in verify(archive.home).findings] == ["payload"]


@pytest.fixture(scope="module")
def packer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packer]:
    with Archive(tmp_path_factory.mktemp("packing") / "home") as archive:
        keep(archive, 0, PAGES_BEFORE)
        yield archive.captures._packing


@given(body=st.binary(max_size=4000), source=st.sampled_from(["post", "times", None]))
def test_packing_is_undone(packer: Packer, body: bytes, source: str | None) -> None:
    packed = packer.pack(body, source=source, purpose="story")
    assert len(packed.body) <= len(body)
    assert packer.unpack(packed.coding, packed.body, len(body)) == body
