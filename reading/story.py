"""A story: its text as an editor would set it, and beside it all that the archive knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newskeep.evidence import citation, permalink
from newskeep.model import Media, PageDate
from newskeep.presence import Doubt
from reading.answers import Answer, Ask, NotThereError, Page, Redirect
from reading.body import BodyItem, body_of
from storage.archive import Archive
from storage.captures import CaptureInfo
from storage.copies import CopyLink
from storage.merges import IdentityChange
from storage.presence import Interval
from storage.story_view import AliasView, RevisionView, StoryView, TeaserView

MOST_TEASERS = 60
_MOST_CAPTURES = 40
_COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCapture:
    """A capture of the story's addresses. `revision` is the one that was read from it, None where it brought none.

    `path` is its page; `is_kept` is False where its bytes are gone.
    """

    capture_id: int
    captured_at: datetime
    status: int
    url: str
    size_bytes: int
    payload_digest: str
    revision: int | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """A story that shares text with this one. `share` is 0 to 1 of the shorter text; `had_it_first` in its cluster."""

    story_id: int
    path: str
    source: str
    headline: str | None
    kind: str
    share: float
    shared_sentences: int
    first_seen_at: datetime
    published_at: datetime | None
    had_it_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """One revision of a story, and what became of the story.

    `permalink` names the revision and the bytes it was read from, `address` is this page. `teasers` and `promotions`
    hold at most `MOST_TEASERS`, those first seen last; `promotion_count` counts up to 10,000. `previous` is the number
    of the revision before this one in time, None for the first.
    """

    story_id: int
    path: str
    address: str
    permalink: str
    citation: str
    source: str
    source_name: str
    url: str
    presence: str
    first_seen_at: datetime
    last_seen_at: datetime
    revision: RevisionView
    previous: int | None
    is_current: bool
    kicker: str | None
    headline: str | None
    standfirst: str | None
    byline: str | None
    authors: tuple[str, ...]
    dateline: str | None
    published: PageDate | None
    modified: PageDate | None
    section: str | None
    tags: tuple[str, ...]
    language: str | None
    form: str
    is_free: bool | None
    is_truncated: bool
    body: tuple[BodyItem, ...]
    media: tuple[Media, ...]
    revisions: tuple[RevisionView, ...]
    intervals: tuple[Interval, ...]
    doubts: tuple[Doubt, ...]
    next_check_at: datetime | None
    restless_since: datetime | None
    identity_changes: tuple[IdentityChange, ...]
    copies: tuple[CopyLine, ...]
    copy_count: int
    teasers: tuple[TeaserView, ...]
    promotions: tuple[TeaserView, ...]
    promotion_count: int
    aliases: tuple[AliasView, ...]
    captures: tuple[KeptCapture, ...]
    has_captures: bool


def story(archive: Archive, ask: Ask) -> Answer:
    """A story or one revision of it. A story that was merged into another is shown under that one's id."""
    asked, number = ask.number("story"), ask.number("revision", least=1)
    if asked is None:
        raise NotThereError("no story was named")
    view = archive.stories.show(asked, revision=number, most_teasers=MOST_TEASERS)
    if view.story_id != asked:
        tail = ask.path.partition(str(asked))[2]
        return Redirect(location=ask.link(f"/stories/{view.story_id}{tail}"), is_permanent=True)
    return Page(
        template="story.html", title=view.draft.headline or "Without a headline", data=_page(archive, ask, view)
    )


def find_story(archive: Archive, ask: Ask) -> Answer:
    """The way to a story from any of its addresses: `/stories?url=…`. Without an address, the front."""
    url = ask.text("url")
    if url is None:
        return Redirect(location=ask.link("/"))
    return Redirect(location=ask.link(f"/stories/{archive.stories.resolve(url)}"))


def _page(archive: Archive, ask: Ask, view: StoryView) -> StoryPage:
    draft, revision, story_id = view.draft, view.revision, view.story_id
    cluster = archive.copies.cluster(story_id)
    first = cluster.members[0].story_id if cluster else None
    order = [one.number for one in view.revisions]
    at = order.index(revision.number)
    path = f"/stories/{story_id}"
    return StoryPage(
        story_id=story_id,
        path=path,
        address=ask.absolute(f"{path}/revisions/{revision.number}"),
        permalink=permalink(story_id, revision.number, revision.payload_digest),
        citation=citation(
            source=view.source_name,
            headline=draft.headline,
            url=view.url,
            captured_at=revision.captured_at,
            revision=revision.number,
            digest=revision.payload_digest,
        ),
        source=view.source,
        source_name=view.source_name,
        url=view.url,
        presence=view.presence,
        first_seen_at=view.first_seen_at,
        last_seen_at=view.last_seen_at,
        revision=revision,
        previous=order[at - 1] if at else None,
        is_current=revision.number == view.current_revision,
        kicker=draft.kicker,
        headline=draft.headline,
        standfirst=draft.standfirst,
        byline=draft.byline,
        authors=draft.authors,
        dateline=draft.dateline,
        published=draft.published,
        modified=draft.modified,
        section=draft.section,
        tags=draft.tags,
        language=draft.language,
        form=draft.form,
        is_free=draft.is_free,
        is_truncated=draft.is_truncated,
        body=body_of(archive, draft),
        media=draft.media,
        revisions=view.revisions,
        intervals=archive.presence.history(story_id),
        doubts=archive.presence.doubts(story_id),
        next_check_at=archive.rechecks.next_check_at(story_id),
        restless_since=archive.rechecks.restless_since(story_id),
        identity_changes=archive.merges.history(story_id),
        copies=tuple(_copy(link, first) for link in archive.copies.of(story_id)),
        copy_count=cluster.count if cluster else 0,
        teasers=view.teasers,
        promotions=view.promotions,
        promotion_count=_promotions(archive, view),
        aliases=view.aliases,
        captures=_captures(archive, view),
        has_captures=archive.captures.is_present,
    )


def _copy(link: CopyLink, first: int | None) -> CopyLine:
    return CopyLine(
        story_id=link.story_id,
        path=f"/stories/{link.story_id}",
        source=link.source,
        headline=link.headline,
        kind=link.kind,
        share=link.overlap.share,
        shared_sentences=link.overlap.shared,
        first_seen_at=link.first_seen_at,
        published_at=link.published_at,
        had_it_first=link.story_id == first,
    )


def _promotions(archive: Archive, view: StoryView) -> int:
    if len(view.promotions) < MOST_TEASERS:
        return len(view.promotions)
    sql = "SELECT count(*) FROM (SELECT 1 FROM teasers WHERE target_story_id = ? LIMIT ?)"
    (count,) = archive.db.execute(sql, (view.story_id, _COUNT_CAP)).fetchone()
    return int(count)


def _captures(archive: Archive, view: StoryView) -> tuple[KeptCapture, ...]:
    """The captures of a story's addresses, newest first, those of its revisions among them."""
    if not archive.captures.is_present:
        return ()
    revisions = {one.capture_id: one.number for one in view.revisions}
    keys = tuple(one.alias.key for one in view.aliases)
    found = archive.captures.of_keys(keys, most=_MOST_CAPTURES, also=tuple(revisions))
    return tuple(_capture(one, revisions.get(one.capture_id)) for one in found)


def _capture(info: CaptureInfo, revision: int | None) -> KeptCapture:
    return KeptCapture(
        capture_id=info.capture_id,
        captured_at=info.captured_at,
        status=info.status,
        url=info.final_url,
        size_bytes=info.size_bytes,
        payload_digest=info.payload_digest,
        revision=revision,
        path=f"/captures/{info.capture_id}",
    )
