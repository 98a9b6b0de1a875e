"""Pruning: giving space back by rule, with a report first, in steps that may be killed and go on later.

What goes is the bytes of captures. That there was a capture, when, with which headers and which digest, stays, so that
citations stay right: `pruned` stands where the bytes were. Typo revisions and old lines of the run ledger go whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from newskeep.outcomes import RunStatus, Trigger
from storage.archive import Archive
from storage.boundary import storage_errors
from storage.captures_schema import CAPTURES
from storage.marks import refresh_marks
from storage.news_schema import NEWS
from storage.payloads import Erased
from storage.values import read_time, seen_text

Progress = Callable[[str, int], None]
"""Told what is being done, and how much of it is."""

_BATCH = 200
_OPERATION = "prune the archive"
_ANCIENT = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneRule:
    """What may go. Each bound is a moment before which things are old enough; None leaves that kind alone.

    `unread`: captures that no revision was read from (listings, unchanged pages). `read`: captures that revisions were
    read from, too. `pictures`: kept pictures. `typos`: revisions that mended a misspelling, unless they are shown.
    `ledger`: single requests of finished runs. `source` None means all.
    """

    unread: datetime | None = None
    read: datetime | None = None
    pictures: datetime | None = None
    typos: datetime | None = None
    ledger: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What goes, or went: things, and bytes in the file where they are known."""

    payloads: int = 0
    payload_bytes: int = 0
    revisions: int = 0
    requests: int = 0


def plan(archive: Archive, rule: PruneRule) -> Pruned:
    """Say what a rule would take away, taking nothing."""
    with storage_errors(_OPERATION):
        rule = _without_what_is_in_flight(archive, rule)
        payloads = size = 0
        for batch in _payload_batches(archive, rule):
            payloads += len(batch)
            size += sum(batch.values())
        return Pruned(
            payloads=payloads,
            payload_bytes=size,
            revisions=len(_typos(archive, rule)),
            requests=_count_requests(archive, rule),
        )


def prune(archive: Archive, rule: PruneRule, *, progress: Progress | None = None) -> Pruned:
    """Take away what a rule names. The caller holds the home's KeepingLock."""
    tell = progress or (lambda _step, _done: None)
    payloads = size = 0
    with storage_errors(_OPERATION):
        rule = _without_what_is_in_flight(archive, rule)
        for batch in _payload_batches(archive, rule):
            archive.payloads.erase(tuple(batch), Erased.PRUNED)
            archive.kept_pictures.forget_bytes(tuple(batch))
            payloads += len(batch)
            size += sum(batch.values())
            tell("captures", payloads)
        revisions = _prune_typos(archive, rule, tell)
        requests = _prune_requests(archive, rule, tell)
    return Pruned(payloads=payloads, payload_bytes=size, revisions=revisions, requests=requests)


def free_bytes(archive: Archive) -> int:
    """Say how much of both files is free, and would be given back to the disk."""
    with storage_errors(_OPERATION):
        return sum(
            int(connection.execute("PRAGMA freelist_count").fetchone()[0])
            * int(connection.execute("PRAGMA page_size").fetchone()[0])
            for connection in archive.connections()
        )


def compact(archive: Archive) -> int:
    """Give the free space of both files back to the disk, and take what was deleted out of the search index.

    Needs as much free space as the larger file takes, and nobody may write meanwhile. Gives how many bytes the files
    are smaller; 0 where they grew.
    """
    before = _size(archive)
    with storage_errors("compact the archive"):
        for index in ("stories_fts", "teasers_fts"):
            archive.db.execute(f"INSERT INTO {index}({index}) VALUES ('optimize')")
        for connection in archive.connections():
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return max(0, before - _size(archive))


def _size(archive: Archive) -> int:
    """What both files take on the disk, what waits to be written into them too."""
    paths = (archive.home / f"{name}{ending}" for name in (NEWS.name, CAPTURES.name) for ending in ("", "-wal"))
    return sum(path.stat().st_size for path in paths if path.exists())


def _without_what_is_in_flight(archive: Archive, rule: PruneRule) -> PruneRule:
    """Leave what running runs captured: bytes are kept before the story that will cite them is written.

    An import's captures are as old as what it imports, so while one runs no bytes go at all.
    """
    sql = "SELECT started_at, trigger FROM runs WHERE status = ?"
    bounds = [
        _ANCIENT if trigger == Trigger.IMPORT else read_time(started_at)
        for started_at, trigger in archive.db.conn.execute(sql, (RunStatus.RUNNING,))
    ]
    return replace(
        rule,
        unread=None if rule.unread is None else min([rule.unread, *bounds]),
        read=None if rule.read is None else min([rule.read, *bounds]),
        pictures=None if rule.pictures is None else min([rule.pictures, *bounds]),
    )


