"""Coverage: what each source's requests brought, by day, and what the rules of alarms remember of it.

It is counted from `requests` by their ids, each once, and written together with how far that came (`rounds`): a kill
leaves all of it or nothing. So it costs a crawl nothing, also covers crawls of other processes, and an archive that was
made before gets its past counted at the first look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from newskeep.coverage import COUNTS, Answer, DayCoverage, Reading
from newskeep.fetches import Purpose
from newskeep.outcomes import Outcome
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import read_optional, read_time, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundMark:
    """How far a round of the service came, and when it was last done."""

    name: str
    reached: int
    done_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A listing that is answered from another address, for good; how often in a row, and since when."""

    listing_id: int
    source: str
    listing_url: str
    url: str
    followed_since: datetime
    first_at: datetime
    last_at: datetime
    polls: int


class CoverageStore:
    """The coverage of an archive's sources."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("read the coverage")
    def of(self, source: str, *, since: date | None = None) -> tuple[DayCoverage, ...]:
        """Give a source's days, oldest first; days without a request are left out."""
        sql = f"{_SELECT_DAYS} WHERE source = ? AND day >= ? ORDER BY day"
        return tuple(_day(found) for found in self._run(sql, (source, (since or date.min).isoformat())))

    @guarded("read the coverage")
    def on(self, day: date) -> tuple[DayCoverage, ...]:
        """Give all sources on one day, in order of their slug; those without a request are left out."""
        sql = f"{_SELECT_DAYS} WHERE day = ? ORDER BY source"
        return tuple(_day(found) for found in self._run(sql, (day.isoformat(),)))

    @guarded("read how requests ended")
    def outcomes(self, source: str, *, since: date | None = None) -> dict[date, dict[Outcome, int]]:
        """Give how a source's requests ended, by day, oldest first."""
        days: dict[date, dict[Outcome, int]] = {}
        sql = "SELECT day, outcome, count FROM day_outcomes WHERE source = ? AND day >= ? ORDER BY day, outcome"
        for day, outcome, count in self._run(sql, (source, (since or date.min).isoformat())):
            days.setdefault(date.fromisoformat(day), {})[Outcome(outcome)] = count
        return days

    @guarded("look up new requests")
    def answers(self, after: int, *, limit: int) -> tuple[tuple[Answer, ...], int]:
        """Give live requests after an id, in the order they ended, and the id to go on from.

        Those of imports, of reprocessing and of no source are passed over. Where all requests up to `after` were pruned
        and ids begin anew, it begins anew.
        """
        (last,) = self._run("SELECT coalesce(max(id), 0) FROM requests").fetchone()
        first = after if after <= last else 0
        rows = self._run(_SELECT_ANSWERS, (first, limit)).fetchall()
        answers = tuple(answer for found in rows if (answer := _answer(found)) is not None)
        return answers, (rows[-1][0] if rows else first)

    def add(self, days: Iterable[DayCoverage], answers: Iterable[Answer]) -> None:
        """Add to the coverage of sources and days, and to the counts of their outcomes."""
        counts: dict[tuple[str, str, str], int] = {}
        for answer in answers:
            key = (answer.source, answer.at.date().isoformat(), answer.outcome)
            counts[key] = counts.get(key, 0) + 1
        with self._file.writing("add to the coverage"):
            for one in days:
                values = (one.source, one.day.isoformat(), *(getattr(one, name) for name in COUNTS))
                self._run(_ADD_DAY, row(values))
            for (source, day, outcome), count in sorted(counts.items()):
                self._run(_ADD_OUTCOME, row((source, day, outcome, count)))

    @guarded("read what is remembered of sources")
    def health(self, *, version: int) -> dict[str, str]:
        """Give what the rules remember of each source, as they wrote it; what another version wrote is left out."""
        return dict(self._run("SELECT source, state FROM source_health WHERE version = ?", (version,)).fetchall())

    def remember(self, states: Mapping[str, str], *, version: int) -> None:
        """Write what the rules remember of sources."""
        with self._file.writing("remember how sources do"):
            for source, state in states.items():
                self._run("INSERT OR REPLACE INTO source_health VALUES (?, ?, ?)", row((source, version, state)))

    @guarded("look up a round")
    def mark(self, name: str) -> RoundMark | None:
        """Give how far a round came; None where it was never done."""
        found = self._run("SELECT reached, done_at FROM rounds WHERE name = ?", (name,)).fetchone()
        return found and RoundMark(name=name, reached=found[0], done_at=read_time(found[1]))

    def set_mark(self, name: str, *, reached: int, now: datetime) -> None:
        """Write how far a round came."""
        with self._file.writing("write how far a round came"):
            self._run("INSERT OR REPLACE INTO rounds VALUES (?, ?, ?)", (name, reached, seen_text(now)))

    def follow_move(self, listing_id: int, url: str | None, *, now: datetime) -> None:
        """Write that a listing answered from another address for good, or (None) from its own."""
        with self._file.writing("write that a listing moved"):
            if url is None:
                self._run("DELETE FROM moves WHERE listing_id = ?", (listing_id,))
            else:
                self._run(_ADD_MOVE, row((listing_id, url, seen_text(now))))

    @guarded("look up moves")
    def moves(self) -> tuple[Move, ...]:
        """Give the listings in use that were last answered from another address."""
        return tuple(
            Move(
                listing_id=found[0],
                source=found[1],
                listing_url=found[2],
                url=found[3],
                first_at=read_time(found[4]),
                last_at=read_time(found[5]),
                polls=found[6],
                followed_since=read_time(found[7]),
            )
            for found in self._run(_SELECT_MOVES)
        )

    def forget(self, *, before: date) -> None:
        """Leave out the counts of outcomes of days before; the coverage itself stays."""
        with self._file.writing("forget old counts"):
            self._run("DELETE FROM day_outcomes WHERE day < ?", (before.isoformat(),))


