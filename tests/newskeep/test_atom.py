"""What an Atom feed says, whatever the words in it are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from html import unescape

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newskeep.atom import AtomEntry, AtomFeed, AtomLink, feed_id_urn, feed_xml, story_id_urn
from newskeep.text import fold_space

NOW = datetime(2026, 11, 22, 10, 0, 30, 900, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "</title><script>alert(1)</script>]]>&<!-- \"' \x00\x0b\ud800\ufffe \u202egpj.exe"


def entry(number: int = 1, **fields: object) -> AtomEntry:
    given = {"entry_id": story_id_urn("post", number), "title": "Bridge opens again", "updated": NOW}
    return AtomEntry(**{**given, **fields})  # type: ignore[arg-type]


def feed(*entries: AtomEntry, **fields: object) -> AtomFeed:
    given = {"feed_id": feed_id_urn("front"), "title": "Newest stories"}
    return AtomFeed(**{**given, **fields}, entries=entries)  # type: ignore[arg-type]


def root_of(written: AtomFeed) -> etree._Element:
    return etree.fromstring(feed_xml(written))


def texts(root: etree._Element, path: str) -> list[str | None]:
    return [found.text for found in root.findall("/".join(f"{ATOM}{name}" for name in path.split("/")))]


def test_a_feed_reader_finds_everything_where_it_belongs() -> None:
    links = (
        AtomLink(url="https://post.example/bridge", media_type="text/html", title="at the Post"),
        AtomLink(url="https://post.example/bridge.jpg", relation="enclosure", media_type="image/jpeg", length=0),
    )
    story = entry(
        links=links, published=NOW - timedelta(hours=1), authors=("Ines Lindqvist", "Paul Okoro"),
        categories=("Harbour",), summary="A summary", paragraphs=("First.", "Second & last."), language="en-GB",
    )  # fmt: skip
    own = AtomLink(url="https://keep.example/-/front.atom", relation="self", media_type="application/atom+xml")
    parsed = feedparser.parse(feed_xml(feed(story, links=(own,), subtitle="All sources")))
    assert not parsed.bozo
    assert (parsed.feed.title, parsed.feed.subtitle, parsed.feed.author) == (
        "Newest stories",
        "All sources",
        "newskeep",
    )
    (found,) = parsed.entries
    assert (found.title, found.summary, found.link) == ("Bridge opens again", "A summary", links[0].url)
    assert [author.name for author in found.authors] == ["Ines Lindqvist", "Paul Okoro"]
    assert (found.published, found.updated) == ("2026-11-22T09:00:30Z", "2026-11-22T10:00:30Z")
    assert [tag.term for tag in found.tags] == ["Harbour"]
    assert found.content[0].value == "<p>First.</p><p>Second &amp; last.</p>"
    assert found.content[0].language == "en-GB"
    assert found.enclosures[0].length == "0"


def test_times_are_utc_and_the_feed_is_as_new_as_its_newest_entry() -> None:
    eastern = datetime(2026, 11, 22, 11, 0, tzinfo=timezone(timedelta(hours=-5)))
    root = root_of(feed(entry(1), entry(2, updated=eastern)))
    assert texts(root, "updated") == ["2026-11-22T16:00:00Z"]
    assert texts(root_of(feed(updated=NOW)), "updated") == ["2026-11-22T10:00:30Z"]
    assert texts(root_of(feed()), "updated") == ["1970-01-01T00:00:00Z"]


def test_entries_keep_their_order_and_one_without_headline_says_so() -> None:
    root = root_of(feed(entry(1, title=None), entry(2, title="Second")))
    assert texts(root, "entry/title") == ["(no headline)", "Second"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,<script>",
        "/-/front",
        "ftp://post.example/",
        "https://post.example/a b",
        'https://post.example/"onload="',
        "https://post.example/\x00",
        "",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    root = root_of(feed(entry(links=(AtomLink(url=url),)), links=(AtomLink(url=url, relation="self"),)))
    assert root.findall(f".//{ATOM}link") == []


def test_a_language_that_is_none_is_left_out() -> None:
    root = root_of(feed(entry(language="en_GB; drop")))
    (found,) = root.findall(f"{ATOM}entry")
    assert dict(found.attrib) == {}


def test_hostile_words_stay_words() -> None:
    story = entry(
        title=HOSTILE, summary=HOSTILE, authors=(HOSTILE,), categories=(HOSTILE,), paragraphs=(HOSTILE,),
        links=(AtomLink(url="https://post.example/", title=HOSTILE),),
    )  # fmt: skip
    root = root_of(feed(story, title=HOSTILE, subtitle=HOSTILE))
    assert {element.tag.removeprefix(ATOM) for element in root.iter()} == {
        "feed", "id", "title", "subtitle", "updated", "author", "name", "generator", "entry", "category", "link",
        "summary", "content",
    }  # fmt: skip
    (content,) = texts(root, "entry/content")
    assert content is not None
    assert "<script" not in content
    assert content.count("<") == 2


@given(st.text())
def test_any_words_come_back_as_they_were_but_for_what_prints_nothing(words: str) -> None:
    root = root_of(feed(entry(summary=f"x{words}", paragraphs=(f"x{words}",))))
    (summary,), (content,) = texts(root, "entry/summary"), texts(root, "entry/content")
    assert summary is not None
    assert content is not None
    assert summary == unescape(content[3:-4]) == fold_space(summary)
    assert summary.split() == fold_space("".join(letter for letter in f"x{words}" if _is_writable(letter))).split()


def _is_writable(letter: str) -> bool:
    code = ord(letter)
    return letter in "\t\n\r" or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code >= 0x10000


def test_ids_are_stable_and_tell_things_apart() -> None:
    ids = [
        story_id_urn("post", 17), story_id_urn("post", 18), story_id_urn("news", 17), story_id_urn("post", 17, 1),
        feed_id_urn("front"), feed_id_urn("source", "post"), feed_id_urn("source", "post", "2"), feed_id_urn("a", "bc"),
        feed_id_urn("ab", "c"),
    ]  # fmt: skip
    assert len(set(ids)) == len(ids)
    # Readers know entries by these for years: they must never change.
    assert story_id_urn("post", 17) == "urn:uuid:80c76430-ec58-5d16-8c46-e1db14ca3586"
    assert feed_id_urn("front") == "urn:uuid:a632dc33-5b46-5e96-9541-3bea5d749fad"
