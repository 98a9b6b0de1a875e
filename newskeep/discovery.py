"""The pure part of `newskeep add`: from what a site answered to a source one can follow.

The loop around it, which asks, is the command's: ask `first_leads`, then, for at most three rounds, what `choose_leads`
takes of the `further_leads` of every answer (all in `newskeep.leads`); hand each answer to `judge_answer` and all that
came of it to `propose`. Nothing is ever proposed that did not parse and name stories.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from newskeep.errors import PageError
from newskeep.extract.tree import Page, parse_page
from newskeep.feeds import parse_feed
from newskeep.formats import BodyFormat, sniff, unpacked
from newskeep.fronts import parse_front
from newskeep.leads import Lead
from newskeep.model import Capture, Entry, Listing, ListingKind, ListingPage, Source
from newskeep.sitemaps import parse_sitemap
from newskeep.sources import slug_for
from newskeep.text import comparison_key, fold_space
from newskeep.urls import host_of, is_front_url, origin_of, same_site, url_key

LEAST_ON_A_FRONT = 5
"""A page that names fewer stories is no front worth polling."""

MOST_SAMPLES = 5
_LOW_RANK = 70

_FEED_WORDS = re.compile(
    r"(?:rss2?|feeds?|atom|index|all|main|home|latest|everything|full)(?:\.\w+)?|\w\w", re.IGNORECASE
)
_COMMENTS = re.compile(r"/comments?/|comments?[-_.](?:rss|feed)", re.IGNORECASE)
_AUTHOR = re.compile(r"/(?:authors?|u|users?|people|by|profile|contributors?)/", re.IGNORECASE)
_AUDIO = re.compile(rb"<enclosure\b[^<>]*\btype\s*=\s*[\"']audio/", re.IGNORECASE)
_TITLE_CUTS = re.compile(r"\s+[|–—»:·•-]\s+|\s*[|»]\s*")
_NO_NAME = re.compile(
    r"\W*|(?:the )?(?:home ?page|home|front ?page|start|startseite|accueil|portada|inicio|welcome)", re.I
)
_FEED_TITLE_WORDS = re.compile(r"\s*\b(?:rss|atom|feeds?|latest|all stories|all news)\b\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A listing that was asked, parsed and names stories. `reason` says to people what it is and where it came from.

    A lower `rank` is better; `newest` is the latest time its entries state, None where they state none.
    """

    listing: Listing
    rank: int
    reason: str
    entries: tuple[Entry, ...]
    title: str | None = None
    language: str | None = None
    newest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A listing that would work, and why it is not proposed."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A source to be saved, with the findings it stands on in the order of its listings.

    `sample_urls` are addresses of stories, the best first, to show what the source would bring.
    """

    source: Source
    chosen: tuple[Finding, ...]
    left_out: tuple[LeftOut, ...]
    sample_urls: tuple[str, ...]


def judge_answer(lead: Lead, capture: Capture) -> Finding | None:
    """Say what listing an answer is, None where it is none, cannot be read, or names no story."""
    if not 200 <= capture.status < 300:
        return None
    body = unpacked(capture.body)
    form = sniff(body)
    try:
        if form in (BodyFormat.FEED, BodyFormat.JSON_FEED):
            return _judge_feed(lead, capture, body)
        if form in (BodyFormat.SITEMAP, BodyFormat.SITEMAP_INDEX):
            return _judge_sitemap(lead, capture)
        if form is BodyFormat.HTML:
            return _judge_front(lead, capture)
    except PageError:
        return None
    return None


def propose(url: str, findings: Sequence[Finding], captures: Sequence[Capture]) -> Proposal | None:
    """Put a source together for the site that was known by `url`; None where no listing was found.

    `captures` are all answers; name, language and home page are read from them.

    Raises:
        ValueError: `url` is no web address.
    """
    given = url if "://" in url else f"https://{url}"
    unique = _unique(findings)
    site = _site(unique, given)
    chosen, left_out = _choose(unique, given, site)
    if not chosen:
        return None
    home = _home_page(captures, site)
    homepage = f"{origin_of(site if home is None else home.url)}/"
    name = _name(home, chosen, homepage)
    language = (home.root.get("lang") or None if home is not None else None) or next(
        (one.language for one in chosen if one.language), None
    )
    source = Source(
        slug=slug_for(name),
        name=name,
        homepage=homepage,
        listings=tuple(one.listing for one in chosen),
        language=_language_tag(language),
    )
    samples = [given] if any(_is_story(capture, given) for capture in captures) else []
    samples += [entry.url for one in chosen for entry in one.entries if same_site(entry.url, homepage)]
    return Proposal(
        source=source,
        chosen=tuple(chosen),
        left_out=tuple(left_out),
        sample_urls=tuple(dict.fromkeys(samples))[:MOST_SAMPLES],
    )


def _judge_feed(lead: Lead, capture: Capture, body: bytes) -> Finding | None:
    page = parse_feed(capture)
    path = urlsplit(capture.final_url).path
    if _COMMENTS.search(path) or (page.title or "").lower().startswith("comments on"):
        return _finding(lead, capture, page, rank=90, what="a feed of comments")
    if page.entries and len(_AUDIO.findall(body)) >= len(page.entries):
        return _finding(lead, capture, page, rank=80, what="a podcast's feed")
    if _AUTHOR.search(path):
        return _finding(lead, capture, page, rank=_LOW_RANK, what="an author's feed")
    # `/feeds/feed.rss` and `/en/rss` name the whole site, `/feeds/money.rss` a section.
    parts = [part for part in path.split("/") if part and not _FEED_WORDS.fullmatch(part)]
    if parts:
        return _finding(lead, capture, page, rank=30 + len(parts), what="the feed of a section")
    return _finding(lead, capture, page, rank=10, what="the feed of the whole site")


def _judge_sitemap(lead: Lead, capture: Capture) -> Finding | None:
    page = parse_sitemap(capture, kind=ListingKind.SITEMAP)
    if page.children:
        return _finding(lead, capture, page, rank=65, what="an index of sitemaps")
    # Only the news extension carries headlines.
    if any(entry.headline for entry in page.entries):
        page = parse_sitemap(capture, kind=ListingKind.NEWS_SITEMAP)
        return _finding(lead, capture, page, rank=20, what="the news sitemap")
    return _finding(lead, capture, page, rank=60, what="a sitemap")


def _judge_front(lead: Lead, capture: Capture) -> Finding | None:
    is_home = is_front_url(capture.final_url)
    if not lead.may_be_front or _is_story(capture, capture.final_url):
        return None
    kind = ListingKind.HOME_FRONT if is_home else ListingKind.SECTION_FRONT
    provisional = Source(slug="new", name="new", homepage=f"{origin_of(capture.final_url)}/", listings=())
    page = parse_front(capture, kind=kind, source=provisional)
    if max(len(page.entries), len(page.teasers)) < LEAST_ON_A_FRONT:
        return None
    what = "the home page" if is_home else "a section's front"
    return _finding(lead, capture, page, rank=25 if is_home else 28, what=what)


def _finding(lead: Lead, capture: Capture, page: ListingPage, *, rank: int, what: str) -> Finding | None:
    if not page.entries and not page.children and not page.teasers:
        return None
    times = [date.at for entry in page.entries if (date := entry.published or entry.updated)]
    return Finding(
        listing=Listing(url=capture.final_url, kind=page.kind),
        rank=rank,
        reason=what if lead.reason in what else f"{what}, {lead.reason}",
        entries=page.entries,
        title=page.title,
        language=page.language,
        newest=max(times, default=None),
    )


def _unique(findings: Sequence[Finding]) -> list[Finding]:
    """Each address once, the best first."""
    kept: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda one: (one.rank, -len(one.entries))):
        kept.setdefault(url_key(finding.listing.url), finding)
    return list(kept.values())


def _choose(findings: list[Finding], given: str, site: str) -> tuple[list[Finding], list[LeftOut]]:
    chosen: list[Finding] = []
    left_out: list[LeftOut] = []
    for finding in findings:
        is_wanted = url_key(finding.listing.url) == url_key(given)  # asked for by name
        why = None if is_wanted else _why_not(finding, chosen, site)
        if why is None:
            chosen.append(finding)
        else:
            left_out.append(LeftOut(finding=finding, why=why))
    return chosen, left_out


def _why_not(finding: Finding, chosen: list[Finding], site: str) -> str | None:
    """Why a finding is not to be proposed beside the better ones; None where it is."""
    kinds = {one.listing.kind for one in chosen}
    if finding.rank >= _LOW_RANK:
        return finding.reason.partition(",")[0]
    # A feed service on another host is fine as long as what it names is the site's own.
    foreign = sum(not same_site(entry.url, site) for entry in finding.entries)
    if not same_site(finding.listing.url, site) and foreign * 2 > len(finding.entries):
        return "it names the stories of another site"
    if finding.listing.kind in kinds and finding.listing.kind is not ListingKind.FEED:
        return f"another {finding.listing.kind.replace('_', ' ')} is better"
    if finding.listing.kind is ListingKind.SITEMAP and kinds & {ListingKind.FEED, ListingKind.NEWS_SITEMAP}:
        return "a feed or news sitemap names the same stories sooner"
    if finding.listing.kind is ListingKind.FEED and ListingKind.FEED in kinds:
        whole = next((one for one in chosen if one.listing.kind is ListingKind.FEED and one.rank == 10), None)
        if whole is not None:
            return "the feed of the whole site names its stories too"
    return None


def _is_story(capture: Capture, url: str) -> bool:
    """Tell whether a captured page calls itself a story (Open Graph's `article`) and answers for this address."""
    if url_key(url) not in (url_key(capture.request_url), url_key(capture.final_url)) or is_front_url(
        capture.final_url
    ):
        return False
    page = _page_of(capture)
    return page is not None and (page.meta("og:type") or "").lower().endswith("article")


def _page_of(capture: Capture) -> Page | None:
    if not 200 <= capture.status < 300 or sniff(unpacked(capture.body)) is not BodyFormat.HTML:
        return None
    try:
        return parse_page(capture, None)
    except PageError:
        return None


def _site(findings: list[Finding], given: str) -> str:
    """An address of the site itself, also where what was given is a feed that a service keeps for it."""
    for finding in findings:
        if url_key(finding.listing.url) == url_key(given):
            own = [entry.url for entry in finding.entries if same_site(entry.url, given)]
            if finding.entries and len(own) * 2 < len(finding.entries):
                return finding.entries[0].url
    return given


def _home_page(captures: Sequence[Capture], site: str) -> Page | None:
    for capture in captures:
        if is_front_url(capture.final_url) and same_site(capture.final_url, site):
            page = _page_of(capture)
            if page is not None:
                return page
    return None


def _name(home: Page | None, chosen: list[Finding], homepage: str) -> str:
    host = host_of(homepage).removeprefix("www.")
    if home is not None:
        for meta in ("og:site_name", "application-name"):
            if (name := fold_space(home.meta(meta))) and len(name) <= 60:
                return name
    titles = [one.title for one in chosen if one.title]
    if home is not None and home.title:
        titles.append(home.title)
    parts = [_FEED_TITLE_WORDS.sub(" ", part).strip() for title in titles for part in _TITLE_CUTS.split(title)]
    # The part that stands in the host, too, is the name: `Front page | Harbour Times` of harbourtimes.example.
    letters = re.sub(r"[^a-z0-9]", "", host)
    named = [part for part in parts if len(part) > 2 and not _NO_NAME.fullmatch(part)]
    matching = (part for part in named if comparison_key(part).replace(" ", "") in letters)
    return next(matching, None) or (named[0] if named else host)


def _language_tag(raw: str | None) -> str | None:
    """A language tag in its usual form, None where what stands there is none."""
    tag = (raw or "").strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag) else None