_SELECT_DAYS = f"SELECT source, day, {', '.join(COUNTS)} FROM coverage"
_ADD_DAY = (
    f"INSERT INTO coverage (source, day, {', '.join(COUNTS)}) VALUES (?, ?, {', '.join('?' * len(COUNTS))})"
    f" ON CONFLICT (source, day) DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in COUNTS)}"
)
_ADD_OUTCOME = (
    "INSERT INTO day_outcomes (source, day, outcome, count) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (source, day, outcome) DO UPDATE SET count = count + excluded.count"
)
_ADD_MOVE = (
    "INSERT INTO moves (listing_id, url, first_at, last_at, polls) VALUES (?1, ?2, ?3, ?3, 1)"
    " ON CONFLICT (listing_id) DO UPDATE SET last_at = excluded.last_at, polls = polls + 1, url = excluded.url"
)
_SELECT_MOVES = (
    "SELECT listing_id, source, listings.url, moves.url, first_at, last_at, polls, first_seen_at FROM moves"
    " JOIN listings ON listings.id = listing_id WHERE listings.retired_at IS NULL ORDER BY listing_id"
)
# Only a new story is looked into; its page's teasers are found by the story they stand beside.
_SELECT_ANSWERS = """
SELECT requests.id, requests.source, purpose, outcome, requests.started_at, requests.body_bytes, runs.trigger,
    requests.source IN (SELECT slug FROM sources), stories.headline IS NOT NULL, stories.authors IS NOT NULL,
    stories.published_at, stories.words, (SELECT count(*) FROM teasers WHERE page_story_id = stories.id)
FROM requests CROSS JOIN runs ON runs.id = run_id
LEFT JOIN stories ON stories.id = story_id AND outcome = 'new_story'
WHERE requests.id > ? ORDER BY requests.id LIMIT ?
"""
_PAST = ("import", "reprocess")
"""What triggers runs that ask no server."""


def _answer(found: tuple[Any, ...]) -> Answer | None:
    request_id, source, purpose, outcome, at, body_bytes, trigger, is_source, *story = found
    if trigger in _PAST or not is_source:
        return None
    has_headline, has_authors, published_at, words, teasers = story
    reading = None
    if words is not None:
        reading = Reading(
            has_headline=bool(has_headline),
            has_authors=bool(has_authors),
            published_at=read_optional(published_at),
            words=words,
            teasers=teasers,
        )
    return Answer(
        request_id=request_id,
        source=source,
        purpose=Purpose(purpose),
        outcome=Outcome(outcome),
        at=read_time(at),
        body_bytes=body_bytes or 0,
        reading=reading,
    )


def _day(found: tuple[Any, ...]) -> DayCoverage:
    source, day, *counts = found
    return DayCoverage(source=source, day=date.fromisoformat(day), **dict(zip(COUNTS, counts, strict=True)))


KEEP_OUTCOMES = timedelta(days=400)
"""How long the counts of outcomes by day are kept."""
