"""Pages of stories over several pages, and pages that only look like one."""

from __future__ import annotations

import pytest

from newskeep.extract.paged import read_paging
from newskeep.extract.tree import parse_html
from newskeep.model import Paging

FIRST = "https://www.lamp.example/news/long-way-down-4711"


def paging(body: str, url: str = FIRST, head: str = "") -> Paging | None:
    return read_paging(parse_html(f"<html><head>{head}</head><body>{body}</body></html>", url=url))


@pytest.mark.parametrize(
    ("body", "following", "count"),
    [
        ("<a href='?page=2'>2</a> <a href='?page=3'>3</a>", f"{FIRST}?page=2", 3),
        (f"<span>Page 1 of 5</span><a href='{FIRST}/2'>Next page</a>", f"{FIRST}/2", 5),
        ("<div>Seite 1 von 4 <a href='?seite=2'>Weiter</a></div>", f"{FIRST}?seite=2", 4),
        (f"<a rel='next' href='{FIRST}/page/2/'><span></span></a>", f"{FIRST}/page/2/", 2),
        ("<a href='?p=2'>次のページ</a>", f"{FIRST}?p=2", 2),
        ("<a href='?p=2' aria-label='Next page'></a> 1 / 2", f"{FIRST}?p=2", 2),
        (f"<a href='{FIRST}/2#text'>›</a>", f"{FIRST}/2", 2),
    ],
)
def test_the_first_of_several_pages_names_the_next(body: str, following: str, count: int) -> None:
    assert paging(body) == Paging(number=1, first_url=FIRST, next_url=following, count=count)


def test_a_link_element_is_enough() -> None:
    head = "<link rel='next' href='/news/long-way-down-4711?page=2'>"
    assert paging("", head=head) == Paging(number=1, first_url=FIRST, next_url=f"{FIRST}?page=2", count=2)


def test_a_later_page_leads_back() -> None:
    body = f"<a href='{FIRST}'>1</a> <b>2</b> <a href='{FIRST}?page=3'>3</a>"
    assert paging(body, f"{FIRST}?page=2") == Paging(number=2, first_url=FIRST, next_url=f"{FIRST}?page=3", count=3)


def test_the_last_page_has_no_next() -> None:
    body = f"<a rel='prev' href='{FIRST}/2'>Back</a>"
    assert paging(body, f"{FIRST}/3") == Paging(number=3, first_url=f"{FIRST}/2", next_url=None, count=None)


def test_a_canonical_address_that_is_the_first_page_leads_back() -> None:
    found = paging("", f"{FIRST}/2/", head=f"<link rel='canonical' href='{FIRST}/'>")
    assert found == Paging(number=2, first_url=f"{FIRST}/", next_url=None, count=None)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ("<p>Nothing here.</p>", FIRST),
        ("<a href='/news/other-story-4712'>Next</a>", FIRST),
        ("<a rel='next' href='/news/other-story-4712'>Next story</a>", FIRST),
        (f"<a href='{FIRST}?page=2'>Read the comments</a>", FIRST),
        (f"<div class='comments'><a href='{FIRST}?page=2'>2</a></div>", FIRST),
        (f"<a href='{FIRST}?page=1'>2</a>", FIRST),
        (f"<a href='{FIRST}/2'><i></i><i></i><i></i><i></i>2</a>", FIRST),
        (f"<a href='{FIRST}/2'>{'Next ' * 20}</a>", FIRST),
        ("<a href='#2'>2</a><a href='javascript:go(2)'>2</a><a>2</a>", FIRST),
        (f"<a href='https://share.example/?u={FIRST}?page=2'>2</a>", FIRST),
        ("<a href='/2026/11/13'>13</a>", "https://www.lamp.example/2026/11/12"),
        ("<a href='?page=2'>2</a>", "https://www.lamp.example/"),
        ("<p>A second part.</p>", f"{FIRST}?page=2"),
        ("<a href='/news'>News</a>", f"{FIRST}/2"),
    ],
)
def test_what_only_looks_like_a_page_of_several_is_none(body: str, url: str) -> None:
    assert paging(body, url) is None


def test_a_stated_count_that_cannot_be_is_left_out() -> None:
    found = paging("<div>7 of 3 <a href='?page=2'>2</a></div>")
    assert found is not None
    assert found.count == 2
