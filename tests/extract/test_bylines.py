"""Printed bylines: where they stand, and what is left of the line once it is tidied."""

from __future__ import annotations

import pytest

from newskeep.extract.bylines import printed_bylines, tidy_byline
from newskeep.extract.printed import Printed
from newskeep.extract.site_names import read_site_names
from newskeep.extract.structured import read_structured
from newskeep.extract.tree import parse_html

HEADLINE = "Harbor vote ends in a tie"


def _people(header: str) -> tuple[str, ...]:
    body = f"<article><h1>{HEADLINE}</h1>{header}<p>{'The harbor of Kesh was closed. ' * 60}</p></article>"
    page = parse_html(f"<html><body>{body}</body></html>", url="https://kesh.example/vote")
    site = read_site_names(page, read_structured(page))
    return next((byline.people for byline in printed_bylines(Printed(page, HEADLINE), site)), ())


@pytest.mark.parametrize(
    "header",
    [
        "<div><span>By</span><span>Ada Beck</span></div>",
        "<div>By<a href='/x'>Ada Beck</a></div>",
        "<span class='author vcard'>Ada Beck</span>",
        "<div class='author-info'><a class='author-info__name'>Ada Beck</a></div>",
        "<aside><address><a rel='author' href='/ada'>Ada Beck</a></address></aside>",
        "<p class='x'>Written with care</p><a href='/authors/ada-beck'>Ada Beck</a>",
        "<p>Ada Beck | Staff writer | July 2, 2025</p>",
        "<p>Ada Beck · 2 July 2025</p>",
        "<div><span>Ada Beck</span><span>2 July 2025</span></div>",
        "<p><b>Ada Beck</b></p>",
        "<dl><dt>Author</dt><dd>Ada Beck</dd></dl>",
    ],
)
def test_a_byline_around_the_headline_is_found(header: str) -> None:
    assert _people(header) == ("Ada Beck",)


@pytest.mark.parametrize(
    "header",
    [
        "<p>KESH | 2 July 2025</p>",
        "<p>bread and soup | 2 July 2025</p>",
        "<div><span>Sides, Soups</span><span>2 July 2025</span></div>",
        "<p class='author'>Written by</p>",
        "<aside class='author'>Ada Beck</aside>",
        "<div class='comment'><span class='author'>Ada Beck</span></div>",
        "<p>Ada Beck says | no vote</p>",
    ],
)
def test_what_is_no_byline_names_nobody(header: str) -> None:
    assert _people(header) == ()


def test_two_who_wrote_with_each_other_are_both_authors() -> None:
    assert _people("<span class='author'>By Ada Beck with Jo Marsh</span>") == ("Ada Beck", "Jo Marsh")


@pytest.mark.parametrize(
    ("line", "tidy"),
    [
        ("By Ada Beck", "By Ada Beck"),
        ("ByAda Beck", "By Ada Beck"),
        ("Author:Ada Beck", "Author: Ada Beck"),
        ("Von Ada Beck, Kesh 05.08.2024, 20:59 Uhr", "Von Ada Beck, Kesh"),
        ("by Ada Beck ● December 23, 2025 ● 6 min read", "by Ada Beck"),
        ("Ada Beck , Jo Marsh", "Ada Beck, Jo Marsh"),
        ("Ada Beck; Ada Beck", "Ada Beck"),
        ("Ada Beck Ada Beck", "Ada Beck"),
        ("A. Beck", "A. Beck"),
        ("August 28, 2025", None),
        ("Author of the article:", None),
        ("Photo: Jo Marsh", None),
        ("", None),
        (None, None),
        ("By Ada Beck Twitter", "By Ada Beck"),
        ("Ada Beck | Email, Instagram", "Ada Beck"),
    ],
)
def test_a_byline_is_tidied_and_names_an_author(line: str | None, tidy: str | None) -> None:
    assert tidy_byline(line, ["Ada Beck"]) == tidy


@pytest.mark.parametrize(
    ("line", "tidy"),
    [
        ("By Ada Beck | Kesh Daily News", "By Ada Beck"),
        ("Ada Beck · Kesh Daily News", "Ada Beck"),
        ("Ada Beck Kesh Daily News", "Ada Beck"),
        ("Ada Beck Jo Marsh", "Ada Beck, Jo Marsh"),
        ("Von Ada Beck Jo Marsh", "Von Ada Beck, Jo Marsh"),
        ("Ada Beck and Jo Marsh", "Ada Beck and Jo Marsh"),
    ],
)
def test_a_byline_is_without_the_paper_and_parts_its_names(line: str, tidy: str) -> None:
    page = parse_html(
        "<html><head><meta property='og:site_name' content='Kesh Daily News'></head><body></body></html>",
        url="https://keshdaily.example/vote",
    )
    site = read_site_names(page, read_structured(page))
    assert tidy_byline(line, ["Ada Beck", "Jo Marsh"], site) == tidy


def test_a_paper_that_signs_itself_stays_in_the_byline() -> None:
    page = parse_html("<html><body></body></html>", url="https://keshdaily.example/vote")
    site = read_site_names(page, read_structured(page))
    assert tidy_byline("By Kesh Daily", ["Kesh Daily"], site) == "By Kesh Daily"
