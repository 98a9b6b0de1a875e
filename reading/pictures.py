"""Pictures as the reading room shows them: from the archive, or as words with a link; never from another server."""

from __future__ import annotations

from dataclasses import dataclass

from reading.answers import Answer, Ask, NotThereError, Raw
from storage.archive import Archive

# What may be shown in a page: formats of pixels. Whatever else is kept as a picture is not shown.
_SHOWN = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPicture:
    """A picture. `archived_path` is where the reading room has its bytes; None where they are not kept.

    `width` and `height` are in pixels, of the kept bytes; None where unknown.
    """

    url: str | None
    archived_path: str | None
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None
    width: int | None = None
    height: int | None = None


def shown_picture(
    archive: Archive, url: str | None, *, alt: str | None = None, caption: str | None = None, credit: str | None = None
) -> ShownPicture:
    """A picture with its words, and its bytes where they are kept."""
    kept = archive.kept_pictures.find(url) if url else None
    if kept is None or kept.media_type not in _SHOWN:
        return ShownPicture(url=url, archived_path=None, alt=alt, caption=caption, credit=credit)
    return ShownPicture(
        url=url,
        archived_path=f"/pictures/{kept.digest}",
        alt=alt,
        caption=caption,
        credit=credit,
        width=kept.width,
        height=kept.height,
    )


def picture(archive: Archive, ask: Ask) -> Answer:
    """A kept picture's bytes, by their SHA-256."""
    kept = archive.kept_pictures.by_digest(ask.names["digest"])
    if kept is None or kept.media_type not in _SHOWN:
        raise NotThereError("no picture with this digest is kept")
    headers = {
        # The name is the content, so it never changes; a take-down is met by the browser within a day.
        "Cache-Control": "private, max-age=86400",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Raw(body=archive.kept_pictures.bytes_of(kept), content_type=kept.media_type, headers=headers)
