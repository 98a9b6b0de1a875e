"""A source's file: what it may say, what is refused and in which words, and that it can be written back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import load_source, shipped_sources
from newskeep.errors import SourceError
from newskeep.model import Listing, ListingKind, Manners, Source
from newskeep.sources import format_source, is_story_url, parse_source, slug_for
from newskeep.urls import url_key

PATH = Path("harbour-times.toml")
LISTING = '[[listings]]\nurl = "https://news.example/feed.rss"\nkind = "feed"\n'
HEAD = 'name = "Harbour Times"\nhomepage = "https://news.example/"\n'

_TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=20).map(str.strip).filter(bool)
_PLAIN = st.text("abcXYZ019-_äß'\"\\ #", min_size=1, max_size=12).map(str.strip).filter(bool)
_URLS = st.builds("https://news.example/{}".format, st.text("abc/?=&%'é", max_size=12))
_INTERVALS = st.integers(1, 366 * 86_400)
_SOURCES = st.builds(
    Source,
    slug=st.just("harbour-times"),
    name=_TEXTS,
    homepage=_URLS,
    listings=st.lists(
        st.builds(
            Listing,
            url=_URLS,
            kind=st.sampled_from(ListingKind),
            section=st.none() | _TEXTS,
            interval_seconds=st.none() | _INTERVALS,
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda listing: url_key(listing.url),
    ).map(tuple),
    language=st.none() | st.sampled_from(["en", "de-AT", "zh-Hant-TW"]),
    timezone=st.none() | st.sampled_from(["Europe/Vienna", "UTC"]),
    enabled=st.booleans(),
    interval_seconds=_INTERVALS,
    story_urls=st.lists(st.sampled_from([r"^/\d{4}/", "'quoted'", r"\"both'\\"]), max_size=2).map(tuple),
    not_story_urls=st.lists(st.sampled_from([r"/tag/", "ä|ö"]), max_size=2).map(tuple),
    family=st.none() | st.just("rebelmouse"),
    manners=st.builds(
        Manners,
        delay_seconds=st.none() | st.floats(0, 3_600),
        timeout_seconds=st.none() | st.floats(1, 600),
        obey_robots=st.none() | st.booleans(),
        obey_noarchive=st.none() | st.booleans(),
        obey_tdm_reservation=st.none() | st.booleans(),
        headers=st.dictionaries(st.sampled_from(["Cookie", "X-Desk", "Accept-Language"]), _PLAIN).map(
            lambda headers: tuple(headers.items())
        ),
    ),
)


def problem(text: str, path: Path = PATH) -> str:
    with pytest.raises(SourceError) as error:
        parse_source(text, path=path)
    assert error.value.path == path
    return str(error.value)


@settings(deadline=None)
@given(_SOURCES)
def test_a_source_written_and_read_is_the_same_source(source: Source) -> None:
    assert parse_source(format_source(source), path=PATH) == source


def test_a_full_file_is_read() -> None:
    text = r"""
name = "Harbour Times"
homepage = "https://news.example/"
language = "en-GB"
timezone = "Europe/London"
enabled = false
interval = "2 h"
family = "rebelmouse"
story_urls = ['^/\d{4}/']
not_story_urls = ["/tag/"]

[manners]
delay = "1.5 s"
timeout = "1 m"
obey_robots = false
obey_noarchive = false
obey_tdm_reservation = true
[manners.headers]
Cookie = "reader=1"

