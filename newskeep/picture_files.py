"""What a picture's bytes are: its format and its size, told from the bytes, never from what a server calls them.

Only formats that hold pixels and nothing else are known. SVG is a program in disguise and is no picture here.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import imagesize

_ISO_BRANDS = {b"avif": "image/avif", b"avis": "image/avif"}
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """A picture's format, as a media type, and its size in pixels; None where the bytes do not tell."""

    media_type: str
    width: int | None
    height: int | None


def read_picture(body: bytes) -> PictureFile | None:
    """Tell what picture these bytes are; None where they are none that is known."""
    media_type = _media_type(body)
    if media_type is None:
        return None
    try:
        width, height = imagesize.get(io.BytesIO(body))
    except Exception:
        # A header that is cut off or lies: the picture may still be shown, its size is not known.
        width = height = -1
    is_known = width > 0 and height > 0
    return PictureFile(
        media_type=media_type, width=int(width) if is_known else None, height=int(height) if is_known else None
    )


def _media_type(body: bytes) -> str | None:
    for start, media_type in _STARTS:
        if body.startswith(start):
            return media_type
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body[4:8] == b"ftyp":
        # The brand, or one of those it is compatible with, within the first box.
        length = min(int.from_bytes(body[:4], "big"), 64)
        brands = (body[8:12], *(body[at : at + 4] for at in range(16, length, 4)))
        return next((_ISO_BRANDS[brand] for brand in brands if brand in _ISO_BRANDS), None)
    return None
