"""The round of saved searches: each new revision is held against each watch, once.

What a watch found, the alert that tells of it and that the revision is done are one transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from config import Config
from newskeep.alerts import AlertKind
from newskeep.errors import SearchQueryError
from newskeep.watches import Match, Watch, why
from storage.archive import Archive
from storage.watches import Queued
from storage.writer import ArchiveWriter

logger = logging.getLogger(__name__)

WATCH_ROUND = "watches"
_AT_ONCE = 200


@dataclass(slots=True, kw_only=True)
class WatchRound:
    """Holds new revisions against the saved searches."""

    writer: ArchiveWriter
    config: Callable[[], Config]
    clock: Callable[[], datetime]

    async def do(self) -> int:
        """Look at all that waits; gives how many matches there were. Raises StorageError."""
        matches, is_last = 0, False
        while not is_last:
            labels = [target.label for target in self.config().alerts.targets]
            found, is_last = await self.writer.do(partial(_look, labels, self.clock()))
            matches += found
        return matches


def _look(labels: list[str], now: datetime, archive: Archive) -> tuple[int, bool]:
    queued = archive.watches.queued(limit=_AT_ONCE)
    matches = 0
    for summary in archive.watches.all() if queued else ():
        for match in _matches(archive, summary.watch, queued, now):
            matches += 1
            if summary.watch.alerts:
                _tell(archive, match, labels, now)
    archive.watches.done(queued)
    archive.coverage.set_mark(WATCH_ROUND, reached=0, now=now)
    return matches, len(queued) < _AT_ONCE


def _matches(archive: Archive, watch: Watch, queued: tuple[Queued, ...], now: datetime) -> list[Match]:
    # What was captured before the watch was made is no news to it: an import of old pages would flood it.
    fresh = [one for one in queued if one.captured_at >= watch.created_at]
    stories = sorted({one.story_id for one in fresh})
    try:
        matching = archive.search.among(watch.query, stories)
    except SearchQueryError as error:
        logger.error("saved search cannot be read name=%s error=%s", watch.name, error)
        return []
    before = archive.watches.matched_before(watch.name, stories)
    found = []
    for one in fresh:
        reason = why(matches=one.story_id in matching, matched_before=one.story_id in before)
        if reason is not None:
            before.add(one.story_id)
            found.append(archive.watches.found(watch.name, one.revision_id, reason, now=now))
    return found


def _tell(archive: Archive, match: Match, labels: list[str], now: datetime) -> None:
    headline = match.headline or "(no headline)"
    changed = f" Changed: {', '.join(match.changed_fields)}." if match.changed_fields else ""
    byline = f"{match.byline}. " if match.byline else ""
    archive.alerts.add(
        AlertKind.MATCH,
        title=f"{match.watch} ({match.said}): {headline}",
        body=f"{match.source}, revision {match.revision}. {byline}{match.standfirst or ''}{changed}\n{match.url}",
        targets=labels,
        now=now,
        revision_id=match.revision_id,
    )
