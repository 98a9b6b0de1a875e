"""What an answer means for the history of a story: whether it is still there, and when it is looked at again.

Runs inside the writer's transaction, `answered` before the story is written and `follow` after it. The rules are
`newskeep.presence`, `newskeep.rechecks` and `newskeep.restless`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newskeep.fetches import Ask, Purpose
from newskeep.identity import Choice, Rendition, telling_of
from newskeep.model import Capture, Origin, Source
from newskeep.outcomes import Outcome
from newskeep.presence import Presence, Sign, is_proof, presence_of
from newskeep.restless import Look
from newskeep.revise import Change, Intent
from newskeep.urls import canonicalize, url_key
from pipelines.work import Finding, Work
from storage.archive import Archive
from storage.merges import Decider
from storage.rechecks import PageSeen

_MOVED = "its old address fails, and the new one shows the same headline and text"
_SHOWN = frozenset([Outcome.NEW_STORY, Outcome.REVISED, Outcome.UNCHANGED])


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The story that a request turned out to be about, None where none, and what to ask next."""

    story_id: int | None = None
    asks: tuple[Ask, ...] = ()


def answered(archive: Archive, capture: Capture, choice: Choice, intent: Intent, rendition: Rendition) -> None:
    """Write that a known story's own page showed it; to be called before the story is written."""
    story = choice.story
    if story is None or intent.change is Change.DIFFERENT or rendition is not Rendition.PAGE:
        return
    has_moved = not intent.adopt and url_key(choice.url) != url_key(story.url)
    sign = Sign(
        presence=Presence.MOVED if has_moved else Presence.PRESENT,
        at=capture.captured_at,
        run_id=0,
        url=choice.url,
        detail=f"moved here from {story.url}" if has_moved else None,
        is_proof=True,
    )
    archive.presence.observe(story.story_id, sign)


def page_seen(
    capture: Capture, finding: Finding, choice: Choice, intent: Intent, *, story_id: int, source_slug: str
) -> PageSeen:
    """Say what a look at a story's own page brought."""
    has_validators = canonicalize(capture.final_url) == choice.url
    return PageSeen(
        story_id=story_id,
        source=source_slug,
        at=capture.captured_at,
        look=Look(digest=finding.prepared.digest, weight=intent.weight if intent.changed_fields else None),
        is_revised=intent.change is Change.REVISED,
        weight=intent.weight if intent.change is Change.REVISED else None,
        url=choice.url if has_validators else None,
        etag=capture.header("ETag") if has_validators else None,
        last_modified=capture.header("Last-Modified") if has_validators else None,
        telling=telling_of(source_slug, finding.draft),
    )


def follow(
    archive: Archive, work: Work, outcome: Outcome, seen: PageSeen | None, *, source: Source, run_id: int
) -> Followed:
    """Write what the end of a request says of the story it was for, and plan the next look at it.

    `seen` is what `page_seen` made of a story on its own page, None for every other end.
    """
    capture = work.fetch.capture
    is_import = capture is not None and capture.origin is Origin.IMPORT
    if seen is not None:
        archive.rechecks.saw(seen, poll_seconds=None if is_import else source.interval_seconds)
        moved = _meet_twin(archive, seen) if outcome is Outcome.NEW_STORY and not is_import else None
        return Followed(story_id=seen.story_id if moved is None else moved)
    ask, now = work.fetch.ask, capture.captured_at if capture else work.fetch.started_at
    story_id = ask.story_id if ask.story_id is not None else archive.presence.story_at(ask.url)
    if story_id is None or is_import:
        return Followed()
    if outcome is Outcome.NOT_MODIFIED:
        _not_modified(archive, story_id, ask.url, now, source)
        return Followed(story_id=story_id)
    asks = () if outcome in _SHOWN else _failed(archive, work, outcome, story_id, now=now, run_id=run_id)
    archive.rechecks.failed(story_id, now, poll_seconds=source.interval_seconds)
    return Followed(story_id=story_id if ask.purpose is Purpose.RECHECK else None, asks=asks)


def _not_modified(archive: Archive, story_id: int, url: str, now: datetime, source: Source) -> None:
    sign = Sign(presence=Presence.PRESENT, at=now, run_id=0, url=url, is_proof=True)
    archive.presence.observe(story_id, sign)
    archive.stories.seen(story_id, now)
    seen = PageSeen(story_id=story_id, source=source.slug, at=now, look=None)
    archive.rechecks.saw(seen, poll_seconds=source.interval_seconds)


def _failed(
    archive: Archive, work: Work, outcome: Outcome, story_id: int, *, now: datetime, run_id: int
) -> tuple[Ask, ...]:
    """Write a failure as what it says of the story; where the address denies it, try the next one it is known by."""
    fetch = work.fetch
    wall = work.page.wall.kind if work.page is not None and work.page.wall is not None else None
    presence = presence_of(outcome, status=fetch.status, wall=wall)
    if presence is None:
        return ()
    url = fetch.ask.url
    detail = work.detail or f"{outcome}"
    proof = is_proof(outcome)
    archive.presence.observe(
        story_id, Sign(presence=presence, at=now, run_id=run_id, url=url, detail=detail, is_proof=proof)
    )
    if not presence.is_absent:
        return ()
    twin = archive.rechecks.moved_to(story_id)
    if twin is not None and not archive.merges.is_apart(story_id, twin):
        archive.merges.merge(story_id, twin, by=Decider.RULE, reason=_MOVED, now=now)
        return ()
    other = archive.presence.other_address(story_id, url)
    return () if other is None else (Ask(url=other, purpose=Purpose.RECHECK, story_id=story_id),)


def _meet_twin(archive: Archive, seen: PageSeen) -> int | None:
    """A new story that reads like a known one of its source: has that one moved here?

    It has where its old address fails already; then the story it is now part of is given. Else that address is asked
    with the next poll: two pages that read the same are two stories as long as both answer.
    """
    for twin in archive.rechecks.twins(seen.telling, but=seen.story_id) if seen.telling else ():
        archive.rechecks.hasten(twin, seen.at)
        if archive.rechecks.moved_to(twin) == seen.story_id and archive.presence.fails(twin):
            if archive.merges.is_apart(twin, seen.story_id):
                continue
            archive.merges.merge(twin, seen.story_id, by=Decider.RULE, reason=_MOVED, now=seen.at)
            return twin
    return None
