"""Merging stories that are one, and splitting one that is two: undo of one another, logged, and nothing lost.

Revisions, names, teasers, entries and requests go along. The id of a story that went into another stays a name of that.
What was decided by hand is not undone by rules: a name that was split off is vetoed for the story it was taken from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from newskeep.errors import CaptureMissingError, StoryMissingError
from newskeep.identity import AliasKind, Choice, Rendition, story_id_key
from newskeep.presence import Presence, Sign
from newskeep.revise import Change, Intent
from newskeep.urls import url_key
from storage.boundary import guarded
from storage.captures import CaptureStore
from storage.connection import DatabaseFile
from storage.copies import CopyStore
from storage.drafts import read_draft
from storage.ids import free_id
from storage.marks import refresh_marks
from storage.presence import PresenceStore
from storage.stories import Sighting, StoryStore
from storage.values import Value, read_optional, read_time, row, seen_text


class Decider(StrEnum):
    """Who decided."""

    HAND = "hand"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChange:
    """A merge or split. `other_story_id` is the story that went in or came out, None where only a name went."""

    at: datetime
    action: str
    decided_by: Decider
    reason: str
    story_id: int
    other_story_id: int | None
    alias_key: str | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to come out of a story: under which id, and which names and revisions (old number by id)."""

    story_id: int | None
    source: str
    url: str
    keys: tuple[str, ...]
    revisions: dict[int, int]
    log_id: int | None = None
    presence: str = Presence.PRESENT
    history: tuple[tuple[Value, ...], ...] = ()


