"""The commands that read an archive, on one filled from the demo site; and other tools on the same file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

import cli
from demo.site import DemoSite

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A home that followed the demo site for two days."""
    home = tmp_path_factory.mktemp("reading") / "home"
    with DemoSite(state=1, slow_seconds=0.1) as site:
        for arguments in (["init", "--quiet", "--without-sources"], ["add", "--yes", site.base_url], ["crawl"]):
            if arguments[0] == "add":
                settings = '[fetch]\nallow_addresses = ["127.0.0.0/8"]\ndelay = "0 s"\n[extract]\nworkers = 1\n'
                (home / "newskeep.toml").write_text(settings, encoding="utf-8")
            with pytest.raises(SystemExit):
                cli.main(["--home", str(home), *arguments])
        site.set_state(2)
        with pytest.raises(SystemExit):
            cli.main(["--home", str(home), "crawl"])
    return home


def test_search_finds_words_and_marks_them(newskeep, archive):
    ended = newskeep("search", "lighthouse", home=archive)
    assert ended.code == 0
    assert "lighthouse" in ended.out.lower()
    found = newskeep("search", "lighthouse", "--json", home=archive).json
    assert found["count"] >= 1
    assert "[lighthouse]" in found["hits"][0]["snippet"].lower()


def test_search_with_filters(newskeep, archive):
    everything = newskeep("search", "the", "--json", "--limit", "100", home=archive).json["count"]
    later = newskeep("search", "the", "--json", "--after", "2026-11-19", home=archive).json["count"]
    assert 0 < later < everything
    assert newskeep("search", "the", "--source", "nobody", "--json", home=archive).code == 1


def test_search_says_what_it_counted_and_understood(newskeep, archive):
    ended = newskeep("search", "the", "is:present", "colour:the", home=archive)
    assert "there is no field colour:" in ended.out
    ended = newskeep("search", "the", "is:present", "--exact-count", "--json", "--limit", "1", home=archive)
    assert ended.json["filters"] == ["is present"]
    assert ended.json["count"] == ended.json["exact_count"] == sum(ended.json["by_day"].values())
    assert list(ended.json["by_source"].values()) == [ended.json["count"]]
    everything = newskeep("search", "is:present", home=archive).out
    assert "only is present" in everything
    assert "--offset shows more" in everything


def test_a_word_is_left_out_and_a_mistyped_option_is_none(newskeep, archive):
    with_it = newskeep("search", "the", "--json", home=archive).json["count"]
    without = newskeep("search", "the", "-lighthouse", "--json", home=archive).json["count"]
    assert 0 < without < with_it
    assert newskeep("search", "strait", "--newset", home=archive).code == 2


def test_teasers_are_searched_apart(newskeep, archive):
    ended = newskeep("search", "--teasers", "strait", home=archive)
    assert ended.code == 0
    assert "points to" in ended.out
    hits = newskeep("search", "--teasers", "strait", "--json", home=archive).json["hits"]
    assert "[" in hits[0]["snippet"]
    assert newskeep("search", "--teasers", "zeppelins", home=archive).code == 1
    refused = newskeep("search", "--teasers", "strait", "--source", "a", home=archive)
    assert "leave out --source" in refused.err


@pytest.mark.parametrize("query", ['"', "AND", "(((", "*", "🙂", '"unclosed', "a:b", "NEAR(", "--"])
def test_no_query_is_a_traceback(newskeep, archive, query):
    ended = newskeep("search", "--", query, home=archive)
    assert ended.code in (0, 1, 2)
    assert len(ended.err.splitlines()) <= 1


def test_a_time_that_is_none_is_a_usage_error(newskeep, archive):
    assert newskeep("search", "the", "--after", "yesterday", home=archive).code == 2


@pytest.mark.parametrize(("option", "field"), [("--after", "after:"), ("--before", "before:")])
@pytest.mark.parametrize("moment", ["2026", "2026-11", "2026-11-18", "2026-11-18T12:00"])
def test_options_take_the_times_that_fields_take(newskeep, archive, option, field, moment):
    by_option = newskeep("search", "the", option, moment, "--json", home=archive)
    by_field = newskeep("search", "the", f"{field}{moment}", "--json", home=archive)
    assert (by_option.code, by_option.json) == (by_field.code, by_field.json)


def test_nothing_found_and_nothing_to_look_for_are_told_apart(newskeep, archive):
    assert newskeep("search", "zeppelins", home=archive).code == 1
    for query in ("", "()", "-lamps", "seen:2026 OR lamps"):
        refused = newskeep("search", query, home=archive)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith("newskeep: search: ")


