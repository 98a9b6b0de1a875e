"""A source as its owner writes it: one TOML file, whose name is the source's slug.

`parse_source` and `format_source` are each other's inverse. What a key means is said once, in the comments that
`format_source` writes and in `docs/sources.md`. Finding a site's listings is `newskeep.discovery`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from newskeep.errors import SourceError
from newskeep.model import Listing, ListingKind, Manners, PictureRule, Source
from newskeep.strict import StrictTable, format_duration, format_size, one_of, quoted, read_toml, suggestion
from newskeep.urls import host_of, is_fetchable, origin_of, same_site, url_key

LEAST_INTERVAL_SECONDS = 1
MOST_INTERVAL_SECONDS = 366 * 86_400
DEFAULT_INTERVAL_SECONDS = 900

_MIB = 1024 * 1024

_ADAPTIVE = "whether polls follow the rhythm of what is published; false: always the interval"
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FAMILY = re.compile(r"[a-z][a-z0-9_]*")


def parse_source(text: str, *, path: Path, default_interval_seconds: int = DEFAULT_INTERVAL_SECONDS) -> Source:
    """Read a source's file. The slug is the file's name without its ending; the file itself is not touched.

    `default_interval_seconds` is for a source that names none.

    Raises:
        SourceError: something in it is wrong; the message names the file, the dotted key and the nearest right word.
    """
    document = read_toml(text, path=path, error=SourceError)
    source = Source(
        slug=_slug_of(path),
        name=document.required_text("name", str.strip),
        homepage=document.required_text("homepage", _web_address),
        language=document.text("language", _language),
        timezone=document.text("timezone", _timezone),
        enabled=document.flag("enabled") is not False,  # absent means on
        interval_seconds=_interval(document) or default_interval_seconds,
        adaptive=document.flag("adaptive"),
        family=document.text("family", _family),
        render=bool(document.flag("render")),
        story_urls=document.texts("story_urls", _expression) or (),
        not_story_urls=document.texts("not_story_urls", _expression) or (),
        manners=_manners(document.table("manners")),
        pictures=_pictures(document.table("pictures")),
        listings=_listings(document),
    )
    document.finish()
    return source


def format_source(source: Source) -> str:
    """Write a source's file for people to read and change, each key with a word on what it does."""
    lines = [
        "# newskeep calls this source by the name of the file, without .toml.",
        '# Durations: "90 s", "15 m", "2 h", "1 d".',
        "",
        f"name = {quoted(source.name)}",
        f"homepage = {quoted(source.homepage)}",
        *_optional("language", source.language, "of stories that do not say theirs"),
        *_optional("timezone", source.timezone, "of times that come without one"),
        f"enabled = {_flag(source.enabled)}  # false: not polled, nothing is deleted",
        f"interval = {quoted(format_duration(source.interval_seconds))}  # between two polls, until a rhythm is known",
        *([] if source.adaptive is None else [f"adaptive = {_flag(source.adaptive)}  # {_ADAPTIVE}"]),
        *_optional("family", source.family, "read every page as this family's; without it the page decides"),
        *(["render = true  # pages are rendered by a browser; costly"] if source.render else []),
        *_expressions("story_urls", source.story_urls, "Only addresses whose path matches one of these are stories:"),
        *_expressions("not_story_urls", source.not_story_urls, "Addresses whose path matches one of these are none:"),
        *_manners_lines(source.manners),
        *_pictures_lines(source.pictures),
        "",
        f"# Where stories are named. Kinds: {', '.join(ListingKind)}.",
    ]
    explained = "given to stories that do not say theirs"
    for listing in source.listings:
        lines += ["[[listings]]", f"url = {quoted(listing.url)}", f"kind = {quoted(listing.kind)}"]
        if listing.section is not None:
            lines += _optional("section", listing.section, explained)
            explained = ""
        if listing.interval_seconds is not None:
            lines.append(f"interval = {quoted(format_duration(listing.interval_seconds))}")
        lines.append("")
    return "\n".join(lines)


def slug_for(name: str) -> str:
    """Make a slug out of a name or host: `GZERO Média` gives `gzero-media`; `source` where nothing is left."""
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", letters)[:64].strip("-") or "source"


def is_story_url(url: str, source: Source) -> bool:
    """Tell whether the source's own expressions let an address through as a story's; with none given, all pass."""
    path = urlsplit(url).path
    if any(_compiled(pattern).search(path) for pattern in source.not_story_urls):
        return False
    return not source.story_urls or any(_compiled(pattern).search(path) for pattern in source.story_urls)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _slug_of(path: Path) -> str:
    if _SLUG.fullmatch(path.stem) is None:
        raise SourceError(
            f"a source's file is named in lower-case letters, digits and hyphens, such as {slug_for(path.stem)}.toml",
            path=path,
        )
    return path.stem


def _listings(document: StrictTable) -> tuple[Listing, ...]:
    seen: dict[str, str] = {}
    found = []
    for table in document.tables("listings"):
        listing = Listing(
            url=table.required_text("url", _web_address),
            kind=ListingKind(table.required_text("kind", one_of(ListingKind))),
            section=table.text("section", str.strip),
            interval_seconds=_interval(table),
        )
        table.finish()
        # The same feed under http and https, with and without `www.`, would be polled twice for nothing.
        first = seen.setdefault(url_key(listing.url), table.key("url"))
        if first != table.key("url"):
            raise table.problem(f"is the same address as {first}; each listing needs to be there once", "url")
        found.append(listing)
    if not found:
        raise document.problem("is missing: without a [[listings]] no story would ever be found", "listings")
    return tuple(found)


