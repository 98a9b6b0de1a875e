"""Sources and listings: what is followed, when it is due, and what the last answer was.

`listings.next_poll_at` is the truth of the schedule. The owner's files say what is followed (`sync`); what left them is
retired, never deleted, because stories and teasers refer to it. What listings name stands in `storage.entries`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newskeep.model import Entry, Listing, ListingKind, Source
from newskeep.outcomes import Outcome
from newskeep.polling import mended as mended_poll
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.entries import EntryStore
from storage.values import flag, read_optional, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingState:
    """A listing as the archive knows it. `next_poll_at` None means that it was never polled and is due at once.

    `etag`, `last_modified` and `payload_digest` are those of the last answer that could be read. `failures` counts
    polls in a row that failed. `full_at` is when the last answer with a body came, None where that is not known;
    `not_modified` counts the 304s in a row since. `is_retired` is True where it left the owner's files, or its whole
    source did.
    """

    listing_id: int
    source: str
    url: str
    kind: ListingKind
    section: str | None
    interval_seconds: int
    next_poll_at: datetime | None
    last_polled_at: datetime | None
    last_outcome: Outcome | None
    failures: int
    etag: str | None
    last_modified: str | None
    payload_digest: str | None
    is_retired: bool
    full_at: datetime | None = None
    not_modified: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSource:
    """A source that is to be polled; `due_at` None means that it never was."""

    slug: str
    due_at: datetime | None


class ListingStore:
    """The sources and listings of an archive, and through `triage` and `finish_entry` their entries."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute
        self._entries = EntryStore(file)

    def sync(self, sources: Sequence[Source], now: datetime) -> None:
        """Make the archive follow these sources and no others."""
        at = seen_text(now)
        with self._file.writing("take over the sources"):
            self._run("UPDATE sources SET retired_at = ? WHERE retired_at IS NULL AND config_digest IS NOT NULL", (at,))
            self._run("UPDATE listings SET retired_at = ? WHERE retired_at IS NULL", (at,))
            for source in sources:
                self._run(_UPSERT_SOURCE, row((*_source_columns(source), at)))
                for listing in source.listings:
                    self._sync_listing(source, listing, at)

    @guarded("look up due listings")
    def due(self, now: datetime, slug: str | None = None) -> tuple[ListingState, ...]:
        """Give the listings of enabled sources whose time has come, the longest waiting first; of one source only."""
        return self._select(
            "listings.retired_at IS NULL AND sources.retired_at IS NULL AND enabled = 1"
            " AND (next_poll_at IS NULL OR next_poll_at <= ?1) AND (?2 IS NULL OR source = ?2)"
            " ORDER BY next_poll_at, listings.id",
            (seen_text(now), slug),
        )

    @guarded("look up listings")
    def states(self, slug: str) -> tuple[ListingState, ...]:
        """Give all listings of a source, retired ones too, in the order they were first configured."""
        return self._select("source = ?1 ORDER BY listings.id", (slug,))

    @guarded("look up a listing")
    def state(self, listing_id: int) -> ListingState | None:
        """Give a listing; None where there is none."""
        found = self._select("listings.id = ?1", (listing_id,))
        return found[0] if found else None

    @guarded("look up the next poll")
    def next_poll_at(self) -> datetime | None:
        """Give when the next listing of an enabled source is due; None where none has a time set."""
        (text,) = self._run(
            "SELECT min(next_poll_at) FROM listings JOIN sources ON slug = source"
            " WHERE listings.retired_at IS NULL AND sources.retired_at IS NULL AND enabled = 1"
        ).fetchone()
        return read_optional(text)

    @guarded("look up due sources")
    def due_sources(self, until: datetime) -> tuple[DueSource, ...]:
        """Give the enabled sources with a listing that is due until then, the longest waiting first."""
        rows = self._run(_SELECT_DUE_SOURCES, (seen_text(until),))
        return tuple(DueSource(slug=slug, due_at=read_optional(due_at)) for slug, due_at in rows)

    def mend(self, now: datetime, share: Callable[[], float]) -> int:
        """Plan anew what a clock that was set back put too far off (`polling.mended`); gives how many listings."""
        mended = 0
        with self._file.writing("mend the schedule"):
            for found in self._run(_SELECT_AHEAD, (seen_text(now),)).fetchall():
                listing_id, next_at, last_at = found[0], read_optional(found[1]), read_optional(found[2])
                at = mended_poll(next_at, last_at, now=now, share=share())
                if at is None or last_at is None:
                    continue
                # The wait stays what it was, so that polls that fall out later are counted right.
                last = min(at - max((next_at or last_at) - last_at, timedelta()), now)
                sql = "UPDATE listings SET next_poll_at = ?, last_polled_at = ? WHERE id = ?"
                self._run(sql, (seen_text(at), seen_text(last), listing_id))
                mended += 1
        return mended

    def hasten(self, source: str, now: datetime) -> None:
        """Have a source's listings polled at once: a run of it ended before its stories were asked for.

        What failed, or asked for patience, keeps its wait.
        """
        with self._file.writing("plan a poll"):
            sql = "UPDATE listings SET next_poll_at = min(next_poll_at, ?) WHERE source = ? AND failures = 0"
            self._run(sql, (seen_text(now), source))

    def finish_poll(
        self,
        listing_id: int,
        *,
        outcome: Outcome,
        now: datetime,
        next_poll_at: datetime,
        etag: str | None = None,
        last_modified: str | None = None,
        payload_digest: str | None = None,
    ) -> None:
        """Write how a poll ended and when the next is due.

        Validators and digest belong to an answer that was read: `listed` and `listing_unchanged` set them as given,
        `malformed_listing` forgets them, so that no 304 hides the fault, and everything else keeps them.
        """
        was_read = outcome in (Outcome.LISTED, Outcome.LISTING_UNCHANGED)
        sets = was_read or outcome is Outcome.MALFORMED_LISTING
        validators = (etag, last_modified, payload_digest) if was_read else (None, None, None)
        times = (seen_text(now), seen_text(next_poll_at))
        with self._file.writing("write how a poll ended"):
            self._run(
                "UPDATE listings SET last_polled_at = ?1, next_poll_at = ?2, last_outcome = ?3,"
                " failures = CASE WHEN ?4 THEN 0 ELSE failures + 1 END,"
                " etag = CASE WHEN ?5 THEN ?6 ELSE etag END,"
                " last_modified = CASE WHEN ?5 THEN ?7 ELSE last_modified END,"
                " payload_digest = CASE WHEN ?5 THEN coalesce(?8, CASE WHEN ?9 THEN payload_digest END)"
                " ELSE payload_digest END,"
                " full_at = CASE WHEN ?5 THEN ?1 ELSE full_at END,"
                " not_modified = CASE WHEN ?5 THEN 0 WHEN ?3 = 'not_modified' THEN not_modified + 1"
                " ELSE not_modified END WHERE id = ?10",
                row((*times, outcome, outcome.is_success, sets, *validators, was_read, listing_id)),
            )

    def triage(self, listing_id: int, entries: Sequence[Entry], now: datetime) -> tuple[Entry, ...]:
        """Write all entries of a poll as seen, and give those that are worth a request now, in their order.

        These are: not known under its address or GUID; said to have changed since it was last asked for; failed before
        and waited long enough.
        """
        return self._entries.triage(listing_id, entries, now)

    def finish_entry(self, source: str, url: str, outcome: Outcome, story_id: int | None, now: datetime) -> None:
        """Write how the request for an entry ended, so that the next polls know when it is worth another."""
        self._entries.finish(source, url, outcome, story_id=story_id, now=now)

    def _sync_listing(self, source: Source, listing: Listing, at: str) -> None:
        before = self._select("source = ?1 AND listings.url = ?2", (source.slug, listing.url))
        interval = listing.interval_seconds or source.interval_seconds
        values = (source.slug, listing.kind, listing.section, listing.url, interval, at)
        self._run(_UPSERT_LISTING, row(values))
        # A shorter interval takes effect now, not after the wait that the longer one had set.
        if before and before[0].last_polled_at and not before[0].failures and interval < before[0].interval_seconds:
            soonest = before[0].last_polled_at + timedelta(seconds=interval)
            sql = "UPDATE listings SET next_poll_at = min(next_poll_at, ?) WHERE id = ?"
            self._run(sql, (seen_text(soonest), before[0].listing_id))

    def _select(self, condition: str, values: tuple[object, ...]) -> tuple[ListingState, ...]:
        return tuple(_state(found) for found in self._run(f"{_SELECT_STATE} WHERE {condition}", values))


