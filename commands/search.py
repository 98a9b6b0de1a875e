"""`newskeep search`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import click
from rich.text import Text

from commands.homes import home_of
from commands.moments import MOMENT
from commands.screen import console, print_json
from commands.words import WordsCommand, unmarked
from newskeep.errors import UsageError
from storage.archive import Archive
from storage.search import (
    COUNT_CAP,
    MATCH_END,
    MATCH_START,
    Hit,
    Order,
    SearchRequest,
    SearchResult,
    TeaserResult,
)

_MOST_SOURCES, _MOST_COLUMNS = 6, 40
_COLUMNS = " ▁▂▃▄▅▆▇█"


@click.command(cls=WordsCommand)
@click.argument("words", nargs=-1, metavar="QUERY...", callback=unmarked)
@click.option("--source", metavar="SLUG", help="Of one source.")
@click.option("--after", type=MOMENT, help="Published then or later (first seen, where unknown).")
@click.option("--before", type=MOMENT, help="Published before.")
@click.option("--section", help="In one section.")
@click.option("--language", help="In one language, for example `en` or `pt-BR`.")
@click.option("--author", help="By somebody; a part of the name will do.")
@click.option("--newest", is_flag=True, help="The last found first, instead of the best.")
@click.option("--teasers", is_flag=True, help="Teasers instead of stories.")
@click.option("--exact-count", is_flag=True, help=f"Count all, where more than {COUNT_CAP:,} match.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Leave out so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_context
def search(
    ctx: click.Context, /, words: tuple[str, ...], newest: bool, exact_count: bool, as_json: bool, **filters: object
) -> int:
    """Find stories by the words of their headline, standfirst, text and captions, and by what is known of them.

    \b
    newskeep search harbour toll               both words
    newskeep search '"strait toll"' -ferry     a phrase, without a word
    newskeep search 'elect*' OR vote           a beginning, or a word
    newskeep search 'NEAR(toll strait, 5)' headline:harbour
    newskeep search toll source:gzero after:2026-11-01 has:revision
    newskeep search is:gone 'author:"Jane Doe"' --newest

    All fields: headline standfirst text caption; source author section language form tag is has after before on seen.
    Exit code 1 where nothing is found, 2 where there is nothing to look for.
    """
    has_teasers = bool(filters.pop("teasers"))
    order = Order.NEWEST if newest else Order.BEST
    request = SearchRequest(words=" ".join(words), order=order, **filters)  # type: ignore[arg-type]  # click checked them
    with Archive(home_of(ctx).home, read_only=True) as archive:
        if has_teasers:
            return _show_teasers(archive.search.teasers(_without_filters(request)), request, as_json=as_json)
        result = archive.search.stories(request)
        exact = archive.search.count(request) if exact_count else None
    if as_json:
        print_json(_jsonable(result, exact))
    else:
        _print(result, request, exact)
    return int(not result.hits)


def _without_filters(request: SearchRequest) -> SearchRequest:
    names = ("source", "after", "before", "section", "language", "author")
    given = [f"--{name}" for name in names if getattr(request, name) is not None]
    if given:
        raise UsageError(f"teasers are searched by their words; leave out {', '.join(given)}")
    return request


def _show_teasers(result: TeaserResult, request: SearchRequest, *, as_json: bool) -> int:
    if as_json:
        hits = [asdict(hit) | {"snippet": _bracketed(hit.snippet)} for hit in result.hits]
        names = ("count", "is_capped", "order", "hints")
        print_json({**{name: getattr(result, name) for name in names}, "hits": hits})
        return int(not result.hits)
    screen = console()
    for hit in result.hits:
        target = hit.target_headline or hit.target_url or "no target"
        seen = f"{hit.first_seen_at:%Y-%m-%d} to {hit.last_seen_at:%Y-%m-%d}"
        screen.print(_snippet(hit.snippet, indent=""))
        screen.print(Text(f"    {hit.kind} on {hit.page_headline or hit.page_url}, {seen}", style="dim"))
        screen.print(Text(f"    points to {target}", style="dim"))
    _print_hints(result.hints)
    _print_place(result.count, len(result.hits), request, "teasers", is_capped=result.is_capped)
    return int(not result.hits)


def _jsonable(result: SearchResult, exact: int | None) -> dict[str, object]:
    return {
        "count": result.count,
        "is_capped": result.is_capped,
        **({} if exact is None else {"exact_count": exact}),
        "order": result.order,
        "filters": result.filters,
        "hints": result.hints,
        "by_source": dict(result.by_source),
        "by_day": dict(result.by_day),
        "hits": [asdict(hit) | {"snippet": _bracketed(hit.snippet)} for hit in result.hits],
    }


def _bracketed(snippet: str) -> str:
    return snippet.replace(MATCH_START, "[").replace(MATCH_END, "]")


def _print(result: SearchResult, request: SearchRequest, exact: int | None) -> None:
    screen = console()
    for hit in result.hits:
        screen.print(_headline(hit))
        screen.print(_snippet(hit.snippet))
        screen.print(Text(f"    {hit.url}   newskeep show {hit.story_id}", style="dim"))
    _print_hints(result.hints)
    if result.filters:
        screen.print(Text(f"only {'; '.join(result.filters)}", style="dim"))
    if result.count > 1:
        _print_counts(result)
    _print_place(result.count, len(result.hits), request, "stories", is_capped=result.is_capped)
    if result.is_capped:
        step = f"{exact:,} match in all" if exact is not None else "--exact-count counts all"
        screen.print(f"the counts above are over the newest {COUNT_CAP:,}; {step}", style="dim")


def _print_hints(hints: tuple[str, ...]) -> None:
    for hint in hints:
        console().print(Text(hint, style="yellow"))


def _print_counts(result: SearchResult) -> None:
    """One line: how many of which source, and when."""
    shown = [f"{source} {count}" for source, count in result.by_source[:_MOST_SOURCES]]
    if len(result.by_source) > _MOST_SOURCES:
        shown.append(f"{len(result.by_source) - _MOST_SOURCES} more")
    line = Text(", ".join(shown), style="dim")
    if len(result.by_day) > 1:
        line.append(f"   {result.by_day[0][0]} {_sparkline(result.by_day)} {result.by_day[-1][0]}")
    console().print(line)


def _print_place(count: int, shown: int, request: SearchRequest, things: str, *, is_capped: bool) -> None:
    screen = console()
    if is_capped:
        screen.print(f"more than {COUNT_CAP:,} {things} match; these are the newest", style="yellow")
    elif not count:
        screen.print(f"no {'story' if things == 'stories' else 'teaser'} matches")
    elif not shown:
        screen.print(f"there are only {count} {things}; --offset {request.offset} is beyond the last")
    elif count > shown:
        last = request.offset + shown
        more = "; --offset shows more" if last < count else ""
        screen.print(f"{request.offset + 1} to {last} of {count} {things}{more}")


def _sparkline(by_day: Sequence[tuple[str, int]]) -> str:
    """How many there were over time, from the first day to the last, as a row of small columns."""
    days = [(date.fromisoformat(day).toordinal(), count) for day, count in by_day]
    first, span = days[0][0], days[-1][0] - days[0][0] + 1
    columns = [0] * min(_MOST_COLUMNS, span)
    for day, count in days:
        columns[(day - first) * len(columns) // span] += count
    top = max(columns)
    return "".join(_COLUMNS[-(-count * (len(_COLUMNS) - 1) // top)] for count in columns)


def _headline(hit: Hit) -> Text:
    at = hit.published_at or hit.first_seen_at
    revisions = f"{hit.revision_count} revisions" if hit.revision_count > 1 else None
    presence = hit.presence if hit.presence != "present" else None
    parts = (hit.source, hit.section, hit.byline, at.strftime("%Y-%m-%d %H:%M"), revisions, presence)
    line = Text(hit.headline or "(no headline)", style="bold")
    return line.append("  " + " · ".join(part for part in parts if part), style="not bold dim")


def _snippet(snippet: str, *, indent: str = "    ") -> Text:
    """The snippet with its matches marked: by colour on a terminal, by nothing in a file."""
    line = Text(indent)
    for piece in snippet.split(MATCH_START):
        match, end, rest = piece.partition(MATCH_END)
        line.append(match, style="bold yellow" if end else "")
        line.append(rest)
    return line