def _manners(table: StrictTable) -> Manners:
    manners = Manners(
        delay_seconds=table.seconds("delay", least=0, most=3_600),
        timeout_seconds=table.seconds("timeout", least=1, most=600),
        obey_robots=table.flag("obey_robots"),
        obey_noarchive=table.flag("obey_noarchive"),
        obey_tdm_reservation=table.flag("obey_tdm_reservation"),
        headers=table.named_texts("headers", _header),
        cookies=table.named_texts("cookies", _cookie),
    )
    table.finish()
    return manners


def _pictures(table: StrictTable) -> PictureRule:
    default = PictureRule()
    keep = table.flag("keep")
    max_bytes = table.size("max_size", least=1024, most=1024 * _MIB)
    quota_bytes = table.size("quota", least=_MIB, most=1024 * 1024 * _MIB)
    table.finish()
    return PictureRule(
        keep=bool(keep),
        max_bytes=default.max_bytes if max_bytes is None else max_bytes,
        quota_bytes=default.quota_bytes if quota_bytes is None else quota_bytes,
    )


def _interval(table: StrictTable) -> int | None:
    return table.whole_seconds("interval", least=LEAST_INTERVAL_SECONDS, most=MOST_INTERVAL_SECONDS)


def _web_address(text: str) -> str:
    if not is_fetchable(text.strip()):
        raise ValueError(f"{quoted(text)} is no web address; write it in full, such as https://news.example/feed.rss")
    if "@" in urlsplit(text.strip()).netloc:
        # Not quoted: it would stand in a log then.
        raise ValueError(
            "holds a log-in, and addresses are written into logs and the archive; send it as a header instead:"
            ' Authorization = "Basic …" under [manners.headers]'
        )
    return text.strip()


def _language(text: str) -> str:
    if _LANGUAGE.fullmatch(text) is None:
        raise ValueError(f'{quoted(text)} is no language; write its tag, such as "en", "de-AT" or "zh-Hant"')
    return text


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder, such as `Europe`
        near = suggestion(text, available_timezones()) if text else ""
        hint = near if near.startswith("; did") else '; write it like "Europe/Vienna"'
        raise ValueError(f"{quoted(text)} is no time zone{hint}") from error
    return text


def _family(text: str) -> str:
    if _FAMILY.fullmatch(text) is None:
        raise ValueError(f'{quoted(text)} is no name of a family of sites, such as "rebelmouse"')
    return text


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{quoted(text)} is no regular expression: {error}") from error
    return text


def _header(name: str, value: str) -> tuple[str, str]:
    if _HEADER_NAME.fullmatch(name) is None:
        raise ValueError(f"{quoted(name)} is no name of an HTTP header")
    if not value.isprintable():
        raise ValueError("a header's value stands on one line, without control characters")
    return name, value


def _cookie(name: str, value: str) -> tuple[str, str]:
    if _HEADER_NAME.fullmatch(name) is None:
        raise ValueError(f"{quoted(name)} is no name of a cookie")
    if not value.isascii() or not value.isprintable() or set(value) & set(' ",;\\'):
        raise ValueError("a cookie's value is plain ASCII, without spaces, quotes, commas, semicolons and backslashes")
    return name, value


def _optional(key: str, value: str | None, comment: str) -> list[str]:
    if value is None:
        return []
    return [f"{key} = {quoted(value)}  # {comment}" if comment else f"{key} = {quoted(value)}"]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _expressions(key: str, values: tuple[str, ...], comment: str) -> list[str]:
    if not values:
        return []
    return ["", f"# {comment}", f"{key} = [", *(f"    {quoted(value)}," for value in values), "]"]


def _manners_lines(manners: Manners) -> list[str]:
    if manners == Manners():
        return []
    lines = ["", "[manners]"]
    if manners.delay_seconds is not None:
        lines.append(f"delay = {quoted(format_duration(manners.delay_seconds))}  # between two requests to one host")
    if manners.timeout_seconds is not None:
        lines.append(f"timeout = {quoted(format_duration(manners.timeout_seconds))}  # for one answer")
    for key in ("obey_robots", "obey_noarchive", "obey_tdm_reservation"):
        value = getattr(manners, key)
        if value is not None:
            lines.append(f"{key} = {_flag(value)}")
    if manners.headers:
        lines += ["", "[manners.headers]  # sent to this source's own hosts"]
        lines += [f"{quoted(name)} = {quoted(value)}" for name, value in manners.headers]
    if manners.cookies:
        lines += ["", "[manners.cookies]  # sent to this source's own hosts"]
        lines += [f"{quoted(name)} = {quoted(value)}" for name, value in manners.cookies]
    return lines


def _pictures_lines(rule: PictureRule) -> list[str]:
    if rule == PictureRule():
        return []
    return [
        "",
        "[pictures]  # the pictures of stories",
        f"keep = {_flag(rule.keep)}  # true: their bytes are kept too",
        f"max_size = {quoted(format_size(rule.max_bytes))}  # of one picture",
        f"quota = {quoted(format_size(rule.quota_bytes))}  # of all that are kept of this source",
    ]


def source_for(url: str, sources: Iterable[Source]) -> Source:
    """The source whose site an address is on, else one made up for its host, which is never polled."""
    for source in sources:
        if same_site(url, source.homepage):
            return source
    host = host_of(url)
    return Source(slug=slug_for(host), name=host, homepage=origin_of(url), listings=(), enabled=False)
