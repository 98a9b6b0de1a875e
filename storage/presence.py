"""Where stories stand at their addresses, and since when: intervals of what was seen, and doubts not believed yet.

The rules are `newskeep.presence`. A story that always answered has no row here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from newskeep.identity import AliasKind
from newskeep.presence import Doubt, Presence, Sign, Verdict, judge
from newskeep.urls import url_key
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.marks import refresh_marks
from storage.values import optional_text, read_optional, read_time, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A time in which a story was seen to stand so. `last_at` None: until the story was last seen."""

    presence: Presence
    first_at: datetime
    last_at: datetime | None
    url: str
    detail: str | None


class PresenceStore:
    """The presence of an archive's stories."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    def observe(self, story_id: int, sign: Sign) -> Verdict:
        """Write what an answer of a story's address means, and give how the story stands now.

        An answer older than the last change or doubt (an import) changes nothing. To be called before the answer is
        written as seen: `last_seen_at` still ends the interval before.
        """
        with self._file.writing("write how a story stands"):
            (text,) = self._run("SELECT presence FROM stories WHERE id = ?", (story_id,)).fetchone()
            known, doubts = Presence(text), self.doubts(story_id)
            if sign.presence is known is Presence.PRESENT and not doubts:
                return Verdict(presence=known)
            if self._is_late(story_id, doubts, sign.at):
                return Verdict(presence=known, doubts=doubts)
            verdict = judge(known, doubts, sign)
            if verdict.doubts != doubts:
                self._write_doubts(story_id, verdict.doubts, sign)
            if verdict.since is not None:
                self._begin(story_id, known, sign, since=verdict.since)
            elif sign.presence is known and not known.is_there:
                sql = "UPDATE presence_changes SET last_at = ?1 WHERE story_id = ?2 AND number = ?3 AND last_at < ?1"
                self._run(sql, (seen_text(sign.at), story_id, self._last_number(story_id)))
            return verdict

    @guarded("read how a story stood")
    def history(self, story_id: int) -> tuple[Interval, ...]:
        """Give the intervals of a story, oldest first; none for one that always answered."""
        sql = "SELECT presence, first_at, last_at, url, detail FROM presence_changes WHERE story_id = ? ORDER BY number"
        return tuple(
            Interval(
                presence=Presence(presence),
                first_at=read_time(first_at),
                last_at=read_optional(last_at),
                url=url,
                detail=detail,
            )
            for presence, first_at, last_at, url, detail in self._run(sql, (story_id,))
        )

    @guarded("read the doubts about a story")
    def doubts(self, story_id: int) -> tuple[Doubt, ...]:
        """Give the failures of a story's address that are not believed yet."""
        sql = "SELECT presence, first_at, last_at, runs, run_id FROM presence_doubts WHERE story_id = ? ORDER BY 1"
        return tuple(
            Doubt(
                presence=Presence(presence),
                first_at=read_time(first_at),
                last_at=read_time(last_at),
                runs=runs,
                run_id=run_id,
            )
            for presence, first_at, last_at, runs, run_id in self._run(sql, (story_id,))
        )

    @guarded("look up how a story stands")
    def fails(self, story_id: int) -> bool:
        """Tell whether a story's address does not show it, or there is a doubt that it does."""
        (presence,) = self._run("SELECT presence FROM stories WHERE id = ?", (story_id,)).fetchone()
        return not Presence(presence).is_there or bool(self.doubts(story_id))

    @guarded("look up the story at an address")
    def story_at(self, url: str) -> int | None:
        """Give the story whose own address this is; None where it is no story's, or merely another name of one."""
        try:
            key = url_key(url)
        except ValueError:
            return None
        found = self._run(_STORY_AT, (key,)).fetchone()
        return found[0] if found is not None and url_key(found[1]) == key else None

    @guarded("look up a story's addresses")
    def other_address(self, story_id: int, url: str) -> str | None:
        """Give the address, other than this one, at which the story answered first most recently; None for none."""
        found = self._run(_OTHER_ADDRESS, row((story_id, AliasKind.FINAL_URL, url_key(url)))).fetchone()
        return found[0] if found else None

    def _is_late(self, story_id: int, doubts: Iterable[Doubt], at: datetime) -> bool:
        sql = "SELECT max(first_at), max(last_at) FROM presence_changes WHERE story_id = ?"
        times = [text for text in self._run(sql, (story_id,)).fetchone() if text]
        newest = max([*times, *(seen_text(doubt.last_at) for doubt in doubts)], default="")
        return seen_text(at) < newest

    def _write_doubts(self, story_id: int, doubts: Iterable[Doubt], sign: Sign) -> None:
        self._run("DELETE FROM presence_doubts WHERE story_id = ?", (story_id,))
        for doubt in doubts:
            detail = sign.detail if doubt.presence is sign.presence else None
            times = (seen_text(doubt.first_at), seen_text(doubt.last_at))
            self._run(_INSERT_DOUBT, row((story_id, doubt.presence, *times, doubt.runs, doubt.run_id, detail)))

    def _begin(self, story_id: int, known: Presence, sign: Sign, *, since: datetime) -> None:
        number = self._last_number(story_id)
        if number == 0:
            self._run(_INSERT_FIRST, row((known, story_id)))
            number = 1
        elif known.is_there:
            self._run(_CLOSE, (story_id, number))
        last_at = None if sign.presence.is_there else sign.at
        values = (story_id, number + 1, sign.presence, seen_text(since), optional_text(last_at), sign.url, sign.detail)
        self._run(_INSERT_CHANGE, row(values))
        self._run("UPDATE stories SET presence = ? WHERE id = ?", (sign.presence, story_id))
        refresh_marks(self._file.connection, story_id)

    def _last_number(self, story_id: int) -> int:
        sql = "SELECT coalesce(max(number), 0) FROM presence_changes WHERE story_id = ?"
        return int(self._run(sql, (story_id,)).fetchone()[0])


_STORY_AT = "SELECT stories.id, stories.url FROM aliases JOIN stories ON stories.id = aliases.story_id WHERE key = ?"
_OTHER_ADDRESS = """
SELECT value FROM aliases WHERE story_id = ? AND kind = ? AND key <> ? ORDER BY first_seen_at DESC, key LIMIT 1
"""
_INSERT_DOUBT = """
INSERT INTO presence_doubts (story_id, presence, first_at, last_at, runs, run_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_FIRST = """
INSERT INTO presence_changes (story_id, number, presence, first_at, last_at, url)
SELECT stories.id, 1, ?1, first_seen_at, last_seen_at, url FROM stories
JOIN story_facts ON story_facts.story_id = stories.id WHERE stories.id = ?2
"""
_CLOSE = """
UPDATE presence_changes SET last_at = max(first_at, (SELECT last_seen_at FROM story_facts WHERE story_id = ?1))
WHERE story_id = ?1 AND number = ?2
"""
_INSERT_CHANGE = """
INSERT INTO presence_changes (story_id, number, presence, first_at, last_at, url, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
