"""Pictures that are kept: what follows from a story, and what came of asking for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from newskeep.fetches import Ask, Purpose
from newskeep.model import Capture, Origin, Source
from newskeep.outcomes import Outcome
from newskeep.picture_files import read_picture
from pipelines.work import Work
from storage.archive import Archive

_SHOWN = (Outcome.NEW_STORY, Outcome.REVISED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED)


def look_at(work: Work, capture: Capture) -> Work:
    """Tell whether an answer is a picture, by its bytes: a server may call anything one."""
    if read_picture(capture.body) is not None:
        return replace(work, outcome=Outcome.PICTURE_KEPT)
    detail = f"no picture, served as {capture.header('Content-Type') or 'no type at all'}"
    return replace(work, outcome=Outcome.UNSUPPORTED_TYPE, detail=detail)


def file_picture(archive: Archive, work: Work, *, source: Source, now: datetime) -> None:
    """Write what came of asking for a picture. Its outcome is set by now."""
    capture = work.fetch.capture
    assert work.outcome is not None
    archive.kept_pictures.record(
        work.fetch.ask.url,
        work.outcome,
        source=source.slug,
        now=now,
        picture=read_picture(capture.body) if capture else None,
        capture_id=work.capture_id,
        digest=capture.payload_digest if capture else None,
        size_bytes=len(capture.body) if capture else 0,
    )


def pictures_to_ask(
    archive: Archive, story_id: int | None, outcome: Outcome, capture: Capture | None, source: Source
) -> tuple[Ask, ...]:
    """What to ask for after a look at a story, where the source's owner wants its pictures kept."""
    rule = source.pictures
    is_import = capture is not None and capture.origin is Origin.IMPORT
    if not rule.keep or story_id is None or outcome not in _SHOWN or is_import:
        return ()
    urls = archive.kept_pictures.wanted(story_id, source=source.slug, quota_bytes=rule.quota_bytes)
    return tuple(Ask(url=url, purpose=Purpose.PICTURE, story_id=story_id, max_bytes=rule.max_bytes) for url in urls)
