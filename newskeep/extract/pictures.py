"""The story's own pictures: address, alternative text, caption and credit, and where in the text they stand.

Pictures of teasers, writers and buttons are left out. Not here: which address of an element is the picture
(`picture_addresses`), where its words stand (`captions`).
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from newskeep.extract import signs
from newskeep.extract.blocks import Outline, Placed
from newskeep.extract.captions import words_of
from newskeep.extract.judge import Role
from newskeep.extract.picture_addresses import Address, alternative, best_address, is_icon
from newskeep.extract.stretch import Reading
from newskeep.extract.tree import Element, Page, ancestors
from newskeep.model import Picture
from newskeep.urls import url_key

_CARD_ROLES = frozenset((Role.TEASER, Role.DATELINE, Role.ADVERT))
_LEVELS = 6
_IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
_IMAGE_PAGES = ("/image", "/photo", "_photo", "/attachment", "/bild", "/foto", "/gallery", "/galerie", "/galeria")


def read_pictures(reading: Reading, *, begin: int, places: list[int]) -> tuple[Picture, ...]:
    """Read the pictures between the headline and the end of the text.

    `begin` is the passage the story begins with, `places` the passages its blocks begin with.
    """
    last = places[-1] if places else reading.stretch.end
    seen: dict[str, int] = {}
    pictures: list[Picture] = []
    for group in _groups(reading.line):
        placed = group[0]
        if not begin <= placed.at <= last + 1 or not _is_ours(reading, placed):
            continue
        picture = _read(reading, group, sum(1 for at in places if at < placed.at))
        if picture is None or picture.url is None:
            continue
        key = _file_key(picture.url)
        if key in seen:
            pictures[seen[key]] = _merged(pictures[seen[key]], picture)
        else:
            seen[key] = len(pictures)
            pictures.append(picture)
    return mark_lead(pictures)


def _read(reading: Reading, group: list[Placed], position: int) -> Picture | None:
    address = _best(reading.page, group)
    if address.url is None or is_icon(address):
        return None
    words = words_of(reading, group[0])
    if not words.credit and _links_elsewhere(reading, group[0].element):
        return None
    return Picture(
        url=address.url,
        alt=next((alt for one in group if (alt := alternative(one.element))), None),
        caption=words.caption,
        credit=words.credit,
        position=position,
        width=address.width,
        height=address.height,
    )


def mark_lead(pictures: list[Picture]) -> tuple[Picture, ...]:
    """Mark the first picture that stands above the text as the lead one."""
    lead = next((at for at, picture in enumerate(pictures) if picture.position == 0), None)
    return tuple(replace(picture, lead=at == lead) for at, picture in enumerate(pictures))


def _merged(first: Picture, second: Picture) -> Picture:
    """The same picture met twice: a sticky header or a phone's copy; words that one lacks come from the other."""
    return replace(
        first,
        alt=first.alt or second.alt,
        caption=first.caption or second.caption,
        credit=first.credit or second.credit,
    )


def _groups(line: Outline) -> list[list[Placed]]:
    """Put together the image elements that show one picture: a lazy one and its twin in `noscript`."""
    groups: list[list[Placed]] = []
    for placed in line.pictures:
        before = groups[-1][-1] if groups else None
        if before is not None and placed.tag == "noscript" and before.at == placed.at and before.span == placed.span:
            groups[-1].append(placed)
        else:
            groups.append([placed])
    return groups


def _is_ours(reading: Reading, placed: Placed) -> bool:
    if reading.judgement.span_signs[placed.span] & signs.NOT_STORY_PICTURE or _in_teaser(reading, placed):
        return False
    held = reading.line.spans[reading.stretch.span]
    return placed.at < reading.stretch.first or held.first <= placed.at <= held.end


def _in_teaser(reading: Reading, placed: Placed) -> bool:
    """Does the picture share its nearest element with words that point elsewhere?"""
    span = placed.span
    for _ in range(_LEVELS):
        held = reading.line.spans[span]
        roles = {reading.stretch.role(at) for at in range(held.first, held.end)}
        if roles:
            return Role.TEASER in roles and roles <= _CARD_ROLES
        if held.parent < 0:
            break
        span = held.parent
    return False


def _links_elsewhere(reading: Reading, element: Element) -> bool:
    """Is the picture a link to another page, as a card's is, and not to its own large form?"""
    link: Element | None = None
    for level, around in enumerate(ancestors(element)):
        if level > _LEVELS:
            break
        if around.tag == "a" and link is None:
            link = around
        elif around.tag == "figure" and link is not None:
            # A link inside a figure opens the picture or leads to the credited.
            return False
    target = reading.page.join(link.get("href")) if link is not None else None
    if target is None:
        return False
    path = urlsplit(target).path.lower()
    is_image = path.endswith(_IMAGE_ENDINGS) or any(word in path for word in _IMAGE_PAGES)
    return not is_image and url_key(target) not in (url_key(reading.page.url), url_key(reading.url))


def _best(page: Page, group: list[Placed]) -> Address:
    found = [best_address(page, placed.element) for placed in group]
    known = [address for address in found if address.url]
    return max(known, key=lambda address: address.width or 0) if known else Address(None, None, None)


def _file_key(url: str) -> str:
    parts = urlsplit(url)
    # On sites that serve every picture under one name only the query tells them apart.
    return f"{parts.netloc}{parts.path}?{parts.query}"