_UPSERT_SOURCE = """
INSERT INTO sources (slug, name, homepage, language, timezone, enabled, interval_seconds, config_digest, first_seen_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (slug) DO UPDATE SET name = excluded.name, homepage = excluded.homepage, language = excluded.language,
    timezone = excluded.timezone, enabled = excluded.enabled, interval_seconds = excluded.interval_seconds,
    config_digest = excluded.config_digest, retired_at = NULL
"""
_UPSERT_LISTING = """
INSERT INTO listings (source, kind, section, url, interval_seconds, first_seen_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (source, url) DO UPDATE SET kind = excluded.kind, section = excluded.section,
    interval_seconds = excluded.interval_seconds, retired_at = NULL
"""
# Asked every second: both halves are found in the index, however many listings there are.
_SELECT_DUE_SOURCES = """
SELECT slug, nullif(min(due), '') AS due_at FROM (
    SELECT source, '' AS due FROM listings INDEXED BY listings_due WHERE retired_at IS NULL AND next_poll_at IS NULL
    UNION ALL SELECT source, next_poll_at FROM listings INDEXED BY listings_due
        WHERE retired_at IS NULL AND next_poll_at <= ?1
) JOIN sources ON slug = source WHERE sources.retired_at IS NULL AND enabled = 1
GROUP BY slug ORDER BY due_at, slug
"""
_SELECT_AHEAD = "SELECT id, next_poll_at, last_polled_at FROM listings WHERE retired_at IS NULL AND last_polled_at > ?"
_SELECT_STATE = """
SELECT listings.id, source, listings.url, kind, section, listings.interval_seconds, next_poll_at, last_polled_at,
    last_outcome, failures, etag, last_modified, payload_digest,
    listings.retired_at IS NOT NULL OR sources.retired_at IS NOT NULL, full_at, not_modified
FROM listings JOIN sources ON sources.slug = listings.source
"""


def _source_columns(source: Source) -> tuple[str | int | None, ...]:
    digest = hashlib.sha256(repr(source).encode("utf-8", "replace")).hexdigest()
    return (
        source.slug, source.name, source.homepage, source.language, source.timezone, flag(source.enabled),
        source.interval_seconds, digest,
    )  # fmt: skip


def _state(found: tuple[Any, ...]) -> ListingState:
    return ListingState(
        listing_id=found[0],
        source=found[1],
        url=found[2],
        kind=ListingKind(found[3]),
        section=found[4],
        interval_seconds=found[5],
        next_poll_at=read_optional(found[6]),
        last_polled_at=read_optional(found[7]),
        last_outcome=Outcome(found[8]) if found[8] else None,
        failures=found[9],
        etag=found[10],
        last_modified=found[11],
        payload_digest=found[12],
        is_retired=bool(found[13]),
        full_at=read_optional(found[14]),
        not_modified=found[15],
    )
