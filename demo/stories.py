"""The invented stories: what a story is here, and how its text file is read.

One file a story in `texts/`, named by the story's key. Lines of `name: value` come first, then, after an empty line,
the body: chunks parted by empty lines, each a paragraph unless it starts with `## ` (crosshead), `- ` (list), `> `
(quote), `---` (rule), `photo: `, `youtube: ` or `audio: `. In running text `**bold**` and `[words](address)` are
markup, and the address `story:KEY` is another story's, wherever it stands that day. A file `KEY.2.txt` replaces
`KEY.txt` from state 2 on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).with_name("texts")

SECTIONS = {
    "news/analysis": "Analysis",
    "news/watching": "What We're Watching",
    "news/hard-numbers": "Hard Numbers",
    "dispatches": "Dispatches",
    "planet": "Planet",
    "technology": "Technology",
    "opinion": "Opinion",
    "culture": "Culture",
    "video/quick-look": "Quick Look",
    "podcast/the-long-meridian": "The Long Meridian",
    "fr/reportages": "Reportages",
    "ja/news": "ニュース",
    "ar/news": "أخبار",
}
"""Section path and printed name, in the menu's order."""

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_HEADER = re.compile(r"([a-z]+): ?(.*)")
_KNOWN_HEADERS = re.compile(
    "id|headline|standfirst|section|slug|path|by|published|modified|tags|layout|form|series|lead|related|around|further|"
    "language|since|until|moved|mirror|slow"
)


class PieceKind(StrEnum):
    """What a chunk of a story's text file is."""

    PARAGRAPH = "paragraph"
    CROSSHEAD = "crosshead"
    LIST = "list"
    QUOTE = "quote"
    RULE = "rule"
    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"


class Layout(StrEnum):
    """Which of the site's page forms a story is printed in."""

    REGULAR = "regular"
    """One story split over three `article` elements, a tail of teasers, two side rails."""
    SCROLL = "scroll"
    """The older form: whole further stories below, their ends hidden in `template`."""
    MODERN = "modern"
    """The form of 2026: "Latest Stories" above, "More For You" or "More from …" below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture and its words. `scene` names what `demo.pictures` paints; `credit_in_list` prints it as a bullet."""

    media_id: int
    scene: str
    alt: str
    caption: str | None
    credit: str | None
    credit_in_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One chunk of a body. `text` still holds its inline markup; `address` is a video's or a recording's name."""

    kind: PieceKind
    text: str = ""
    items: tuple[str, ...] = ()
    photo: Photo | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One invented story as its text file tells it on one day.

    `moved_from` is the slug it had before; `mirror` a second path that shows it; `since` and `until` are the first
    state that has it and the first that has it no more.
    """

    key: str
    post_id: int
    headline: str
    standfirst: str | None
    section: str
    slug: str
    path: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    tags: tuple[str, ...]
    pieces: tuple[Piece, ...]
    lead: Photo | None = None
    layout: Layout = Layout.REGULAR
    form: str = "article"
    series: str | None = None
    related: tuple[str, ...] = ()
    around: tuple[str, str] | None = None
    further: tuple[str, ...] = ()
    language: str = "en"
    since: int = 1
    until: int | None = None
    moved_from: str | None = None
    mirror: str | None = None
    slow: bool = False

    @property
    def section_name(self) -> str:
        """The section as printed."""
        return SECTIONS[self.section]

    @property
    def amp_path(self) -> str:
        """The AMP twin's path: slug and id, the id twice where the slug already ends in it."""
        return f"/amp/{self.slug}-{self.post_id}"

    @property
    def old_paths(self) -> tuple[str, ...]:
        """The story's and its AMP twin's paths before the slug was changed; none where it never was."""
        if self.moved_from is None:
            return ()
        return (f"/{self.section}/{self.moved_from}", f"/amp/{self.moved_from}-{self.post_id}")

    @property
    def opening(self) -> str:
        """The first paragraph without markup: what cards and teasers print of it."""
        return plain(next(piece.text for piece in self.pieces if piece.kind is PieceKind.PARAGRAPH))


def plain(text: str) -> str:
    """Take the inline markup out of a text."""
    return _BOLD.sub(r"\1", _LINK.sub(r"\1", text))


