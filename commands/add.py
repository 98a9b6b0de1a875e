"""`newskeep add`: from any address of a site to a source that is followed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from commands.homes import home_of
from commands.screen import configure_logging, console, print_json, progress
from config import Config
from newskeep.discovery import Finding, Proposal, judge_answer, propose
from newskeep.errors import PageError, UsageError
from newskeep.extract.page import extract_page
from newskeep.fetches import Fetch
from newskeep.leads import Lead, choose_leads, first_leads, further_leads
from newskeep.model import Capture, ExtractedPage, Manners, PageKind, Source
from newskeep.sources import format_source
from newskeep.urls import host_of, origin_of
from newsroom import look

_ROUNDS = 3
_MOST_REQUESTS = 25
_SHOWN_TEASERS = 5


@dataclass(slots=True)
class _Search:
    """What was asked and found so far."""

    captures: list[Capture] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failures: list[Fetch] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)


@click.command()
@click.argument("url")
@click.option("--slug", help="Short name of the source [default: from its name].")
@click.option("--name", help="Name of the source [default: as the site calls itself].")
@click.option("--yes", is_flag=True, help="Save without asking.")
@click.option("--dry-run", is_flag=True, help="Show what was found, save nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document; needs --yes or --dry-run.")
@click.pass_context
def add(
    ctx: click.Context, url: str, slug: str | None, name: str | None, yes: bool, dry_run: bool, as_json: bool
) -> int:
    """Follow a site. URL is any address of it: home page, section, feed, sitemap or story.

    \b
    newskeep add https://www.example.org
    newskeep add --yes https://www.example.org/feeds/politics.rss
    """
    if as_json and not (yes or dry_run):
        raise UsageError("--json asks no questions: give --yes or --dry-run with it")
    config = home_of(ctx)
    configure_logging("error")
    try:
        leads = first_leads(url)
    except ValueError as error:
        raise UsageError(str(error)) from error
    search, proposal, sample = asyncio.run(_find(config, url, leads))
    if proposal is None:
        raise UsageError(_why_nothing(url, search))
    source = _named(proposal.source, slug, name)
    path = config.sources_path / f"{source.slug}.toml"
    if as_json:
        print_json(_as_json(proposal, source, path))
    else:
        _show(proposal, source, sample, console())
    if dry_run:
        return 0
    if path.exists():
        raise UsageError(f"{path} is there already; choose another --slug, or edit that file")
    if not yes and not click.confirm(f"Save as {path}?", default=True):
        return 1
    _save(path, source)
    if not as_json:
        click.echo(f"saved {path}; `newskeep crawl {source.slug}` polls it now")
    return 0


async def _find(
    config: Config, url: str, leads: tuple[Lead, ...]
) -> tuple[_Search, Proposal | None, ExtractedPage | None]:
    search = _Search()
    visitor = _visitor(leads[0].url)
    with progress("looking for listings", _ROUNDS) as bar:
        for _ in range(_ROUNDS):
            wanted = choose_leads(leads, search.asked, limit=_MOST_REQUESTS - len(search.asked))
            if not wanted:
                break
            leads = await _ask(config, visitor, search, wanted)
            bar.advance(bar.task_ids[0])
    proposal = propose(url, search.findings, search.captures)
    sample = None if proposal is None else await _sample(config, proposal, search)
    return search, proposal, sample


async def _ask(config: Config, visitor: Source, search: _Search, wanted: tuple[Lead, ...]) -> tuple[Lead, ...]:
    """Ask addresses, judge the answers, and give what they point to."""
    search.asked.update(lead.url for lead in wanted)
    by_url = {lead.url: lead for lead in wanted}
    leads: list[Lead] = []
    for fetch in await look(config, visitor, list(by_url)):
        if fetch.capture is None:
            search.failures.append(fetch)
            continue
        search.captures.append(fetch.capture)
        finding = judge_answer(by_url[fetch.ask.url], fetch.capture)
        if finding is not None:
            search.findings.append(finding)
        leads += further_leads(fetch.capture)
    return tuple(leads)


async def _sample(config: Config, proposal: Proposal, search: _Search) -> ExtractedPage | None:
    """One story of the site, split; None where none of the samples can be had."""
    known = {capture.request_url: capture for capture in search.captures}
    for url in proposal.sample_urls[:2]:
        capture = known.get(url)
        if capture is None:
            fetches = await look(config, proposal.source, [url])
            capture = next((fetch.capture for fetch in fetches if fetch.outcome is None), None)
        if capture is None:
            continue
        try:
            page = extract_page(capture, proposal.source)
        except PageError:
            continue
        if page.kind is PageKind.STORY:
            return page
    return None


def _visitor(url: str) -> Source:
    """A source for the time of looking: it asks one after the other, without the pause that following needs."""
    host = host_of(url)
    manners = Manners(delay_seconds=0.2)
    return Source(slug="visitor", name=host, homepage=origin_of(url), listings=(), manners=manners)


def _named(source: Source, slug: str | None, name: str | None) -> Source:
    return replace(source, slug=slug or source.slug, name=name or source.name)


def _save(path: Path, source: Source) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(format_source(source), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _why_nothing(url: str, search: _Search) -> str:
    if not search.captures and search.failures:
        first = search.failures[0]
        return f"{url} cannot be reached: {first.outcome}, {first.detail}"
    return (
        f"no feed, sitemap or front was found from {url} in {len(search.asked)} requests;"
        " give the address of a feed, or write a source by hand (docs/sources.md)"
    )


def _show(proposal: Proposal, source: Source, sample: ExtractedPage | None, screen: Console) -> None:
    screen.print(Text(source.name, style="bold").append(f"  {source.homepage}  {source.language or ''}", style="dim"))
    for finding in proposal.chosen:
        line = Text(f"  {finding.listing.kind:<14} {finding.listing.url}")
        screen.print(line.append(f"  {len(finding.entries)} stories; {finding.reason}", style="dim"))
    for left in proposal.left_out:
        screen.print(Text(f"  left out       {left.finding.listing.url}  {left.why}", style="dim"))
    if sample is None or sample.main is None:
        screen.print(Text("no story could be read as a sample", style="yellow"))
        return
    story = sample.main
    screen.print()
    screen.print(
        Text("One of its stories: ", style="dim").append(story.headline or "(no headline)", style="not dim bold")
    )
    facts = (", ".join(story.authors), f"{story.published.at:%Y-%m-%d %H:%M} UTC" if story.published else None,
             story.section, f"{len(story.blocks)} blocks", f"{len(story.pictures)} pictures")  # fmt: skip
    screen.print(Text("  " + " · ".join(fact for fact in facts if fact), style="dim"))
    if story.blocks:
        screen.print(Text(f"  {story.blocks[0].text[:200]}"))
    screen.print(Text(f"and {len(sample.teasers)} teasers beside it", style="dim"))
    for teaser in sample.teasers[:_SHOWN_TEASERS]:
        line = Text(f"  {teaser.headline or teaser.standfirst or teaser.target_url or ''}"[:120])
        screen.print(line.append(f"  {teaser.heading or teaser.kind}", style="dim"))
    screen.print()


def _as_json(proposal: Proposal, source: Source, path: Path) -> dict[str, object]:
    return {
        "slug": source.slug,
        "name": source.name,
        "homepage": source.homepage,
        "language": source.language,
        "path": str(path),
        "listings": [
            {"url": one.listing.url, "kind": one.listing.kind, "stories": len(one.entries), "reason": one.reason}
            for one in proposal.chosen
        ],
        "left_out": [{"url": one.finding.listing.url, "why": one.why} for one in proposal.left_out],
        "sample_urls": proposal.sample_urls,
    }