class MergeStore:
    """Merges and splits of an archive's stories."""

    def __init__(self, file: DatabaseFile, captures: CaptureStore) -> None:
        self._file = file
        self._run = file.connection.execute
        self._captures = captures
        self._stories, self._copies, self._presence = StoryStore(file), CopyStore(file), PresenceStore(file)

    def merge(self, kept: int, merged: int, *, by: Decider, reason: str, now: datetime) -> None:
        """Make the second story part of the first. StoryMissingError where they are one already."""
        if kept == merged:
            raise StoryMissingError(f"both are story {kept}; a merge needs two", operation="merge stories")
        with self._file.writing("merge stories"):
            # The row first: a query would not tell that the archive cannot be written.
            self._run("UPDATE stories SET url = url WHERE id = ?", (kept,))
            source, url, presence, text, first_at, last_at = self._row(merged)
            keys, revisions = self._keys(merged), self._numbers(merged)
            history = self._run(_SELECT_HISTORY, (merged,)).fetchall()
            moved = {"source": source, "url": url, "presence": presence, "history": history, "keys": keys,
                     "revisions": revisions}  # fmt: skip
            kept_presence = Presence(self._row(kept)[2])
            self._run("UPDATE stories SET first_seen_at = min(first_seen_at, ?) WHERE id = ?", (first_at, kept))
            if Presence(presence).is_there and (not kept_presence.is_there or self._presence.doubts(kept)):
                self._move(kept, url, at=now)
            self._stories.seen(kept, read_time(last_at))
            self._take(merged, kept, revisions, None)
            capture_id = self._run(_FIRST_CAPTURE, (kept,)).fetchone()[0]
            id_alias = (story_id_key(merged), kept, AliasKind.STORY_ID, str(merged), reason, seen_text(now), capture_id)
            self._run("INSERT OR REPLACE INTO aliases VALUES (?, ?, ?, ?, ?, ?, ?)", row(id_alias))
            for left in self._copies.forget(merged, text):
                if left != merged:
                    refresh_marks(self._file.connection, left)
            self._run("DELETE FROM stories WHERE id = ?", (merged,))
            for key in keys:
                self._run("DELETE FROM identity_vetoes WHERE key = ? AND story_id = ?", (key, kept))
            self._stories.settle(kept)
            self._undo("split", kept, merged, now)
            self._log("merge", by, reason, now, kept, merged, None, moved)

    def split(self, story_id: int, name: str, *, by: Decider, reason: str, now: datetime) -> int | None:
        """Take a name out of a story, with the revisions read at it, and give the story they make.

        A name that came with a merge undoes the merge. None where nothing was read at that name: then only the name
        goes. StoryMissingError where it is no name of the story, or where nothing would remain of that.
        """
        with self._file.writing("split a story"):
            self._run("UPDATE stories SET url = url WHERE id = ?", (story_id,))
            key = self._key(story_id, name)
            plan = self._plan(story_id, key)
            if set(plan.revisions) >= set(self._numbers(story_id)):
                message = f"everything known of story {story_id} was read at {name}; nothing would remain of it"
                raise StoryMissingError(message, operation="split a story")
            new_id = self._place(plan) if plan.revisions else None
            if new_id is None:
                self._run("DELETE FROM aliases WHERE key = ?", (key,))
            else:
                self._take(story_id, new_id, plan.revisions, plan.keys, numbers=plan.revisions)
                self._run("DELETE FROM aliases WHERE key = ?", (story_id_key(new_id),))
                self._stories.settle(new_id)
                self._run(_INSERT_RECHECK, row((new_id, plan.source, seen_text(now))))
            for one in plan.keys:
                self._run("INSERT OR REPLACE INTO identity_vetoes VALUES (?, ?, ?, ?)",
                          row((one, story_id, reason, seen_text(now))))  # fmt: skip
            self._own_address(story_id)
            self._stories.settle(story_id)
            if plan.log_id is not None:
                self._run("UPDATE identity_changes SET undone_at = ? WHERE id = ?", (seen_text(now), plan.log_id))
            moved = {"keys": list(plan.keys), "revisions": plan.revisions}
            self._log("split", by, reason, now, story_id, new_id, key, moved)
            return new_id

    @guarded("read merges and splits")
    def history(self, story_id: int) -> tuple[IdentityChange, ...]:
        """Give the merges and splits that a story was part of, oldest first."""
        return tuple(
            IdentityChange(
                at=read_time(at),
                action=action,
                decided_by=Decider(by),
                reason=reason,
                story_id=one,
                other_story_id=other,
                alias_key=key,
                undone_at=read_optional(undone_at),
            )
            for at, action, by, reason, one, other, key, undone_at in self._run(_SELECT_CHANGES, (story_id,))
        )

    @guarded("look up split stories")
    def is_apart(self, one: int, other: int) -> bool:
        """Tell whether two stories were parted by decision, so that no rule may merge them."""
        sql = (
            "SELECT 1 FROM identity_vetoes AS veto JOIN aliases ON aliases.key = veto.key"
            " WHERE (veto.story_id, aliases.story_id) IN (VALUES (?1, ?2), (?2, ?1)) LIMIT 1"
        )
        return self._run(sql, (one, other)).fetchone() is not None

    def _row(self, story_id: int) -> tuple[Any, ...]:
        found = self._run(_SELECT_STORY, (story_id,)).fetchone()
        if found is None:
            raise StoryMissingError(f"there is no story {story_id}", operation="merge stories")
        return tuple(found)

    def _keys(self, story_id: int) -> list[str]:
        sql = "SELECT key FROM aliases WHERE story_id = ? ORDER BY key"
        return [key for (key,) in self._run(sql, (story_id,)).fetchall()]

    def _numbers(self, story_id: int) -> dict[int, int]:
        sql = "SELECT id, number FROM revisions WHERE story_id = ? ORDER BY captured_at, number"
        return dict(self._run(sql, (story_id,)).fetchall())

    def _move(self, story_id: int, url: str, *, at: datetime) -> None:
        """The story is there, at the address of the one that joins it."""
        sign = Sign(presence=Presence.MOVED, at=at, run_id=0, url=url, detail="known by another address", is_proof=True)
        self._presence.observe(story_id, sign)
        self._run("UPDATE stories SET url = ? WHERE id = ?", (url, story_id))

    def _take(
        self,
        giver: int,
        taker: int,
        revisions: Iterable[int],
        keys: Iterable[str] | None,
        *,
        numbers: dict[int, int] | None = None,
    ) -> None:
        """Give revisions and names, with all that hangs on them, to another story; `keys` None gives all names.

        Row by row: a statement that may touch several makes the full-text index write itself out.
        """
        for revision_id in revisions:
            (old,) = self._run("SELECT number FROM revisions WHERE id = ?", (revision_id,)).fetchone()
            number = self._free_number(taker, (numbers or {}).get(revision_id))
            self._run("UPDATE revisions SET story_id = ?, number = ? WHERE id = ?", (taker, number, revision_id))
            pages = self._run("SELECT page FROM revision_pages WHERE story_id = ? AND revision = ?", (giver, old))
            for (page,) in pages.fetchall():
                self._run(_MOVE_PAGE, (taker, number, giver, old, page))
        names = set(self._keys(giver) if keys is None else keys)
        for key in names:
            self._run("UPDATE aliases SET story_id = ? WHERE key = ?", (taker, key))
        for table, row_id, column, address in _HANGING:
            found = self._run(f"SELECT {row_id}, {address} FROM {table} WHERE {column} = ?", (giver,)).fetchall()
            for *ids, url in found:
                if keys is None or _key(url) in names:
                    marks = " AND ".join(f"{name} = ?" for name in row_id.split(", "))
                    self._run(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {marks}", (taker, *ids))

    def _free_number(self, story_id: int, wanted: int | None) -> int:
        sql = "SELECT count(*) FROM revisions WHERE story_id = ? AND number = ?"
        if wanted is not None and not self._run(sql, (story_id, wanted)).fetchone()[0]:
            return wanted
        sql = "SELECT coalesce(max(number), 0) + 1 FROM revisions WHERE story_id = ?"
        return int(self._run(sql, (story_id,)).fetchone()[0])

    def _key(self, story_id: int, name: str) -> str:
        """The key of a story's name, given as key, address or id."""
        text = name.strip()
        keys = [text, story_id_key(int(text))] if text.isdecimal() else [text, _key(text)]
        for key in keys:
            if self._run("SELECT 1 FROM aliases WHERE key = ? AND story_id = ?", (key, story_id)).fetchone():
                return key
        message = f"{name!r} is no name of story {story_id}; `newskeep show {story_id}` lists its names"
        raise StoryMissingError(message, operation="split a story")

    def _plan(self, story_id: int, key: str) -> _Plan:
        source, url, *_ = self._row(story_id)
        for log_id, other, text in self._run(_SELECT_MERGES, (story_id,)).fetchall():
            moved = json.loads(text)
            keys = [one for one in moved["keys"] if one in set(self._keys(story_id))]
            if key in keys or key == story_id_key(other):
                numbers = {int(one): number for one, number in moved["revisions"].items()}
                still = self._numbers(story_id)
                revisions = {one: number for one, number in numbers.items() if one in still}
                later = {one: n for one, n in self._read_at(story_id, set(keys)).items() if one not in numbers}
                history = tuple(map(tuple, moved["history"]))
                return _Plan(
                    other, moved["source"], moved["url"], tuple(keys), revisions | later, log_id, moved["presence"],
                    history,
                )  # fmt: skip
        (value,) = self._run("SELECT value FROM aliases WHERE key = ?", (key,)).fetchone()
        revisions = self._read_at(story_id, {key})
        return _Plan(None, source, value if "://" in value else url, (key,), revisions)

    def _read_at(self, story_id: int, keys: set[str]) -> dict[int, int]:
        """The revisions of a story that were read at one of these addresses; those whose capture is lost are not."""
        found: dict[int, int] = {}
        for revision_id, number, capture_id in self._run(_SELECT_CAPTURES, (story_id,)).fetchall():
            with suppress(CaptureMissingError):
                info = self._captures.info(capture_id)
                if {_key(info.final_url), _key(info.request_url)} & keys:
                    found[revision_id] = number
        return found

    def _place(self, plan: _Plan) -> int:
        """Write the row of the story that comes out, as the newest of its revisions shows it."""
        newest = self._run(_SELECT_NEWEST.format(", ".join("?" * len(plan.revisions))), tuple(plan.revisions))
        found = newest.fetchone()
        first_at = read_time(self._run(
            f"SELECT min(captured_at) FROM revisions WHERE id IN ({', '.join('?' * len(plan.revisions))})",
            tuple(plan.revisions),
        ).fetchone()[0])  # fmt: skip
        sighting = Sighting(
            source=plan.source,
            draft=read_draft(found[0]),
            choice=Choice(story=None, url=plan.url, aliases=(), rejected=(), rivals=(), reason=""),
            capture_id=found[1],
            captured_at=read_time(found[2]),
            payload_digest=found[3],
            extractor_version=found[4],
            memory_version=found[5],
            rendition=Rendition(found[6]),
        )
        new_id = plan.story_id
        if new_id is None or self._run("SELECT 1 FROM stories WHERE id = ?", (new_id,)).fetchone():
            new_id = free_id(self._file.connection, "stories", first_at)
        self._stories.place(new_id, Intent(change=Change.NEW, reason="split off"), sighting)
        self._stories.seen(new_id, first_at)
        self._run("UPDATE stories SET first_seen_at = ?, presence = ? WHERE id = ?",
                  (seen_text(first_at), plan.presence, new_id))  # fmt: skip
        for interval in plan.history:
            self._run(_INSERT_HISTORY, (new_id, *interval))
        return new_id

    def _own_address(self, story_id: int) -> None:
        """Give a story another of its addresses where it lost the one it stood under."""
        (url,) = self._run("SELECT url FROM stories WHERE id = ?", (story_id,)).fetchone()
        owner = self._run("SELECT story_id FROM aliases WHERE key = ?", (_key(url),)).fetchone()
        other = self._run(_SELECT_ADDRESS, (story_id,)).fetchone()
        if (owner is None or owner[0] != story_id) and other is not None:
            self._run("UPDATE stories SET url = ? WHERE id = ?", (other[0], story_id))

    def _undo(self, action: str, story_id: int, other: int, now: datetime) -> None:
        sql = (
            "UPDATE identity_changes SET undone_at = ? WHERE action = ? AND story_id = ? AND other_story_id = ?"
            " AND undone_at IS NULL"
        )
        self._run(sql, (seen_text(now), action, story_id, other))

    def _log(
        self, action: str, by: Decider, reason: str, now: datetime, story_id: int, other: int | None,
        key: str | None, moved: dict[str, Any],
    ) -> None:  # fmt: skip
        values = (seen_text(now), action, by, reason, story_id, other, key, json.dumps(moved, ensure_ascii=False))
        self._run(_INSERT_CHANGE, row(values))


def _key(url: str | None) -> str:
    try:
        return url_key(url) if url else ""
    except ValueError:
        return url or ""


# What hangs on a story by an address: table, its key, the column that names the story, the column of the address.
_HANGING = (
    ("teasers", "id", "page_story_id", "page_url"),
    ("teasers", "id", "target_story_id", "target_url"),
    ("entries", "listing_id, url_key", "story_id", "url"),
    ("requests", "id", "story_id", "url"),
)
_SELECT_STORY = """
SELECT stories.source, url, stories.presence, text, first_seen_at, last_seen_at FROM stories
JOIN story_facts ON story_id = stories.id WHERE stories.id = ?
"""
_SELECT_HISTORY = (
    "SELECT number, presence, first_at, last_at, url, detail FROM presence_changes WHERE story_id = ? ORDER BY number"
)
_INSERT_HISTORY = """
INSERT INTO presence_changes (story_id, number, presence, first_at, last_at, url, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_FIRST_CAPTURE = "SELECT capture_id FROM revisions WHERE story_id = ? ORDER BY captured_at LIMIT 1"
_MOVE_PAGE = "UPDATE revision_pages SET story_id = ?, revision = ? WHERE story_id = ? AND revision = ? AND page = ?"
_SELECT_MERGES = """
SELECT id, other_story_id, moved FROM identity_changes
WHERE story_id = ? AND action = 'merge' AND undone_at IS NULL ORDER BY id DESC
"""
_SELECT_CAPTURES = "SELECT id, number, capture_id FROM revisions WHERE story_id = ? ORDER BY captured_at, number"
_SELECT_NEWEST = (
    "SELECT draft, capture_id, captured_at, payload_digest, extractor_version, memory_version, rendition"
    " FROM revisions WHERE id IN ({}) ORDER BY captured_at DESC, number DESC LIMIT 1"
)
_SELECT_ADDRESS = """
SELECT value FROM aliases WHERE story_id = ? AND kind IN ('canonical', 'final_url', 'request_url')
ORDER BY kind = 'canonical' DESC, kind, first_seen_at LIMIT 1
"""
_SELECT_CHANGES = """
SELECT at, action, decided_by, reason, story_id, other_story_id, alias_key, undone_at FROM identity_changes
WHERE story_id = ?1 OR other_story_id = ?1 ORDER BY id
"""
_INSERT_RECHECK = """
INSERT INTO rechecks (story_id, source, next_check_at, last_check_at) VALUES (?1, ?2, ?3, ?3)
"""
_INSERT_CHANGE = """
INSERT INTO identity_changes (at, action, decided_by, reason, story_id, other_story_id, alias_key, moved)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