def replace_markup(text: str, *, link: str, bold: str) -> str:
    """Rewrite inline markup by two `re` templates: the link's gets words and address, the other the bold words."""
    return _BOLD.sub(bold, _LINK.sub(link, text))


@cache
def read_story(key: str, state: int) -> Story:
    """Read a story as it stands in a state.

    Raises ValueError with the file's name where a line cannot be understood.
    """
    path = _file_of(key, state)
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    headers: dict[str, str] = {}
    for line in head.splitlines():
        match = _HEADER.fullmatch(line)
        if match is None or _KNOWN_HEADERS.fullmatch(match[1]) is None:
            raise ValueError(f"{path.name}: no such line in a story's head: {line!r}")
        headers[match[1]] = match[2].strip()
    pieces = tuple(_parse_piece(chunk) for chunk in re.split(r"\n{2,}", body.strip()))
    return _build_story(key, headers, pieces)


@cache
def story_keys() -> tuple[str, ...]:
    """The keys of all stories of all states, by name."""
    return tuple(sorted(path.stem for path in TEXTS.glob("*.txt") if "." not in path.stem))


def _file_of(key: str, state: int) -> Path:
    for number in range(state, 1, -1):
        edited = TEXTS / f"{key}.{number}.txt"
        if edited.exists():
            return edited
    return TEXTS / f"{key}.txt"


def _build_story(key: str, headers: dict[str, str], pieces: tuple[Piece, ...]) -> Story:
    slug = headers.get("slug", key)
    section = headers["section"]
    around = headers.get("around")
    return Story(
        key=key,
        post_id=int(headers["id"]),
        headline=headers["headline"],
        standfirst=headers.get("standfirst"),
        section=section,
        slug=slug,
        path=headers.get("path", f"/{section}/{slug}"),
        authors=_split(headers["by"], ";"),
        published=datetime.fromisoformat(headers["published"]),
        modified=datetime.fromisoformat(headers["modified"]) if "modified" in headers else None,
        tags=_split(headers.get("tags", ""), ","),
        pieces=pieces,
        lead=_parse_photo(headers["lead"]) if "lead" in headers else None,
        layout=Layout(headers.get("layout", "regular")),
        form=headers.get("form", "article"),
        series=headers.get("series"),
        related=_split(headers.get("related", ""), ","),
        around=_parse_around(around) if around else None,
        further=_split(headers.get("further", ""), ","),
        language=headers.get("language", "en"),
        since=int(headers.get("since", 1)),
        until=int(headers["until"]) if "until" in headers else None,
        moved_from=headers.get("moved"),
        mirror=headers.get("mirror"),
        slow=headers.get("slow") == "yes",
    )


def _parse_piece(chunk: str) -> Piece:
    if chunk.startswith("## "):
        return Piece(kind=PieceKind.CROSSHEAD, text=chunk[3:])
    if chunk.startswith("> "):
        return Piece(kind=PieceKind.QUOTE, text=chunk[2:])
    if chunk.startswith("- "):
        return Piece(kind=PieceKind.LIST, items=tuple(line.removeprefix("- ") for line in chunk.splitlines()))
    if chunk == "---":
        return Piece(kind=PieceKind.RULE)
    name, _, rest = chunk.partition(": ")
    if name == "photo":
        return Piece(kind=PieceKind.PHOTO, photo=_parse_photo(rest))
    if name == "youtube":
        return Piece(kind=PieceKind.VIDEO, address=rest)
    if name == "audio":
        address, title = _split(rest, "|")
        return Piece(kind=PieceKind.AUDIO, text=title, address=address)
    return Piece(kind=PieceKind.PARAGRAPH, text=" ".join(chunk.split()))


def _parse_photo(text: str) -> Photo:
    name, alt, caption, credit = (part.strip() for part in text.split("|"))
    media_id, scene = name.split()
    return Photo(
        media_id=int(media_id),
        scene=scene,
        alt=alt,
        caption=caption or None,
        credit=credit.removeprefix("• ") or None,
        credit_in_list=credit.startswith("• "),
    )


def _parse_around(text: str) -> tuple[str, str]:
    words, address = _split(text, ">")
    return words, address


def _split(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())
