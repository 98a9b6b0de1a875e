"""What one printing of a page needs: the edition, the addresses, the counters that differ on every fetch, and HTML.

Escaping is done here and in `demo.blocks` only: whatever the page forms put into a template comes through `text` or
`attribute`.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from demo.edition import Edition
from demo.stories import Photo, Story

AUTO_TITLE = "- YouTube"
"""What stands where a video's still should have its words."""

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_PLACEHOLDER = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0} {1}'%3E%3C/svg%3E"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One printing. `origin` is scheme, host and port; `serial` counts the answers given, so no two pages are equal."""

    edition: Edition
    origin: str
    serial: int

    def url(self, path: str) -> str:
        """The absolute address of a path; an absolute address stays as it is."""
        return path if path.startswith("http") else f"{self.origin}{path}"

    def bare_url(self, path: str) -> str:
        """The same address without `www.`, as half of the site's own links have it."""
        return self.url(path).replace("://www.", "://", 1)

    def tracked_url(self, path: str, *, medium: str) -> str:
        """The same address with the parameters a link carries to be counted by."""
        return f"{self.bare_url(path)}?utm_source=meridian&utm_medium={medium}&utm_campaign=d{self.serial}"

    def picture_url(self, photo: Photo, width: int) -> str:
        """Where a picture is in a width, in pixels. Only the `id` in it identifies the picture."""
        name = re.sub(r"[^a-z0-9]+", "-", photo.alt.lower())[:40].strip("-") or "image"
        query = f"id={photo.media_id}&width={width}&height={width * 2 // 3}&quality=85&coordinates=0%2C83%2C0%2C84"
        return f"{self.origin}/media-library/{name}.png?{query}"

    def token(self, name: str) -> str:
        """Eight hex digits that differ on every fetch: what scripts and ads put into a page."""
        return hashlib.sha256(f"{name} {self.serial}".encode()).hexdigest()[:8]

    def count(self, name: str, *, ceiling: int) -> int:
        """A number under `ceiling` that differs on most fetches: shares, readers, comments."""
        return int(self.token(name), 16) % ceiling


def text(value: str) -> str:
    """Escape a text for use between tags."""
    return html.escape(value, quote=False)


def attribute(value: str) -> str:
    """Escape a text for use inside double quotes."""
    return html.escape(value, quote=True)


def long_date(at: datetime) -> str:
    """A date as the regular pages print it: `November 07, 2026`."""
    return f"{_MONTHS[at.month - 1]} {at.day:02d}, {at.year}"


def plain_date(at: datetime) -> str:
    """A date as the pages of 2026 print it: `November 7, 2026`."""
    return f"{_MONTHS[at.month - 1]} {at.day}, {at.year}"


def age(at: datetime, *, now: datetime) -> str:
    """A date as fresh cards print it: `6h` within a day, then the date."""
    hours = int((now - at).total_seconds() // 3600)
    return f"{max(hours, 1)}h" if hours < 24 else long_date(at)


def iso(at: datetime) -> str:
    """A time as JSON-LD, feeds and sitemaps print it, in UTC with `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def http_date(at: datetime) -> str:
    """A time as HTTP headers and RSS print it."""
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    month = _MONTHS[at.month - 1][:3]
    return f"{day}, {at.day:02d} {month} {at.year} {at:%H:%M:%S} GMT"


def author_path(name: str) -> str:
    """The path of an author's page."""
    return "/u/" + quote("".join(name.lower().split()))


def tag_path(tag: str) -> str:
    """The path of a tag's page."""
    return "/tag/" + quote("-".join(tag.lower().split()))


def lazy_image(press: Press, photo: Photo, *, alt: str, width: int = 1200) -> str:
    """An image that a script fills in later: the real address stands in `data-runner-src`."""
    placeholder = attribute(_PLACEHOLDER.format(width, width * 2 // 3))
    return (
        f'<img role="img" type="lazy-image" alt="{attribute(alt)}" src="{placeholder}" '
        f'data-runner-src="{attribute(press.picture_url(photo, width))}" class="rm-lazyloadable-image" '
        f'width="{width}" height="{width * 2 // 3}"/>'
    )


def lead_words(story: Story, photo: Photo) -> tuple[str, str | None, str | None]:
    """A lead picture's alt, caption and credit as printed; a video's still has the player's name for all of them."""
    if story.form == "video":
        return AUTO_TITLE, AUTO_TITLE, None
    return photo.alt, photo.caption, photo.credit


def caption_and_credit(caption: str | None, credit: str | None, *, credit_in_list: bool) -> str:
    """The two lines under a picture, each only where it is known."""
    parts = []
    if caption:
        parts.append(f'<div class="photo-caption"><p>{text(caption)}</p></div>')
    if credit and credit_in_list:
        parts.append(f'<div class="photo-credit"><ul><li>{text(credit)}</li></ul></div>')
    elif credit:
        parts.append(f'<div class="photo-credit">\n        {text(credit)}\n    </div>')
    return "".join(parts)
