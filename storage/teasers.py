"""Teasers: which page promoted which story, in which slot and words, first and last seen.

One row for each page and target; a story's AMP form is a page of its own, and a teaser without a target is known by its
block's heading and its words. Meeting it again moves `last_seen_at` and writes nothing else but where it stood then. A
target that is not archived yet is linked when its story arrives (`storage.stories`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from newskeep.digests import teaser_digest
from newskeep.model import Teaser
from newskeep.neighbours import neighbours
from newskeep.urls import url_key
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.news_schema import INDEX_TEASER
from storage.values import Value, row, seen_text

_DIGEST = re.compile(r"\d+:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """The page that shows teasers: a story's, or a listing's. Exactly one of the two ids is set.

    `page_url` is the address in normal form: together with the story it says which page it is.
    """

    page_url: str
    capture_id: int
    seen_at: datetime
    story_id: int | None = None
    listing_id: int | None = None


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
        by_identity = each_once(teasers)
        if not by_identity:
            return 0
        with self._file.writing("save teasers"):
            known = self._known(carrier)
            new = [item for item in by_identity.items() if item[0] not in known]
            self._insert(carrier, new)
            for identity, teaser in by_identity.items():
                if identity in known:
                    self._meet_again(known[identity], carrier, teaser)
        return len(new)

    @guarded("compare teasers")
    def compare(self, carrier: Carrier, teasers: Iterable[Teaser]) -> Mending:
        """Say what `mend` would do."""
        found = each_once(teasers)
        last_seen_here = self._last_seen_at(carrier)
        known = self._known(carrier)
        return Mending(
            added=frozenset(found.keys() - known.keys()),
            reworded=frozenset(
                identity
                for identity, (_, words) in last_seen_here.items()
                if identity in found and _mended(carrier, identity, found[identity]) != words
            ),
            dropped=frozenset(last_seen_here.keys() - found.keys()),
        )

    def mend(self, carrier: Carrier, teasers: Iterable[Teaser]) -> Mending:
        """Write a story page's teasers as a new reading of its capture has them, and say what that changed.

        Of those last seen in this very capture, what the reading does not find goes, and the others get its words.
        """
        found = each_once(teasers)
        with self._file.writing("mend teasers"):
            mending = self.compare(carrier, found.values())
            here = self._last_seen_at(carrier)
            # One row by its id at a time: more would make the full-text index write itself out.
            for identity in sorted(mending.dropped):
                self._run("DELETE FROM teasers WHERE id = ?", (here[identity][0],))
            for identity in sorted(mending.reworded):
                self._run(_MEND, (*_mended(carrier, identity, found[identity]), here[identity][0]))
            self.save(carrier, found.values())
        return mending

    def _last_seen_at(self, carrier: Carrier) -> dict[str, tuple[int, tuple[Value, ...]]]:
        """The page's teasers that were last seen in this capture, by identity: id and the columns of `_MENDED`."""
        sql = f"SELECT identity, id, {', '.join(_MENDED)} FROM teasers WHERE page_story_id = ? AND capture_id = ?"
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

    def _insert(self, carrier: Carrier, new: Iterable[tuple[str, Teaser]]) -> None:
        # Numbered here, so that all of a page's are two statements instead of twenty.
        (last,) = self._run("SELECT coalesce(max(id), 0) FROM teasers").fetchone()
        rows, indexed, at = [], [], seen_text(carrier.seen_at)
        for teaser_id, (identity, teaser) in enumerate(new, last + 1):
            caption = teaser.picture.caption if teaser.picture else None
            words = (teaser.headline, teaser.standfirst, caption, teaser.heading)
            near = neighbours(words)
            rows.append(row((teaser_id, *_columns(carrier, at, identity, teaser), near)))
            indexed.append(row((teaser_id, *words, near)))
        self._file.connection.executemany(_INSERT, rows)
        self._file.connection.executemany(INDEX_TEASER, indexed)

    def _meet_again(self, known: tuple[int, str, str], carrier: Carrier, teaser: Teaser) -> None:
        # One row by its id at a time: an update that may touch several makes the full-text index write itself out.
        teaser_id, first, last = known
        at = seen_text(carrier.seen_at)
        if at > last:
            self._run(_MOVE, (at, teaser.slot, teaser.block, carrier.capture_id, teaser_id))
        elif at < first:
            self._run("UPDATE teasers SET first_seen_at = ? WHERE id = ?", (at, teaser_id))


