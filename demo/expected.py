"""What is true of the site: each page's story, further stories and teasers, each front's cards, each state's stories.

It comes from the stories' own texts and from the plans the page forms print, never from reading a page. Compare with
these things in mind:

- Addresses are paths of this site (absolute elsewhere), without tracking parameters. A picture is known by the `id` in
  its address. `story_path` is where the pointed-to story really stands, also where a link names its AMP twin.
- Blocks are paragraphs, crossheads, lists and quotes; players in a body are in `media` instead.
- A video's still has the player's automatic title where its words should be; that is no alt, caption or credit.
- An AMP twin prints neither kicker, standfirst nor byline, and declares no authors, section or tags.
- Tags are printed with spaces, and declared in JSON-LD with hyphens.
- A video page's `og:image` is the video's still; `pictures` leaves it out.
- A further story states its date only by the day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from demo.blocks import video_url
from demo.edition import Edition, open_edition
from demo.fronts import plan_front
from demo.oddities import ODDITIES
from demo.pages import address_book
from demo.plans import PagePlan, PlannedTeaser, plan_amp, plan_page
from demo.stories import Layout, Photo, Piece, PieceKind, Story, plain

REWRITTEN = {2: ("quill-strait-pilots",)}
"""Stories whose headline and one paragraph were changed on the way to a state."""
MENDED = {2: ("kestrel-sea-wall",)}
"""Stories in which one misspelled word was put right."""
MOVED = {2: ("isk-referendum",)}
"""Stories whose slug was changed; the old address redirects. Nothing else of them changed."""
DELETED = {2: ("tolm-cable-cars",)}
"""Stories that answer 410 from a state on."""
ADDED = {2: ("quill-strait-deal", "watching-vote-drum-harp", "hard-numbers-elevator", "quick-look-winter-gas")}
"""Stories that are new in a state."""

_BLOCK_KINDS = {PieceKind.PARAGRAPH, PieceKind.CROSSHEAD, PieceKind.LIST, PieceKind.QUOTE}
_CROSSHEAD_LEVEL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTruth:
    """A picture and its words. `position` counts the blocks before it."""

    media_id: int
    alt: str | None
    caption: str | None
    credit: str | None
    lead: bool = False
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTruth:
    """A block of a body: `kind` is paragraph, crosshead, list or quote."""

    kind: str
    text: str
    items: tuple[str, ...] = ()
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryTruth:
    """A story as one page shows it. `precision` is that of `published`: second or day. `media` are kind and address."""

    key: str
    path: str
    post_id: int
    headline: str
    kicker: str | None
    standfirst: str | None
    byline: str | None
    authors: tuple[str, ...]
    section: str | None
    published: datetime
    precision: str
    modified: datetime | None
    tags: tuple[str, ...]
    language: str
    form: str
    blocks: tuple[BlockTruth, ...]
    pictures: tuple[PictureTruth, ...]
    media: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The body as plain text, blocks parted by blank lines."""
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeaserTruth:
    """A teaser; `target` is the linked path, `story_path` the story's own, None where it is another site's."""

    kind: str
    heading: str | None
    target: str
    story_path: str | None
    headline: str
    kicker: str | None = None
    standfirst: str | None = None
    picture: PictureTruth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTruth:
    """A story page: its story, whole further ones, its teasers in the page's order."""

    path: str
    main: StoryTruth
    further: tuple[StoryTruth, ...]
    teasers: tuple[TeaserTruth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTruth:
    """A state of the site. `stories` is key to path; `addresses` is key to every path that leads to the story.

    `known` are the keys of all stories somebody has who followed the site from its first state. `outcomes` says of each
    odd address how a polite crawler's request for it ends.
    """

    state: int
    stories: dict[str, str]
    addresses: dict[str, tuple[str, ...]]
    known: frozenset[str]
    outcomes: dict[str, str]


def expect_page(path: str, *, state: int) -> PageTruth:
    """What is true of the story page at a path; KeyError where the state shows no story there."""
    edition = open_edition(state)
    story = address_book(edition)[path]
    is_amp = path == story.amp_path
    plan = plan_amp(edition, story) if is_amp else plan_page(edition, story)
    return PageTruth(
        path=path,
        main=_amp_truth(story) if is_amp else _main_truth(story),
        further=tuple(_further_truth(further) for further in plan.further),
        teasers=_teasers(plan),
    )


def expect_front(path: str, *, state: int) -> tuple[TeaserTruth, ...]:
    """Every card and rail link of a front in the page's order; KeyError where there is no front at the path."""
    plan = plan_front(open_edition(state), path)
    if plan is None:
        raise KeyError(path)
    return tuple(_teaser(block.kind, block.heading, teaser) for block in plan.blocks for teaser in block.teasers)


def expect_site(state: int) -> SiteTruth:
    """What is true of a whole state."""
    edition = open_edition(state)
    return SiteTruth(
        state=state,
        stories={story.key: story.path for story in edition.stories},
        addresses={story.key: _addresses(story) for story in edition.stories},
        known=frozenset(story.key for story in (*edition.stories, *edition.gone)),
        outcomes={oddity.path: oddity.outcome for oddity in ODDITIES},
    )


def story_paths(edition: Edition) -> tuple[str, ...]:
    """Every path of a state that shows a story: ordinary pages, AMP twins and second paths."""
    return tuple(address_book(edition))


def _addresses(story: Story) -> tuple[str, ...]:
    others = (story.amp_path, story.mirror, *story.old_paths)
    return (story.path, *(path for path in others if path))


def _main_truth(story: Story) -> StoryTruth:
    by = f"By {' and '.join(story.authors)}" if story.layout is Layout.MODERN else ", ".join(story.authors)
    return StoryTruth(
        key=story.key,
        path=story.path,
        post_id=story.post_id,
        headline=story.headline,
        kicker=story.section_name,
        standfirst=story.standfirst,
        byline=by,
        authors=story.authors,
        section=story.section_name,
        published=story.published,
        precision="second",
        modified=story.modified or story.published,
        tags=story.tags,
        language=story.language,
        form=story.form,
        blocks=_blocks(story),
        pictures=_pictures(story),
        media=_media(story),
    )


def _further_truth(story: Story) -> StoryTruth:
    return replace(
        _main_truth(story),
        kicker=None,
        standfirst=None,
        byline=", ".join(story.authors),
        section=None,
        published=story.published.replace(hour=0, minute=0, second=0),
        precision="day",
        modified=None,
        tags=(),
    )


def _amp_truth(story: Story) -> StoryTruth:
    return replace(
        _main_truth(story),
        kicker=None,
        standfirst=None,
        byline=None,
        authors=(),
        section=None,
        modified=None,
        tags=(),
    )


def _blocks(story: Story) -> tuple[BlockTruth, ...]:
    return tuple(_block(piece) for piece in story.pieces if piece.kind in _BLOCK_KINDS)


def _block(piece: Piece) -> BlockTruth:
    items = tuple(plain(item) for item in piece.items)
    return BlockTruth(
        kind=piece.kind.value,
        text="\n".join(items) if items else plain(piece.text),
        items=items,
        level=_CROSSHEAD_LEVEL if piece.kind is PieceKind.CROSSHEAD else None,
    )


def _pictures(story: Story) -> tuple[PictureTruth, ...]:
    pictures = []
    if story.lead is not None and story.form != "video":
        pictures.append(_picture(story.lead, lead=True))
    before = 0
    for piece in story.pieces:
        if piece.kind in _BLOCK_KINDS:
            before += 1
        elif piece.photo is not None:
            pictures.append(_picture(piece.photo, position=before))
    return tuple(pictures)


def _picture(photo: Photo, *, lead: bool = False, position: int = 0) -> PictureTruth:
    return PictureTruth(
        media_id=photo.media_id,
        alt=photo.alt or None,
        caption=photo.caption,
        credit=photo.credit,
        lead=lead,
        position=position,
    )


def _media(story: Story) -> tuple[tuple[str, str], ...]:
    media = []
    for piece in story.pieces:
        if piece.kind is PieceKind.VIDEO:
            media.append(("video", video_url(piece)))
        elif piece.kind is PieceKind.AUDIO:
            media.append(("audio", f"/audio/{piece.address}.wav"))
    return tuple(media)


def _teasers(plan: PagePlan) -> tuple[TeaserTruth, ...]:
    return tuple(_teaser(block.kind, block.heading, teaser) for block in plan.blocks for teaser in block.teasers)


def _teaser(kind: str, heading: str, teaser: PlannedTeaser) -> TeaserTruth:
    story = teaser.story
    picture = _picture(story.lead) if story is not None and story.lead is not None and teaser.with_picture else None
    if picture is not None and not teaser.with_words:
        picture = replace(picture, caption=None, credit=None)
    return TeaserTruth(
        kind=kind,
        heading=heading or None,
        target=teaser.target,
        story_path=story.path if story is not None else None,
        headline=teaser.headline,
        kicker=teaser.kicker,
        standfirst=teaser.standfirst,
        picture=picture,
    )
