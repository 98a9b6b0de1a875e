"""The invented stories and their pages: each page carries what its truth says, in that order."""

from __future__ import annotations

from functools import cache
from http.client import HTTPMessage
from urllib.parse import urlsplit

import pytest

from demo.edition import STATES, open_edition
from demo.expected import (
    ADDED,
    DELETED,
    MENDED,
    MOVED,
    REWRITTEN,
    PageTruth,
    expect_page,
    expect_site,
    story_paths,
)
from demo.pages import answer
from demo.press import Press
from demo.stories import read_story, story_keys
from tests.demo.reading import Got, fold

ORIGIN = "http://www.meridian.example"
PAGES = [(state, path) for state in STATES for path in story_paths(open_edition(state))]
ORDINARY_PAGES = [(state, path) for state, path in PAGES if not path.startswith("/amp/")]


@cache
def page_and_truth(state: int, path: str) -> tuple[Got, PageTruth]:
    """A page as the site answers it, printed once for all tests, and what is true of it."""
    reply = answer(Press(edition=open_edition(state), origin=ORIGIN, serial=1), path)
    return Got(status=reply.status, headers=HTTPMessage(), body=reply.body), expect_page(path, state=state)


# The stories


def test_there_are_stories_enough_of_every_kind() -> None:
    stories = open_edition(1).stories
    assert len(stories) == 33
    assert {story.form for story in stories} == {"article", "video", "audio"}
    assert {story.language for story in stories} == {"en", "fr", "ja", "ar"}


def test_no_two_stories_share_an_id_or_an_address() -> None:
    stories = open_edition(2).stories
    assert len({story.post_id for story in stories}) == len(stories)
    assert len({story.path for story in stories}) == len(stories)


@pytest.mark.parametrize("key", story_keys())
def test_every_story_has_a_body_worth_reading(key: str) -> None:
    assert len(read_story(key, 1).pieces) >= 3


@pytest.mark.parametrize("state", [2])
def test_the_changes_between_states_are_those_written_down(state: int) -> None:
    before, after = expect_site(state - 1), expect_site(state)
    assert sorted(set(after.stories) - set(before.stories)) == sorted(ADDED[state])
    assert sorted(set(before.stories) - set(after.stories)) == sorted(DELETED[state])
    moved = [key for key, path in after.stories.items() if before.stories.get(key, path) != path]
    assert sorted(moved) == sorted(MOVED[state])


def test_only_the_edited_stories_differ_in_text() -> None:
    kept = set(expect_site(1).stories) & set(expect_site(2).stories)
    old, new = ({key: read_story(key, state) for key in kept} for state in (1, 2))
    assert [key for key in kept if old[key].headline != new[key].headline] == list(REWRITTEN[2])
    changed = {key for key in kept if old[key].pieces != new[key].pieces}
    assert changed == {*REWRITTEN[2], *MENDED[2]}


def test_a_mended_story_differs_by_one_word() -> None:
    (key,) = MENDED[2]
    pairs = zip(read_story(key, 1).pieces, read_story(key, 2).pieces, strict=True)
    words = [
        (old, new)
        for one, other in pairs
        if one != other
        for old, new in zip(one.text.split(), other.text.split(), strict=True)
        if old != new
    ]
    assert words == [("diffrent", "different")]


# The pages


@pytest.mark.parametrize(("state", "path"), PAGES)
def test_a_page_carries_its_story_in_order(state: int, path: str) -> None:
    page, truth = page_and_truth(state, path)
    if path.startswith("/amp/"):
        text = page.visible("//main/article[1]")
    else:
        text = page.visible("//*[@data-source='current_post']")
    at = 0
    for block in (truth.main.headline, *(item for b in truth.main.blocks for item in (b.items or (b.text,)))):
        found = text.find(fold(block), at)
        assert found >= at, block
        at = found + 1


@pytest.mark.parametrize(("state", "path"), PAGES)
def test_a_page_carries_its_teasers_in_order(state: int, path: str) -> None:
    page, truth = page_and_truth(state, path)
    text = fold(page.tree.body.text_content())
    for teaser in truth.teasers:
        start = text.index(teaser.heading or "")
        assert teaser.headline in text[start:]


@pytest.mark.parametrize(("state", "path"), ORDINARY_PAGES)
def test_every_teaser_of_the_truth_is_linked(state: int, path: str) -> None:
    page, truth = page_and_truth(state, path)
    links = {urlsplit(href).path for href in page.tree.xpath("//a/@href")}
    assert {urlsplit(teaser.target).path for teaser in truth.teasers} <= links


@pytest.mark.parametrize(("state", "path"), PAGES)
def test_a_page_names_its_story_by_the_canonical_address(state: int, path: str) -> None:
    page, truth = page_and_truth(state, path)
    assert page.tree.xpath("//link[@rel='canonical']/@href") == [f"{ORIGIN}{truth.main.path}"]


def test_a_regular_story_is_split_over_three_articles_of_one_id() -> None:
    page, truth = page_and_truth(1, "/news/analysis/quill-strait-pilots")
    assert len(page.tree.xpath(f"//article[@elid='{truth.main.post_id}'][@data-category]")) == 3


def test_the_rest_of_a_further_story_is_inside_a_template() -> None:
    page, truth = page_and_truth(1, "/news/analysis/vardania-coalition")
    assert [story.key for story in truth.further] == ["robot-tribunal", "hard-numbers-bridge"]
    hidden = fold(page.tree.xpath("//template")[0].text_content())
    assert truth.further[0].blocks[-1].text in hidden


def test_caption_and_credit_in_a_body_run_together() -> None:
    page, _ = page_and_truth(1, "/news/analysis/quill-strait-pilots")
    assert "November 14 to 19.Owen Trask" in page.visible("//p[contains(@class, 'shortcode-media')]")


def test_a_credit_may_be_a_list_item() -> None:
    page, truth = page_and_truth(1, "/dispatches/lumen-blackout")
    assert truth.main.pictures[0].credit == page.visible("//div[@class='photo-credit']//li[1]").split(" Owen")[0]


def test_byline_and_date_of_the_newest_form_run_together() -> None:
    page, _ = page_and_truth(1, "/news/watching/watching-election-lottery-glacier")
    assert page.visible("//div[@class='post-author__line']") == "By The Meridian DeskNovember 19, 2026"


def test_an_amp_twin_ends_in_the_newest_stories() -> None:
    _, truth = page_and_truth(1, "/amp/orlune-census-2679400094")
    newest = [story.headline for story in open_edition(1).stories[:4]]
    assert [teaser.headline for teaser in truth.teasers] == newest


def test_an_amp_address_has_the_id_twice_where_the_slug_ended_in_it() -> None:
    assert read_story("hard-numbers-geese", 1).amp_path == "/amp/hard-numbers-2679400137-2679400137"


def test_a_right_to_left_page_says_so() -> None:
    page, _ = page_and_truth(1, "/ar/news/nadim-library")
    assert page.tree.get("dir") == "rtl"