[[listings]]
url = "https://news.example/feed.rss"
kind = "feed"
[[listings]]
url = "https://news.example/money"
kind = "section_front"
section = "Money"
interval = "1 d"
"""
    assert parse_source(text, path=PATH) == Source(
        slug="harbour-times",
        name="Harbour Times",
        homepage="https://news.example/",
        language="en-GB",
        timezone="Europe/London",
        enabled=False,
        interval_seconds=7_200,
        family="rebelmouse",
        story_urls=(r"^/\d{4}/",),
        not_story_urls=("/tag/",),
        manners=Manners(
            delay_seconds=1.5,
            timeout_seconds=60,
            obey_robots=False,
            obey_noarchive=False,
            obey_tdm_reservation=True,
            headers=(("Cookie", "reader=1"),),
        ),
        listings=(
            Listing(url="https://news.example/feed.rss", kind=ListingKind.FEED),
            Listing(
                url="https://news.example/money",
                kind=ListingKind.SECTION_FRONT,
                section="Money",
                interval_seconds=86_400,
            ),
        ),
    )


def test_what_a_short_file_leaves_out_is_default() -> None:
    source = parse_source(HEAD + LISTING, path=PATH)
    assert (source.enabled, source.interval_seconds, source.manners) == (True, 900, Manners())


def test_the_programs_own_interval_holds_where_none_is_named() -> None:
    assert parse_source(HEAD + LISTING, path=PATH, default_interval_seconds=60).interval_seconds == 60
    named = HEAD + 'interval = "5 m"\n' + LISTING
    assert parse_source(named, path=PATH, default_interval_seconds=60).interval_seconds == 300


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "name: is missing"),
        ('name = "A"\n' + LISTING, "homepage: is missing"),
        (HEAD, "listings: is missing: without a [[listings]] no story would ever be found"),
        (HEAD + 'intervall = "1 h"\n' + LISTING, "intervall: is no key here; did you mean interval?"),
        (HEAD + "frobnicate = 1\n" + LISTING, "frobnicate: is no key here; known are name, homepage,"),
        (HEAD + "[manners]\nobey = true\n" + LISTING, "manners.obey: is no key here"),
        (HEAD + LISTING + 'urls = "x"\n', "listings[1].urls: is no key here; did you mean url?"),
        (HEAD + LISTING.replace('"feed"', '"feeed"'), 'listings[1].kind: "feeed" is not known; did you mean feed?'),
        (
            HEAD + LISTING.replace('"feed"', '"zzz"'),
            'listings[1].kind: "zzz" is not known; known are feed, news_sitemap',
        ),
        (HEAD + LISTING + "[[listings]]\n", "listings[2].url: is missing"),
        (HEAD + LISTING + '[[listings]]\nurl = "https://news.example/x"\n', "listings[2].kind: is missing"),
        (
            HEAD + LISTING + LISTING.replace("https://", "http://www."),
            "listings[2].url: is the same address as listings[1].url",
        ),
        (HEAD + LISTING.replace("https://", ""), 'listings[1].url: "news.example/feed.rss" is no web address'),
        (HEAD + LISTING.replace("https://", "https://reader:word@"), "listings[1].url: holds a log-in"),
        (HEAD.replace("https://", "ftp://") + LISTING, "homepage: "),
        (HEAD.replace('"Harbour Times"', '" "') + LISTING, "name: is empty"),
        (HEAD.replace('"Harbour Times"', "7") + LISTING, "name: is 7, but should be a text in quotes"),
        (HEAD + "enabled = 1\n" + LISTING, "enabled: is 1, but should be true or false"),
        (HEAD + "interval = 900\n" + LISTING, "interval: is 900, but should be a text in quotes"),
        (HEAD + 'interval = "15 min"\n' + LISTING, 'interval: "15 min" is no duration; write it like "90 s", "15 m"'),
        (HEAD + 'interval = "0 s"\n' + LISTING, "interval: should be from 1 s to 366 d"),
        (HEAD + 'interval = "1.5 s"\n' + LISTING, "interval: should be a whole number of seconds"),
        (HEAD + 'language = "english!"\n' + LISTING, 'language: "english!" is no language'),
        (
            HEAD + 'timezone = "Europe/Viena"\n' + LISTING,
            'timezone: "Europe/Viena" is no time zone; did you mean Europe/',
        ),
        (HEAD + 'timezone = "../../etc"\n' + LISTING, "timezone: "),
        (HEAD + 'family = "Rebel Mouse"\n' + LISTING, "family: "),
        (HEAD + 'story_urls = ["["]\n' + LISTING, 'story_urls[1]: "[" is no regular expression: unterminated'),
        (HEAD + 'story_urls = "x"\n' + LISTING, 'story_urls: is "x", but should be a list in [ ]'),
        (HEAD + "story_urls = [1]\n" + LISTING, "story_urls[1]: is 1, but should be a text in quotes"),
        (HEAD + "manners = 3\n" + LISTING, "manners: is 3, but should be a table"),
        (HEAD + 'listings = ["x"]\n', 'listings[1]: is "x", but should be a table'),
        (HEAD + '[manners]\ndelay = "2 h"\n' + LISTING, "manners.delay: should be from 0 s to 1 h"),
        (HEAD + '[manners.headers]\n"Bad Name" = "x"\n' + LISTING, "manners.headers.Bad Name: "),
        (HEAD + '[manners.headers]\nCookie = "a\\nb"\n' + LISTING, "manners.headers.Cookie: a header's value stands"),
        (HEAD + "[manners.headers]\nCookie = 1\n" + LISTING, "manners.headers.Cookie: is 1"),
        ('name = "A\n', "is not valid TOML: Illegal character '\\n' (at line 1, column 10)"),
        ("a = 1\na = 2\n", "is not valid TOML: Cannot overwrite a value (at line 2, column 6)"),
        ("a = " + "[" * 5_000, "is not valid TOML: nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(text: str, sentence: str) -> None:
    assert problem(text).startswith(f"harbour-times.toml: {sentence}")


@pytest.mark.parametrize("name", ["Harbour Times.toml", "-x.toml", "x-.toml", "Ä.toml", "a" * 65 + ".toml"])
def test_a_files_name_must_be_a_slug(name: str) -> None:
    assert "is named in lower-case letters, digits and hyphens" in problem(HEAD + LISTING, Path(name))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("GZERO Média", "gzero-media"),
        ("  The 9 o'Clock! ", "the-9-o-clock"),
        ("Новости", "source"),
        ("x" * 80, "x" * 64),
    ],
)
def test_slugs_are_made_of_names(name: str, slug: str) -> None:
    assert slug_for(name) == slug


@pytest.mark.parametrize(
    ("url", "is_story"),
    [
        ("https://news.example/2025/a-vote", True),
        ("https://news.example/2025/tag/a", False),
        ("https://news.example/money", False),
        ("https://news.example/money?path=/2025/", False),
    ],
)
def test_a_sources_expressions_decide_by_the_path(url: str, is_story: bool) -> None:
    head = HEAD + "story_urls = ['^/\\d{4}/']\nnot_story_urls = ['/tag/']\n"
    assert is_story_url(url, parse_source(head + LISTING, path=PATH)) is is_story


def test_without_expressions_every_address_may_be_a_story() -> None:
    assert is_story_url("https://news.example/x", parse_source(HEAD + LISTING, path=PATH))


@pytest.mark.parametrize("path", shipped_sources(), ids=lambda path: path.stem)
def test_a_shipped_source_is_valid_and_survives_being_written(path: Path) -> None:
    source = load_source(path)
    assert parse_source(format_source(source), path=path) == source


def test_gzero_is_shipped_and_on_and_the_others_are_off() -> None:
    on = [path.stem for path in shipped_sources() if load_source(path).enabled]
    assert on == ["gzero"]


@pytest.mark.parametrize(
    ("path", "is_story"),
    [
        ("/news/analysis/a-quiet-vote", True),
        ("/hard-numbers-2638727060", True),
        ("/-2632402139", True),
        ("/gzero-ai/what-is-new", True),
        ("/podcast/gzero-world-podcast/an-hour", True),
        ("/news", False),
        ("/news/analysis", False),
        ("/news/hard-numbers/", False),
        ("/tag/nato", False),
        ("/u/somebody", False),
        ("/by-ian-bremmer/", False),
        ("/Graphic-Truth/", False),
        ("/gzero-world-podcast/", False),
        ("/unga/videos/", False),
    ],
)
def test_gzeros_sections_are_no_stories(path: str, is_story: bool) -> None:
    (gzero,) = (load_source(path) for path in shipped_sources() if path.stem == "gzero")
    assert is_story_url(f"https://www.gzeromedia.com{path}", gzero) is is_story


def test_the_examples_of_the_documentation_are_valid() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert [len(parse_source(example, path=PATH).listings) for example in examples] == [1, 4]


def test_a_log_in_in_an_address_is_not_said_again():
    with pytest.raises(SourceError) as error:
        parse_source(HEAD + LISTING.replace("https://", "https://reader:word-4711@"), path=PATH)
    assert "word-4711" not in str(error.value)
