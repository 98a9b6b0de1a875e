"""Which address of an image element is the picture: the largest real one, never a placeholder.

Sites load pictures late and in several sizes, so the address may stand in any of a dozen attributes; `src` often holds
a drawing of nothing. What two addresses have in common is told by `picture_names`.
"""

from __future__ import annotations

import re
from typing import NamedTuple, cast

from newskeep.extract.credits import is_empty_caption
from newskeep.extract.picture_names import is_furniture_name
from newskeep.extract.tree import Element, Page
from newskeep.text import fold_space

_LAZY_ATTRIBUTES = (
    "data-runner-src",
    "data-runner-img-hd",
    "data-runner-img-md",
    "data-lazy-src",
    "data-src",
    "data-original",
    "data-url",
    "data-img-src",
    "data-image",
    "data-lazy",
    "data-echo",
)
# What a viewer opens when the picture is pressed; it may be cut otherwise than what the page shows.
_PRESSED_ATTRIBUTES = ("data-hi-res-src", "data-full-src", "data-large-file", "data-zoom-src")
_SET_ATTRIBUTES = frozenset(("srcset", "data-srcset", "data-lazy-srcset", "data-sizes-srcset"))
_SMALLEST_PIXELS = 60
_PLACEHOLDERS = ("placeholder", "spacer", "blank.gif", "pixel.gif", "1x1", "transparent", "loading.gif", "lazy-load")
_HIGHEST_DENSITY = 4
_SCREEN = re.compile(r"min-width:\s*(\d{2,4})")
_DESCRIPTOR = re.compile(r"\s+(\d{1,6}(?:\.\d{1,3})?)[wx]\s*(?:,|$)|,\s+")


class Address(NamedTuple):
    """The best address of an image element with the size it declares there; None where unknown."""

    url: str | None
    width: int | None
    height: int | None


class _Offer(NamedTuple):
    """An address that an element offers, the greatest tried first. `size` is in pixels where sized, else an order."""

    rank: int
    size: int
    value: str


_PRESSED, _SHOWN, _UNSIZED, _LATE, _SIZED = range(5)
_RANKS = {
    **{name: (_LATE, -order) for order, name in enumerate(_LAZY_ATTRIBUTES)},
    **{name: (_PRESSED, -order) for order, name in enumerate(_PRESSED_ATTRIBUTES)},
    "src": (_SHOWN, 0),
}


def alternative(element: Element) -> str | None:
    """The alternative text of an image element, also of one that is drawn as a background; None where empty."""
    for one in (element, *element.iterdescendants("img", "amp-img")):
        text = fold_space(one.get("alt") or (one.get("aria-label") if one.get("role") == "img" else "") or "")
        if text and not is_empty_caption(text):
            return text
    return None


def best_address(page: Page, element: Element) -> Address:
    """Find the largest real address of an image element; placeholders and `data:` addresses are none."""
    offers: list[_Offer] = []
    width = height = None
    parts = (element,) if not len(element) else (element, *element.iterdescendants("img", "amp-img", "source"))
    for part in parts:
        attributes = cast("list[tuple[str, str]]", part.items())
        stated_width, stated_height = _offer_all(offers, attributes, is_source=part.tag == "source")
        if width is None and stated_width:
            width, height = stated_width, stated_height
    if len(offers) > 1:
        offers.sort(key=_order, reverse=True)
    for offer in offers:
        if url := _real(page, offer.value):
            if offer.rank == _SIZED and not (width and width >= offer.size):
                return Address(url, offer.size, None)
            return Address(url, width, height)
    return Address(None, None, None)


def _order(offer: _Offer) -> tuple[int, int]:
    return offer[:2]


def _offer_all(
    offers: list[_Offer], attributes: list[tuple[str, str]], *, is_source: bool
) -> tuple[int | None, int | None]:
    """Add what one element offers; gives the width and height it states. A `source` says its own width there."""
    width = height = None
    screen = 0
    sets: list[str] = []
    for name, value in attributes:
        if name == "width":
            width = _pixels(value)
        elif name == "height":
            height = _pixels(value)
        elif name in _SET_ATTRIBUTES:
            sets.append(value)
        elif is_source:
            if name == "media" and (match := _SCREEN.search(value)):
                screen = int(match[1])
        elif value and (rank := _RANKS.get(name)):
            offers.append(_Offer(rank[0], rank[1], value))
    stated = width or 0 if is_source else 0
    for value in sets:
        for size, candidate in _candidates(value):
            if size > _HIGHEST_DENSITY or stated:
                offers.append(_Offer(_SIZED, max(size, stated), candidate))
            else:
                # What is for larger screens is larger.
                offers.append(_Offer(_UNSIZED, screen + size, candidate))
    return width, height


def _candidates(value: str) -> list[tuple[int, str]]:
    """The addresses of a `srcset` with the width, or the density, that each declares."""
    found = []
    start = 0
    # An address may hold commas; a candidate ends at its descriptor, or at a comma followed by space.
    for match in _DESCRIPTOR.finditer(value):
        address = value[start : match.start()].strip(" ,\n\t\r")
        start = match.end()
        if address:
            found.append((int(float(match[1])) if match[1] else 1, address))
    rest = value[start:].strip(" ,\n\t\r")
    if rest:
        found.append((1, rest))
    return found


def _real(page: Page, value: str) -> str | None:
    if value.startswith("data:"):
        return None
    url = page.join(value)
    if url is None:
        return None
    # Asked of every picture: looking for plain words is several times as fast as a pattern of them.
    lower = url.lower()
    for word in _PLACEHOLDERS:
        if word in lower:
            return None
    return url


def _pixels(value: str | None) -> int | None:
    digits = (value or "").strip().removesuffix("px")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None


def is_icon(address: Address) -> bool:
    """Is this a button, a logo or a portrait by its size or name?"""
    if address.width and address.width < _SMALLEST_PIXELS:
        return True
    return address.url is not None and is_furniture_name(address.url)
