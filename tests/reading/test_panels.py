"""Sources, promotion, copies, runs and feeds, on the demo's archive and on one made for them."""

from __future__ import annotations

import re
import shutil

import feedparser
import pytest
from lxml import html

from reading.panels import PANELS
from storage.archive import Archive
from tests.reading.conftest import Reader, open_room
from tests.storage.builders import BRIDGE, NOW, source


def text_of(page: str) -> str:
    return " ".join(" ".join(html.fromstring(page).find(".//main").itertext()).split())


def pages(bridge: int) -> list[str]:
    return [
        "/sources", "/sources/post", "/sources/post?span=all", "/sources/zenith", "/promotion?until=2026-11-25",
        "/promotion?until=2026-11-25&place=stories&source=post", f"/stories/{bridge}/promotion", "/copies",
        "/copies?order=largest&until=2026-11-25", f"/copies/{bridge}", "/runs", "/runs?status=partial&source=post", "/runs/1",
    ]  # fmt: skip


def test_every_page_shows_hostile_words_as_words_and_has_its_data_beside_it(made, bridge):
    for path in pages(bridge):
        page = made.page(path)
        assert "<script>alert" not in page, path
        assert "<img" not in page, path
        assert "\u202e" not in page, path
        tree = html.fromstring(page)
        assert [link for link in tree.xpath("//a/@href") if link.startswith("javascript")] == [], path
        assert tree.xpath("//*[starts-with(name(@*), 'on')]") == [], path
        assert len(tree.xpath("//main//h1")) == 1, path
        at, _, query = path.partition("?")
        assert isinstance(made.json(f"{at}.json?{query}"), dict), path


def test_every_chart_has_a_name_and_its_numbers_beside_it(made, bridge):
    found = 0
    for path in pages(bridge):
        for figure in html.fromstring(made.page(path)).xpath("//section[@class='figure']"):
            (picture,) = figure.xpath(".//*[local-name()='svg']")
            assert picture.get("role") == "img"
            assert picture.xpath("./*[local-name()='title']")[0].text.strip()
            assert len(figure.xpath(".//details//table")) == 1, path
            found += 1
    assert found >= 8


def test_the_sources_say_how_they_are_doing(made):
    post, zenith = made.json("/sources.json")["sources"]
    assert (post["slug"], post["stories"], post["failing_listings"], post["last_status"]) == ("post", 3, 1, "partial")
    assert (zenith["slug"], zenith["stories"]) == ("zenith", 0)
    assert "1 failing" in text_of(made.page("/sources"))


def test_a_source_counts_its_days_and_hours(made):
    data = made.json("/sources/post.json?span=30d&until=2026-11-23")
    assert (data["span"], data["first"], data["last"], data["period"]) == ("30d", "2026-10-25", "2026-11-23", "day")
    assert [one for one in data["counts"] if one["stories"]] == [{"start": "2026-11-22", "stories": 3}]
    assert (data["week"][6][10], data["week"][6][13]) == (1, 1)  # a Sunday; the story without a time is left out
    assert (data["source"]["revised"], data["zone"]) == (1, "UTC")
    whole = made.json("/sources/post.json?span=all")
    assert (whole["period"], [one["stories"] for one in whole["counts"]][:1]) == ("month", [3])
    text = text_of(made.page("/sources/post"))
    assert "server error , 3 times" in text
    assert "catch up, 3 polls missed" in text


def test_a_source_without_an_end_of_its_archive_shows_the_end_of_it(made, made_home):
    with Archive(made_home, read_only=True) as archive:
        (newest,) = archive.db.conn.execute("SELECT max(moment) FROM story_facts").fetchone()
    last = made.json("/sources/post.json?span=30d")["last"]
    assert last >= newest[:10]


def test_what_was_promoted_stands_with_where_and_how_long(made, bridge):
    data = made.json("/promotion.json?until=2026-11-25")
    (story,) = data["stories"]
    assert (story["story_id"], story["pages"], story["seconds"], data["counted"]) == (bridge, 1, 6 * 3600.0, 1)
    (story,) = made.json("/promotion.json?until=2026-11-25&place=stories")["stories"]
    assert (story["story_id"], story["pages"], story["best_slot"]) == (bridge, 1, 1)
    assert made.json("/promotion.json?until=2026-11-25&source=zenith")["stories"] == []
    life = made.json(f"/stories/{bridge}/promotion.json")["promotion"]
    assert (life["front_count"], life["page_count"], life["fronts"][0]["listing_kind"]) == (1, 1, "section_front")
    assert life["pages"][0]["page_headline"] == "Copied, changed"
    assert "6 h" in text_of(made.page("/promotion?until=2026-11-25"))


def test_copies_say_who_was_first_and_what_is_shared(made, bridge):
    data = made.json("/copies.json")
    (cluster,) = data["clusters"]
    first, second = cluster["members"]
    assert (first["story_id"], second["behind_seconds"]) == (bridge, 3 * 3600.0)
    assert (second["shared_sentences"], second["sentences"], second["first_sentences"]) == (3, 4, 3)
    assert data["parts"] == [{"source": "post", "name": "The Post", "first": 1, "after": 0}]
    assert made.json(f"/copies/{second['story_id']}.json") == cluster
    assert "3 h after, 3 of 4 sentences" in text_of(made.page("/copies"))
    assert made.json("/copies.json?source=zenith")["clusters"] == []


