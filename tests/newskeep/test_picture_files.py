"""What a picture's bytes are."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.picture_files import PictureFile, read_picture

_IHDR = struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + _IHDR + struct.pack(">I", zlib.crc32(b"IHDR" + _IHDR))
GIF = b"GIF89a" + struct.pack("<HH", 5, 7) + b"\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 9, 11) + b"\x03" + b"\x01\x11\x00" * 3
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\x03\x00\x00" + b"\x01\x00\x00"
AVIF = b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (PNG, PictureFile(media_type="image/png", width=3, height=2)),
        (GIF, PictureFile(media_type="image/gif", width=5, height=7)),
        (JPEG, PictureFile(media_type="image/jpeg", width=11, height=9)),
        (WEBP, PictureFile(media_type="image/webp", width=4, height=2)),
        (AVIF, PictureFile(media_type="image/avif", width=None, height=None)),
        (b"\x89PNG\r\n\x1a\n", PictureFile(media_type="image/png", width=None, height=None)),
    ],
    ids=["png", "gif", "jpeg", "webp", "avif without a size", "png that ends"],
)
def test_a_picture_is_told_by_its_bytes(body: bytes, expected: PictureFile) -> None:
    assert read_picture(body) == expected


@pytest.mark.parametrize(
    "body",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", b"<!doctype html>", b"RIFF....WAVE",
     b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42", b"%PDF-1.7"],
    ids=["nothing", "svg", "html", "wave", "mp4", "pdf"],
)  # fmt: skip
def test_what_is_no_picture_is_none(body: bytes) -> None:
    assert read_picture(body) is None


@given(st.sampled_from([PNG, GIF, JPEG, WEBP, AVIF]), st.binary(max_size=80), st.integers(0, 60))
def test_mangled_pictures_raise_nothing_and_have_sizes_or_none(body: bytes, rest: bytes, cut: int) -> None:
    found = read_picture(body[:cut] + rest)
    if found is not None:
        assert (found.width is None) == (found.height is None)
        assert found.width is None or found.width > 0
