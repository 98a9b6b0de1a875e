"""What the address of a picture says: which file it is in whatever size, and whether it is a button or a portrait.

One picture is served under many addresses: cut, scaled, as another type. What stays the same is the name that an
editor or a machine gave the file. Not here: which of an element's addresses is taken (`picture_addresses`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

_ENDING = re.compile(r"(?:\.(?:jpe?g|png|webp|gif|avif|heic|tiff?|bmp|svg|image))+$")
# What serving software adds to a name for a size, a cut or a copy.
_SIZE = re.compile(
    r"(?:[-_~.,](?:\d{2,4}x\d{2,4}|[wh]?_?\d{2,4}(?:px)?|scaled|large|medium|small|thumb(?:nail)?|full|original|crop|"
    r"\d{1,2}x\d{1,2}|[a-z]{1,3}|e\d{9,}))+$"
)
_MARK = re.compile(r"[0-9a-f]{10,}|\d{6,}|[0-9a-z]{14,}")
_DAY = re.compile(r"(?:19|20)\d{6}$")
_DIGIT = re.compile(r"\d")
_SHORTEST_NAME = 10
_ENOUGH_DIGITS = 5
_FURNITURE = re.compile("logo|icon|avatar|sprite|emoji|badge|button|\\.svg$")
_PORTRAIT_FOLDER = re.compile("avatar|/author|autoren|/profile|/columnist|/kolumnist|/opinionist|/users/")
_STAND_IN = re.compile(
    "default|fallback|no[-_]?image|dummy|og[-_]?image|share-image|social|opengraph|placeholder|apple-touch|sharing"
    "|facebook|twitter"
)


@lru_cache(maxsize=2048)
def file_of(url: str) -> str:
    """Name the file behind an address in any size, so that two addresses of one picture give the same name.

    Where the last part of the path says nothing (`/image`), the whole path and the query tell pictures apart.
    """
    parts = urlsplit(url)
    path = unquote(parts.path).lower().rstrip("/")
    name = path.rpartition("/")[2]
    bare = _SIZE.sub("", _ENDING.sub("", name))
    if len(_DIGIT.findall(bare)) >= _ENOUGH_DIGITS or len(bare) >= _SHORTEST_NAME:
        return bare
    if path.endswith(name) and "." in name and len(path) > _SHORTEST_NAME:
        # The folder is part of the name: `/4711/head.jpg`.
        return f"{path[: -len(name)]}{bare or name}"
    return f"{parts.netloc}{path}?{parts.query}"


@lru_cache(maxsize=2048)
def marks_of(url: str) -> frozenset[str]:
    """The machine-made marks in an address (ids, digests): two addresses that share one show the same picture."""
    found = _MARK.findall(unquote(urlsplit(url).path).lower())
    return frozenset(mark for mark in found if not _DAY.match(mark) and any(map(str.isdigit, mark)))


def is_same_picture(one: str, other: str) -> bool:
    """Do two addresses show one picture?"""
    return file_of(one) == file_of(other) or not marks_of(one).isdisjoint(marks_of(other))


@lru_cache(maxsize=2048)
def is_furniture_name(url: str) -> bool:
    """Does the address name a logo, a button, a stand-in or a portrait?"""
    folder, _, name = urlsplit(url.lower()).path.rpartition("/")
    return _FURNITURE.search(name) is not None or _PORTRAIT_FOLDER.search(folder) is not None


def is_stand_in_name(url: str) -> bool:
    """Does the address name a site's standing picture for pages that have none of their own?"""
    name = urlsplit(url.lower()).path.rpartition("/")[2]
    return _STAND_IN.search(name) is not None or is_furniture_name(url)
