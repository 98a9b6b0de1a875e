"""The things newskeep talks about, as frozen values.

Names follow the data through the flow: `Source` and `Listing` are what the owner configured, `Entry` is what a listing
names, `Capture` is what a server answered, `ExtractedPage` is what the page says, and `storage` keeps what follows from
it. Nothing here reads a clock, a file or the network.

Two clocks are never mixed: `published`/`modified` are what the publisher says, `captured_at` and `…_seen_at` are what
we saw. Four URLs are never mixed: `request_url` (asked for), `final_url` (after redirects), `declared_canonical` (what
the page calls itself) and the story's canonical URL, which `newskeep.identity` chooses among them.

Every `datetime` is aware and in UTC. A missing value is None (or an empty tuple), never an empty string.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newskeep.publishers import Listing as Listing
from newskeep.publishers import ListingKind as ListingKind
from newskeep.publishers import Manners as Manners
from newskeep.publishers import PictureRule as PictureRule
from newskeep.publishers import Source as Source
from newskeep.site_memory import EMPTY_MEMORY as EMPTY_MEMORY
from newskeep.site_memory import Imprint as Imprint
from newskeep.site_memory import SiteMemory as SiteMemory


class Precision(StrEnum):
    """How exactly a page states a time."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class BlockKind(StrEnum):
    """What a part of a story's body is."""

    PARAGRAPH = "paragraph"
    CROSSHEAD = "crosshead"
    LIST = "list"
    QUOTE = "quote"
    EMBED = "embed"
    TABLE = "table"


class TeaserKind(StrEnum):
    """Why a page promotes another story."""

    RELATED = "related"
    POPULAR = "popular"
    LATEST = "latest"
    INLINE = "inline"
    SPONSORED = "sponsored"


