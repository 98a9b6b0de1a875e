"""What changed between two revisions of a story, word by word."""

from __future__ import annotations

from dataclasses import dataclass

from newskeep.change_weight import weigh
from newskeep.word_diff import PartDiff, diff_drafts
from reading.answers import Answer, Ask, AskError, NotThereError, Page, Redirect
from storage.archive import Archive
from storage.story_view import RevisionView, StoryView

VIEWS = ("inline", "side-by-side")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """Two revisions and the parts in which they differ. `weight` is None where nothing differs.

    `is_other_reading` is True where two versions of the extractor read them: then not every difference is an edit.
    `before` and `after` are None where the story has one revision only.
    """

    story_id: int
    path: str
    source_name: str
    url: str
    headline: str | None
    language: str | None
    view: str
    before: RevisionView | None
    after: RevisionView | None
    weight: str | None
    words_added: int
    words_removed: int
    is_other_reading: bool
    parts: tuple[PartDiff, ...]
    revisions: tuple[RevisionView, ...]


def diff(archive: Archive, ask: Ask) -> Answer:
    """Two revisions beside one another. Arguments: `view`, `inline` or `side-by-side`."""
    story_id, a, b = ask.number("story"), ask.number("a", least=1), ask.number("b", least=1)
    if story_id is None or a is None or b is None:
        raise NotThereError("no story was named")
    view = ask.text("view") or VIEWS[0]
    if view not in VIEWS:
        raise AskError(f"view should be {' or '.join(VIEWS)}")
    before = archive.stories.show(story_id, revision=a, most_teasers=0)
    if before.story_id != story_id:
        return Redirect(location=ask.link(f"/stories/{before.story_id}/diff/{a}/{b}"), is_permanent=True)
    after = archive.stories.show(story_id, revision=b, most_teasers=0)
    found = diff_drafts(before.draft, after.draft)
    weight = weigh(before.draft, after.draft, found) if found.parts else None
    data = DiffPage(
        story_id=story_id,
        path=f"/stories/{story_id}",
        source_name=after.source_name,
        url=after.url,
        headline=after.draft.headline,
        language=after.draft.language,
        view=view,
        before=before.revision,
        after=after.revision,
        weight=weight,
        words_added=found.words_added,
        words_removed=found.words_removed,
        is_other_reading=before.revision.extractor_version != after.revision.extractor_version,
        parts=found.parts,
        revisions=after.revisions,
    )
    return Page(template="diff.html", title=f"What changed: {after.draft.headline or 'a story'}", data=data)


def newest_diff(archive: Archive, ask: Ask) -> Answer:
    """The way to two revisions: those of the form (`a`, `b`), else the current one and the one before it in time."""
    story_id, a, b = ask.number("story"), ask.number("a", least=1), ask.number("b", least=1)
    if story_id is None:
        raise NotThereError("no story was named")
    view = archive.stories.show(story_id, most_teasers=0)
    order = [one.number for one in view.revisions]
    if a is None or b is None:
        at = order.index(view.current_revision)
        if len(order) == 1:
            return Page(template="diff.html", title="What changed", data=_single(view))
        a, b = (order[at - 1], order[at]) if at else (order[0], order[1])
    return Redirect(location=ask.link(f"/stories/{view.story_id}/diff/{a}/{b}", view=ask.text("view")))


def _single(view: StoryView) -> DiffPage:
    return DiffPage(
        story_id=view.story_id,
        path=f"/stories/{view.story_id}",
        source_name=view.source_name,
        url=view.url,
        headline=view.draft.headline,
        language=view.draft.language,
        view=VIEWS[0],
        before=None,
        after=None,
        weight=None,
        words_added=0,
        words_removed=0,
        is_other_reading=False,
        parts=(),
        revisions=view.revisions,
    )
