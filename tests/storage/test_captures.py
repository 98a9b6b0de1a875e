"""Captures: kept as they came, identical bytes once, checked when read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newskeep.errors import ArchiveCorruptError, CaptureMissingError
from newskeep.model import Origin
from storage.archive import Archive
from tests.storage.builders import BRIDGE, FERRY, HOUR, NOW, capture


def test_a_capture_is_read_as_it_was_kept(archive: Archive) -> None:
    kept = capture(
        "https://post.example/final",
        b"caf\xe9 \x00\xff",
        request_url="https://post.example/asked",
        status=203,
        headers=(("Set-Cookie", "a=1"), ("set-cookie", "b=\u00e9"), ("X-Odd", "\x01")),
        redirects=("https://post.example/asked", "https://post.example/way"),
        elapsed_seconds=0.25,
        origin=Origin.IMPORT,
        captured_at_inferred=True,
        at=NOW + timedelta(milliseconds=123),
    )
    ref = archive.captures.add(kept, source="post", purpose="story")
    assert archive.captures.get(ref.capture_id) == kept


def test_identical_bytes_are_kept_once(archive: Archive) -> None:
    first = archive.captures.add(capture(BRIDGE, b"same"), source=None, purpose="story")
    second = archive.captures.add(capture(FERRY, b"same"), source=None, purpose="story")
    assert (first.is_new_payload, second.is_new_payload) == (True, False)
    assert archive.captures.totals()[:2] == (2, 1)


def test_identical_bytes_in_one_batch_are_kept_once(archive: Archive) -> None:
    parcels = [archive.captures.pack(capture(url, b"same"), source=None, purpose="story") for url in (BRIDGE, FERRY)]
    assert [ref.is_new_payload for ref in archive.captures.add_all(parcels)] == [True, False]


def test_ids_are_times_and_a_sequence(archive: Archive) -> None:
    ids = [
        archive.captures.add(capture(at=at), source=None, purpose="story").capture_id for at in (NOW, NOW, NOW + HOUR)
    ]
    assert ids == [1795341600000000, 1795341600000001, 1795345200000000]


def test_a_batch_fails_as_a_whole(archive: Archive) -> None:
    good = archive.captures.pack(capture(), source=None, purpose="story")
    bad = archive.captures.pack(capture(FERRY, status="not a number"), source=None, purpose="story")
    with pytest.raises(Exception, match="INTEGER"):
        archive.captures.add_all([good, bad])
    assert archive.captures.totals() == (0, 0, 0)


def test_a_wrong_digest_is_not_kept(archive: Archive) -> None:
    wrong = capture()
    object.__setattr__(wrong, "payload_digest", "0" * 64)
    with pytest.raises(ValueError, match="not the digest of its body"):
        archive.captures.pack(wrong, source=None, purpose="story")


def test_a_missing_capture_is_named(archive: Archive) -> None:
    with pytest.raises(CaptureMissingError, match="capture 7 is not kept"):
        archive.captures.get(7)


def test_a_missing_payload_is_named(archive: Archive) -> None:
    with pytest.raises(CaptureMissingError, match="no payload abc"):
        archive.captures.body("abc")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE payloads SET body = zeroblob(length(body))", "cannot be unpacked"),
        ("UPDATE payloads SET coding = 'raw'", "is not what was stored"),
        ("UPDATE payloads SET coding = 'lzma'", "unknown coding 'lzma'; update newskeep"),
    ],
)
def test_damage_is_found_when_reading(archive: Archive, change: str, message: str) -> None:
    ref = archive.captures.add(capture(body=b"long enough to be packed " * 20), source=None, purpose="story")
    assert archive._captures is not None
    archive._captures.connection.execute(change)
    with pytest.raises(ArchiveCorruptError, match=message):
        archive.captures.get(ref.capture_id)


def test_the_latest_capture_of_an_address_is_found_under_any_spelling(archive: Archive) -> None:
    for at in (NOW + HOUR, NOW, NOW - HOUR):
        archive.captures.add(capture(at=at), source=None, purpose="story")
    found = archive.captures.latest("http://www.post.example/bridge-opens/?utm_source=rss")
    assert found is not None
    assert (found.captured_at, found.header("content-type")) == (NOW + HOUR, "text/html")


def test_an_address_never_captured_has_no_latest(archive: Archive) -> None:
    assert archive.captures.latest(BRIDGE) is None


def test_walking_takes_all_that_fits_in_order_of_time(archive: Archive) -> None:
    for hours, slug, purpose in (
        (2, "post", "story"),
        (0, "post", "story"),
        (1, "gull", "story"),
        (3, "post", "listing"),
    ):
        archive.captures.add(capture(at=NOW + hours * HOUR), source=slug, purpose=purpose)

    def times(**wanted: object) -> list[float]:
        return [(info.captured_at - NOW) / HOUR for info in archive.captures.walk(**wanted)]  # type: ignore[arg-type]  # a table of cases

    assert times() == [0, 1, 2, 3]
    assert times(source="post", purpose="story") == [0, 2]
    assert times(since=NOW + HOUR, source="post") == [2, 3]


def test_walking_goes_beyond_one_batch(archive: Archive) -> None:
    parcels = [archive.captures.pack(capture(body=b""), source=None, purpose="story") for _ in range(1203)]
    archive.captures.add_all(parcels)
    assert len({info.capture_id for info in archive.captures.walk()}) == 1203


def test_a_moment_with_more_captures_than_numbers_borrows_from_the_next(archive: Archive) -> None:
    parcel = archive.captures.pack(capture(body=b""), source=None, purpose="story")
    ids = [ref.capture_id for ref in archive.captures.add_all([parcel] * 2001)]
    assert ids == list(range(ids[0], ids[0] + 2001))


def test_what_was_pruned_between_packing_and_writing_is_packed_again(archive: Archive) -> None:
    archive.captures.add(capture(), source=None, purpose="story")
    parcel = archive.captures.pack(capture(), source=None, purpose="story")
    assert parcel.packed is None
    assert archive._captures is not None
    archive._captures.connection.execute("DELETE FROM captures")
    archive._captures.connection.execute("DELETE FROM payloads")
    (ref,) = archive.captures.add_all([parcel])
    assert archive.captures.get(ref.capture_id) == capture()