def test_a_source_that_is_none_is_named_with_what_was_meant(newskeep, archive):
    for asked in (("source:meridian-pots",), ("--source", "meridian-pots")):
        ended = newskeep("search", "the", *asked, home=archive)
        assert ended.code == 1
        assert "no source is called meridian-pots; did you mean meridian-post?" in ended.out
    known = newskeep("search", "zeppelins", "source:Meridian-Post", "--json", home=archive).json
    assert known["hints"] == []
    left_out = newskeep("search", "zeppelins", "-source:nobody", "--json", home=archive).json
    assert left_out["hints"] == []


def test_the_place_in_what_was_found_is_true_at_its_end_and_beyond(newskeep, archive):
    count = newskeep("search", "the", "--json", home=archive).json["count"]
    last = newskeep("search", "the", "--offset", str(count - 1), home=archive).out
    assert f"{count} to {count} of {count} stories\n" in last
    beyond = newskeep("search", "the", "--offset", str(count + 5), home=archive).out
    assert f"there are only {count} stories; --offset {count + 5} is beyond the last" in beyond


def test_show_has_text_revisions_names_and_teasers(newskeep, archive):
    hits = newskeep("search", "Quill Strait pilots", "--json", home=archive).json["hits"]
    ended = newskeep("show", str(hits[0]["story_id"]), home=archive)
    for heading in ("Revisions", "Known as", "Teasers on its page", "Promoted by"):
        assert heading in ended.out
    by_url = newskeep("show", hits[0]["url"], "--json", home=archive).json
    assert by_url["story_id"] == hits[0]["story_id"]
    first = newskeep("show", hits[0]["url"], "--revision", "1", "--json", home=archive).json
    assert len(by_url["revisions"]) == 2
    assert first["draft"]["headline"] != by_url["draft"]["headline"]


@pytest.mark.parametrize("story", ["1", "https://news.example/never-seen", "no story at all"])
def test_a_story_that_is_not_there_is_one_clear_line(newskeep, archive, story):
    ended = newskeep("show", story, home=archive)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)


def test_status_tells_of_every_source(newskeep, archive):
    ended = newskeep("status", home=archive)
    assert "meridian-post" in ended.out
    (source,) = newskeep("status", "--json", home=archive).json["sources"]
    assert source["stories"] > 30
    assert source["next_poll_at"] > source["last_polled_at"]


def test_verify_finds_nothing_wrong(newskeep, archive):
    assert newskeep("verify", home=archive).out.startswith("clean: ")
    assert newskeep("verify", "--json", home=archive).json["is_clean"] is True


def sqlite_utils(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_sqlite_utils_searches_and_rebuilds_the_file_without_our_code(archive):
    news = str(archive / "news.db")
    found = json.loads(sqlite_utils("search", news, "stories", "lighthouse", "-c", "headline"))
    assert found
    sql = "select snippet(stories_fts, 2, '[', ']', '…', 12) as s from stories_fts where stories_fts match 'lighthouse'"
    assert "[lighthouse]" in json.loads(sqlite_utils("query", news, sql))[0]["s"].lower()
    sqlite_utils("rebuild-fts", news, "stories")
    assert json.loads(sqlite_utils("search", news, "stories", "lighthouse", "-c", "headline")) == found


def test_datasette_serves_tables_queries_and_search(archive):
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "--home", str(archive), "serve", "--port", "0"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        base = process.stdout.readline().split(" at ")[1].split()[0].rstrip("/")
        for path in ("/", "/news", "/news/stories?_search=lighthouse", "/news/search_stories?words=lighthouse",
                     "/news/newest_stories", "/news/revised_stories", "/news/most_promoted", "/news/stories_per_day",
                     "/news/trouble", "/news/teasers_with_targets"):  # fmt: skip
            with urlopen(base + path) as page:
                text = page.read().decode()
            assert page.status == 200, path
            assert "lighthouse" in text.lower() or "words" not in path
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_serve_obeys_the_metadata_of_the_home(archive, tmp_path):
    import shutil
    from urllib.error import HTTPError

    home = tmp_path / "closed"
    shutil.copytree(archive, home)
    (home / "metadata.yml").write_text("allow:\n  id: root\n", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "--home", str(home), "serve", "--port", "0", "--root"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        base = process.stdout.readline().split(" at ")[1].split()[0].rstrip("/")
        with pytest.raises(HTTPError, match="403"):
            urlopen(f"{base}/front.json")
        entry = process.stdout.readline().split(" at ")[1].strip()
        opener = build_opener(HTTPCookieProcessor())
        opener.open(entry).close()
        with opener.open(f"{base}/front.json") as answer:
            assert json.load(answer)["stories"]
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_metadata_that_cannot_be_read_is_one_line(newskeep, archive, tmp_path):
    import shutil

    home = tmp_path / "broken"
    shutil.copytree(archive, home)
    (home / "metadata.yml").write_text("allow: [", encoding="utf-8")
    ended = newskeep("serve", "--port", "0", home=home)
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
