"""Checking an archive from end to end: is everything there, whole, and in step?

It reads beside a running service. Only the full comparison of the index with its content takes the write lock; in large
archives it is left to `is_thorough`, and the index is checked story by story for presence instead.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from newskeep.digests import draft_digest, payload_digest
from newskeep.errors import ArchiveCorruptError, StorageError
from storage.boundary import storage_errors
from storage.captures import ERASED
from storage.captures_schema import CAPTURES
from storage.connection import BUSY_TIMEOUT_SECONDS, DatabaseFile, open_file
from storage.derived_checks import check_clusters, check_derived
from storage.drafts import read_draft
from storage.findings import MAX_FINDINGS_A_CHECK, Finding
from storage.news_schema import NEWS
from storage.packing import Packer
from storage.row_checks import check_index_ids, check_rows

Progress = Callable[[str, int, int], None]
"""Called with what is being checked, how much is done, and how much there is to do."""

# At 0.3 ms a story, the write lock is held for a few seconds at most; what is worked out anew takes as long.
_FULL_INDEX_CHECK_UP_TO = 20_000
_REPORT_EVERY = 500


@dataclass(slots=True, kw_only=True)
class Report:
    """What was found; `notes` say what could not be checked. An archive with no finding is clean."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stories: int = 0
    payloads: int = 0

    @property
    def is_clean(self) -> bool:
        """Is everything that could be checked as it should be?"""
        return not self.findings


def verify(
    home: Path,
    *,
    progress: Progress | None = None,
    is_thorough: bool = False,
    expects_captures: bool = True,
    busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
) -> Report:
    """Check the archive in a home. `is_thorough` compares a large index with its content too, which blocks writers.
    Where `captures.db` is absent, that is a finding if `expects_captures`, else a note.

    Damage is reported, not raised; StorageError where a file is not there, is no archive, or may not be read.
    """
    report = Report()
    tell = progress or (lambda _step, _done, _total: None)
    cited: dict[int, str | None] = {}
    with _damage_reported("news.db", report), closing(open_file(home, NEWS, read_only=True)) as news:
        with _damage_reported("news.db", report):
            _check_file(news, "news.db", report, tell)
        with _damage_reported("news.db", report):
            (report.stories,) = news.connection.execute("SELECT count(*) FROM stories").fetchone()
            report.findings.extend(check_rows(news.connection))
            report.findings.extend(check_index_ids(news.connection))
            report.findings.extend(check_clusters(news.connection))
        with _damage_reported("news.db", report):
            _check_drafts(news, report, tell)
        with _damage_reported("news.db", report):
            if report.stories <= _FULL_INDEX_CHECK_UP_TO or is_thorough:
                report.findings.extend(check_derived(news.connection))
        with _damage_reported("news.db", report):
            cited = _cited(news)
    if expects_captures or (home / CAPTURES.name).exists():
        _check_captures(home, cited, report, tell)
    else:
        report.notes.append("captures.db is absent, so the bytes behind the stories were not checked")
    if report.stories <= _FULL_INDEX_CHECK_UP_TO or is_thorough:
        with _damage_reported("news.db", report):
            _check_index_content(home, report, busy_timeout_seconds)
    else:
        report.notes.append("the search index was checked for presence only; a thorough check compares every word")
    return report


@contextmanager
def _damage_reported(name: str, report: Report) -> Iterator[None]:
    """Note damage that stops a check, and go on with the next one."""
    try:
        with storage_errors("verify the archive"):
            yield
    except ArchiveCorruptError as error:
        finding = Finding(check="integrity", message=f"{name}: {error.__cause__}, so not everything could be checked")
        if finding not in report.findings:
            report.findings.append(finding)


def _check_file(file: DatabaseFile, name: str, report: Report, tell: Progress) -> None:
    tell(f"integrity of {name}", 0, 1)
    for (line,) in file.connection.execute(f"PRAGMA integrity_check({MAX_FINDINGS_A_CHECK})"):
        if line != "ok":
            report.findings.append(Finding(check="integrity", message=f"{name}: {line}"))
    for table, rowid, parent, _ in file.connection.execute("PRAGMA foreign_key_check"):
        row = table if rowid is None else f"{table} {rowid}"
        message = f"{name}: a row of {row} refers to no row of {parent}"
        report.findings.append(Finding(check="foreign key", message=message))
    tell(f"integrity of {name}", 1, 1)


