"""Publishers as configured: a source, its listings, how it is treated. `newskeep.sources` reads and writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ListingKind(StrEnum):
    """How a listing names stories."""

    FEED = "feed"
    """RSS, Atom or JSON Feed."""
    NEWS_SITEMAP = "news_sitemap"
    """A sitemap of the last days' stories (the Google News extension)."""
    SITEMAP = "sitemap"
    """A plain sitemap, or an index of sitemaps."""
    HOME_FRONT = "home_front"
    SECTION_FRONT = "section_front"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An address that names stories, as configured. `interval_seconds` None means the source's own."""

    url: str
    kind: ListingKind
    section: str | None = None
    interval_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a source wants to be, or is to be, treated. None means the program's own setting (`newskeep.toml`).

    A header or cookie whose value is `env:NAME` takes it from the environment.
    """

    delay_seconds: float | None = None
    timeout_seconds: float | None = None
    obey_robots: bool | None = None
    obey_noarchive: bool | None = None
    obey_tdm_reservation: bool | None = None
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRule:
    """Whether the pictures of a source's stories are kept, each up to a size, all together up to a quota."""

    keep: bool = False
    max_bytes: int = 5 * 1024 * 1024
    quota_bytes: int = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher as configured, one TOML file each.

    `timezone` is an IANA name used where a page states none; `language` a BCP 47 tag. `story_urls` and `not_story_urls`
    are regular expressions over the path of an address on a front or in a sitemap. `family` forces a module of
    `newskeep.extract.sites`; None lets the page decide. `render` has its pages rendered by a browser before they are
    read. `adaptive` tells whether polls follow its rhythm, None means the program's own setting.
    """

    slug: str
    name: str
    homepage: str
    listings: tuple[Listing, ...]
    language: str | None = None
    timezone: str | None = None
    enabled: bool = True
    interval_seconds: int = 900
    adaptive: bool | None = None
    story_urls: tuple[str, ...] = ()
    not_story_urls: tuple[str, ...] = ()
    family: str | None = None
    render: bool = False
    manners: Manners = field(default_factory=Manners)
    pictures: PictureRule = field(default_factory=PictureRule)
