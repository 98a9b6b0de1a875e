"""Pictures as the reading room shows them: from the archive, or as words with a link; never from another server."""

from __future__ import annotations

from dataclasses import dataclass

from storage.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPicture:
    """A picture. `archived_path` is where the reading room has its bytes; None where they are not kept."""

    url: str | None
    archived_path: str | None
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


def archived_path(archive: Archive, url: str | None) -> str | None:
    """Give the path at which a picture's kept bytes are shown; None where they are not kept."""
    return None


def shown_picture(
    archive: Archive, url: str | None, *, alt: str | None = None, caption: str | None = None, credit: str | None = None
) -> ShownPicture:
    """A picture with its words, and its bytes where they are kept."""
    return ShownPicture(url=url, archived_path=archived_path(archive, url), alt=alt, caption=caption, credit=credit)
