"""The language of a search: what somebody typed becomes terms. Whatever is typed has a meaning, or is refused in words.

    harbour toll                all of these words           "strait toll"      words that stand together
    elect*                      a beginning                  -ferry, NOT ferry  left out
    ferry OR boat               one of the two neighbours    (a OR b) c         brackets
    NEAR(a b, 5)                near each other              headline:toll      in one part of the story
    source:gzero section:world author:"Jane Doe" language:en form:live_blog tag:trade is:gone has:revision
    after:2026-01-01 before:2026-02 on:2026-01-15 seen:2026-01-01..2026-01-31

What is no such syntax is searched as words: stray quotes, lone operators, brackets that do not close, fields that do
not exist (with a hint).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial

from newskeep.errors import SearchQueryError
from newskeep.marks import without_signs
from newskeep.neighbours import is_close
from newskeep.search_terms import (
    FACTS,
    POSSESSIONS,
    STATES,
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

MAX_TERMS = 64
_MAX_DEPTH = 16
_MAX_CHARACTERS = 10_000
_DISTANCE, _MAX_DISTANCE = 10, 1000
_PERIODS = ("after", "before", "on", "seen")
_QUOTES = '"“”„«»'
_TOKEN = re.compile(
    rf"""(?P<near>NEAR\([^()]*\))
    | (?P<minus>-(?=[\w(:{_QUOTES}]))?
      (?: (?P<open>\() | (?P<close>\))
        | (?:(?P<field>[A-Za-z]+):(?=[^\s()]))?
          (?: [{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?(?P<star>\*)? | (?P<word>[^\s(){_QUOTES}]+) ) )""",
    re.VERBOSE,
)
_NEAR = re.compile(r"NEAR\((?P<inside>[^()]*?)(?:,\s*(?P<distance>\d{1,6}))?\s*\)")
_ANDS, _ORS = frozenset(("AND", "&", "&&", "+")), frozenset(("OR", "|", "||"))
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_OPERATION = "search"
_NO_NEAR = "NEAR was searched as a word; write NEAR(harbour toll, 5) for words near each other"


def parse_query(typed: str, also: tuple[Term, ...] = ()) -> SearchQuery:
    """Read what somebody typed; `also` are terms that are wanted beside it.

    Raises SearchQueryError where there is nothing to look for.
    """
    text = without_signs(typed[:_MAX_CHARACTERS].replace("\0", " "))
    reader = _Reader()
    terms = reader.read(text)
    wanted = (*also, *terms.wanted)
    if not wanted:
        raise SearchQueryError(_explanation(typed, terms.left_out), operation=_OPERATION)
    left_out = [Leave(part=term) for term in terms.left_out]
    return SearchQuery(wanted=All(parts=(*wanted, *left_out)), hints=tuple(dict.fromkeys(reader.hints)))


def is_searchable(text: str) -> bool:
    """Is there a letter or digit in it? The index holds nothing else."""
    return any(character.isalnum() for character in text) or is_close(text)


@dataclass(slots=True, kw_only=True)
class _Group:
    """What stands between two brackets: terms that are wanted, each an OR of one or more, and those to leave out."""

    wanted: list[Term] = field(default_factory=list)
    left_out: list[Term] = field(default_factory=list)
    joins: bool = False
    negates: bool = False

    def add(self, term: Term, *, is_left_out: bool) -> None:
        if is_left_out is not self.negates:
            self.left_out.append(term)
        elif self.joins:
            last = self.wanted[-1]
            parts = last.parts if isinstance(last, Any) else (last,)
            self.wanted[-1] = Any(parts=(*parts, term))
        else:
            self.wanted.append(term)
        self.joins = self.negates = False


class _Reader:
    """Reads one query, and notes what it read otherwise than it may have been meant."""

    def __init__(self) -> None:
        self.hints: list[str] = []
        self._terms = 0

    def read(self, text: str) -> _Group:
        pieces = list(_TOKEN.finditer(text))
        if not _are_brackets_sound(pieces):
            pieces = [piece for piece in pieces if not (piece["open"] or piece["close"])]
        return self._group(iter(pieces))

    def _group(self, pieces: Iterator[re.Match[str]]) -> _Group:
        group = _Group()
        for piece in pieces:
            word = None if piece["minus"] or piece["field"] else piece["word"]
            if piece["close"]:
                break
            if piece["open"]:
                self._add_inner(group, self._group(pieces), is_left_out=bool(piece["minus"]))
            elif word in _ORS:
                group.joins = bool(group.wanted)
            elif word == "NOT":
                group.negates = True
            elif word not in _ANDS:
                if word == "NEAR":
                    self.hints.append(_NO_NEAR)
                for term in self._counted(self._terms_of(piece)):
                    group.add(term, is_left_out=bool(piece["minus"]))
        return group

    def _add_inner(self, group: _Group, inner: _Group, *, is_left_out: bool) -> None:
        if inner.wanted:
            parts = (*inner.wanted, *(Leave(part=term) for term in inner.left_out))
            group.add(parts[0] if len(parts) == 1 else All(parts=parts), is_left_out=is_left_out)
            return
        for term in inner.left_out:
            group.add(term, is_left_out=not is_left_out)

    def _counted(self, terms: tuple[Term, ...]) -> Iterator[Term]:
        for term in terms:
            self._terms += 1
            if self._terms <= MAX_TERMS:
                yield term
            else:
                self.hints.append(f"only the first {MAX_TERMS} terms are looked for")

    def _terms_of(self, piece: re.Match[str]) -> tuple[Term, ...]:
        if piece["near"]:
            return self._near(piece["near"])
        text, is_beginning = _text_of(piece)
        name = piece["field"]
        if name is None:
            return _words(text, is_beginning=is_beginning)
        known = self._with_field(name.lower(), text, is_beginning=is_beginning)
        return known if known is not None else _words(name) + _words(text, is_beginning=is_beginning)

    def _with_field(self, name: str, text: str, *, is_beginning: bool) -> tuple[Term, ...] | None:
        """The terms of `name:text`; None where it is no field."""
        name = "caption" if name == "captions" else name
        if name in TEXT_FIELDS:
            if name != "headline" and is_close(text):
                self.hints.append(f"{name}: cannot be told from the rest of the text in this script")
            return _words(text, is_beginning=is_beginning, field=name)
        if name in FACTS:
            return self._fact(name, text, is_beginning=is_beginning) if is_searchable(text) else None
        if name in _PERIODS:
            period = read_period(name, text)
            if period is None:
                example = "2026, 2026-11, 2026-11-22 or 2026-11-22T15:00"
                self.hints.append(f"{name}:{text} is no time and was searched as words; write {example}")
            return None if period is None else (period,)
        if not text.startswith("//"):
            known = ", ".join((*TEXT_FIELDS, *FACTS, *_PERIODS))
            self.hints.append(f"there is no field {name}: and it was searched as words; there are {known}")
        return None

    def _fact(self, name: str, text: str, *, is_beginning: bool) -> tuple[Term, ...] | None:
        known = {"is": STATES, "has": POSSESSIONS}.get(name)
        if known is None:
            return (Fact(name=name, value=text, is_beginning=is_beginning),)
        value = text.lower().replace("-", "_").removesuffix("s")
        if value not in known:
            self.hints.append(f"{name}:{text} is not known and was searched as words; there are {', '.join(known)}")
            return None
        return (Fact(name=name, value=value),)

    def _near(self, typed: str) -> tuple[Term, ...]:
        found = _NEAR.fullmatch(typed)
        inside = found["inside"] if found else typed
        distance = int(found["distance"]) if found and found["distance"] else _DISTANCE
        pieces = [_text_of(piece) for piece in _TOKEN.finditer(inside) if not piece["close"]]
        parts = [part for text, star in pieces for part in _words(text, is_beginning=star)]
        if len(parts) < 2 or len(parts) > MAX_TERMS:
            return tuple(parts)
        if len({is_close(part.text) for part in parts}) > 1:
            self.hints.append("words of different scripts cannot be searched near each other; all of them were")
            return tuple(parts)
        return (Near(parts=tuple(parts), distance=min(distance, _MAX_DISTANCE)),)


def read_period(name: str, text: str) -> Period | None:
    """Read the value of `after:`, `before:`, `on:` or `seen:`; None where it is no time.

    A day, month or year stands for all of it: `after:2026` begins with 2026, `before:2026` ends before it. The other
    two take a range as well, open at one end or at none: `on:2026-01..2026-03`.
    """
    if name in ("after", "before"):
        span = _span(text)
        if span is None:
            return None
        return Period(first=span[0]) if name == "after" else Period(until=span[0])
    begin, dots, end = text.partition("..")
    spans = [_span(part) if part else (None, None) for part in ((begin, end) if dots else (begin, begin))]
    if spans[0] is None or spans[1] is None or not (begin or end):
        return None
    clock = Clock.SEEN if name == "seen" else Clock.PUBLISHED
    return Period(first=spans[0][0], until=spans[1][1], clock=clock)


def read_moment(text: str) -> datetime | None:
    """Read a time by itself: the first moment of a day, month or year, or a time of day, in UTC; None where it is none.

    What has no zone is UTC.
    """
    span = _span(text)
    return span[0] if span else None


def _span(text: str) -> tuple[datetime, datetime | None] | None:
    """The moments from which and before which a day, month, year or minute lasts."""
    try:
        whole = _DAY.fullmatch(text)
        if whole is None:
            at = datetime.fromisoformat(text)
            at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
            return at, at + timedelta(minutes=1)
        year, month, day = (int(part) if part else None for part in whole.groups())
        start = date(year or 0, month or 1, day or 1)
        return _midnight(start), _after(start, has_month=month is not None, has_day=day is not None)
    except (ValueError, OverflowError):
        return None


def _after(start: date, *, has_month: bool, has_day: bool) -> datetime | None:
    try:
        if has_day:
            return _midnight(start + timedelta(days=1))
        if has_month and start.month < 12:
            return _midnight(start.replace(month=start.month + 1))
        return _midnight(date(start.year + 1, 1, 1))
    except (ValueError, OverflowError):
        return None


_midnight = partial(datetime.combine, time=datetime.min.time(), tzinfo=UTC)


def _are_brackets_sound(pieces: list[re.Match[str]]) -> bool:
    depth = 0
    for piece in pieces:
        depth += bool(piece["open"]) - bool(piece["close"])
        if not 0 <= depth <= _MAX_DEPTH:
            return False
    return depth == 0


def _text_of(piece: re.Match[str]) -> tuple[str, bool]:
    """What is to be looked for, and whether it is a beginning."""
    if piece["word"] is None:
        return piece["phrase"] or "", bool(piece["star"])
    word = piece["word"]
    return word.rstrip("*"), word.endswith("*")


def _words(text: str, *, is_beginning: bool = False, field: str | None = None) -> tuple[Words, ...]:
    if not is_searchable(text):
        return ()
    return (Words(text=" ".join(text.split()), is_beginning=is_beginning, field=field),)


def _explanation(typed: str, left_out: list[Term]) -> str:
    if left_out:
        return "only words to leave out are given; add one to look for"
    shown = " ".join(typed.split())[:80]
    return f"there is no word to look for in {shown!r}" if shown else "there is nothing to look for; give a word"
