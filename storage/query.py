"""From terms to what FTS5 understands, and to bounds on columns where the index alone cannot answer.

Words need no column filter: only marks have the signs of marks, and those are taken out of what is typed. Beginnings
do, as every mark begins with a word. Days become marks of days, months and years; a time of day is compared beside
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from newskeep.errors import SearchQueryError
from newskeep.marks import JOINT, author_marks, mark, period_marks
from newskeep.neighbours import Run, is_close, runs_of, words_among
from newskeep.search_terms import (
    TEXT_FIELDS,
    All,
    Any,
    Clock,
    Fact,
    Leave,
    Near,
    Period,
    SearchQuery,
    Term,
    Words,
)
from storage.ids import SEQUENCES
from storage.values import milliseconds, page_text, plain

_NOTHING = f'"none{JOINT}"'
"""No story has this mark."""
_STORY_NEIGHBOURS = {None: "{headline_neighbours neighbours}", "headline": "headline_neighbours"}
_ANY_NEIGHBOURS = "neighbours"
_LAST_WORD = re.compile(r"\w+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The first and the last day of which an archive has stories."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexQuery:
    """What to ask of `stories_fts`.

    `since` and `before` bound `story_facts.moment`, None where the marks in `match` do; `first_id` and `last_id`, both
    included, bound the story's id.
    """

    match: str
    since: str | None = None
    before: str | None = None
    first_id: int | None = None
    last_id: int | None = None


def story_query(query: SearchQuery, days: Days, spelled: Mapping[str, Sequence[str]] | None = None) -> IndexQuery:
    """Turn a query into one for the index of stories. Raises SearchQueryError for what cannot be asked.

    `spelled` are the words to look for in place of beginnings, by what `split_beginning` gives of those.
    """
    periods = [part for part in query.wanted.parts if isinstance(part, Period)]
    published = _common([period for period in periods if period.clock is Clock.PUBLISHED])
    seen = _common([period for period in periods if period.clock is Clock.SEEN])
    wanted = [part for part in query.wanted.parts if not isinstance(part, Period)]
    builder = _Builder(days, spelled)
    parts = [*wanted, published] if builder.marks(published) else wanted
    if all(isinstance(part, Leave) for part in parts):
        # Something must be there to leave out of: the years of all stories.
        parts = [Period(), *parts]
    is_exact = not published.is_of_days
    return IndexQuery(
        match=builder.expression(All(parts=tuple(parts))),
        since=_bound(published.first) if is_exact else None,
        before=_bound(published.until) if is_exact else None,
        first_id=milliseconds(seen.first) * SEQUENCES if seen.first else None,
        last_id=milliseconds(seen.until) * SEQUENCES - 1 if seen.until else None,
    )


def split_beginning(text: str) -> tuple[str, str]:
    """Split a beginning into the whole words before it and the beginning itself, `long har` into `long ` and `har`."""
    found = _LAST_WORD.search(text)
    return (text[: found.start()], found[0]) if found else (text, "")


def teaser_query(query: SearchQuery) -> str:
    """Turn a query into one for the index of teasers, which knows words alone. Raises SearchQueryError for others."""
    return _TeaserBuilder().expression(query.wanted)


class _Builder:
    """Writes FTS5 expressions."""

    def __init__(self, days: Days | None, spelled: Mapping[str, Sequence[str]] | None = None) -> None:
        self._days, self._spelled = days, spelled or {}

    def expression(self, term: Term) -> str:
        match term:
            case Words():
                return self.words(term)
            case Near():
                return self.near(term)
            case Fact():
                return self.fact(term)
            case Period():
                return self.period(term)
            case Any():
                return _joined("OR", map(self.expression, term.parts))
            case All():
                wanted = [self.expression(part) for part in term.parts if not isinstance(part, Leave)]
                left = [self.expression(part.part) for part in term.parts if isinstance(part, Leave)]
                both = _joined("AND", wanted)
                return f"({both} NOT {_joined('OR', left)})" if left else both
            case Leave():
                raise AssertionError("there is nothing to leave it out of")

    def words(self, term: Words) -> str:
        column = self.column(term.field)
        if is_close(term.text):
            return _joined("AND", (self._run(run, term.field) for run in runs_of(term.text)))
        if term.is_beginning:
            before, last = split_beginning(term.text)
            spelled = self._spelled.get(last)
            if spelled is None:
                return f"{column or self.beginnings()} : {_quoted(term.text)} *"
            words = _joined("OR", [_quoted(before + word) for word in spelled])
            return f"{column or self.beginnings()} : {words}" if spelled else words
        return f"{column} : {_quoted(term.text)}" if column else _quoted(term.text)

    def near(self, term: Near) -> str:
        if not is_close(term.parts[0].text):
            parts = " ".join(f"{_quoted(part.text)}{' *' * part.is_beginning}" for part in term.parts)
            columns = f"{self.beginnings()} : " if any(part.is_beginning for part in term.parts) else ""
            return f"{columns}NEAR({parts}, {term.distance})"
        runs = [run for part in term.parts for run in runs_of(part.text)]
        if not all(run.is_close for run in runs):
            return _joined("AND", map(self.words, term.parts))
        parts = " ".join(_phrase(run) for run in runs)
        return f"{self.neighbours(None)} : NEAR({parts}, {term.distance})"

    def fact(self, term: Fact) -> str:
        # `mark` gives one word, and the tokenizer leaves it one.
        words = author_marks(term.value) if term.name == "author" else [mark(term.name, term.value)]
        return f"{_quoted(' '.join(words) or _NOTHING)}{' *' * term.is_beginning}"

    def marks(self, period: Period) -> list[str]:
        """The marks of a period's days, as far as there are stories; none where it holds all of them."""
        assert self._days is not None
        first = max(self._days.first, period.first.date()) if period.first else self._days.first
        last = min(self._days.last, _last_day(period.until)) if period.until else self._days.last
        if (first, last) == (self._days.first, self._days.last):
            return []
        # Beyond the last story nothing can be wrong, so whole months and years will do.
        return period_marks(
            first if first > self._days.first else first.replace(month=1, day=1),
            last if last < self._days.last else last.replace(month=12, day=31),
        ) or [_NOTHING]

    def period(self, term: Period) -> str:
        if term.clock is Clock.SEEN:
            message = "seen: cannot stand beside OR or be left out; write it once, by itself"
            raise SearchQueryError(message, operation="search")
        assert self._days is not None
        years = period_marks(self._days.first.replace(month=1, day=1), self._days.last.replace(month=12, day=31))
        return _joined("OR", map(_quoted, self.marks(term) or years))

    def column(self, field: str | None) -> str | None:
        return TEXT_FIELDS[field] if field else None

    def neighbours(self, field: str | None) -> str:
        return _STORY_NEIGHBOURS.get(field, _ANY_NEIGHBOURS)

    def beginnings(self) -> str:
        return "- marks"

    def _run(self, run: Run, field: str | None) -> str:
        columns = self.neighbours(field)
        if not run.is_close:
            column = self.column(field)
            # A word may stand alone in the text, or among characters that part no words.
            return f"{{{column} {columns.strip('{}')}}} : {_quoted(run.text)}" if column else _quoted(run.text)
        together = f"{columns} : {_phrase(run)}"
        pieces = words_among(run)
        if len(pieces) == 1:
            return together
        apart = (self._run(piece, field) for text in pieces for piece in runs_of(text))
        return _joined("OR", (together, _joined("AND", apart)))


