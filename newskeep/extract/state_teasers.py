"""Teasers that stand in a page's script data alone: state objects of pages that a browser puts together.

Read only where the page's own links promote next to nothing. A teaser is an object with a headline and the address of a
story of the site; where it stands in the data (its list, the names of the keys above) gives block, heading and kind.
Bounded: so many characters are parsed and so many objects looked at, and no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from newskeep.extract.anchors import count_link_words
from newskeep.extract.heading_words import read_heading
from newskeep.extract.story_urls import looks_like_story_url
from newskeep.extract.tree import Page
from newskeep.model import Picture, Teaser, TeaserKind
from newskeep.text import plain_words
from newskeep.urls import is_asset_url, same_site, url_key

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_MOST_CHARACTERS = 1_500_000
_MOST_OBJECTS = 20_000
_MOST_TEASERS = 100
_DEEPEST = 40
_FEWEST_WORDS = 3
_LONGEST_HEADLINE = 300
_ASSIGNED = re.compile(r"\s*(?:window\.|self\.|globalThis\.|var |let |const )?[A-Za-z_$][\w$.]{0,60}\s*=\s*(?=\{)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_-]")
_TAG = re.compile(r"<[^<>]{0,200}>")
_DECODER = json.JSONDecoder()
_STATE_NAME = re.compile(r"state|data|props|store|cache|initial|context|apollo|nuxt|next", re.IGNORECASE)

_HEADLINE_KEYS = ("headline", "title", "seoTitle", "shortTitle", "name")
_URL_KEYS = ("url", "canonicalUrl", "webUrl", "href", "link", "permalink", "fullUrl", "path", "uri", "canonical_url")
_STANDFIRST_KEYS = ("standfirst", "summary", "description", "excerpt", "dek", "lead", "teaserText", "subheadline")
_KICKER_KEYS = ("kicker", "eyebrow", "overline", "topline", "label", "section")
_PICTURE_KEYS = ("image", "picture", "thumbnail", "leadImage", "featuredImage", "teaserImage", "promoImage", "photo")
_PICTURE_URL_KEYS = ("url", "src", "contentUrl", "href")
_HEADING_KEYS = ("heading", "title", "headline", "name", "label")


class _Spot(NamedTuple):
    """An object with the keys above it and the heading of the list it stands in."""

    value: dict[str, Json]
    keys: tuple[str, ...]
    heading: str | None
    list_number: int


def find_state_teasers(page: Page) -> tuple[Teaser, ...]:
    """Find the stories that a page's state objects promote, in the data's order, slots and blocks counted from 1."""
    found: dict[str, Teaser] = {}
    blocks: dict[int, int] = {}
    own = _key(page.url)
    for spot in _objects(page):
        url, headline = _story_url(spot.value, page), _words(spot.value, _HEADLINE_KEYS)
        if url is None or headline is None or not _is_headline(headline):
            continue
        key = _key(url)
        if key in found or key == own:
            continue
        block = blocks.setdefault(spot.list_number, len(blocks) + 1)
        found[key] = Teaser(
            kind=_kind(spot),
            slot=len(found) + 1,
            block=block,
            heading=spot.heading,
            target_url=url,
            headline=headline,
            kicker=_words(spot.value, _KICKER_KEYS),
            standfirst=_words(spot.value, _STANDFIRST_KEYS),
            picture=_picture(spot.value, page),
        )
        if len(found) >= _MOST_TEASERS:
            break
    return tuple(found.values())


def _objects(page: Page) -> Iterator[_Spot]:
    """The objects in the page's state data, outer before inner, with where they stand."""
    seen = 0
    for data in _state_data(page):
        stack: list[tuple[Json, tuple[str, ...], str | None, int]] = [(data, (), None, 0)]
        while stack and seen < _MOST_OBJECTS:
            value, keys, heading, list_number = stack.pop()
            seen += 1
            if isinstance(value, list):
                stack.extend((one, keys, heading, seen) for one in reversed(value) if isinstance(one, (dict, list)))
            elif isinstance(value, dict):
                yield _Spot(value, keys, heading, list_number)
                if len(keys) < _DEEPEST:
                    below = _words(value, _HEADING_KEYS)
                    stack.extend(
                        ((one, (*keys, key), below or heading, list_number))
                        for key, one in reversed(value.items())
                        if isinstance(one, (dict, list))
                    )


def _state_data(page: Page) -> Iterator[Json]:
    left = _MOST_CHARACTERS
    texts = [script.text for script in page.json_scripts]
    for script in page.scripts:
        # Only what assigns an object to a name that speaks of state; everything else is program.
        assigned = _ASSIGNED.match(script.text)
        if assigned is not None and _STATE_NAME.search(assigned[0]) is not None:
            texts.append(script.text[assigned.end() :])
    for text in texts:
        if len(text) > left:
            continue
        left -= len(text)
        try:
            data, _ = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            continue
        yield data


def _story_url(value: dict[str, Json], page: Page) -> str | None:
    for name in _URL_KEYS:
        address = value.get(name)
        if isinstance(address, str) and "/" in address:
            url = page.join(address)
            if url is not None and same_site(url, page.url) and looks_like_story_url(url) and not is_asset_url(url):
                return url.partition("#")[0]
    return None


def _words(value: dict[str, Json], names: tuple[str, ...]) -> str | None:
    """The first of these keys that holds text; one level of nesting ("title": {"text": …}) is looked through."""
    for name in names:
        held = value.get(name)
        if isinstance(held, dict):
            held = next((held[key] for key in ("text", "rendered", "default", "value", "name") if key in held), None)
        if isinstance(held, str):
            text = plain_words(_TAG.sub(" ", held))
            if text:
                return text
    return None


def _is_headline(text: str) -> bool:
    return len(text) <= _LONGEST_HEADLINE and count_link_words(text) >= _FEWEST_WORDS


def _kind(spot: _Spot) -> TeaserKind:
    names = " ".join(_CAMEL.sub(" ", key) for key in spot.keys[-4:])
    for text in (spot.heading, names):
        heading = read_heading(text, None) if text else None
        if heading is not None and heading.is_sponsored:
            return TeaserKind.SPONSORED
        if heading is not None and heading.is_popular:
            return TeaserKind.POPULAR
        if heading is not None and heading.is_related:
            return TeaserKind.RELATED
        if heading is not None and heading.is_latest:
            return TeaserKind.LATEST
    return TeaserKind.RELATED


def _picture(value: dict[str, Json], page: Page) -> Picture | None:
    for name in _PICTURE_KEYS:
        held = value.get(name)
        if isinstance(held, list):
            held = held[0] if held else None
        inner: dict[str, Json] = held if isinstance(held, dict) else {"url": held}
        url = next((found for key in _PICTURE_URL_KEYS if (found := _address(inner.get(key), page))), None)
        if url is not None:
            return Picture(
                url=url,
                alt=_words(inner, ("alt", "altText", "alternativeText")),
                caption=_words(inner, ("caption",)),
                credit=_words(inner, ("credit", "copyright", "photographer")),
            )
    return None


def _address(value: Json, page: Page) -> str | None:
    return page.join(value) if isinstance(value, str) else None


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        return url
