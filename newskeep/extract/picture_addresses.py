"""Which address of an image element is the picture: the largest real one, never a placeholder.

Sites load pictures late and in several sizes, so the address may stand in any of a dozen attributes; `src` often holds
a drawing of nothing.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from newskeep.extract.credits import is_empty_caption
from newskeep.extract.tree import Element, Page
from newskeep.text import fold_space

_LAZY_ATTRIBUTES = (
    "data-runner-src",
    "data-runner-img-hd",
    "data-runner-img-md",
    "data-hi-res-src",
    "data-full-src",
    "data-original",
    "data-lazy-src",
    "data-src",
    "data-url",
    "data-img-src",
    "data-image",
    "data-lazy",
    "data-echo",
)
_SET_ATTRIBUTES = ("srcset", "data-srcset", "data-lazy-srcset", "data-sizes-srcset")
_SMALLEST_PIXELS = 60
_PLACEHOLDER_WORDS = (
    "placeholder",
    "spacer",
    "blank.gif",
    "pixel.gif",
    "1x1",
    "transparent",
    "loading.gif",
    "lazy-load",
)
_ICON_WORDS = ("logo", "icon", "avatar", "sprite", "emoji", "badge", "favicon", "button")
_PORTRAIT_FOLDERS = ("avatar", "/author", "autoren", "/profile")
_HIGHEST_DENSITY = 4


class Address(NamedTuple):
    """The best address of an image element with the size it declares there; None where unknown."""

    url: str | None
    width: int | None
    height: int | None


def alternative(element: Element) -> str | None:
    """The alternative text of an image element, also of one that is drawn as a background; None where empty."""
    for one in (element, *element.iter("img", "amp-img")):
        text = fold_space(one.get("alt") or (one.get("aria-label") if one.get("role") == "img" else "") or "")
        if text and not is_empty_caption(text):
            return text
    return None


def best_address(page: Page, element: Element) -> Address:
    """Find the largest real address of an image element; placeholders and `data:` addresses are none."""
    parts = [element, *element.iter("img", "amp-img", "source")]
    sized: list[tuple[int, str]] = []
    plain: list[str] = []
    for part in parts:
        for name in _SET_ATTRIBUTES:
            sized.extend(_candidates(part.get(name)))
    for part in parts:
        if part.tag != "source":
            plain.extend(value for name in _LAZY_ATTRIBUTES if (value := part.get(name)))
    for part in parts:
        if part.tag != "source" and (value := part.get("src")):
            plain.append(value)
    width, height = _size(parts)
    best = max(sized, default=None)
    if best is not None and best[0] > 1 and (url := _real(page, best[1])):
        if best[0] <= _HIGHEST_DENSITY or (width and width >= best[0]):
            return Address(url, width, height)
        return Address(url, best[0], None)
    for value in (*plain, *(candidate for _, candidate in sorted(sized, reverse=True))):
        if url := _real(page, value):
            return Address(url, width, height)
    return Address(None, None, None)


def _candidates(value: str | None) -> list[tuple[int, str]]:
    """The addresses of a `srcset` with the width, or the density, that each declares."""
    if not value:
        return []
    found = []
    # An address may hold commas; a candidate ends at a comma followed by space, or after its descriptor.
    for part in value.replace("\n", " ").replace(", ", " ,, ").split(" ,, "):
        pieces = part.split()
        if not pieces:
            continue
        size = 1
        if len(pieces) > 1 and pieces[-1][:-1].replace(".", "", 1).isdigit() and pieces[-1][-1:] in "wx":
            size = int(float(pieces[-1][:-1]))
        found.append((size, pieces[0].strip(",")))
    return found


def _real(page: Page, value: str) -> str | None:
    url = page.join(value)
    if url is None:
        return None
    lowered = url.lower()
    return None if any(word in lowered for word in _PLACEHOLDER_WORDS) else url


def _size(parts: list[Element]) -> tuple[int | None, int | None]:
    for part in parts:
        width, height = _pixels(part.get("width")), _pixels(part.get("height"))
        if width:
            return width, height
    return None, None


def _pixels(value: str | None) -> int | None:
    digits = (value or "").strip().removesuffix("px")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None


def is_icon(address: Address) -> bool:
    """Is this a button, a logo or a portrait by its size or name?"""
    if address.width and address.width < _SMALLEST_PIXELS:
        return True
    path = urlsplit((address.url or "").lower()).path
    folder, _, name = path.rpartition("/")
    return (
        name.endswith(".svg")
        or any(word in name for word in _ICON_WORDS)
        or any(word in folder for word in _PORTRAIT_FOLDERS)
    )
