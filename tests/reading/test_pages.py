"""The pages on the demo's archive: what they show, the same as JSON, and where they lead."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest

from storage.archive import Archive


@pytest.fixture(scope="module")
def stories(demo_home):
    """Stories of the demo by what is remarkable about them."""
    with Archive(demo_home, read_only=True) as archive:
        run = archive.db.execute
        return {
            "revised": run("SELECT id FROM stories WHERE revision_count > 1").fetchone()[0],
            "gone": run("SELECT id FROM stories WHERE presence = 'gone'").fetchone()[0],
            "arabic": run("SELECT id FROM stories WHERE language = 'ar'").fetchone()[0],
            "all": run("SELECT count(*) FROM stories").fetchone()[0],
        }


def ids(html):
    """The stories a list links to, in its order."""
    return [int(one) for one in re.findall(r'<h3[^>]*><a href="/stories/(\d+)"', html)]


def test_the_front_shows_the_newest_first_and_json_the_same(room):
    html, data = room.page("/"), room.json("/front.json")
    assert ids(html) == [one["story_id"] for one in data["stories"]]
    moments = [one["moment"] for one in data["stories"]]
    assert moments == sorted(moments, reverse=True)
    first = data["stories"][0]
    for field in ("headline", "standfirst", "source_name", "byline"):
        assert first[field] in unescape(html)


def test_the_front_goes_on_to_the_last_story_and_names_none_twice(room, stories):
    data = room.json("/front.json")
    found = [one["story_id"] for one in data["stories"]]
    while data["next"]:
        data = room.json(f"/front.json?cursor={data['next']}")
        found += [one["story_id"] for one in data["stories"]]
    assert len(found) == len(set(found)) == stories["all"]


def test_the_front_by_source_section_and_day(room):
    facets = room.json("/front.json")
    section, day = facets["sections"][0], facets["days"][0]
    of_section = room.json(f"/front.json?source=meridian&section={section['value']}")
    assert {one["section"] for one in of_section["stories"]} == {section["value"]}
    assert len(of_section["stories"]) == section["count"]
    of_day = room.json(f"/front.json?day={day['value']}")
    assert {one["moment"][:10] for one in of_day["stories"]} == {day["value"]}
    assert len(of_day["stories"]) == day["count"]
    for nothing in ("source=nobody", "section=%E2%80%AE", "day=1999-12-31", "source=meridian&section=x&day=2026-11-20"):
        assert room.json(f"/front.json?{nothing}")["stories"] == []
        assert "No story of this kind" in room.page(f"/?{nothing}")


def test_a_search_marks_its_matches_and_says_how_many_there_are(room):
    html, data = room.page("/search?q=lighthouse"), room.json("/search.json?q=lighthouse")
    assert f"<b>{data['count']} stor" in html
    assert "<mark>lighthouse</mark>" in html.lower()
    assert ids(html) == [one["story_id"] for one in data["stories"]]
    assert sum(one["count"] for one in data["sources"]) == data["count"]
    assert sum(one["count"] for one in data["histogram"]) == data["count"]


def test_a_search_is_filtered_by_field_and_by_form_alike(room):
    by_field = room.json("/search.json?q=the+section:Analysis+after:2026-11-15")
    by_form = room.json("/search.json?q=the&section=Analysis&after=2026-11-15")
    assert by_field["count"] == by_form["count"] > 0
    assert [one["story_id"] for one in by_field["stories"]] == [one["story_id"] for one in by_form["stories"]]
    assert by_form["query"] == "the section:Analysis after:2026-11-15"
    assert room.json(f"/search.json?q={by_form['query']}")["count"] == by_form["count"]


def test_a_search_can_be_kept(room):
    data = room.json("/search.json?q=strait+toll%27s&source=meridian")
    assert data["watch_command"] == "newskeep watch add strait-toll-s-source 'strait toll'\"'\"'s source:meridian'"
    assert data["permalink"].endswith("/search?q=strait+toll%27s&source=meridian")
    assert data["atom"].endswith("/search.atom?q=strait+toll%27s&source=meridian")


def test_above_the_cap_the_newest_come_and_all_are_counted_on_request(room, monkeypatch):
    # A cap of five instead of twenty thousand: what is shown above it is the same.
    everything = room.json("/search.json?q=the")["count"]
    monkeypatch.setattr("storage.search.COUNT_CAP", 5)
    monkeypatch.setattr("reading.search.COUNT_CAP", 5)
    data = room.json("/search.json?q=the")
    assert (data["is_capped"], data["order"], data["count"], data["exact_count"]) == (True, "newest", 5, None)
    assert sum(one["count"] for one in data["histogram"]) == 5
    html = room.page("/search?q=the")
    assert "More than 5" in html
    assert "Count all" in html
    assert room.json("/search.json?q=the&exact=1")["exact_count"] == everything
    assert f"{everything} in all" in room.page("/search?q=the&exact=1")


def test_a_search_goes_on_by_pages(room):
    data = room.json("/search.json?q=is:present&order=newest")
    found = [one["story_id"] for one in data["stories"]]
    while data["next_offset"]:
        data = room.json(f"/search.json?q=is:present&order=newest&offset={data['next_offset']}")
        found += [one["story_id"] for one in data["stories"]]
    assert len(found) == len(set(found)) == data["count"]


def test_a_page_beyond_the_last_match_does_not_say_that_nothing_matches(room):
    for things in ("", "&in=teasers"):
        beyond = room.page(f"/search?q=strait{things}&offset=5000")
        assert "This is beyond the last of them" in beyond
        assert "Nothing matches" not in beyond
        assert "5,001 to" not in beyond
    assert "Nothing matches" in room.page("/search?q=zeppelins")


@pytest.mark.parametrize("query", ["%22", "AND", "(((", "*", "%F0%9F%99%82", "a:b", "NEAR(", "--", "%00", "%FF%FE"])
def test_no_query_breaks_the_search(room, query):
    assert room.get(f"/search?q={query}").status_code in (200, 400)


def test_a_hint_says_what_was_read_otherwise(room):
    assert "There is no field colour:" in room.page("/search?q=the+colour:red")


def test_teasers_are_searched_apart(room):
    data = room.json("/search.json?q=strait&in=teasers")
    assert data["teasers"]
    assert not data["stories"]
    assert "<mark>" in room.page("/search?q=strait&in=teasers")
    assert "leave out source" in room.page("/search?q=source:meridian&in=teasers", status=400)


def test_a_story_is_set_from_headline_to_credits(room, stories):
    data = room.json(f"/stories/{stories['revised']}.json")
    html = unescape(room.page(f"/stories/{stories['revised']}"))
    for field in ("kicker", "headline", "standfirst", "byline", "dateline", "citation", "permalink"):
        assert data[field] in html, field
    places = [html.index(text) for text in _words_of(data["body"])]
    assert places == sorted(places), "everything stands in its place"
    assert {one["kind"] for one in data["body"]} >= {"paragraph", "crosshead", "list", "picture"}


def _words_of(body):
    for item in body:
        if item["kind"] == "picture":
            yield f"{item['picture']['caption']}</span>"
        else:
            yield (item["items"] or [item["text"]])[0] + ("</" if item["kind"] != "crosshead" else "")


def test_a_story_carries_its_apparatus(room, stories):
    data = room.json(f"/stories/{stories['revised']}.json")
    assert [one["number"] for one in data["revisions"]] == [1, 2]
    assert data["promotions"]
    assert data["teasers"]
    assert data["aliases"]
    assert {one["revision"] for one in data["captures"]} >= {1, 2}
    html = room.page(f"/stories/{stories['revised']}")
    for heading in ("Who promoted it", "Teasers on its page", "Known as", "Captures", "Cite"):
        assert heading in html
    body = html.split('class="story-body"')[1].split("</article>")[0]
    assert not any(one["headline"] in unescape(body) for one in data["teasers"]), "teasers stand apart from the text"


def test_an_older_revision_says_that_it_is_one(room, stories):
    html = room.page(f"/stories/{stories['revised']}/revisions/1")
    assert "This is revision 1" in html
    assert room.json(f"/stories/{stories['revised']}/revisions/1.json")["is_current"] is False
    assert "has no revision 9" in room.page(f"/stories/{stories['revised']}/revisions/9", status=404)


def test_a_story_that_is_gone_says_so(room, stories):
    assert "Gone from its address" in room.page(f"/stories/{stories['gone']}")


def test_text_from_right_to_left_is_set_so(room, stories):
    html = room.page(f"/stories/{stories['arabic']}")
    assert '<article class="story" lang="ar" dir="rtl">' in html


def test_any_address_leads_to_its_story(room, stories):
    data = room.json(f"/stories/{stories['revised']}.json")
    for alias in data["aliases"]:
        answer = room.get("/stories", params={"url": alias["alias"]["value"]})
        if answer.status_code == 302:
            assert answer.headers["location"] == f"/stories/{stories['revised']}"
    assert room.get("/stories", params={"url": data["url"]}).status_code == 302
    assert room.get("/stories", params={"url": "https://nowhere.example/"}).status_code == 404


def test_what_changed_is_marked_without_colour(room, stories):
    path = f"/stories/{stories['revised']}/diff"
    assert room.get(path).headers["location"] == f"{path}/1/2"
    assert room.get(f"{path}?a=2&b=1").headers["location"] == f"{path}/2/1"
    data = room.json(f"{path}/1/2.json")
    assert {one["field"] for one in data["parts"]} >= {"headline", "text"}
    for view in ("inline", "side-by-side"):
        html = room.page(f"{path}/1/2?view={view}")
        assert "<ins>" in html
        assert "<del>" in html
    assert "No words differ" in room.page(f"{path}/2/2")
    assert room.get(f"{path}/1/2?view=upside-down").status_code == 400
    assert room.get(f"{path}/1/7").status_code == 404


def test_a_story_with_one_revision_has_nothing_to_compare(room, stories):
    assert "one revision only" in room.page(f"/stories/{stories['gone']}/diff")


def test_a_capture_is_saved_and_never_shown(room, stories):
    kept = room.json(f"/stories/{stories['revised']}.json")["captures"][0]
    assert kept["payload_digest"] in room.page(kept["path"])
    answer = room.get(f"{kept['path']}/bytes")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert len(answer.content) == kept["size_bytes"]
    assert room.get("/captures/12/bytes").status_code == 404


def test_captures_can_be_kept_from_those_who_may_read_stories(demo_home, runner, stories):
    from tests.reading.conftest import open_room

    closed = open_room(demo_home, runner, metadata={"plugins": {"newskeep": {"captures": {"id": "editor"}}}})
    data = closed.json(f"/stories/{stories['revised']}.json")
    path = data["captures"][0]["path"]
    assert closed.get(path).status_code == closed.get(f"{path}/bytes").status_code == 403
    cookies = {"ds_actor": closed.datasette.sign({"a": {"id": "editor"}}, "actor")}
    assert closed.get(f"{path}/bytes", cookies=cookies).status_code == 200


def test_kept_pictures_come_from_the_archive_alone(room, stories):
    html = room.page(f"/stories/{stories['revised']}")
    sources = re.findall(r'<img src="([^"]+)"', html)
    assert sources
    for source in sources:
        answer = room.get(source)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert "sandbox" in answer.headers["content-security-policy"]
    assert room.get(f"/pictures/{'0' * 64}").status_code == 404


def test_links_out_carry_no_leave_and_no_name(room, stories):
    html = room.page(f"/stories/{stories['revised']}")
    for link in re.findall(r'<a [^>]*href="https?://[^>]*>', html):
        assert 'rel="noopener noreferrer nofollow ugc"' in link


def test_a_copy_without_its_captures_says_so(demo_home, runner, tmp_path, stories):
    import sqlite3

    from tests.reading.conftest import open_room

    with sqlite3.connect(demo_home / "news.db") as original, sqlite3.connect(tmp_path / "news.db") as copy:
        original.backup(copy)
    copy.close()
    original.close()
    alone = open_room(tmp_path, runner)
    html = alone.page(f"/stories/{stories['revised']}")
    assert "not beside this archive" in html
    assert "<img" not in html
    assert "See it at its publisher" in html


def test_what_the_demo_proposes_to_look_for_is_there(demo_home, room):
    said = (demo_home.parent / "said.txt").read_text(encoding="utf-8")
    (words,) = re.findall(r"search '([^']+)'   find stories", said)
    (table_words,) = re.findall(r"news\.db stories (\S+) -c", said)
    for query in (words, table_words):
        assert room.json(f"/search.json?q={quote(query)}")["count"] > 0
