"""When a story was published and last changed: every date a page gives, and which of them is believed.

Rank: what the page declares of the story, then of itself, then what it prints, then its scripts, then its address. A
date after the capture is nobody's. A bare day gives way to a time of day on the same day from a lower rank, and a time
without a zone to the same time with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from newskeep.dates import date_in_url, format_date, parse_date
from newskeep.extract.lines import line_of
from newskeep.extract.printed import Line, Printed, is_of_another
from newskeep.extract.structured import Structured, as_text
from newskeep.extract.tree import Page
from newskeep.model import PageDate, Precision
from newskeep.month_names import MONTHS
from newskeep.text import fold_marks, word_set

_PUBLISHED_METAS = (
    "article:published_time",
    "og:article:published_time",
    "http://ogp.me/ns/article#published_time",
    "og:published_time",
    "article:published",
    "article.published",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publication-date",
    "date.issued",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dc.created",
    "article_date_original",
    "originalpublicationdate",
    "citation_publication_date",
    "citation_date",
    "dc.date",
    "dcterms.date",
    "rbpubdate",
    "sailthru.date",
    "displaydate",
    "date",
)
_MODIFIED_METAS = (
    "article:modified_time",
    "og:article:modified_time",
    "http://ogp.me/ns/article#modified_time",
    "og:updated_time",
    "og:modified_time",
    "article:modified",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "lastmod",
    "last-modified",
    "revision_date",
    "article.updated",
    "updated_time",
)
_SCRIPT_DATE = re.compile(
    r"""["'](?:datePublished|date_published|publishedAt|published_at|publishDate|publish_date|publishedDate|firstPublished"""
    r"""|firstPublishedAt|first_published_at|publicationDate|publication_date|publishedTime|published_time|pubDate"""
    r"""|publishTime|displayDate|first_publication_date)["']\s*:\s*["']?([\w:.+\- ]{8,40})"""
)
_SCRIPT_MODIFIED = re.compile(
    r"""["'](?:dateModified|modifiedAt|updatedAt|lastModified)["']\s*:\s*["']([\w:.+\- ]{8,40})"""
)
# A script without any of these holds no date of that kind; looking for plain words is many times as fast.
_PUBLISHED_WORDS = ("ublish", "ublicat", "pubDate", "displayDate")
_MODIFIED_WORDS = ("dateModified", "modifiedAt", "updatedAt", "lastModified")
_UPDATED = re.compile(
    r"updat|modif|aktualis|geändert|stand\b|actualiz|aggiorn|mis à jour|atualiz|bijgewerkt|opdater|oppdater|uppdater|"
    r"päivitetty|güncel|обновл|оновл|更新|수정|diperbarui|last edited|zuletzt",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[:.h][0-5]\d(?!\d)")
_MINUTES = r"\d{1,3}[ -]?min(?:s|utes?|uten?|uti|utos?|uter)?\b\.?"
_READING = r"(?:read(?:ing time)?|lesezeit|de lecture|de lectura|di lettura|de leitura|leestijd|lästid|lesetid|okuma)"
_READING_BEHIND = re.compile(
    r"[\s•·|,;(–-]*(?:(?:lesezeit|lesedauer|reading time|temps de lecture|tiempo de lectura|tempo di lettura"
    rf"|tempo de leitura|leestijd|lästid|lesetid|czas czytania|okuma süresi)\b.*|\b{_MINUTES}(?:\s+{_READING}\b.*)?)$",
    re.IGNORECASE,
)
_READING_BEFORE = re.compile(rf"^{_MINUTES}(?:\s+{_READING})?(?:\s*[•·|,–-]\s*|\s+(?=\d))", re.IGNORECASE)
_FIRST_DIGIT = re.compile(r"\d")
_DATE_LABELS = word_set(
    "date datum fecha data published veroffentlicht erschienen publie publicado pubblicato tarih publisert дата"
)
_DATE_NAMES = re.compile(r"date|time|publish|datum|fecha|posted|tarih")
_ENOUGH_PRINTED = 4
_LONGEST_SCANNED = 400_000
# A time without a zone may lie in any of them.
_ZONE_SLACK = timedelta(hours=14)
_CLOCK_SLACK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDates:
    """What a page says of its times: the chosen two, and all that were read."""

    published: PageDate | None
    modified: PageDate | None
    all_published: tuple[PageDate, ...]
    all_modified: tuple[PageDate, ...]


def read_dates(
    page: Page, structured: Structured, *, captured_at: datetime | None, language: str | None, printed: Printed
) -> PageDates:
    """Read and rank a page's dates; `captured_at` is the time none of them can be after (None: unknown).
    `printed` gives the lines in which a date may be printed.
    """
    reader = _Reader(page, captured_at, language)
    published = reader.parsed(_declared_published(page, structured))
    modified = reader.parsed(_declared_modified(page, structured))
    if not any(date.precision is not Precision.DAY for date in published):
        _add_printed(reader, printed, published, modified)
    if not published:
        published += reader.parsed(_in_scripts(page, _SCRIPT_DATE, _PUBLISHED_WORDS))
    if not modified:
        modified += reader.parsed(_in_scripts(page, _SCRIPT_MODIFIED, _MODIFIED_WORDS)) if not published else []
    if not published:
        in_url = date_in_url(page.url)
        published += [in_url] if in_url is not None and reader.is_past(in_url) else []
    return PageDates(
        published=_choose(published),
        modified=_choose(modified),
        all_published=tuple(published),
        all_modified=tuple(modified),
    )


def language_hint(language: str | None, url: str) -> str | None:
    """A page's language, with its country where that decides the order of day and month (English in Britain)."""
    if language is None or language.lower() != "en":
        return language
    ending = (urlsplit(url).hostname or "").rpartition(".")[2]
    return f"en-{ending}" if len(ending) == 2 and ending not in ("us", "co", "io", "tv", "me", "ai", "eu") else language


def tidy_dateline(line: str | None, *, language: str | None) -> str | None:
    """A printed dateline; None where it holds neither a date nor a time of day (a reading time, a label alone)."""
    line = without_reading_time(line) if line else None
    if not line or _FIRST_DIGIT.search(line) is None:
        return None
    if _TIME_OF_DAY.search(line) or parse_date(line, origin="", timezone=None, language=language) is not None:
        return line
    # A day without its year, a month without its day.
    return line if any(fold_marks(word).strip(".") in MONTHS for word in line.split()) else None


def without_reading_time(line: str) -> str:
    """Cut how long a text takes to read off a line's end or beginning: `11:26 • 5 min read`."""
    return _READING_BEHIND.sub("", _READING_BEFORE.sub("", line)).strip(" |•·–-")


class _Reader:
    """Parses one page's dates in its language and its source's time zone."""

    def __init__(self, page: Page, captured_at: datetime | None, language: str | None) -> None:
        self._latest = captured_at
        self._timezone = page.source.timezone if page.source is not None else None
        self._language = language_hint(language, page.url)

    def parsed(self, found: Iterable[tuple[str, str]]) -> list[PageDate]:
        """Parse (text, origin) pairs; what is no date, or lies after the capture, is left out."""
        dates: list[PageDate] = []
        for text, origin in found:
            date = parse_date(text, origin=origin, timezone=self._timezone, language=self._language)
            if date is not None and self.is_past(date) and len(dates) < 20:
                dates.append(date)
        return dates

    def is_past(self, date: PageDate) -> bool:
        if self._latest is None:
            return True
        slack = _CLOCK_SLACK if date.offset_minutes is not None else _ZONE_SLACK
        return date.at <= self._latest + slack


def _declared_published(page: Page, structured: Structured) -> Iterator[tuple[str, str]]:
    for thing, place in ((structured.story, structured.origin), (structured.page, "json-ld page")):
        for field in ("datePublished", "uploadDate", "dateCreated"):
            text = as_text(thing.get(field)) if thing is not None else ""
            if text:
                yield text, f"{place} {field}"
        if place != "json-ld page":
            yield from _metas(page, _PUBLISHED_METAS)
    yield from _marked_times(page, "datePublished", "pubdate")


def _declared_modified(page: Page, structured: Structured) -> Iterator[tuple[str, str]]:
    for thing, place in ((structured.story, structured.origin), (structured.page, "json-ld page")):
        text = as_text(thing.get("dateModified")) if thing is not None else ""
        if text:
            yield text, f"{place} dateModified"
        if place != "json-ld page":
            yield from _metas(page, _MODIFIED_METAS)
    yield from _marked_times(page, "dateModified", "updated")


def _metas(page: Page, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        for value in page.metas.get(name, ())[:2]:
            if value:
                yield value, name


def _marked_times(page: Page, property_name: str, attribute: str) -> Iterator[tuple[str, str]]:
    """`time` elements that are marked as the one or the other date."""
    for element in page.times[:60]:
        marks = f"{element.get('itemprop') or ''} {element.get('class') or ''}".split()
        if (property_name in marks or attribute in marks or element.get(attribute) is not None) and (
            not is_of_another(element)
        ):
            yield element.get("datetime") or line_of(element), f"time {property_name}"


def _add_printed(reader: _Reader, printed: Printed, published: list[PageDate], modified: list[PageDate]) -> None:
    """Add what the page prints: behind a label, around the headline, and only then anywhere."""
    published += reader.parsed((text, "printed date") for text in printed.labelled(_DATE_LABELS))
    if not published:
        changed = _add_lines(reader, _dated(printed.header, printed), published)
        if not published and not changed:
            changed = _add_lines(reader, printed.named(_DATE_NAMES), published)
        modified += changed
        # A page that prints only when it was changed still tells when it was there.
        published += changed if not published else []
    elif published[0].precision is Precision.DAY:
        _add_lines(reader, _dated(printed.header, printed), published)


def _dated(lines: list[Line], printed: Printed) -> Iterator[Line]:
    for line in lines:
        is_dated = line.element.tag == "time" or _FIRST_DIGIT.search(line.text) is not None
        if is_dated and printed.is_own(line.element):
            yield line


def _add_lines(reader: _Reader, lines: Iterator[Line], published: list[PageDate]) -> list[PageDate]:
    """Add the dates of lines, no more than a few; those beside a word for a change are returned instead."""
    changed: list[PageDate] = []
    for element, text in lines:
        if len(published) >= _ENOUGH_PRINTED:
            break
        stated = element.get("datetime") if element.tag == "time" else None
        digit = _FIRST_DIGIT.search(text)
        label = _UPDATED.search(text) if digit else None
        if label is None or digit is None or label.start() < digit.start():
            dates = reader.parsed([(stated or text, "time" if stated else "printed date")])
            (published if label is None else changed).extend(dates)
        else:
            # "5 April 2025, updated 6 April": what stands before the word was not changed.
            published += reader.parsed([(stated or text[: label.start()], "time" if stated else "printed date")])
            changed += reader.parsed([(text[label.start() :], "printed date")])
    return changed


def _in_scripts(page: Page, pattern: re.Pattern[str], words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    left = _LONGEST_SCANNED
    for script in (*page.json_scripts, *page.scripts):
        match = pattern.search(script.text, 0, left) if any(map(script.text.__contains__, words)) else None
        if match:
            yield match[1], "script"
            return
        left -= len(script.text)
        if left <= 0:
            return


def _choose(dates: list[PageDate]) -> PageDate | None:
    """The first date, unless a later one says the same more exactly."""
    if not dates:
        return None
    first = dates[0]
    for other in dates[1:]:
        if first.precision is Precision.DAY and other.precision is not Precision.DAY and _is_same_day(first, other):
            return other
        is_zoneless = first.offset_minutes is None and other.offset_minutes is not None
        if is_zoneless and first.precision is not Precision.DAY and _is_same_local_minute(first, other):
            return other
    return first


def _is_same_day(day: PageDate, moment: PageDate) -> bool:
    wanted = format_date(day)[:10]
    return format_date(moment)[:10] == wanted or moment.at.date().isoformat() == wanted


def _is_same_local_minute(first: PageDate, other: PageDate) -> bool:
    return format_date(first)[:16] == format_date(other)[:16] or first.at == other.at
