"""Following a site by any of its addresses: where to look, what the answers are worth, what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from newskeep.discovery import Finding, Proposal, judge_answer, propose
from newskeep.leads import Lead, choose_leads, first_leads, further_leads
from newskeep.model import Capture, ListingKind
from tests.newskeep.captures import answer

HOST = "https://news.example"
SLUGS = ("harbour-tolls-rise", "quay-to-be-mended", "ferry-runs-again", "council-votes-late", "museum-opens-doors")
MORE = ("river-rises-slowly", "old-mill-for-sale")


def feed(*links: str, title: str = "Harbour Times", rest: str = "", channel: str = "<language>en</language>") -> str:
    items = "".join(
        f"<item><title>{link}</title><link>{link}</link><pubDate>Fri, 28 Feb 2025 10:30:00 GMT</pubDate>{rest}</item>"
        for link in links
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{channel}{items}</channel></rss>"


def stories(prefix: str = f"{HOST}/town/") -> tuple[str, ...]:
    return tuple(prefix + slug for slug in SLUGS)


def front(*, head: str = "", extra: str = "") -> str:
    cards = "".join(
        f"""<article class="card"><a href="/town/{slug}"><img src="/media/{slug}.jpg" alt="A quay"></a>
        <h2><a href="/town/{slug}">{slug.replace("-", " ").capitalize()} after a long night</a></h2>
        <p>The council met until morning, and the harbour master spoke last.</p></article>"""
        for slug in (*SLUGS, *MORE)
    )
    return f"""<!doctype html><html lang="en-GB"><head><title>Front page | Harbour Times</title>{head}</head><body>
    <nav><a href="/town">Town</a><a href="/money">Money</a></nav><main>{cards}</main>{extra}</body></html>"""


STORY = """<!doctype html><html lang="en"><head><title>Tolls | Harbour Times</title><meta property="og:type"
content="article"></head><body><h1>Tolls rise</h1><p>Text.</p></body></html>"""
NEWS = "<urlset>{}</urlset>".format(
    "".join(f"<url><loc>{link}</loc><n:news><n:title>T</n:title></n:news></url>" for link in stories())
)
SITEMAP = "<urlset>{}</urlset>".format("".join(f"<url><loc>{link}</loc></url>" for link in stories()))
DECLARED = '<link rel="alternate" type="application/rss+xml" title="All" href="/feeds/feed.rss">'


def follow(url: str, site: Mapping[str, str]) -> tuple[Proposal | None, list[str]]:
    """The loop of the command on a site of canned answers; also gives what was asked, in order."""
    asked: list[str] = []
    captures: list[Capture] = []
    findings: list[Finding] = []
    leads: list[Lead] = list(first_leads(url))
    for _ in range(3):
        for lead in choose_leads(leads, asked, limit=25 - len(asked)):
            asked.append(lead.url)
            body = site.get(lead.url)
            capture = answer(body or "<title>Not found</title>", lead.url, status=200 if body else 404)
            captures.append(capture)
            leads += further_leads(capture)
            finding = judge_answer(lead, capture)
            findings += [finding] if finding else []
    return propose(url, findings, captures), asked


def proposed(url: str, site: Mapping[str, str]) -> Proposal:
    proposal, _ = follow(url, site)
    assert proposal is not None
    return proposal


def listings(proposal: Proposal) -> list[tuple[str, ListingKind]]:
    return [(listing.url.removeprefix(HOST), listing.kind) for listing in proposal.source.listings]


SITE = {
    f"{HOST}/": front(head=DECLARED + '<meta property="og:site_name" content="The Harbour Times">'),
    f"{HOST}/robots.txt": f"User-agent: *\nSitemap: {HOST}/sitemap.xml\nSitemap: {HOST}/news.xml\n",
    f"{HOST}/feeds/feed.rss": feed(*stories()),
    f"{HOST}/feeds/town.rss": feed(*stories()[:3], title="Harbour Times: Town"),
    f"{HOST}/comments/feed": feed(*stories()[:2], title="Comments on Harbour Times"),
    f"{HOST}/news.xml": NEWS,
    f"{HOST}/sitemap.xml": SITEMAP,
    f"{HOST}/town": front(head='<link rel="alternate" type="application/rss+xml" href="/feeds/town.rss">'),
    f"{HOST}/town/harbour-tolls-rise": STORY.replace(
        "</head>", '<link rel="alternate" type="application/rss+xml" href="/comments/feed"></head>'
    ),
}
WHOLE = [
    ("/feeds/feed.rss", ListingKind.FEED),
    ("/news.xml", ListingKind.NEWS_SITEMAP),
    ("/", ListingKind.HOME_FRONT),
]


@pytest.mark.parametrize(
    "url",
    [
        HOST,
        "news.example",
        f"{HOST}/?utm_source=x",
        f"{HOST}/feeds/feed.rss",
        f"{HOST}/news.xml",
        f"{HOST}/robots.txt",
        f"{HOST}/town/harbour-tolls-rise",
    ],
    ids=["home", "no scheme", "tracking", "feed", "news sitemap", "robots.txt", "story"],
)
def test_any_address_of_a_site_leads_to_the_same_listings(url: str) -> None:
    proposal = proposed(url, SITE)
    assert listings(proposal) == WHOLE
    assert (proposal.source.slug, proposal.source.name) == ("the-harbour-times", "The Harbour Times")
    assert (proposal.source.homepage, proposal.source.language) == (f"{HOST}/", "en-GB")


def test_a_section_that_was_asked_for_is_followed_too() -> None:
    assert (("/town", ListingKind.SECTION_FRONT)) in listings(proposed(f"{HOST}/town", SITE))


def test_a_section_feed_that_was_asked_for_is_followed_too() -> None:
    assert ("/feeds/town.rss", ListingKind.FEED) in listings(proposed(f"{HOST}/feeds/town.rss", SITE))


def test_what_is_not_proposed_says_why() -> None:
    left_out = {one.finding.listing.url.removeprefix(HOST): one.why for one in proposed(f"{HOST}/town", SITE).left_out}
    assert left_out["/feeds/town.rss"] == "the feed of the whole site names its stories too"
    assert left_out["/sitemap.xml"] == "a feed or news sitemap names the same stories sooner"
    story = proposed(f"{HOST}/town/harbour-tolls-rise", SITE)
    assert "a feed of comments" in [one.why for one in story.left_out]


def test_reasons_say_what_a_listing_is_and_where_it_was_found() -> None:
    assert [one.reason for one in proposed(HOST, SITE).chosen] == [
        "the feed of the whole site, declared by a page as “All”",
        "the news sitemap, named in robots.txt",
        "the home page, the address given",
    ]


def test_samples_are_stories_and_a_story_that_was_given_comes_first() -> None:
    assert proposed(HOST, SITE).sample_urls == stories()
    given = f"{HOST}/town/quay-to-be-mended"
    assert proposed(given, {**SITE, given: STORY}).sample_urls[0] == given


def test_a_site_without_feeds_is_followed_by_its_front() -> None:
    proposal = proposed(HOST, {f"{HOST}/": front()})
    assert listings(proposal) == [("/", ListingKind.HOME_FRONT)]
    assert proposal.source.name == "Harbour Times"


def test_a_plain_sitemap_counts_where_nothing_better_is() -> None:
    assert listings(
        proposed(HOST, {f"{HOST}/sitemap.xml": SITEMAP, f"{HOST}/robots.txt": f"Sitemap: {HOST}/sitemap.xml"})
    ) == [("/sitemap.xml", ListingKind.SITEMAP)]


def test_usual_paths_are_tried_where_nothing_is_declared_even_if_the_home_page_is_closed() -> None:
    assert listings(proposed(HOST, {f"{HOST}/rss.xml": feed(*stories())})) == [("/rss.xml", ListingKind.FEED)]


@pytest.mark.parametrize(
    ("sign", "path"),
    [
        ("<script>var REBELMOUSE = {}</script>", "/feeds/feed.rss"),
        ('<link rel="stylesheet" href="/wp-content/a.css">', "/feed/"),
    ],
)
def test_the_paths_of_a_known_publishing_system_are_tried_first(sign: str, path: str) -> None:
    proposal, asked = follow(HOST, {f"{HOST}/": front(head=sign), HOST + path: feed(*stories())})
    assert proposal is not None
    assert (path, ListingKind.FEED) in listings(proposal)
    assert asked.index(HOST + path) < asked.index(f"{HOST}/rss.xml")


def test_the_news_part_of_a_sitemap_index_is_found() -> None:
    children = "".join(f"<sitemap><loc>{HOST}/maps/{name}.xml</loc></sitemap>" for name in ("1", "news_1"))
    index = f"<sitemapindex>{children}</sitemapindex>"
    site = {
        f"{HOST}/robots.txt": f"sitemap: {HOST}/maps.xml",
        f"{HOST}/maps.xml": index,
        f"{HOST}/maps/news_1.xml": NEWS,
    }
    proposal = proposed(HOST, site)
    assert listings(proposal) == [("/maps/news_1.xml", ListingKind.NEWS_SITEMAP)]
    assert [one.finding.reason for one in proposal.left_out] == ["an index of sitemaps, named in robots.txt"]


def test_feeds_that_are_only_linked_are_found() -> None:
    extra = '<footer><a href="/rss">Feeds</a><a href="https://other.example/rss">Theirs</a></footer>'
    site = {f"{HOST}/": front(extra=extra), f"{HOST}/rss": feed(*stories())}
    proposal, asked = follow(HOST, site)
    assert proposal is not None
    assert ("/rss", ListingKind.FEED) in listings(proposal)
    assert not [url for url in asked if "other.example" in url]


def test_a_feed_kept_elsewhere_leads_home() -> None:
    kept = "https://feeds.example/ht"
    channel = f"<link>{HOST}/</link>"
    proposal = proposed(kept, {kept: feed(*stories(), channel=channel), f"{HOST}/": front()})
    assert [listing.url for listing in proposal.source.listings] == [kept, f"{HOST}/"]
    assert proposal.source.homepage == f"{HOST}/"


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("/feeds/pod.rss", feed(*stories(), rest='<enclosure url="/a.mp3" type="audio/mpeg"/>'), "a podcast's feed"),
        ("/author/ines/feed.rss", feed(*stories()), "an author's feed"),
    ],
)
def test_feeds_of_little_use_are_found_but_not_proposed(path: str, body: str, why: str) -> None:
    declared = f'<link rel="alternate" type="application/rss+xml" href="{path}">'
    proposal = proposed(HOST, {f"{HOST}/": front(head=declared), HOST + path: body})
    assert listings(proposal) == [("/", ListingKind.HOME_FRONT)]
    assert [one.why for one in proposal.left_out] == [why]


def test_a_podcast_that_was_asked_for_is_followed() -> None:
    pod = feed(*stories(), rest='<enclosure url="/a.mp3" type="audio/mpeg"/>')
    assert ("/pod.rss", ListingKind.FEED) in listings(proposed(f"{HOST}/pod.rss", {f"{HOST}/pod.rss": pod}))


def test_a_foreign_feed_on_a_page_is_not_the_sites() -> None:
    declared = '<link rel="alternate" type="application/rss+xml" href="https://wire.example/feed">'
    site = {f"{HOST}/": front(head=declared), "https://wire.example/feed": feed(*stories("https://wire.example/x/"))}
    assert [one.why for one in proposed(HOST, site).left_out] == ["it names the stories of another site"]


@pytest.mark.parametrize(
    "site",
    [
        {},
        {f"{HOST}/": "<!doctype html><title>Under construction</title><p>Soon."},
        {f"{HOST}/feed": feed()},
        {f"{HOST}/feed": "<rss"},
        {f"{HOST}/": STORY},
    ],
    ids=["nothing", "an empty page", "an empty feed", "a broken feed", "a single page"],
)
def test_nothing_is_proposed_that_names_no_story(site: Mapping[str, str]) -> None:
    assert follow(HOST, site)[0] is None


def test_a_site_is_asked_at_most_25_times_and_nothing_twice() -> None:
    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/feeds/{number}.rss">' for number in range(60)
    )
    _, asked = follow(HOST, {**SITE, f"{HOST}/": front(head=head)})
    assert len(asked) <= 25
    assert len(set(asked)) == len(asked)


def test_declared_feeds_are_asked_before_guesses() -> None:
    leads = [
        Lead(url=f"{HOST}/guess", reason="", rank=50),
        Lead(url=f"{HOST}/declared", reason="", rank=10),
        Lead(url="http://www.news.example/declared/", reason="", rank=11),
        Lead(url=f"{HOST}/done", reason="", rank=1),
    ]
    assert [lead.url for lead in choose_leads(leads, [f"{HOST}/done"], limit=9)] == [
        f"{HOST}/declared",
        f"{HOST}/guess",
    ]


def test_the_name_falls_back_to_the_host() -> None:
    site = {f"{HOST}/feed": feed(*stories(), title="")}
    assert proposed(HOST, site).source.name == "news.example"


def test_a_feeds_title_is_cut_to_the_name_of_the_site() -> None:
    site = {f"{HOST}/feed": feed(*stories(), title="Latest - News RSS Feed")}
    assert proposed(HOST, site).source.name == "News"


def test_what_is_no_web_address_is_refused() -> None:
    with pytest.raises(ValueError, match="not an http or https address"):
        first_leads("ftp://news.example/")


def test_a_redirected_listing_is_proposed_where_it_went() -> None:
    lead = Lead(url=f"{HOST}/feed", reason="a usual path", rank=50)
    capture = replace(answer(feed(*stories()), lead.url), final_url=f"{HOST}/feeds/all.rss")
    finding = judge_answer(lead, capture)
    assert finding is not None
    assert finding.listing.url == f"{HOST}/feeds/all.rss"
    assert finding.newest is not None
