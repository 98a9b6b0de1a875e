"""`newskeep search`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.text import Text

from commands.homes import home_of
from commands.screen import console, print_json
from storage.archive import Archive
from storage.search import COUNT_CAP, MATCH_END, MATCH_START, Hit, Order, SearchRequest, SearchResult


class _Moment(click.ParamType[datetime]):
    """A day or a moment in ISO 8601; UTC where no zone is given."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write 2026-11-22 or 2026-11-22T14:30", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="QUERY...")
@click.option("--source", metavar="SLUG", help="Of one source.")
@click.option("--after", type=_Moment(), help="Published then or later (first seen, where unknown).")
@click.option("--before", type=_Moment(), help="Published before.")
@click.option("--section", help="In one section.")
@click.option("--language", help="In one language, for example `en` or `pt-BR`.")
@click.option("--author", help="By somebody; a part of the name will do.")
@click.option("--newest", is_flag=True, help="Newest first, instead of best first.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Leave out so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_context
def search(ctx: click.Context, /, words: tuple[str, ...], newest: bool, as_json: bool, **filters: object) -> int:
    """Find stories by the words of their headline, standfirst, text and captions.

    \b
    newskeep search harbour toll               both words
    newskeep search '"strait toll"' -ferry     a phrase, without a word
    newskeep search 'elect*' OR vote           a beginning, or a word
    newskeep search toll --after 2026-11-01 --source gzero --newest

    Exit code 1 where nothing is found.
    """
    order = Order.NEWEST if newest else Order.BEST
    request = SearchRequest(words=" ".join(words), order=order, **filters)  # type: ignore[arg-type]  # click checked them
    with Archive(home_of(ctx).home, read_only=True) as archive:
        result = archive.search.stories(request)
    if as_json:
        print_json(_jsonable(result))
    else:
        _print(result, request)
    return int(not result.hits)


def _jsonable(result: SearchResult) -> dict[str, object]:
    hits = [asdict(hit) | {"snippet": _bracketed(hit.snippet)} for hit in result.hits]
    return {"count": result.count, "is_capped": result.is_capped, "order": result.order, "hits": hits}


def _bracketed(snippet: str) -> str:
    return snippet.replace(MATCH_START, "[").replace(MATCH_END, "]")


def _print(result: SearchResult, request: SearchRequest) -> None:
    screen = console()
    for hit in result.hits:
        screen.print(_headline(hit))
        screen.print(_snippet(hit.snippet))
        screen.print(Text(f"    {hit.url}   newskeep show {hit.story_id}", style="dim"))
    if result.is_capped:
        screen.print(f"more than {COUNT_CAP} stories match; these are the newest", style="yellow")
    elif not result.count:
        screen.print("no story matches")
    elif result.count > len(result.hits):
        first = request.offset + 1
        screen.print(f"{first} to {request.offset + len(result.hits)} of {result.count} stories; --offset shows more")


def _headline(hit: Hit) -> Text:
    at = hit.published_at or hit.first_seen_at
    parts = (hit.source, hit.section, hit.byline, at.strftime("%Y-%m-%d %H:%M"))
    line = Text(hit.headline or "(no headline)", style="bold")
    return line.append("  " + " · ".join(part for part in parts if part), style="not bold dim")


def _snippet(snippet: str) -> Text:
    """The snippet with its matches marked: by colour on a terminal, by nothing in a file."""
    line = Text("    ")
    for piece in snippet.replace("\n", " ").split(MATCH_START):
        match, end, rest = piece.partition(MATCH_END)
        line.append(match, style="bold yellow" if end else "")
        line.append(rest)
    return line
