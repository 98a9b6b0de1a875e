"""A story's text as an editor sets it: blocks, pictures and the headlines of parts, each in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newskeep.model import Block, BlockKind, PageDate, StoryDraft
from reading.pictures import ShownPicture, shown_picture
from storage.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyItem:
    """One thing in the text. `kind` is `picture`, `part`, or the block's kind; what it has no use for is None or empty.

    `rows` are a table's, each a row's cells. `lines` are a quote's or paragraph's lines.
    """

    kind: str
    text: str = ""
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    level: int | None = None
    url: str | None = None
    picture: ShownPicture | None = None
    is_lead: bool = False
    published: PageDate | None = None


def body_of(archive: Archive, draft: StoryDraft) -> tuple[BodyItem, ...]:
    """Give a story's body in the order in which it is read."""
    return tuple(_body(archive, draft))


def _body(archive: Archive, draft: StoryDraft) -> Iterator[BodyItem]:
    placed: dict[int, list[BodyItem]] = {}
    for picture in draft.pictures:
        at = min(picture.position, len(draft.blocks))
        shown = shown_picture(
            archive, picture.url, alt=picture.alt, caption=picture.caption, credit=picture.credit
        )  # fmt: skip
        placed.setdefault(at, []).append(BodyItem(kind="picture", picture=shown, is_lead=picture.lead))
    parts = {part.first_block: part for part in draft.parts}
    for at, block in enumerate(draft.blocks):
        part = parts.get(at)
        # A part whose headline is a crosshead of the text is told by that.
        if part is not None and (part.headline or part.published) and part.headline != block.text:
            yield BodyItem(kind="part", text=part.headline or "", published=part.published)
        yield from placed.get(at, ())
        yield _block(block)
    yield from placed.get(len(draft.blocks), ())


def _block(block: Block) -> BodyItem:
    lines = tuple(line for line in block.text.split("\n") if line.strip())
    rows = tuple(tuple(cell.strip() for cell in line.split("\t")) for line in lines)
    return BodyItem(
        kind=block.kind,
        text=block.text,
        lines=lines,
        items=block.items,
        rows=rows if block.kind is BlockKind.TABLE else (),
        level=block.level,
        url=block.url,
    )