class MediaKind(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"


class StoryForm(StrEnum):
    """The shape of a story; it decides how its body is read."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    GALLERY = "gallery"
    VIDEO = "video"
    AUDIO = "audio"


class PageKind(StrEnum):
    """What a captured page turned out to be."""

    STORY = "story"
    LISTING = "listing"
    WALL = "wall"
    OTHER = "other"


class WallKind(StrEnum):
    """What stands in front of a story. Such a capture is kept, and never taken for a story or a revision."""

    PAYWALL = "paywall"
    CONSENT = "consent"
    BOT_CHECK = "bot_check"
    LOGIN = "login"
    SOFT_404 = "soft_404"


class Origin(StrEnum):
    """Where a capture came from."""

    LIVE = "live"
    IMPORT = "import"
    RENDERED = "rendered"
    """The page as it stood in a browser after its scripts had run: not the bytes that the server sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDate:
    """A time as a page, feed or address states it.

    `at` is aware UTC; with `Precision.DAY` it is the start of that day in the stated zone, or in UTC where none is.
    `offset_minutes` is the zone as stated, minutes east of UTC; None where none was stated (then `at` was read in the
    source's time zone, or UTC). `raw` is the text as found; `origin` says where, for example `json-ld datePublished`.
    """

    at: datetime
    offset_minutes: int | None
    precision: Precision
    raw: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its words. `url` is absolute, the largest real one; None where the page has only its words.

    `position` is the number of body blocks that stand before it: 0 is above the text. `lead` marks the main one.
    """

    url: str | None
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None
    position: int = 0
    lead: bool = False
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A video or audio that belongs to a story. `provider` is the player's host, None for the page's own."""

    kind: MediaKind
    url: str
    title: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part of the body, in reading order.

    `text` is plain, white space folded; a list's is its `items` joined by line feeds, an embed's may be empty.
    `level` is a crosshead's heading level (2 to 6), else None. `url` is an embed's address, else None.
    """

    kind: BlockKind
    text: str
    items: tuple[str, ...] = ()
    level: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of the body that stands for itself: a live blog's entry, or one of several short stories.

    `first_block` and `block_count` point into `StoryDraft.blocks`.
    """

    headline: str | None
    published: PageDate | None
    first_block: int
    block_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDraft:
    """A story as one page shows it, before anyone asks which story it is.

    `url` is the address the page itself gives this story (absolute), None where it gives none. `byline` is the printed
    line, `authors` the people's names in it. `is_free` is what the publisher declares (None: nothing declared), and
    `is_truncated` is True where only the beginning of the text is on the page.
    """

    headline: str | None
    url: str | None = None
    kicker: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    dateline: str | None = None
    published: PageDate | None = None
    modified: PageDate | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    blocks: tuple[Block, ...] = ()
    parts: tuple[Part, ...] = ()
    pictures: tuple[Picture, ...] = ()
    media: tuple[Media, ...] = ()
    form: StoryForm = StoryForm.ARTICLE
    post_id: str | None = None
    is_free: bool | None = None
    is_truncated: bool = False

    @property
    def text(self) -> str:
        """The body as plain text: paragraphs, crossheads, lists, quotes in order, parted by blank lines."""
        return "\n\n".join(block.text for block in self.blocks if block.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """A pointer to another story, as one page shows it.

    `target_url` (absolute, without fragment) and `headline` are None where the page gives none; such a teaser is known
    by its block's `heading` and its text. `slot` counts teasers over the whole page, `block` their blocks, from 1.
    """

    kind: TeaserKind
    slot: int
    block: int
    heading: str | None = None
    target_url: str | None = None
    headline: str | None = None
    kicker: str | None = None
    standfirst: str | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One thing a page says of a field, where it says so, and whether it was the one chosen."""

    field: str
    value: str
    origin: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Why a page is no story, with the sign that gave it away (for people to read)."""

    kind: WallKind
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which page of a story over several pages a page is. `number` counts from 1.

    `next_url` is None on the last page. `count` is how many pages there are, as far as this one says; None where it
    does not. `first_url` is the address of the first page.
    """

    number: int
    first_url: str
    next_url: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedPage:
    """Everything one capture says. Pure: the same capture, source and site memory give the same value.

    `main` is None unless `kind` is STORY. `further` are whole other stories on the same page (infinite scroll).
    `noarchive` is True where the page asks not to be archived. `family` names the module of
    `newskeep.extract.sites` that read it, None for the general reader. `warnings` are short English sentences.
    `pages` is None for a story on one page.
    """

    kind: PageKind
    url: str
    extractor_version: str
    main: StoryDraft | None = None
    further: tuple[StoryDraft, ...] = ()
    teasers: tuple[Teaser, ...] = ()
    wall: Wall | None = None
    declared_canonical: str | None = None
    amp_url: str | None = None
    feed_urls: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    family: str | None = None
    noarchive: bool = False
    warnings: tuple[str, ...] = ()
    imprint: Imprint | None = None
    pages: Paging | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a server answered to one request: bytes as received, with transfer and content codings undone.

    `payload_digest` is the lower-case hex SHA-256 of `body`. `headers` keep order and case, several of one name
    stay several. `redirects` are the addresses passed on the way, first asked first. `elapsed_seconds` is None if
    unknown. `captured_at_inferred` is True where the time is not the fetch's own but, say, a file's.
    `has_temporary_redirect` is True where one of them sent us on for this time only (302, 303, 307, a refresh of the
    page); it is not stored.
    """

    request_url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    captured_at: datetime
    payload_digest: str
    elapsed_seconds: float | None = None
    redirects: tuple[str, ...] = ()
    has_temporary_redirect: bool = False
    origin: Origin = Origin.LIVE
    captured_at_inferred: bool = False

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case; None where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A story as a listing names it, before it is fetched. `position` counts from 1 in the listing's order."""

    url: str
    position: int
    guid: str | None = None
    headline: str | None = None
    standfirst: str | None = None
    published: PageDate | None = None
    updated: PageDate | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    picture_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """What one capture of a listing says: its entries, a front's teasers, an index's child sitemaps.

    `poll_hint_seconds` is the publisher's wish for the time between polls (`ttl`, `sy:`), None where not stated, and
    `quiet_hours` are the hours of the week in UTC (0 is Monday from midnight to one) in which it wants none.
    """

    kind: ListingKind
    entries: tuple[Entry, ...] = ()
    teasers: tuple[Teaser, ...] = ()
    children: tuple[str, ...] = ()
    title: str | None = None
    language: str | None = None
    poll_hint_seconds: int | None = None
    quiet_hours: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
