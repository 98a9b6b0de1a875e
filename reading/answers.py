"""What a reader asks for, and what a page answers.

A page is a function from an open archive and an `Ask` to an `Answer`. It runs in a thread of its own, may take its
time, and knows neither Datasette nor HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode

from newskeep.errors import NewskeepError
from newskeep.search_query import read_moment
from storage.archive import Archive

ARGUMENT_LENGTH = 10_000
_MOST_NUMBER = 2**53


class AskError(NewskeepError):
    """What was asked for cannot be understood; the message says what could."""


class NotThereError(NewskeepError):
    """There is no such thing in the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request. `names` come from the path, `args` from the query string; `now` is aware, in UTC.

    `origin` is the scheme and host the reader used, `base` the path Datasette stands under, `/` at the end.
    """

    path: str
    names: Mapping[str, str]
    args: Mapping[str, Sequence[str]]
    origin: str
    base: str
    now: datetime

    def text(self, name: str) -> str | None:
        """A word of the query string without blanks around it; None where it is missing or empty."""
        found = self.args.get(name)
        text = found[0].strip()[:ARGUMENT_LENGTH] if found else ""
        return text or None

    def number(self, name: str, *, least: int = 0, most: int = _MOST_NUMBER) -> int | None:
        """A whole number of path or query string; None where it is missing. Raises AskError."""
        text = self.names.get(name) or self.text(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 16 and least <= int(text) <= most):
            raise AskError(f"{name} should be a whole number from {least} to {most}")
        return int(text)

    def day(self, name: str) -> date | None:
        """A day, `2026-11-22`; None where it is missing. Raises AskError."""
        text = self.names.get(name) or self.text(name)
        if text is None:
            return None
        try:
            day = date.fromisoformat(text)
            day + timedelta(days=1)  # the last day of all has no next
        except (ValueError, OverflowError) as error:
            raise AskError(f"{name} should be a day such as 2026-11-22") from error
        return day

    def moment(self, name: str) -> datetime | None:
        """A day, month or year (its beginning) or a time, UTC unless it says otherwise; None where it is missing.

        Raises AskError.
        """
        text = self.text(name)
        at = None if text is None else read_moment(text)
        if text is not None and at is None:
            raise AskError(f"{name} should be a day such as 2026-11-22, or a time such as 2026-11-22T15:00")
        return at

    def link(self, path: str, **args: object) -> str:
        """An address within the reading room. Arguments that are None or empty are left out."""
        return address(self.base, path, args)

    def absolute(self, path: str, **args: object) -> str:
        """The same with scheme and host, to be copied."""
        return self.origin + self.link(path, **args)


def address(base: str, path: str, args: Mapping[str, object]) -> str:
    """A path under Datasette's own, with a query string of the arguments that say something."""
    given = {name: value for name, value in args.items() if value not in (None, "", False)}
    query = f"?{urlencode(given, doseq=True)}" if given else ""
    return f"{base}{quote(path.lstrip('/'), safe='/:@.~-')}{query}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer for people and programs alike: `data`, a dataclass, is shown by `template` or given as JSON."""

    template: str
    title: str
    data: object
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """The thing stands at another address."""

    location: str
    is_permanent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Bytes as they are: a feed, a download. `filename` makes it one that a browser saves and never shows."""

    body: bytes
    content_type: str
    filename: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Page | Redirect | Raw
PageFunction = Callable[[Archive, Ask], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An address and its page.

    `pattern` is a regular expression of the whole path, its groups become `Ask.names`. A route with `has_json` answers
    at `PATH.json` too, with the same data. `label` puts it into the navigation, at `path`. `action` is a
    permission that is asked for beside that to see the archive.
    """

    pattern: str
    page: PageFunction
    has_json: bool = True
    label: str | None = None
    path: str | None = None
    action: str | None = None
