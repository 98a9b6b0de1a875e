"""Search over stories, by our own code and by other people's."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newskeep.errors import SearchQueryError
from newskeep.model import StoryDraft
from storage import search as search_module
from storage.archive import Archive
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
    result = archive.search.stories(SearchRequest(words="bridge"))
    assert (result.count, result.is_capped, result.order) == (2, True, Order.NEWEST)
    assert result.hits[0].url == SITE + "newest"


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


def test_snippets_come_from_plain_sql(closed: Path) -> None:
    sql = "select snippet(stories_fts, -1, '[', ']', '…', 8) as found from stories_fts where stories_fts match 'boat'"
    assert json.loads(sqlite_utils("query", closed, sql)) == [{"found": "A [boat] from Hama came in late, and…"}]


def test_the_index_can_be_made_anew(closed: Path) -> None:
    sqlite_utils("rebuild-fts", closed, "stories")
    with Archive(closed.parent) as archive:
        assert len(list(archive.db["stories"].search("hama"))) == 2
        archive.db.execute("INSERT INTO stories_fts(stories_fts, rank) VALUES ('integrity-check', 1)")


def test_the_weights_stand_in_the_file(archive: Archive) -> None:
    (rank,) = archive.db.execute("SELECT v FROM stories_fts_config WHERE k = 'rank'").fetchone()
    assert rank == search_module.STORY_WEIGHTS