def _payload_batches(archive: Archive, rule: PruneRule) -> Iterator[dict[str, int]]:
    """Digests that may go with the bytes they take, some at a time."""
    bounds = [bound for bound in (rule.unread, rule.read, rule.pictures) if bound is not None]
    if not bounds:
        return
    seen: set[str] = set()
    for digests in archive.payloads.walk_before(max(bounds), source=rule.source, size=_BATCH):
        fresh = [digest for digest in digests if digest not in seen]
        seen.update(fresh)
        yield _allowed(archive, rule, fresh)


def _allowed(archive: Archive, rule: PruneRule, digests: list[str]) -> dict[str, int]:
    """Those of which every capture is old enough for what it is, and of the source; with the bytes they take."""
    captures = archive.payloads.uses(digests)
    ids = [one.capture_id for found in captures.values() for one in found]
    read, kept = _read_from(archive, ids), archive.kept_pictures.among(ids)
    allowed = {}
    for digest, found in captures.items():
        bounds = [_bound(rule, is_read=one.capture_id in read, is_kept=one.capture_id in kept) for one in found]
        is_old = all(
            bound is not None and one.captured_at < bound and rule.source in (None, one.source)
            for one, bound in zip(found, bounds, strict=True)
        )
        if is_old:
            allowed[digest] = found[0].stored_bytes
    return allowed


def _bound(rule: PruneRule, *, is_read: bool, is_kept: bool) -> datetime | None:
    """The moment before which a capture may go, by what it is cited for."""
    if is_kept:
        return rule.pictures
    return rule.read if is_read else _later(rule.unread, rule.read)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((bound for bound in (one, other) if bound is not None), default=None)


def _read_from(archive: Archive, captures: list[int]) -> set[int]:
    sql = (
        "SELECT capture_id FROM revisions WHERE capture_id IN (SELECT value FROM json_each(?1))"
        " UNION SELECT capture_id FROM revision_pages WHERE capture_id IN (SELECT value FROM json_each(?1))"
    )
    return {capture for (capture,) in archive.db.conn.execute(sql, (json.dumps(captures),))}


def _typos(archive: Archive, rule: PruneRule) -> list[tuple[int, int]]:
    """Ids of revisions, with their stories, that only mended a misspelling and are neither first nor shown."""
    if rule.typos is None:
        return []
    sql = (
        "SELECT revisions.id, story_id FROM revisions JOIN stories ON stories.id = story_id WHERE weight = 'typo'"
        " AND number > 1 AND number <> current_revision AND captured_at < ?1 AND (?2 IS NULL OR source = ?2)"
        " ORDER BY revisions.id"
    )
    return archive.db.conn.execute(sql, (seen_text(rule.typos), rule.source)).fetchall()


def _prune_typos(archive: Archive, rule: PruneRule, tell: Progress) -> int:
    found = _typos(archive, rule)
    for start in range(0, len(found), _BATCH):
        with archive.transaction():
            for revision_id, story_id in found[start : start + _BATCH]:
                _drop_revision(archive, story_id, revision_id)
        tell("revisions", min(start + _BATCH, len(found)))
    return len(found)


def _drop_revision(archive: Archive, story_id: int, revision_id: int) -> None:
    run = archive.db.conn.execute
    run("DELETE FROM revisions WHERE id = ?", (revision_id,))
    run("UPDATE stories SET revision_count = revision_count - 1 WHERE id = ?", (story_id,))
    refresh_marks(archive.db.conn, story_id)


_OLD_REQUESTS = (
    "FROM requests WHERE run_id IN (SELECT id FROM runs WHERE status <> ?1 AND finished_at < ?2)"
    " AND (?3 IS NULL OR source = ?3)"
)


def _count_requests(archive: Archive, rule: PruneRule) -> int:
    if rule.ledger is None:
        return 0
    values = (RunStatus.RUNNING, seen_text(rule.ledger), rule.source)
    (count,) = archive.db.conn.execute(f"SELECT count(*) {_OLD_REQUESTS}", values).fetchone()
    return int(count)


def _prune_requests(archive: Archive, rule: PruneRule, tell: Progress) -> int:
    if rule.ledger is None:
        return 0
    done = 0
    values = (RunStatus.RUNNING, seen_text(rule.ledger), rule.source)
    while True:
        sql = f"SELECT id, run_id {_OLD_REQUESTS} LIMIT {10 * _BATCH}"
        found = archive.db.conn.execute(sql, values).fetchall()
        if not found:
            return done
        with archive.transaction():
            run_ids = sorted({run_id for _, run_id in found})
            archive.db.conn.executemany("UPDATE runs SET is_pruned = 1 WHERE id = ?", [(one,) for one in run_ids])
            archive.db.conn.executemany("DELETE FROM requests WHERE id = ?", [(one,) for one, _ in found])
        done += len(found)
        tell("requests", done)
