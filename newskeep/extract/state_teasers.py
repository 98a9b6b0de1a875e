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
_MOST_ADDRESSES = 2_000
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
    """An object with the keys above it, the object it stands in and the number of its list."""

    value: dict[str, Json]
    keys: tuple[str, ...]
    above: _Spot | None
    list_number: int

    @property
    def heading(self) -> str | None:
        """The words of the nearest object around it that has any."""
        above = self.above
        while above is not None:
            words = _words(above.value, _HEADING_KEYS)
            if words is not None:
                return words
            above = above.above
        return None


def find_state_teasers(page: Page) -> tuple[Teaser, ...]:
    """Find the stories that a page's state objects promote, in the data's order, slots and blocks counted from 1."""
    found: dict[str, Teaser] = {}
    blocks: dict[int, int] = {}
    own = _key(page.url)
    looked_at = 0
    for spot in _objects(page):
        headline = _words(spot.value, _HEADLINE_KEYS)
        if headline is None or not _is_headline(headline):
            continue
        looked_at += 1
        if looked_at > _MOST_ADDRESSES:
            break
        url = _story_url(spot.value, page)
        if url is None:
            continue
        key = _key(url)
        if key in found or key == own:
            continue
        block = blocks.setdefault(spot.list_number, len(blocks) + 1)
        heading = spot.heading
        found[key] = Teaser(
            kind=_kind(heading, spot.keys),
            slot=len(found) + 1,
            block=block,
            heading=heading,
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
        stack: list[tuple[Json, tuple[str, ...], _Spot | None, int]] = [(data, (), None, 0)]
        while stack and seen < _MOST_OBJECTS:
            value, keys, above, list_number = stack.pop()
            seen += 1
            if isinstance(value, list):
                stack.extend((one, keys, above, seen) for one in reversed(value) if isinstance(one, (dict, list)))
            elif isinstance(value, dict):
                spot = _Spot(value, keys, above, list_number)
                yield spot
                if len(keys) < _DEEPEST:
                    stack.extend(
                        (one, (*keys, key), spot, list_number)
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


def _kind(heading: str | None, keys: tuple[str, ...]) -> TeaserKind:
    names = " ".join(_CAMEL.sub(" ", key) for key in keys[-4:])
    for text in (heading, names):
        said = read_heading(text, None) if text else None
        if said is not None and said.is_sponsored:
            return TeaserKind.SPONSORED
        if said is not None and said.is_popular:
            return TeaserKind.POPULAR
        if said is not None and said.is_related:
            return TeaserKind.RELATED
        if said is not None and said.is_latest:
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