def teaser_identity(teaser: Teaser) -> str:
    """Give what tells a page's teasers apart: the key of the target, else the digest of heading and words."""
    return _target_key(teaser) or teaser_digest(teaser)


def each_once(teasers: Iterable[Teaser]) -> dict[str, Teaser]:
    """Give a page's teasers by identity; what the first lacks of one target is taken from the next."""
    kept: dict[str, Teaser] = {}
    for teaser in teasers:
        identity = teaser_identity(teaser)
        first = kept.get(identity)
        kept[identity] = teaser if first is None else _completed(first, teaser)
    return kept


def _completed(first: Teaser, second: Teaser) -> Teaser:
    return replace(
        first,
        headline=first.headline or second.headline,
        kicker=first.kicker or second.kicker,
        standfirst=first.standfirst or second.standfirst,
        picture=first.picture or second.picture,
    )


def _target_key(teaser: Teaser) -> str | None:
    return _key(teaser.target_url) if teaser.target_url else None


# The pages of a site promote the same stories, so most targets have just been seen.
@lru_cache(maxsize=4096)
def _key(url: str) -> str | None:
    try:
        return url_key(url)
    except ValueError:
        return None


def _has_target(identity: str) -> bool:
    """Is this identity the key of a target? A digest is a number, a colon and hex digits."""
    return _DIGEST.fullmatch(identity) is None


def _mended(carrier: Carrier, identity: str, teaser: Teaser) -> tuple[Value, ...]:
    """The values of `_MENDED`."""
    shown = dict(zip(_COLUMNS, _columns(carrier, "", identity, teaser), strict=False))
    caption = teaser.picture.caption if teaser.picture else None
    near = neighbours((teaser.headline, teaser.standfirst, caption, teaser.heading))
    return row((*(shown[column] for column in _MENDED[:-1]), near))


def _columns(carrier: Carrier, at: str, identity: str, teaser: Teaser) -> tuple[Value, ...]:
    picture = teaser.picture
    key = identity if _has_target(identity) else None
    of_picture = (picture.url, picture.alt, picture.caption, picture.credit) if picture else (None, None, None, None)
    return (
        carrier.story_id, carrier.listing_id, teaser.kind, teaser.heading, teaser.headline, teaser.standfirst,
        teaser.kicker, teaser.slot, teaser.block, at, at, teaser.target_url, carrier.page_url, *of_picture, key,
        identity, carrier.capture_id, key,
    )  # fmt: skip


_COLUMNS = (
    "page_story_id", "listing_id", "kind", "heading", "headline", "standfirst", "kicker", "slot", "block",
    "first_seen_at", "last_seen_at", "target_url", "page_url", "picture_url", "picture_alt", "caption", "credit",
    "target_key", "identity", "capture_id", "target_story_id",
)  # fmt: skip
"""The columns that `_columns` gives; for the last one, the key under which the target is known."""
_MENDED = (
    "kind", "heading", "headline", "standfirst", "kicker", "slot", "block", "target_url", "picture_url", "picture_alt",
    "caption", "credit", "neighbours",
)  # fmt: skip
_INSERT = f"""
INSERT INTO teasers (id, {", ".join(_COLUMNS)}, neighbours)
VALUES ({", ".join("?" * len(_COLUMNS))}, (SELECT story_id FROM aliases WHERE key = ?), ?)
"""
_MEND = f"UPDATE teasers SET {', '.join(f'{column} = ?' for column in _MENDED)} WHERE id = ?"
_MOVE = "UPDATE teasers SET last_seen_at = ?, slot = ?, block = ?, capture_id = ? WHERE id = ?"
