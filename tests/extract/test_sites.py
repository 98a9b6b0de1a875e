"""Families of sites: which page is whose, and what they claim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newskeep.extract import extract_page
from newskeep.extract.sites import FAMILIES, find_regions
from newskeep.extract.tree import Page, parse_html
from newskeep.model import Source

_PAGES = Path(__file__).parent / "pages"
_URL = "https://www.harborledger.example/story"


def page(name: str, *, family: str | None = None) -> Page:
    source = Source(slug="s", name="S", homepage="https://www.harborledger.example/", listings=(), family=family)
    return parse_html((_PAGES / f"{name}.html").read_text("utf-8"), url=_URL, source=source)


@pytest.mark.parametrize(
    ("name", "family"), [("rebelmouse_story", "rebelmouse"), ("amp_story", "amp"), ("layout_2026", None)]
)
def test_a_page_is_known_by_its_markup(name: str, family: str | None) -> None:
    regions = find_regions(page(name))
    assert (regions.family if regions else None) == family


def test_a_source_may_name_its_family() -> None:
    regions = find_regions(page("amp_story", family="rebelmouse"))
    assert regions is not None
    assert regions.family == "rebelmouse"


def test_an_unknown_family_reads_nothing() -> None:
    assert find_regions(page("rebelmouse_story", family="none")) is None


def test_families_bear_a_name_and_a_version() -> None:
    assert len({family.NAME for family in FAMILIES}) == len(FAMILIES)
    assert all(family.VERSION for family in FAMILIES)


def test_the_story_is_all_elements_of_one_post() -> None:
    regions = find_regions(page("rebelmouse_story"))
    assert regions is not None
    assert {element.get("elid") for element in regions.main} == {"3100000001"}
    assert len(regions.main) == 3


def test_the_post_is_known_without_bootstrap_data() -> None:
    html = (
        (_PAGES / "rebelmouse_story.html").read_text("utf-8").replace("REBELMOUSE_BOOTSTRAP_DATA", "REBELMOUSE_OTHER")
    )
    regions = find_regions(parse_html(html, url=_URL))
    assert regions is not None
    assert regions.post_id == "3100000001"


def test_a_page_with_no_post_of_its_own_is_left_to_the_general_reader() -> None:
    html = "<script>REBELMOUSE</script><div data-source='x'><article elid='3100000001'><p>x</p></article></div>"
    regions = find_regions(parse_html(html, url=_URL))
    assert regions is not None
    assert (regions.main, regions.post_id) == ((), None)


def test_an_amp_page_without_an_article_is_left_to_the_general_reader() -> None:
    regions = find_regions(parse_html("<html amp><body><h1>Head</h1><p>x</p></body></html>", url=f"{_URL}-3100000200"))
    assert regions is not None
    assert (regions.main, regions.post_id) == ((), "3100000200")


def test_cards_inside_the_amp_story_are_taken_out_of_it(capture_of: Any) -> None:
    html = (_PAGES / "amp_story.html").read_text("utf-8")
    html = html.replace("</article>\n<section", "\n<section").replace(
        "</section></main>", "</section></article></main>"
    )
    found = extract_page(capture_of(html, _URL), None)
    assert found.main is not None
    assert len(found.main.blocks) == 2
    assert [teaser.heading for teaser in found.teasers] == ["More from Harbor Ledger"] * 2


def test_a_heading_that_is_no_heading_element_is_known_by_its_words(capture_of: Any) -> None:
    html = (_PAGES / "amp_story.html").read_text("utf-8").replace("<h2>More", "<div>More").replace("</h2>", "</div>")
    found = extract_page(capture_of(html, _URL), None)
    assert {teaser.heading for teaser in found.teasers} == {"More from Harbor Ledger"}
