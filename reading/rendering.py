"""Templates: an environment of our own, because it is stricter than Datasette's.

Everything is escaped, a name that is missing is an error, and every text that is printed is calmed first
(`reading.hostile`), so that no template can forget it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from newskeep.model import PageDate
from newskeep.snippets import MATCH_END, MATCH_START
from newskeep.text import counted
from reading import figures
from reading.answers import Ask, Page, address
from reading.hostile import calm, web_link

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
_SHORT = 72
_RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "iw", "ur", "yi", "ps", "sd", "ug", "dv", "ckb", "arc", "syr"))
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


class Renderer:
    """Renders pages. `nav` are the labels and paths of the navigation; `template_dir` may hold other templates."""

    def __init__(self, nav: tuple[tuple[str, str], ...], *, title: str, template_dir: str | None = None) -> None:
        folders = [*([template_dir] if template_dir else []), str(FOLDER / "templates")]
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(_FILTERS)
        self._environment.globals.update(figures=figures, nav=nav, site_title=title, static=static_address)

    def render(self, page: Page, ask: Ask, context: Mapping[str, object]) -> str:
        """The page as HTML."""
        names: dict[str, Any] = {
            "page": page.data,
            "title": page.title,
            "ask": ask,
            "link": ask.link,
            "asset": partial(_asset, ask.base),
            **context,
        }
        return self._environment.get_template(f"reading/{page.template}").render(names)


def _asset(base: str, name: str) -> str:
    return address(base, f"/-/newskeep/{name}", {"v": static_digest(name)})


def static_address(base: str, name: str) -> str:
    """The address of a file of `static/`, which changes with what is in it."""
    return _asset(base, name)


@lru_cache(maxsize=64)
def static_digest(name: str) -> str:
    """A few characters that tell this file's content from any other's."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _finalize(value: object) -> object:
    if value is None:
        return ""
    return calm(value) if type(value) is str else value


def count(value: int) -> str:
    """A number for people: `1,234`."""
    return f"{value:,}"


def day(value: datetime | date) -> str:
    """`22 November 2026`."""
    return f"{value.day} {value:%B %Y}"


def weekday(value: datetime | date) -> str:
    """`Sunday 22 November 2026`."""
    return f"{value:%A} {day(value)}"


def moment(value: datetime) -> str:
    """`22 Nov 2026, 15:04`, in UTC."""
    return f"{value.day} {value:%b %Y, %H:%M}"


def clock(value: datetime) -> str:
    """`15:04`."""
    return f"{value:%H:%M}"


def stamp(value: datetime | date) -> str:
    """A time for machines, as `<time datetime>` wants it."""
    return value.isoformat().replace("+00:00", "Z")


def words(value: str | None) -> str:
    """A name of ours in words: `live_blog` is `live blog`."""
    return (value or "").replace("_", " ")


def marked(snippet: str) -> Markup:
    """A snippet with its matches as `<mark>`; all else is escaped."""
    parts = []
    for piece in calm_snippet(snippet).split("\ue000"):
        match, end, rest = piece.partition("\ue001")
        parts.append(Markup("<mark>{}</mark>{}").format(match, rest) if end else escape(match))
    return Markup("").join(parts)


def calm_snippet(snippet: str) -> str:
    """Calm a snippet without losing the marks of its matches, which may be control characters."""
    text = snippet.replace("\ue000", "").replace("\ue001", "")
    return calm(text.replace(MATCH_START, "\ue000").replace(MATCH_END, "\ue001"))


def stated_day(date: PageDate) -> str:
    """The day a page states, in the zone it states it in."""
    return day(date.at + timedelta(minutes=date.offset_minutes or 0))


def stated_local(date: PageDate) -> str:
    """A time in the zone in which a page states it: `17:30 +01:00`."""
    offset = date.offset_minutes or 0
    hours, minutes = divmod(abs(offset), 60)
    return f"{date.at + timedelta(minutes=offset):%H:%M} {'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


def short_address(url: str) -> Markup:
    """An address without its scheme, cut to a length that a line or two can hold, and broken behind its slashes."""
    text = calm(re.sub(r"^https?://(?:www\.)?", "", url))
    text = text if len(text) <= _SHORT else f"{text[: _SHORT // 2]}…{text[-_SHORT // 2 + 1 :]}"
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[/?&-])", text))


def direction(language: str | None) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`."""
    main, _, rest = (language or "").lower().partition("-")
    return "rtl" if main in _RIGHT_TO_LEFT and "latn" not in rest else "ltr"


def edged(text: str) -> tuple[str, str, str]:
    """A text parted into the blanks before it, itself, and the blanks behind it."""
    inner = text.strip()
    before, _, behind = text.partition(inner) if inner else (text, "", "")
    return before, inner, behind


def quoted(text: str) -> str:
    """A text as one value of the query language."""
    return '"' + " ".join(re.sub('["“”„«»]', " ", text).split()) + '"'


def groups(values: Iterable[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Values by one of their fields, groups and values in the order in which they come."""
    found: dict[Any, list[Any]] = {}
    for value in values:
        found.setdefault(getattr(value, name), []).append(value)
    return list(found.items())


def by_day(stories: Iterable[Any]) -> list[list[Any]]:
    """Stories in the order in which they come, those of a day together."""
    return [list(group) for _, group in groupby(stories, key=lambda story: story.moment.date())]


def sentence(text: str) -> str:
    """A clause as a sentence."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def language_tag(text: str | None) -> str:
    """A language as HTML wants it; empty, which means unknown, for what is no tag."""
    return text if text and _LANGUAGE.fullmatch(text) else ""


_FILTERS = {
    "count": count,
    "counted": counted,
    "day": day,
    "weekday": weekday,
    "moment": moment,
    "clock": clock,
    "stamp": stamp,
    "words": words,
    "marked": marked,
    "web_link": web_link,
    "stated_day": stated_day,
    "stated_local": stated_local,
    "short_address": short_address,
    "quoted": quoted,
    "direction": direction,
    "edged": edged,
    "groups": groups,
    "by_day": by_day,
    "sentence": sentence,
    "language_tag": language_tag,
}
