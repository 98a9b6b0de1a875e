"""`newskeep import`: saved pages by the same path as live ones."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.commands.conftest import story_page

PAGES = Path(__file__).resolve().parents[1] / "extract" / "pages"
URL = "https://news.example/harbor/ice-closes-the-harbor"
TEXT = (
    "The harbor of Port Velmar closed on Monday, four weeks earlier than last year, after ice reached the outer mole.",
    "Eleven freighters wait in the bay, two of them with fruit that will not wait, the harbor master said.",
    "A breaker is on its way from Harn and should arrive on Thursday, if the crew can be found before Wednesday night.",
    "Until then the ferries run from the old pier, which the town council had sold to a museum in the spring.",
)


def test_a_saved_page_becomes_a_story_with_its_own_time(newskeep, home, saved):
    file = saved({"url": URL, "page": story_page("Ice closes the harbor", *TEXT), "captured": "2026-11-20T09:00:00Z"})
    ended = newskeep("import", str(file), "--json")
    assert (ended.code, ended.json["outcomes"]) == (0, {"new_story": 1})
    story = newskeep("show", URL, "--json").json
    assert story["draft"]["headline"] == "Ice closes the harbor"
    assert story["draft"]["authors"] == ["Ada Brandt"]
    assert story["first_seen_at"] == "2026-11-20T09:00:00Z"


def test_without_a_time_the_files_own_is_taken_and_marked_as_inferred(newskeep, home, saved):
    file = saved({"url": URL, "page": gzip.compress(story_page("Ice closes the harbor", *TEXT).encode())})
    assert newskeep("import", str(file)).code == 0
    with closing(sqlite3.connect(home / "captures.db")) as captures:
        assert captures.execute("SELECT captured_at_inferred, origin FROM captures").fetchall() == [(1, "import")]


def test_the_same_file_again_adds_nothing(newskeep, home, saved):
    file = saved({"url": URL, "page": story_page("Ice closes the harbor", *TEXT), "captured": "2026-11-20T09:00:00Z"})
    newskeep("import", str(file))
    again = newskeep("import", str(file), "--json").json
    assert (again["outcomes"], again["known"]) == ({}, 1)


def test_a_later_page_of_a_story_is_no_story_of_its_own(newskeep, home, saved):
    pager = f"<p><a href='{URL}'>1</a> <a href='{URL}?page=2'>2</a></p></body>"
    first = story_page("Ice closes the harbor", *TEXT[:2]).replace("</body>", pager)
    second = story_page("Ice closes the harbor", *TEXT[2:]).replace("</body>", pager)
    file = saved({"url": URL, "page": first}, {"url": f"{URL}?page=2", "page": second})
    assert newskeep("import", str(file), "--json").json["outcomes"] == {"new_story": 1, "not_a_story": 1}
    assert newskeep("show", URL, "--json").json["draft"]["is_truncated"] is True


def test_two_captures_of_one_address_are_one_story_with_two_revisions(newskeep, home, saved):
    first = story_page("Ice closes the harbor", *TEXT)
    second = story_page("Ice closes the harbor of Port Velmar", *TEXT[:3], "The ferries do not run any more either.")
    file = saved(
        {"url": URL, "page": first, "captured": "2026-11-20T09:00:00Z"},
        {"url": URL, "page": second, "captured": "2026-11-21T09:00:00Z"},
    )
    newskeep("import", str(file))
    story = newskeep("show", URL, "--json").json
    assert [revision["changed_fields"] for revision in story["revisions"]] == [[], ["headline", "text"]]


def test_an_address_that_answers_with_another_story_is_an_outcome_of_its_own(newskeep, home, saved):
    other = [
        f"Quite another matter, number {n}, of which nobody in the first story had ever heard a word." for n in range(6)
    ]
    file = saved(
        {"url": URL, "page": story_page("Ice closes the harbor", *TEXT), "captured": "2026-11-20T09:00:00Z"},
        {"url": URL, "page": story_page("Choir wins a cheese", *other), "captured": "2026-11-21T09:00:00Z"},
    )
    assert newskeep("import", str(file), "--json").json["outcomes"] == {"different_story": 1, "new_story": 1}


def test_broken_records_are_named_and_passed_over(newskeep, home, saved, tmp_path):
    file = saved(
        {"url": URL, "page": story_page("Ice closes the harbor", *TEXT)},
        {"url": URL, "html_path": "nowhere.html"},
        {"url": "mailto:x", "page": "x"},
        {"url": URL, "page": "x", "captured": "yesterday"},
    )
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"<html>" * 1000)[:40])
    with file.open("a", encoding="utf-8") as lines:
        lines.write('{"url": "https://news.example/b", "html_path": "cut.gz"}\nno json\n[]\n')
    ended = newskeep("import", str(file))
    assert ended.code == 1
    named = ended.err.splitlines()
    assert sorted(line.split(":")[0] for line in named[:-1]) == [f"line {n}" for n in (2, 3, 4, 5, 6, 7)]
    assert named[-1].startswith("6 records could not be read")
    assert newskeep("show", URL).code == 0


def test_a_file_that_is_not_there_is_a_usage_error(newskeep, home):
    ended = newskeep("import", "nowhere.jsonl")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert "nowhere.jsonl cannot be read" in ended.err


def test_bytes_that_are_no_page_have_their_outcome(newskeep, home, saved):
    file = saved(
        {"url": "https://news.example/a", "page": b"%PDF-1.7 \xff\xfe"},
        {"url": "https://news.example/b", "page": b" "},
        {"url": "https://news.example/c", "page": bytes(range(256)) * 40},
    )
    outcomes = newskeep("import", str(file), "--json").json["outcomes"]
    assert sum(outcomes.values()) == 3
    assert not {"new_story", "fault"} & set(outcomes)


def test_each_source_of_an_import_is_read_with_the_memory_of_its_own_site(newskeep, home, saved):
    def told(host: str, number: int, day: int) -> dict[str, str]:
        lines = [f"{line} So it went with the {number}th ferry of {host}." for line in TEXT]
        page = story_page(f"Ferry {number} of {host}", *lines, "Write to the desk of this paper.")
        return {"url": f"https://{host}.example/ferries/{number}", "page": page, "captured": f"2026-11-{day}T09:00:00Z"}

    newskeep("import", str(saved(*(told("post", number, 20) for number in range(4)))))
    both = saved(told("post", 7, 21), told("times", 1, 21), told("post", 8, 21))
    assert newskeep("import", str(both), "--json").json["outcomes"] == {"new_story": 3}
    with closing(sqlite3.connect(home / "news.db")) as news:
        sql = (
            "SELECT s.source, r.memory_version > 0 FROM revisions r JOIN stories s ON s.id = r.story_id"
            " WHERE r.captured_at > '2026-11-21' ORDER BY s.url"
        )
        assert news.execute(sql).fetchall() == [("post-example", 1), ("post-example", 1), ("times-example", 0)]


def test_an_import_of_nothing_is_refused_with_the_folder_that_may_be_meant(
    newskeep, home, saved, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    ended = newskeep("import")
    assert (ended.code, "name what is to be imported" in ended.err) == (2, True)
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_text(story_page("The bridge opens", "Its first day was a long one for everybody."))
    table = tmp_path / "pages.csv"
    table.write_text("file,url,captured\na.html,https://www.harbour.example/bridge,2026-11-24T10:00:00Z\n")
    refused = newskeep("import", "pages", "--urls", str(table))
    assert (refused.code, "write pages/ or ./pages" in refused.err) == (2, True)
    assert "1 new" in newskeep("import", "pages/", "--urls", str(table)).out


def test_stories_further_down_a_page_are_told_with_those_that_were_asked_for(newskeep, home, saved):
    page = (PAGES / "rebelmouse_infinite.html").read_bytes()
    address = json.loads((PAGES / "rebelmouse_infinite.json").read_text(encoding="utf-8"))["url"]
    ended = newskeep("import", str(saved({"url": address, "page": page})))
    with sqlite3.connect(home / "news.db") as news:
        (stories,) = news.execute("SELECT count(*) FROM stories").fetchone()
    assert f"1 new, {stories - 1} further down other pages" in ended.out