def test_the_ledger_says_what_failed_and_what_was_missed(made):
    data = made.json("/runs.json")
    (run,) = data["runs"]
    assert (run["status"], run["trigger"], run["missed_polls"], run["failures"]) == ("partial", "catch_up", 3, 1)
    assert made.json("/runs.json?status=failed")["runs"] == []
    one = made.json("/runs/1.json")
    assert one["outcomes"] == {"new_story": 1, "timed_out": 1}
    assert [request["outcome"] for request in one["requests"]] == ["timed_out", "new_story"]
    text = text_of(made.page("/runs/1"))
    assert "3 polls missed before" in text
    assert "60 min late" in text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/sources/nowhere", 404, "no source nowhere"),
        ("/runs/99", 404, "no run 99"),
        ("/copies/1", 404, "no other"),
        ("/stories/1/promotion", 404, "no story 1"),
        ("/watches/nothing.atom", 404, "no saved search"),
        ("/runs?status=lost", 400, "status should be one of"),
        ("/promotion?place=moon", 400, "place should be one of"),
        ("/promotion?span=9y", 400, "span should be one of"),
        ("/copies?order=odd", 400, "order should be one of"),
        ("/sources/post?until=later", 400, "until should be a day"),
        ("/sources/post?until=0001-01-01", 200, "Stories per day"),
        ("/promotion?until=9999-12-30", 200, "Nothing was promoted"),
        ("/search.atom?q=%22", 400, ""),
    ],
)
def test_what_is_not_there_or_not_understood_is_said(made, path, status, says):
    answer = made.get(path)
    assert answer.status_code == status, answer.text[:300]
    assert says.lower() in answer.text.lower()


def feed(reader: Reader, path: str) -> feedparser.FeedParserDict:
    answer = reader.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo
    return parsed


def test_feeds_have_the_newest_stories_with_links_here_and_there(made, bridge):
    parsed = feed(made, "/front.atom")
    assert [entry.title for entry in parsed.entries][:1] == ["Copied, changed"]
    copied = parsed.entries[0]
    assert (copied.published, copied.updated) == ("2026-11-22T13:00:00Z", "2026-11-22T19:00:00Z")
    links = {link.rel: link.href for link in copied.links}
    assert links["alternate"].startswith("http://localhost/stories/")
    assert links["via"] == f"{BRIDGE}/2"
    assert {link.rel: link.href for link in parsed.feed.links}["self"] == "http://localhost/front.atom"
    own = feed(made, "/sources/post.atom")
    assert {entry.id for entry in own.entries} == {entry.id for entry in parsed.entries}
    assert own.feed.title == "The Post"
    assert feed(made, "/sources/zenith.atom").entries == []


def test_a_search_is_a_feed_and_another_search_is_another(made):
    parsed = feed(made, "/search.atom?q=ferry&source=post")
    assert [entry.title for entry in parsed.entries] == ["Ferry crews walk out"]
    assert parsed.feed.title == "Search: ferry source:post"
    assert {link.rel: link.href for link in parsed.feed.links} == {
        "self": "http://localhost/search.atom?q=ferry&source=post",
        "alternate": "http://localhost/search?q=ferry&source=post",
    }
    assert parsed.feed.id != feed(made, "/search.atom?q=ferry").feed.id


def test_a_saved_search_is_a_feed_of_what_it_found(made):
    parsed = feed(made, "/watches/bridges.atom")
    (entry,) = parsed.entries
    assert (parsed.feed.title, parsed.feed.subtitle) == ("newskeep: bridges", "bridge")
    assert (entry.title, entry.updated) == ("Copied, changed (revised)", "2026-11-22T19:00:00Z")
    assert entry.summary.startswith("Changed: headline")
    assert entry.link.endswith("/revisions/2")
    assert {link.rel: link.href for link in entry.links}["via"] == f"{BRIDGE}/2"


def test_the_demos_pages_have_what_its_crawl_brought(room):
    (meridian,) = room.json("/sources.json")["sources"]
    assert meridian["stories"] > 30
    data = room.json(f"/sources/{meridian['slug']}.json?span=all")
    assert sum(one["stories"] for one in data["counts"]) == meridian["stories"]
    (newest, *_) = room.json("/promotion.json")["stories"]
    assert newest["headline"]
    assert len(room.json("/runs.json")["runs"]) >= 3
    assert len(feed(room, "/front.atom").entries) > 30


def test_pages_without_an_archive_worth_showing_say_so(tmp_path, runner, made_home):
    home = tmp_path / "empty"
    with Archive(home) as archive:
        archive.listings.sync([source("post")], now=NOW)
    empty = open_room(home, runner)
    assert 'not only post"><bdi>The Post</bdi>' in empty.page("/?source=post")
    assert "It has not been polled yet" in empty.page("/sources/post")
    for path in ("/sources", "/promotion", "/copies", "/runs", "/front.atom"):
        assert empty.get(path).status_code == 200, path
    shutil.rmtree(home)


def test_every_panel_is_in_a_test(bridge):
    tried = [path.partition("?")[0] for path in pages(bridge)]
    tried += ["/front.atom", "/sources/post.atom", "/search.atom", "/watches/bridges.atom"]
    assert [route.pattern for route in PANELS if not any(re.fullmatch(route.pattern, path) for path in tried)] == []
