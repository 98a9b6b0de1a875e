"""What the site calls itself, so that its name can be told from a headline and from an author."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from newskeep.extract.structured import SITE_TYPES, Structured, as_list, as_text, types_of
from newskeep.extract.tree import Page
from newskeep.text import count_words, fold_marks, is_unspaced, strip_invisible

_META_NAMES = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "twitter:site",
    "al:ios:app_name",
    "publisher",
)
_NO_NAME = re.compile(r"[\W_]+")
_TOP_LEVEL = re.compile(r"(?:\.(?:com?|org|net|gov|ac|or|ne|go|gob|gouv))?\.[a-z]{2,12}$")
_IN_BRACKETS = re.compile(r"\([^()]{1,60}\)")
_SHORTEST_PART = 4
_MOST_WORDS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNames:
    """The names of a site in a form for comparing (letters and digits only, lower case), and its own spelling."""

    squashed: frozenset[str]
    display: str | None
    hosts: frozenset[str] = frozenset()

    def has(self, text: str) -> bool:
        """Is this text the site's name, or its name with a few words around it (`Example News`, `example.com`)?"""
        form = squash(text)
        if not form:
            return False
        if form in self.squashed:
            return True
        if count_words(text) > _MOST_WORDS and not is_unspaced(text):
            return False
        words = {squash(word) for word in text.split()}
        return any(
            name in words or (len(name) >= _SHORTEST_PART and name in form and len(name) * 3 >= len(form))
            for name in self.squashed
        )

    def is_part_of_host(self, text: str) -> bool:
        """Does the address begin or end with this text (`Quill` of `getquill.example`)?"""
        form = squash(text)
        return len(form) >= _SHORTEST_PART and any(host.startswith(form) or host.endswith(form) for host in self.hosts)

    def begins(self, text: str) -> bool:
        """Does this text begin with the site's name, as `Example News Sport` and `ABC North` do?"""
        form = squash(text)
        first = text.split(maxsplit=1)[0] if text.strip() else ""
        is_initials = first.isupper() and squash(first) in self.squashed
        return is_initials or any(len(name) >= 2 * _SHORTEST_PART and form.startswith(name) for name in self.squashed)

    def is_exactly(self, text: str) -> bool:
        """Is this text one of the site's names, with or without its domain's ending?"""
        form = squash(text)
        bare = squash(_TOP_LEVEL.sub("", text.strip().lower()))
        return bool(form) and (form in self.squashed or bare in self.squashed)


@lru_cache(maxsize=4096)
def squash(text: str) -> str:
    """Letters and digits only, lower case, no accents."""
    return _NO_NAME.sub("", fold_marks(strip_invisible(text)))


def read_site_names(page: Page, structured: Structured) -> SiteNames:
    """Gather the names a page gives its site: in its metadata, in its structured data, in its address."""
    names: list[str] = [value for key in _META_NAMES if (value := page.meta(key))]
    display = page.meta("og:site_name")
    story = structured.story or {}
    for field in ("publisher", "sourceOrganization"):
        publisher = as_text(_name(structured, story.get(field)))
        if publisher:
            names.append(publisher)
            display = display or publisher
    for thing in structured.things:
        if types_of(thing) & SITE_TYPES and not _is_author(structured, thing):
            names.extend(as_text(item) for item in (*as_list(thing.get("name")), *as_list(thing.get("alternateName"))))
    if page.source is not None:
        names.append(page.source.name)
    hosts = _host_names(page.url)
    squashed = {squash(_IN_BRACKETS.sub("", name).lstrip("@")) for name in names if "://" not in name} | hosts
    return SiteNames(
        squashed=frozenset(name for name in squashed if len(name) >= 2), display=display, hosts=frozenset(hosts)
    )


def _name(structured: Structured, value: object) -> object:
    resolved = structured.resolve(as_list(value)[0] if as_list(value) else None)
    return resolved.get("name") if isinstance(resolved, dict) else resolved


def _is_author(structured: Structured, thing: dict[str, object]) -> bool:
    """An organisation that only stands as an author may be an agency, not this site."""
    story = structured.story or {}
    return any(structured.resolve(author) is thing for author in as_list(story.get("author")))


def _host_names(url: str) -> set[str]:
    host = (urlsplit(url).hostname or "").lower().removeprefix("www.").removeprefix("m.")
    bare = _TOP_LEVEL.sub("", host)
    parts = bare.split(".")
    return {squash(host), squash(bare), squash(parts[-1])}