class _TeaserBuilder(_Builder):
    """As for stories, but for `teasers_fts`."""

    def __init__(self) -> None:
        super().__init__(None)

    def fact(self, term: Fact) -> str:
        raise SearchQueryError(f"teasers are searched by their words; leave out {term.name}:", operation="search")

    def period(self, term: Period) -> str:
        raise SearchQueryError("teasers are searched by their words; leave out times", operation="search")

    def column(self, field: str | None) -> str | None:
        if field == "text":
            raise SearchQueryError("teasers have no text; leave out text:", operation="search")
        return "caption" if field == "caption" else field

    def neighbours(self, field: str | None) -> str:
        return _ANY_NEIGHBOURS

    def beginnings(self) -> str:
        return "{headline standfirst caption heading neighbours}"


def _common(periods: list[Period]) -> Period:
    """The time that lies in all of these periods."""
    firsts = [period.first for period in periods if period.first is not None]
    ends = [period.until for period in periods if period.until is not None]
    return Period(first=max(firsts, default=None), until=min(ends, default=None))


def _last_day(until: datetime) -> date:
    utc = until.astimezone(UTC)
    return (utc - timedelta(microseconds=1)).date() if utc > datetime.min.replace(tzinfo=UTC) else date.min


def _bound(at: datetime | None) -> str | None:
    # Without its Z: seconds and milliseconds both sort behind it.
    return page_text(at)[:-1] if at else None


def _phrase(run: Run) -> str:
    return f"{_quoted(' '.join(run.tokens))}{' *' * run.is_beginning}"


def _quoted(text: str) -> str:
    # Inside quotes FTS5 splits by its own tokenizer and knows no operators.
    return '"' + str(plain(text)).replace('"', " ") + '"'


def _joined(word: str, expressions: Iterator[str] | map[str] | list[str] | tuple[str, ...]) -> str:
    found = list(expressions)
    if not found:
        return _NOTHING
    return found[0] if len(found) == 1 else f"({f' {word} '.join(found)})"
