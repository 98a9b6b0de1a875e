"""`newskeep diff`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from commands.homes import home_of
from commands.screen import console, print_json
from newskeep.change_weight import Weight, weigh
from newskeep.errors import UsageError
from newskeep.word_diff import Mark, PartDiff, Piece, StoryDiff, diff_drafts
from storage.archive import Archive
from storage.story_view import RevisionView, StoryView

_WIDTH_IN_A_FILE = 120
_STYLES = {Mark.SAME: "", Mark.REMOVED: "red strike", Mark.ADDED: "bold green"}
# Read without colours too: on paper, in a mail, by somebody who cannot tell red from green.
_SIGNS = {Mark.SAME: ("", ""), Mark.REMOVED: ("[-", "-]"), Mark.ADDED: ("{+", "+}")}


@click.command()
@click.argument("story", metavar="STORY")
@click.argument("first", type=click.IntRange(1), required=False, metavar="[A")
@click.argument("second", type=click.IntRange(1), required=False, metavar="B]")
@click.option("--side-by-side", is_flag=True, help="The old words on the left, the new ones on the right.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def diff(
    ctx: click.Context, story: str, first: int | None, second: int | None, side_by_side: bool, as_json: bool
) -> None:
    """Show what changed from revision A to revision B of a story, word by word.

    Without B, from A to the current one; without both, from the one before it.

    \b
    newskeep diff 1795371901234000
    newskeep diff https://www.example.org/2026/11/harbour-toll 1 3
    """
    with Archive(home_of(ctx).home, read_only=True) as archive:
        current = archive.stories.show(story)
        numbers = _numbers(current, first, second)
        before, after = (archive.stories.show(current.story_id, revision=number) for number in numbers)
    found = diff_drafts(before.draft, after.draft)
    weight = weigh(before.draft, after.draft, found)
    if as_json:
        print_json(_json(before, after, found, weight))
    else:
        _print(before, after, found, weight=weight, side_by_side=side_by_side, screen=console())


def _numbers(view: StoryView, first: int | None, second: int | None) -> tuple[int, int]:
    order = [revision.number for revision in view.revisions]
    if first is None:
        at = order.index(view.current_revision)
        if at == 0:
            raise UsageError(
                f"story {view.story_id} has one revision only: nothing changed since it was first captured"
            )
        return order[at - 1], view.current_revision
    return first, view.current_revision if second is None else second


def _json(before: StoryView, after: StoryView, found: StoryDiff, weight: Weight) -> dict[str, Any]:
    sides = {
        name: {"revision": view.revision.number, "captured_at": view.revision.captured_at,
               "extractor_version": view.revision.extractor_version, "capture_id": view.revision.capture_id}
        for name, view in (("before", before), ("after", after))
    }  # fmt: skip
    return {
        "story_id": before.story_id,
        **sides,
        "weight": weight if found.parts else None,
        **asdict(found),
    }


def _print(
    before: StoryView, after: StoryView, found: StoryDiff, *, weight: Weight, side_by_side: bool, screen: Console
) -> None:
    screen.print(Text(after.draft.headline or "(no headline)", style="bold"))
    screen.print(Text(f"{_named(before.revision)} → {_named(after.revision)}", style="dim"))
    if before.revision.extractor_version != after.revision.extractor_version:
        screen.print(Text("read by two versions of the extractor: not every difference is an edit", style="yellow"))
    if not found.parts:
        screen.print("no words differ")
        return
    screen.print(Text(f"{weight}, {found.words_added} words added, {found.words_removed} removed", style="dim"))
    field = None
    for part in found.parts:
        if part.field != field:
            field = part.field
            screen.print()
            screen.print(Text(field, style="bold underline"))
        if part.paragraph is not None:
            screen.print(Text(f"paragraph {part.paragraph}", style="dim"))
        if side_by_side:
            screen.print(_beside(part), width=None if screen.is_terminal else _WIDTH_IN_A_FILE)
        else:
            screen.print(_inline(part.pieces, signed=not _has_colour(screen)))


def _has_colour(screen: Console) -> bool:
    return screen.is_terminal and not screen.no_color


def _inline(pieces: Sequence[Piece], *, signed: bool) -> Text:
    text = Text()
    for piece in pieces:
        begin, end = _SIGNS[piece.mark] if signed else ("", "")
        text.append(f"{begin}{piece.text}{end}", style=_STYLES[piece.mark])
    return text


def _beside(part: PartDiff) -> Table:
    table = Table.grid(expand=True, padding=(0, 2))
    for _ in range(2):
        table.add_column(ratio=1, overflow="fold")
    old = [piece for piece in part.pieces if piece.mark is not Mark.ADDED]
    new = [piece for piece in part.pieces if piece.mark is not Mark.REMOVED]
    table.add_row(_inline(old, signed=True), _inline(new, signed=True))
    return table


def _named(revision: RevisionView) -> str:
    return f"revision {revision.number} of {revision.captured_at:%Y-%m-%d %H:%M:%S} UTC"
