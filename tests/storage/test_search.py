"""Search over stories, by our own code and by other people's."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newskeep.errors import SearchQueryError, StoryMissingError
from newskeep.model import Media, MediaKind, StoryDraft, StoryForm
from newskeep.neighbours import is_close
from newskeep.search_query import parse_query
from newskeep.snippets import Snippets
from storage import search as search_module
from storage.archive import Archive
from storage.marks import refresh_marks
from storage.news_schema import STORY_WEIGHTS, TEASER_WEIGHTS
from storage.search import MATCH_END, MATCH_START, Order, SearchRequest
from tests.storage.builders import (
    BRIDGE,
    FERRY,
    HOUR,
    NOW,
    capture,
    date,
    draft,
    ferry,
    page,
    picture,
    take_in,
    take_story,
    teaser,
)

SITE = "https://post.example/"


def found(archive: Archive, words: str, **fields: Any) -> list[str]:
    """The last parts of the addresses of the stories found."""
    result = archive.search.stories(SearchRequest(words=words, **fields))
    return [hit.url.removeprefix(SITE) for hit in result.hits]


def write(archive: Archive, **stories: StoryDraft) -> None:
    """Take in stories, an hour apart, each at an address of its name."""
    for hours, (name, story) in enumerate(stories.items()):
        take_story(archive, SITE + name, story, at=NOW + hours * HOUR)


def test_all_words_must_be_there(archive: Archive) -> None:
    write(archive, bridge=draft(), ferry=ferry())
    assert found(archive, "council bridge") == ["bridge"]
    assert found(archive, "council ferry") == []
    assert sorted(found(archive, "council OR ferry")) == ["bridge", "ferry"]
    assert found(archive, "the -council") == ["ferry"]


def test_case_and_accents_do_not_count(archive: Archive) -> None:
    write(archive, koeln=draft("Grüße aus KÖLN", ("Ein Café am Rhein öffnet wieder seine Türen.",)))
    assert found(archive, "koln CAFE") == ["koeln"]


def test_a_match_in_the_headline_outranks_one_in_the_text(archive: Archive) -> None:
    write(
        archive,
        text=draft("Something else", ("The zeppelin came down in a field of barley near the old mill.",)),
        headline=draft("Zeppelin comes down", ("An airship came down in a field of barley near the old mill.",)),
        caption=draft("Nothing", ("An airship came down in a field.",), pictures=(picture(caption="A zeppelin"),)),
    )
    assert found(archive, "zeppelin")[0] == "headline"
    assert sorted(found(archive, "zeppelin")) == ["caption", "headline", "text"]


def test_the_snippet_marks_the_match(archive: Archive) -> None:
    write(archive, bridge=draft())
    (hit,) = archive.search.stories(SearchRequest(words="cyclists")).hits
    assert f"carts and {MATCH_START}cyclists{MATCH_END} again" in hit.snippet
    assert (hit.headline, hit.source, hit.first_seen_at, hit.published_at) == ("Bridge opens again", "post", NOW, None)


def test_the_newest_come_first_when_asked(archive: Archive) -> None:
    write(archive, old=draft(), new=ferry(), newest=draft("The third bridge"))
    assert found(archive, "the", order=Order.NEWEST) == ["newest", "new", "old"]


def test_pages_of_hits_follow_each_other(archive: Archive) -> None:
    write(archive, **{f"s{number}": draft() for number in range(5)})
    pages = [found(archive, "bridge", order=Order.NEWEST, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert pages == [["s4", "s3"], ["s2", "s1"], ["s0"]]
    assert archive.search.stories(SearchRequest(words="bridge", limit=2)).count == 5


# filters, and which of the two stories they leave
FILTERS = [
    ({"source": "post"}, ["a", "b"]),
    ({"source": "gull"}, []),
    ({"section": "world"}, ["a"]),
    ({"language": "en"}, ["a", "b"]),
    ({"language": "en-gb"}, ["a"]),
    ({"language": "e"}, []),
    ({"author": "wolff"}, ["a"]),
    ({"author": "%"}, []),
    ({"after": NOW - 5 * HOUR}, ["a", "b"]),
    ({"after": NOW - 3 * HOUR}, ["b"]),
    ({"before": NOW - 4 * HOUR}, []),
    ({"before": NOW - 3 * HOUR}, ["a"]),
    ({"after": NOW + HOUR}, ["b"]),
    ({"before": NOW + HOUR}, ["a"]),
    ({"section": "World", "author": "Ana"}, ["a"]),
]


@pytest.mark.parametrize(("fields", "left"), FILTERS, ids=[str(fields) for fields, _ in FILTERS])
@pytest.mark.parametrize("order", Order)
def test_filters_leave_what_fits(archive: Archive, fields: dict[str, Any], left: list[str], order: Order) -> None:
    dated = draft(language="en-GB", section="World", authors=("Ana Wolff",), published=date(NOW - 4 * HOUR))
    write(archive, a=dated, b=replace(ferry(), language="en"))
    result = archive.search.stories(SearchRequest(words="the", order=order, **fields))
    assert sorted(hit.url.removeprefix(SITE) for hit in result.hits) == left
    assert (result.count, result.is_capped) == (len(left), False)


def test_above_the_cap_the_newest_come_first_and_it_is_said(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    write(archive, best=draft("Bridge bridge bridge"), newer=draft(), newest=draft())
    monkeypatch.setattr(search_module, "COUNT_CAP", 2)
    request = SearchRequest(words="bridge")
    result = archive.search.stories(request)
    assert (result.count, result.is_capped, result.order) == (2, True, Order.NEWEST)
    assert result.hits[0].url == SITE + "newest"
    assert result.by_source == (("post", 2),)
    assert archive.search.count(request) == 3
    assert found(archive, "bridge", offset=2) == ["best"]


def test_an_edit_is_found_by_its_new_words_only(archive: Archive) -> None:
    take_story(archive)
    take_in(archive, capture(at=NOW + HOUR), page(draft("Viaduct opens again", ("The council voted on the viaduct.",))))
    assert found(archive, "viaduct") == ["bridge-opens"]
    assert found(archive, "cyclists") == []


def test_a_removed_story_is_not_found(archive: Archive) -> None:
    take_story(archive)
    archive.db.execute("DELETE FROM stories")
    assert found(archive, "bridge") == []


def test_nothing_to_search_is_said(archive: Archive) -> None:
    with pytest.raises(SearchQueryError, match="nothing to look for"):
        archive.search.stories(SearchRequest(words=" "))


def test_an_empty_archive_has_nothing(archive: Archive) -> None:
    request = SearchRequest(words="bridge after:2026")
    assert archive.search.stories(request).hits == ()
    assert archive.search.count(request) == 0


# what is typed, the stories it finds
QUERIES = [
    ("source:post", ["old", "new"]),
    ("source:post -has:revision", ["new"]),
    ("has:revision", ["old"]),
    ("is:present", ["old", "new"]),
    ("is:gone", []),
    ("is:free", ["new"]),
    ("has:picture", ["new"]),
    ("has:video", ["new"]),
    ("form:gallery", ["new"]),
    ("tag:sea*", ["new"]),
    ('author:"ana wolff"', ["new"]),
    ('author:"wolff bo"', []),
    ("author:wol*", ["new"]),
    ("before:2020", ["old"]),
    ("on:2019-05-06", ["old"]),
    ("on:2019-05", ["old"]),
    ("on:2019-05-07", []),
    ("after:2026-11-22", ["new"]),
    ("after:2026-11-22T10:30", ["new"]),
    ("after:2026-11-22T11:30", []),
    ("seen:2026-11-22", ["old", "new"]),
    ("seen:2026-11-22T11:00..", ["new"]),
    ("seen:..2026-11-21", []),
    ("headline:bridge", ["old"]),
    ("caption:dawn", ["new"]),
    ("NEAR(ferry crews, 2)", ["new"]),
    ("NEAR(ferry weekend, 2)", []),
    ("(bridge OR ferry) -is:gone", ["old", "new"]),
    ("bridge OR tag:sea", ["old", "new"]),
    ("-council source:post", ["new"]),
    ("(", []),
]


@pytest.fixture
def two(archive: Archive) -> Archive:
    """An archive with an old story that was edited, and a new one with everything."""
    old = draft("Bridge opens again", published=date(datetime(2019, 5, 6, 7, tzinfo=UTC)))
    take_story(archive, SITE + "old", old)
    edited = replace(old, standfirst="Carts may cross.")
    take_in(archive, capture(SITE + "old", at=NOW + HOUR / 2), page(edited, SITE + "old"))
    new = replace(
        ferry(),
        authors=("Ana Wolff", "Bo Lin"),
        form=StoryForm.GALLERY,
        tags=("Seafaring",),
        is_free=True,
        pictures=(picture(),),
        media=(Media(kind=MediaKind.VIDEO, url=SITE + "v"),),
    )
    take_story(archive, SITE + "new", new, at=NOW + HOUR)
    return archive


def test_queries_find_what_they_say(two: Archive) -> None:
    answers = {}
    for typed, _ in QUERIES:
        try:
            answers[typed] = sorted(found(two, typed), key=["old", "new"].index)
        except SearchQueryError:
            answers[typed] = []
    assert answers == dict(QUERIES)


def test_an_answer_counts_by_source_and_day_and_says_what_it_was_asked(two: Archive) -> None:
    result = two.search.stories(SearchRequest(words="source:post colour:the"))
    assert result.count == 0
    assert (result.filters, len(result.hints)) == (("source post",), 1)
    result = two.search.stories(SearchRequest(words="source:post"))
    assert result.by_source == (("post", 2),)
    assert result.by_day == (("2019-05-06", 1), ("2026-11-22", 1))
    assert result.order is Order.NEWEST


# marks follow what changes


def test_an_older_capture_moves_a_story_without_a_date(archive: Archive) -> None:
    take_story(archive, BRIDGE, draft())
    archive.stories.seen(archive.stories.resolve(BRIDGE), NOW - 24 * HOUR)
    assert found(archive, "on:2026-11-21") == ["bridge-opens"]
    assert found(archive, "on:2026-11-22") == []
    assert next(archive.db["story_facts"].rows)["moment"] == "2026-11-21T10:00:00.000Z"


def test_an_older_edit_that_comes_later_is_a_revision_to_the_search(archive: Archive) -> None:
    take_story(archive)
    take_in(archive, capture(at=NOW - HOUR), page(draft("Bridge shut")))
    assert found(archive, "has:revision") == ["bridge-opens"]
    assert next(archive.db["story_facts"].rows)["revision_count"] == 2


def test_a_changed_presence_is_found_once_its_marks_are_made_anew(archive: Archive) -> None:
    story_id = take_story(archive)
    archive.db.execute("UPDATE stories SET presence = 'gone' WHERE id = ?", [story_id])
    assert refresh_marks(archive.db.conn, story_id)
    assert found(archive, "bridge is:gone") == ["bridge-opens"]
    assert found(archive, "bridge -is:gone source:post") == []
    assert not refresh_marks(archive.db.conn, story_id)
    assert next(archive.db["story_facts"].rows)["presence"] == "gone"


def test_marks_of_a_story_that_is_not_there_cannot_be_made(archive: Archive) -> None:
    with pytest.raises(StoryMissingError, match="there is no story 7"):
        refresh_marks(archive.db.conn, 7)


def test_a_copy_and_what_it_copies_are_found_as_such(archive: Archive) -> None:
    text = tuple(
        f"Sentence number {number} of the wire says that some port {number} closed at dawn." for number in range(9)
    )
    write(archive, wire=draft("Ports close", text), copy=draft("All ports shut", text), other=ferry())
    assert sorted(found(archive, "has:copy")) == ["copy", "wire"]


def test_a_story_that_is_removed_leaves_no_facts(archive: Archive) -> None:
    take_story(archive)
    (story_id,) = archive.search.ids(SearchRequest(words="bridge"))
    archive.db.execute("DELETE FROM stories WHERE id = ?", [story_id])
    assert archive.db["story_facts"].count == 0
    archive.db.execute("INSERT INTO stories_fts(stories_fts, rank) VALUES ('integrity-check', 1)")


def test_what_goes_while_it_is_searched_for_is_left_out(archive: Archive) -> None:
    run = archive.db.execute
    run("PRAGMA foreign_keys = OFF")
    run("INSERT INTO stories_fts(rowid, headline) VALUES (5, 'ghost')")
    run(
        "INSERT INTO story_facts VALUES (5, 'post', '2026-11-22T10:00:00Z', NULL, NULL, 'article', 'present', 1, 1, '')"
    )
    run("INSERT INTO teasers_fts(rowid, headline) VALUES (5, 'ghost')")
    assert archive.search.stories(SearchRequest(words="ghost")).hits == ()
    assert archive.search.teasers(SearchRequest(words="ghost")).hits == ()


# scripts that part no words

SCRIPTS = {
    "zh": "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经",
    "ja": "日本の東京は大阪へ電車で行きますカタカナひらがなニュース経済政治新聞記者発表首相会談地震予報々ー選挙",
    "ko": "대한민국서울부산정부대통령은는이가을를에서경제정치사회신문기자발표회담지진예보선거국회의원",
    "th": "กขคงจฉชซญดตถทธนบปผพฟมยรลวศสหอะาิีึืุูเแโใไ่้๊๋์็",
}


def invented(pick: random.Random, letters: str) -> str:
    """A text in sentences, here and there with a number or a name in other letters."""
    clauses = []
    for _ in range(30):
        clause = "".join(pick.choice(letters) for _ in range(pick.randint(4, 18)))
        if pick.random() < 0.3:
            clause += pick.choice(("2026", "NATO", "iPhone17", "5")) + pick.choice(letters)
        clauses.append(clause)
    return "。".join(clauses)


def test_any_two_neighbouring_characters_find_their_story_with_a_right_snippet(archive: Archive) -> None:
    pick = random.Random(7)
    texts = [invented(pick, pick.choice(list(SCRIPTS.values()))) for _ in range(100)]
    with archive.transaction():
        for number, text in enumerate(texts):
            headline, body = text[:30], (text[30:300], text[300:])
            take_story(archive, f"{SITE}{number}", draft(headline, body), at=NOW + number * HOUR)
    for number, text in enumerate(texts):
        parts = [text[:30], text[30:300], text[300:]]
        for _ in range(6):
            part = pick.choice([part for part in parts if len(part) > 1])
            place = pick.randrange(len(part) - 1)
            pair = part[place : place + 2]
            if not is_close(pair) or "。" in pair:
                continue
            result = archive.search.stories(SearchRequest(words=pair, limit=1000))
            (hit,) = [hit for hit in result.hits if hit.story_id == archive.stories.resolve(f"{SITE}{number}")]
            shown = hit.snippet + Snippets(parse_query(pair).words).marked(hit.headline or "")
            assert f"{MATCH_START}{pair}{MATCH_END}".lower() in shown.lower()


def test_longer_words_of_such_scripts_find_no_other_story(archive: Archive) -> None:
    write(archive, a=draft("東京都知事選", ("小池氏が当選した。",)), b=draft("京都と東京", ("都知事は来ない。",)))
    assert found(archive, "東京都") == ["a"]
    assert sorted(found(archive, "東京")) == ["a", "b"]
    assert found(archive, "headline:知事") == ["a"]
    assert sorted(found(archive, "知")) == ["a", "b"]
    assert found(archive, "東京 -当選") == ["b"]


def test_a_headline_outranks_the_text_in_any_script(archive: Archive) -> None:
    write(archive, text=draft("経済", ("東京で会談した。",)), headline=draft("東京で会談", ("経済の話をした。",)))
    assert found(archive, "東京") == ["headline", "text"]


def test_sqlite_utils_finds_two_neighbouring_characters(archive: Archive) -> None:
    write(archive, a=draft("新東京都庁", ("開庁した。",)))
    assert [row["headline"] for row in archive.db["stories"].search("東京")] == ["新東京都庁"]


# teasers


def test_teasers_are_found_by_their_words_and_show_their_page(archive: Archive) -> None:
    near = teaser(BRIDGE, headline="東京の橋", slot=2)
    take_in(archive, capture(), page(draft(), teasers=(teaser(headline="Zeppelin lands"), near)))
    take_story(archive, FERRY, ferry(), at=NOW + HOUR)
    (hit,) = archive.search.teasers(SearchRequest(words="zeppelin")).hits
    assert hit.snippet == f"{MATCH_START}Zeppelin{MATCH_END} lands"
    assert (hit.page_headline, hit.target_headline, hit.first_seen_at) == (
        "Bridge opens again",
        "Ferry crews walk out",
        NOW,
    )
    assert [hit.headline for hit in archive.search.teasers(SearchRequest(words="東京")).hits] == ["東京の橋"]
    assert found(archive, "zeppelin") == []
    everything = archive.search.teasers(SearchRequest(words="more", order=Order.NEWEST, limit=1))
    assert (everything.count, everything.is_capped, everything.hits[0].headline) == (2, False, "東京の橋")


def test_above_the_cap_the_newest_teasers_come_first(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    take_in(archive, capture(), page(draft(), teasers=(teaser(), teaser(BRIDGE))))
    monkeypatch.setattr(search_module, "COUNT_CAP", 1)
    result = archive.search.teasers(SearchRequest(words="ferries"))
    assert (result.count, result.is_capped, result.order) == (1, True, Order.NEWEST)


# what other people's programs do with the file


def sqlite_utils(*arguments: str | Path) -> str:
    """Run the sqlite-utils command."""
    command = [sys.executable, "-m", "sqlite_utils", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def closed(archive: Archive, home: Path) -> Path:
    """The path of a news.db with two stories, closed."""
    take_story(archive, BRIDGE, draft("Hama bridge"))
    take_story(archive, FERRY, draft("Ferry", ("A boat from Hama came in late, and left again before the tide.",)))
    archive.close()
    return home / "news.db"


def test_the_sqlite_utils_command_searches_stories_ranked(closed: Path) -> None:
    rows = json.loads(sqlite_utils("search", closed, "stories", "hama", "-c", "headline"))
    assert rows == [{"headline": "Hama bridge"}, {"headline": "Ferry"}]


def test_marks_are_words_to_other_programs(archive: Archive) -> None:
    write(archive, a=draft(section="World / News"), b=draft())
    rows = archive.db["stories"].search("bridge sectionːworldˑnews")
    assert [row["url"] for row in rows] == [SITE + "a"]


def test_snippets_come_from_plain_sql(closed: Path) -> None:
    sql = "select snippet(stories_fts, -1, '[', ']', '…', 8) as found from stories_fts where stories_fts match 'boat'"
    assert json.loads(sqlite_utils("query", closed, sql)) == [{"found": "A [boat] from Hama came in late, and…"}]


def test_the_index_can_be_made_anew(closed: Path) -> None:
    sqlite_utils("rebuild-fts", closed, "stories")
    with Archive(closed.parent) as archive:
        assert len(list(archive.db["stories"].search("hama"))) == 2
        archive.db.execute("INSERT INTO stories_fts(stories_fts, rank) VALUES ('integrity-check', 1)")


def test_the_weights_stand_in_the_file(archive: Archive) -> None:
    for table, weights in (("stories_fts", STORY_WEIGHTS), ("teasers_fts", TEASER_WEIGHTS)):
        assert archive.db.execute(f"SELECT v FROM {table}_config WHERE k = 'rank'").fetchone() == (weights,)
