"""`newskeep show`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import click
from rich.console import Console
from rich.text import Text

from commands.as_of import at_option, revision_at
from commands.homes import home_of
from commands.screen import console, print_json
from newskeep.model import Block, BlockKind, PageDate, Picture, Precision
from newskeep.presence import Doubt
from storage.archive import Archive
from storage.copies import Cluster, CopyLink
from storage.merges import IdentityChange
from storage.presence import Interval
from storage.story_view import RevisionView, StoryView, TeaserView


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """What became of a story beside its text."""

    intervals: tuple[Interval, ...]
    doubts: tuple[Doubt, ...]
    next_check_at: datetime | None
    restless_since: datetime | None
    copies: tuple[CopyLink, ...]
    cluster: Cluster | None
    identity_changes: tuple[IdentityChange, ...]


@click.command()
@click.argument("story", metavar="STORY")
@click.option("--revision", type=click.IntRange(1), help="A certain revision instead of the current one.")
@at_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def show(ctx: click.Context, story: str, revision: int | None, at: datetime | None, as_json: bool) -> None:
    """Show one story: text, pictures, revisions, names, and the teasers around it. STORY is an id or any address of it.

    \b
    newskeep show 1795371901234000
    newskeep show https://www.example.org/2026/11/harbour-toll --revision 1
    newskeep show https://www.example.org/2026/11/harbour-toll --at 2026-11-24
    """
    with Archive(home_of(ctx).home, read_only=True) as archive:
        view = archive.stories.show(story, revision=revision_at(archive, story, revision, at))
        history = _history(archive, view.story_id)
    if as_json:
        print_json(asdict(view) | asdict(history) | {"text": view.draft.text})
    else:
        _print(view, history, console())


def _history(archive: Archive, story_id: int) -> _History:
    return _History(
        intervals=archive.presence.history(story_id),
        doubts=archive.presence.doubts(story_id),
        next_check_at=archive.rechecks.next_check_at(story_id),
        restless_since=archive.rechecks.restless_since(story_id),
        copies=archive.copies.of(story_id),
        cluster=archive.copies.cluster(story_id),
        identity_changes=archive.merges.history(story_id),
    )


def _print(view: StoryView, history: _History, screen: Console) -> None:
    draft = view.draft
    if draft.kicker:
        screen.print(Text(draft.kicker, style="dim"))
    screen.print(Text(draft.headline or "(no headline)", style="bold"))
    if draft.standfirst:
        screen.print(Text(draft.standfirst, style="italic"))
    facts = (draft.byline or ", ".join(draft.authors), draft.section, _date("published", draft.published),
             _date("modified", draft.modified))  # fmt: skip
    screen.print(Text(" · ".join(fact for fact in facts if fact), style="dim"))
    screen.print()
    for position, block in enumerate(draft.blocks):
        for picture in (one for one in draft.pictures if one.position == position):
            _print_picture(picture, screen)
        screen.print(_block(block))
        screen.print()
    for picture in (one for one in draft.pictures if one.position >= len(draft.blocks)):
        _print_picture(picture, screen)
    for media in draft.media:
        screen.print(Text(f"[{media.kind}] {media.title or ''} {media.url}", style="dim"))
    _print_facts(view, history, screen)


def _print_facts(view: StoryView, history: _History, screen: Console) -> None:
    _heading("Archive", screen)
    facts = (f"story {view.story_id}", view.source_name, view.presence, f"{view.revision.words} words")
    screen.print(Text(", ".join(facts)))
    screen.print(Text(view.url))
    screen.print(f"first seen {_moment(view.first_seen_at)}, last seen {_moment(view.last_seen_at)}")
    _print_presence(history, screen)
    _heading("Revisions", screen)
    for revision in view.revisions:
        mark = "*" if revision.number == view.current_revision else " "
        line = Text(f"{mark} {revision.number}  {_moment(revision.captured_at)}  {revision.reason}")
        if revision.weight:
            line.append(f"  {revision.weight}{_words_changed(revision)}", style="yellow")
        screen.print(line)
    _print_copies(view, history, screen)
    _heading("Known as", screen)
    for alias in view.aliases:
        screen.print(Text(f"  {alias.alias.value}").append(f"  {alias.alias.reason}", style="dim"))
    if view.teasers:
        _heading("Teasers on its page", screen)
        for teaser in view.teasers:
            screen.print(_teaser(teaser, view.url))
    if view.promotions:
        _heading("Promoted by", screen)
        for teaser in view.promotions:
            screen.print(_promotion(teaser, view.draft.headline))


def _print_copies(view: StoryView, history: _History, screen: Console) -> None:
    """Who else has the text, and how much of it; the one that had it first is marked."""
    if not history.copies:
        return
    _heading("Copies", screen)
    first = history.cluster.members[0].story_id if history.cluster else None
    if history.cluster is not None:
        had = "this story" if first == view.story_id else f"story {first}"
        screen.print(Text(f"  one text in {history.cluster.count} stories; {had} had it first", style="dim"))
    for link in history.copies:
        mark = "*" if link.story_id == first else " "
        shared = f"{link.overlap.share:.0%} of the shorter, {link.overlap.shared} sentences"
        line = Text(f"{mark} {link.source}: {link.headline or '(no headline)'}")
        screen.print(line.append(f"  {link.kind.replace('_', ' ')}, {shared}, story {link.story_id}", style="dim"))


def _words_changed(revision: RevisionView) -> str:
    if revision.words_added is None:
        return ""
    return f", {revision.words_added} words added, {revision.words_removed} removed"


def _print_presence(history: _History, screen: Console) -> None:
    """When the story was seen to be there, and when not; nothing is said of the time between."""
    for interval in history.intervals:
        until = f" … {_moment(interval.last_at)}" if interval.last_at else " on"
        line = Text(f"  {interval.presence}  {_moment(interval.first_at)}{until}")
        screen.print(line.append(f"  {interval.detail or interval.url}", style="dim"))
    for doubt in history.doubts:
        text = f"  perhaps {doubt.presence}: since {_moment(doubt.first_at)}, not believed before another run meets it"
        screen.print(Text(text, style="yellow"))
    if history.restless_since:
        text = f"  changes at every look since {_moment(history.restless_since)}: only substance makes revisions"
        screen.print(Text(text, style="yellow"))
    for change in history.identity_changes:
        undone = f", undone {_moment(change.undone_at)}" if change.undone_at else ""
        text = f"  {change.action} of {change.story_id} and {change.other_story_id or change.alias_key}"
        text += f" by {change.decided_by} at {_moment(change.at)}{undone}: {change.reason}"
        screen.print(Text(text, style="dim"))
    if history.next_check_at:
        screen.print(Text(f"  looked at again from {_moment(history.next_check_at)}", style="dim"))


def _teaser(teaser: TeaserView, page_url: str) -> Text:
    """A teaser of the story's page, and on which of its addresses where that is another than the story's."""
    facts = [f"{teaser.heading or teaser.kind}, slot {teaser.slot}", _seen(teaser)]
    facts += [f"story {teaser.target_story_id}"] * bool(teaser.target_story_id)
    facts += [f"on {teaser.page_url}"] * (teaser.page_url != page_url)
    line = Text(f"  {teaser.headline or teaser.caption or teaser.standfirst or '(no words)'}")
    return line.append("  " + ", ".join(facts), style="dim")


def _promotion(teaser: TeaserView, headline: str | None) -> Text:
    """A teaser elsewhere that points to the story, with the headline it began with there where that is another."""
    facts = [f"under {teaser.heading or teaser.kind}, slot {teaser.slot}", _seen(teaser)]
    facts += [f"first as “{teaser.headline}”"] * (teaser.headline not in (None, headline))
    return Text(f"  {teaser.page_headline or teaser.page_url}").append("  " + ", ".join(facts), style="dim")


def _seen(teaser: TeaserView) -> str:
    """From when to when it was seen, to the minute: one headline may have stood in one slot more than once."""
    first, last = f"{teaser.first_seen_at:%Y-%m-%d %H:%M}", f"{teaser.last_seen_at:%Y-%m-%d %H:%M}"
    return f"seen {first} UTC" if first == last else f"seen {first} to {last} UTC"


def _print_picture(picture: Picture, screen: Console) -> None:
    words = " · ".join(text for text in (picture.caption or picture.alt, picture.credit) if text)
    screen.print(Text(f"[{'lead picture' if picture.lead else 'picture'}] {words}", style="cyan"))
    if picture.url:
        screen.print(Text(f"    {picture.url}", style="dim"))
    screen.print()


def _block(block: Block) -> Text:
    if block.kind is BlockKind.CROSSHEAD:
        return Text(block.text, style="bold")
    if block.kind is BlockKind.LIST:
        return Text("\n".join(f"  • {item}" for item in block.items))
    if block.kind is BlockKind.QUOTE:
        return Text("\n".join(f"    {line}" for line in block.text.splitlines()), style="italic")
    if block.kind is BlockKind.EMBED:
        return Text(f"[embed] {block.text} {block.url or ''}".rstrip(), style="dim")
    return Text(block.text)


def _heading(text: str, screen: Console) -> None:
    screen.print()
    screen.print(Text(text, style="bold underline"))


def _date(word: str, date: PageDate | None) -> str | None:
    if date is None:
        return None
    return f"{word} {date.at:%Y-%m-%d}" if date.precision is Precision.DAY else f"{word} {date.at:%Y-%m-%d %H:%M} UTC"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
