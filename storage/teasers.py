"""Teasers: which page promoted which story, in which slot and words, first and last seen.

One row for each page and target; a story's AMP form is a page of its own, and a teaser without a target is known by its
block's heading and its words. Meeting it again moves `last_seen_at` and writes nothing else but where it stood then. A
target that is not archived yet is linked when its story arrives (`storage.stories`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from newskeep.model import Teaser
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.news_schema import INDEX_TEASER
from storage.prepared import TEASER_COLUMNS, PreparedTeaser, prepare_teasers
from storage.values import Value, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """The page that shows teasers: a story's, or a listing's. Exactly one of the two ids is set.

    `page_url` is the address in normal form: together with the story it says which page it is. `is_new` says that no
    teaser of the page can be known, because its story has just been written.
    """

    page_url: str
    capture_id: int
    seen_at: datetime
    story_id: int | None = None
    listing_id: int | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """Which of a page's teasers, by identity, a new reading adds, words otherwise and takes away."""

    added: frozenset[str] = frozenset()
    reworded: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()


class TeaserStore:
    """The teasers of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    def save(self, carrier: Carrier, teasers: Iterable[Teaser]) -> int:
        """Write a page's teasers; gives how many of them are new."""
        return self.save_prepared(carrier, prepare_teasers(teasers))

    def save_prepared(self, carrier: Carrier, teasers: Sequence[PreparedTeaser]) -> int:
        """As `save`, for teasers from `prepare_teasers`."""
        if not teasers:
            return 0
        with self._file.writing("save teasers"):
            known = {} if carrier.is_new else self._known(carrier)
            new = [teaser for teaser in teasers if teaser.identity not in known]
            self._insert(carrier, new)
            for teaser in teasers:
                if teaser.identity in known:
                    self._meet_again(known[teaser.identity], carrier, teaser)
        return len(new)

    @guarded("compare teasers")
    def compare(self, carrier: Carrier, teasers: Iterable[Teaser]) -> Mending:
        """Say what `mend` would do."""
        return self._mending(carrier, _by_identity(teasers))

    def mend(self, carrier: Carrier, teasers: Iterable[Teaser]) -> Mending:
        """Write a story page's teasers as a new reading of its capture has them, and say what that changed.

        Of those last seen in this very capture, what the reading does not find goes, and the others get its words.
        """
        found = _by_identity(teasers)
        with self._file.writing("mend teasers"):
            mending = self._mending(carrier, found)
            here = self._last_seen_at(carrier)
            # One row by its id at a time: more would make the full-text index write itself out.
            for identity in sorted(mending.dropped):
                self._run("DELETE FROM teasers WHERE id = ?", (here[identity][0],))
            for identity in sorted(mending.reworded):
                self._run(_MEND, (*found[identity].columns, here[identity][0]))
            self.save_prepared(carrier, tuple(found.values()))
        return mending

    def _mending(self, carrier: Carrier, found: Mapping[str, PreparedTeaser]) -> Mending:
        last_seen_here = self._last_seen_at(carrier)
        known = self._known(carrier)
        return Mending(
            added=frozenset(found.keys() - known.keys()),
            reworded=frozenset(
                identity
                for identity, (_, words) in last_seen_here.items()
                if identity in found and found[identity].columns != words
            ),
            dropped=frozenset(last_seen_here.keys() - found.keys()),
        )

    def _last_seen_at(self, carrier: Carrier) -> dict[str, tuple[int, tuple[Value, ...]]]:
        """The page's teasers last seen in this capture, by identity: id and the columns of `TEASER_COLUMNS`."""
        sql = (
            f"SELECT identity, id, {', '.join(TEASER_COLUMNS)} FROM teasers WHERE page_story_id = ? AND capture_id = ?"
        )
        rows = self._run(f"{sql} AND page_url = ?", row((carrier.story_id, carrier.capture_id, carrier.page_url)))
        return {identity: (teaser_id, tuple(words)) for identity, teaser_id, *words in rows}

    def keep_only(self, story_id: int, page_url: str) -> None:
        """Leave out a story's teasers from other forms of its page: its own page has taken over."""
        with self._file.writing("leave out teasers of another form of a page"):
            sql = "SELECT id FROM teasers WHERE page_story_id = ? AND page_url <> ?"
            for (teaser_id,) in self._run(sql, row((story_id, page_url))).fetchall():
                self._run("DELETE FROM teasers WHERE id = ?", (teaser_id,))

    def _known(self, carrier: Carrier) -> dict[str, tuple[int, str, str]]:
        """The page's teasers by identity: id, first and last seen."""
        select = "SELECT identity, id, first_seen_at, last_seen_at FROM teasers"
        if carrier.story_id is None:
            rows = self._run(f"{select} WHERE listing_id = ?", (carrier.listing_id,))
        else:
            values = row((carrier.story_id, carrier.page_url))
            rows = self._run(f"{select} WHERE page_story_id = ? AND page_url = ?", values)
        return {identity: (teaser_id, first, last) for identity, teaser_id, first, last in rows}

    def _insert(self, carrier: Carrier, new: Sequence[PreparedTeaser]) -> None:
        # Numbered here, so that all of a page's are two statements instead of twenty.
        (last,) = self._run("SELECT coalesce(max(id), 0) FROM teasers").fetchone()
        at = seen_text(carrier.seen_at)
        own = row((carrier.story_id, carrier.listing_id, at, at, carrier.page_url, carrier.capture_id))
        numbered = list(enumerate(new, last + 1))
        rows = [(number, *own, teaser.identity, teaser.key, *teaser.columns) for number, teaser in numbered]
        self._file.connection.executemany(_INSERT, rows)
        indexed = [(number, *_INDEXED(teaser.columns)) for number, teaser in numbered]
        self._file.connection.executemany(INDEX_TEASER, indexed)

    def _meet_again(self, known: tuple[int, str, str], carrier: Carrier, teaser: PreparedTeaser) -> None:
        # One row by its id at a time: an update that may touch several makes the full-text index write itself out.
        teaser_id, first, last = known
        at = seen_text(carrier.seen_at)
        if at > last:
            self._run(_MOVE, (at, *_PLACE(teaser.columns), carrier.capture_id, teaser_id))
        elif at < first:
            self._run("UPDATE teasers SET first_seen_at = ? WHERE id = ?", (at, teaser_id))


def _by_identity(teasers: Iterable[Teaser]) -> dict[str, PreparedTeaser]:
    return {teaser.identity: teaser for teaser in prepare_teasers(teasers)}


_INSERTED = (
    "id", "page_story_id", "listing_id", "first_seen_at", "last_seen_at", "page_url", "capture_id", "identity",
    "target_key", *TEASER_COLUMNS,
)  # fmt: skip
_INSERT = f"""
INSERT INTO teasers ({", ".join(_INSERTED)}, target_story_id)
VALUES ({", ".join("?" * len(_INSERTED))}, (SELECT story_id FROM aliases WHERE key = ?9))
"""
_INDEXED = itemgetter(*map(TEASER_COLUMNS.index, ("headline", "standfirst", "caption", "heading", "neighbours")))
_PLACE = itemgetter(TEASER_COLUMNS.index("slot"), TEASER_COLUMNS.index("block"))
_MEND = f"UPDATE teasers SET {', '.join(f'{column} = ?' for column in TEASER_COLUMNS)} WHERE id = ?"
_MOVE = "UPDATE teasers SET last_seen_at = ?, slot = ?, block = ?, capture_id = ? WHERE id = ?"
