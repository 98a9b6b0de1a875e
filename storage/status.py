"""What `newskeep status` shows: how much there is, and how each source is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newskeep.outcomes import RunStatus
from storage.archive import Archive
from storage.boundary import guarded
from storage.captures_schema import CAPTURES
from storage.news_schema import NEWS
from storage.runs import Run
from storage.values import read_optional


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """One source. Times are None where nothing of the kind has happened, or is planned.

    `failing_listings` are listings whose last poll failed; `last_story_at` is when the newest story was first seen.
    `last_run` is its last poll: a single story that somebody asked for in vain says nothing of the source.
    """

    slug: str
    name: str
    homepage: str
    is_enabled: bool
    is_retired: bool
    stories: int
    last_story_at: datetime | None
    listings: int
    failing_listings: int
    last_polled_at: datetime | None
    next_poll_at: datetime | None
    last_run: Run | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStatus:
    """An archive as a whole. `captures` is None where `captures.db` is absent; file sizes include what waits in WAL.

    `absent` counts the stories that do not simply answer, by presence.
    """

    sources: tuple[SourceStatus, ...]
    stories: int
    revisions: int
    teasers: int
    captures: int | None
    news_bytes: int
    captures_bytes: int
    running: tuple[Run, ...]
    absent: dict[str, int]

    @property
    def is_well(self) -> bool:
        """Is no enabled source failing?"""
        return not any(
            source.is_enabled
            and (source.failing_listings or (source.last_run and source.last_run.status is RunStatus.FAILED))
            for source in self.sources
        )


@guarded("read the status")
def read_status(archive: Archive) -> ArchiveStatus:
    """Read how an archive is doing; sources in order of their slug, retired ones last."""
    run = archive.db.conn.execute
    sources = tuple(_source(archive, found) for found in run(_SELECT_SOURCES).fetchall())
    (revisions,) = run("SELECT count(*) FROM revisions").fetchone()
    (teasers,) = run("SELECT count(*) FROM teasers").fetchone()
    return ArchiveStatus(
        sources=sources,
        stories=sum(source.stories for source in sources),
        revisions=revisions,
        teasers=teasers,
        captures=archive.captures.totals()[0] if archive.captures.is_present else None,
        news_bytes=_size(archive, NEWS.name),
        captures_bytes=_size(archive, CAPTURES.name),
        running=archive.runs.running(),
        absent=dict(run(_SELECT_ABSENT).fetchall()),
    )


_SELECT_ABSENT = """
SELECT presence, count(*) FROM story_facts WHERE presence <> 'present' GROUP BY presence ORDER BY presence
"""
_SELECT_SOURCES = """
SELECT slug, name, homepage, enabled, retired_at IS NOT NULL,
    (SELECT count(*) FROM stories WHERE source = slug),
    (SELECT first_seen_at FROM stories WHERE id = (SELECT max(id) FROM stories WHERE source = slug)),
    (SELECT count(*) FROM listings WHERE source = slug AND retired_at IS NULL),
    (SELECT count(*) FROM listings WHERE source = slug AND retired_at IS NULL AND failures > 0),
    (SELECT max(last_polled_at) FROM listings WHERE source = slug),
    (SELECT min(next_poll_at) FROM listings WHERE source = slug AND retired_at IS NULL)
FROM sources ORDER BY retired_at IS NOT NULL, slug
"""


def _source(archive: Archive, found: tuple[Any, ...]) -> SourceStatus:
    return SourceStatus(
        slug=found[0],
        name=found[1],
        homepage=found[2],
        is_enabled=bool(found[3]),
        is_retired=bool(found[4]),
        stories=found[5],
        last_story_at=read_optional(found[6]),
        listings=found[7],
        failing_listings=found[8],
        last_polled_at=read_optional(found[9]),
        next_poll_at=read_optional(found[10]),
        last_run=archive.runs.last_poll(found[0]),
    )


def _size(archive: Archive, name: str) -> int:
    paths = (archive.home / f"{name}{ending}" for ending in ("", "-wal"))
    return sum(path.stat().st_size for path in paths if path.exists())