def _check_drafts(news: DatabaseFile, report: Report, tell: Progress) -> None:
    (total,) = news.connection.execute("SELECT count(*) FROM revisions").fetchone()
    rows = news.connection.execute("SELECT story_id, number, draft_digest, draft FROM revisions ORDER BY id")
    for done, (story_id, number, digest, draft) in enumerate(rows, 1):
        try:
            found = draft_digest(read_draft(draft))
        except (ValueError, KeyError, TypeError):
            found = "unreadable"
        # A digest of an older rule says nothing about today's.
        is_same_rule = found.partition(":")[0] == digest.partition(":")[0]
        if found == "unreadable" or (is_same_rule and found != digest):
            message = f"the text of story {story_id}, revision {number}, is not what was stored"
            report.findings.append(Finding(check="draft", message=message))
        if done % _REPORT_EVERY == 0 or done == total:
            tell("revisions", done, total)


def _check_index_content(home: Path, report: Report, busy_timeout_seconds: float) -> None:
    try:
        with closing(open_file(home, NEWS, read_only=False, busy_timeout_seconds=busy_timeout_seconds)) as news:
            for table in ("stories_fts", "teasers_fts"):
                try:
                    news.connection.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")
                except sqlite3.DatabaseError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                        raise
                    message = f"{table} does not say what its stories say; `sqlite-utils rebuild-fts` makes it anew"
                    report.findings.append(Finding(check="index", message=message))
    except StorageError as error:
        report.notes.append(f"the search index could not be compared with its content: {error.message}")
    except sqlite3.OperationalError as error:
        report.notes.append(f"the search index could not be compared with its content: {error}")


def _cited(news: DatabaseFile) -> dict[int, str | None]:
    """Every capture that is cited, with the digest of its bytes where the citation says it."""
    rows = news.connection.execute(
        "SELECT capture_id, NULL FROM aliases UNION SELECT capture_id, NULL FROM teasers"
        " UNION SELECT capture_id, NULL FROM requests WHERE capture_id IS NOT NULL"
    )
    cited: dict[int, str | None] = dict(rows.fetchall())
    for table in ("kept_pictures", "revision_pages", "revisions"):
        sql = f"SELECT capture_id, payload_digest FROM {table} WHERE capture_id IS NOT NULL"
        cited.update(news.connection.execute(sql).fetchall())
    return cited


def _check_captures(home: Path, cited: dict[int, str | None], report: Report, tell: Progress) -> None:
    if not (home / CAPTURES.name).exists():
        if cited:
            message = f"captures.db is absent, and {len(cited)} captures are cited from it"
            report.findings.append(Finding(check="citation", message=message))
        return
    # Opened after the citations were read: a capture is written before it is cited, so none can be missing by that.
    with _damage_reported("captures.db", report), closing(open_file(home, CAPTURES, read_only=True)) as captures:
        with _damage_reported("captures.db", report):
            _check_file(captures, "captures.db", report, tell)
        with _damage_reported("captures.db", report):
            kept = dict(captures.connection.execute("SELECT id, payload_digest FROM captures").fetchall())
            _check_citations(cited, kept, report)
        with _damage_reported("captures.db", report):
            _check_payloads(captures, report, tell)


def _check_citations(cited: dict[int, str | None], kept: dict[int, str], report: Report) -> None:
    missing = [capture_id for capture_id in cited if capture_id not in kept]
    wrong = [capture_id for capture_id, digest in cited.items() if digest and kept.get(capture_id, digest) != digest]
    for capture_id in missing[:MAX_FINDINGS_A_CHECK]:
        report.findings.append(Finding(check="citation", message=f"capture {capture_id} is cited and not kept"))
    for capture_id in wrong[:MAX_FINDINGS_A_CHECK]:
        message = f"capture {capture_id} holds other bytes than what cites it says"
        report.findings.append(Finding(check="citation", message=message))


def _check_payloads(captures: DatabaseFile, report: Report, tell: Progress) -> None:
    (report.payloads,) = captures.connection.execute(
        f"SELECT count(*) FROM payloads WHERE coding NOT IN ({ERASED})"
    ).fetchone()
    for done, digest in enumerate(_damaged_or_fine(captures), 1):
        if digest is not None:
            message = f"the payload {digest[:16]}… is not what was stored"
            report.findings.append(Finding(check="payload", message=message))
        if done % _REPORT_EVERY == 0 or done == report.payloads:
            tell("payloads", done, report.payloads)


def _damaged_or_fine(captures: DatabaseFile) -> Iterator[str | None]:
    """For each payload its digest where it is damaged, None where it is fine."""
    packer = Packer(captures.connection)
    for digest, coding, body, size_bytes in captures.connection.execute(
        f"SELECT digest, coding, body, size_bytes FROM payloads WHERE coding NOT IN ({ERASED})"
    ):
        try:
            is_fine = payload_digest(packer.unpack(coding, body, size_bytes)) == digest
        except ArchiveCorruptError:
            is_fine = False
        yield None if is_fine else digest
