"""Bylines taken apart: people, agencies, the paper itself."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.extract.authors import (
    Byline,
    byline_of,
    choose_authors,
    is_name_like,
    is_organisation,
    read_bylines,
    split_names,
)
from newskeep.extract.site_names import SiteNames, read_site_names
from newskeep.extract.structured import read_structured
from newskeep.extract.tree import parse_html

SITE = SiteNames(squashed=frozenset({"keshpost", "keshpostexample", "kp"}), display="Kesh Post")


# what is printed, the names in it
LINES = [
    ("Ada Beck", ["Ada Beck"]),
    ("By Ada Beck", ["Ada Beck"]),
    ("by: Ada Beck", ["Ada Beck"]),
    ("Written by Ada Beck", ["Ada Beck"]),
    ("Von Ada Beck und Bo Lund", ["Ada Beck", "Bo Lund"]),
    ("Par Ada Beck et Bo Lund", ["Ada Beck", "Bo Lund"]),
    ("Por Ada Beck y Bo Lund", ["Ada Beck", "Bo Lund"]),
    ("di Ada Beck e Bo Lund", ["Ada Beck", "Bo Lund"]),
    ("Av Ada Beck og Bo Lund", ["Ada Beck", "Bo Lund"]),
    ("Ada Beck, Bo Lund and Cy Dorn", ["Ada Beck", "Bo Lund", "Cy Dorn"]),
    ("Ada Beck/Bo Lund", ["Ada Beck", "Bo Lund"]),
    ("Ada Beck & Bo Lund", ["Ada Beck", "Bo Lund"]),
    ("Beck & Sons", ["Beck & Sons"]),
    ("Ada Beck, Chief Political Correspondent", ["Ada Beck"]),
    ("Ada Beck Senior Reporter", ["Ada Beck"]),
    ("Ada Beck in Kesh", ["Ada Beck"]),
    ("Ada Beck | Kesh Post", ["Ada Beck", "Kesh Post"]),
    ("Ada Beck, dpa", ["Ada Beck", "dpa"]),
    ("Ada Beck, Maldon", ["Ada Beck"]),
    ("Ada Beck (Text), Bo Lund (Fotos)", ["Ada Beck", "Bo Lund"]),
    ("Ada Beck; Fotos: Bo Lund", ["Ada Beck"]),
    ("By Ada Beck, photographs by Bo Lund", ["Ada Beck"]),
    ("Von Ada Beck, aus dem Englischen von Bo Lund", ["Ada Beck"]),
    ("By Ada Beck Published on July 18, 2025", ["Ada Beck"]),
    ("Ada Beck 30 Sep 2025, 11:07am", ["Ada Beck"]),
    ("By Ada Beck • 4 min read", ["Ada Beck"]),
    ("Reviewed by Bo Lund", []),
    ("ada.beck@kesh.example", []),
    ("Ada Beck @adabeck", ["Ada Beck"]),
    ("Ada de Beck", ["Ada de Beck"]),
    ("Di Marco Rossi", ["Di Marco Rossi"]),
    ("Dr. Ada M. Beck-Lund", ["Dr. Ada M. Beck-Lund"]),
    ("Kesh Post", ["Kesh Post"]),
    ("김하나 기자", ["김하나"]),
    ("記者 山田花子", ["山田花子"]),
    ("Editor", []),
    ("2025", []),
    ("", []),
]


@pytest.mark.parametrize(("line", "names"), LINES)
def test_a_line_gives_the_names_in_it(line: str, names: list[str]) -> None:
    assert split_names(line, SITE) == names


@pytest.mark.parametrize(
    "name",
    [
        "dpa",
        "Reuters",
        "The Associated Press",
        "Kesh Post",
        "kesh-post.example",
        "Nachrichtenredaktion",
        "AFP North",
        "News Desk",
        "KP North",
        "AFP via Getty",
    ],
)
def test_organisations_are_told(name: str) -> None:
    assert is_organisation(name, SITE)


@pytest.mark.parametrize("name", ["Ada Beck", "Ada Post-Beck", "山田花子", "Mono"])
def test_people_are_no_organisations(name: str) -> None:
    assert not is_organisation(name, SITE)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Ada Beck", True),
        ("Ada von der Beck", True),
        ("山田花子", True),
        ("Ada", False),
        ("Ada beck", False),
        ("the vote", False),
        ("Note: This", False),
        ("Room 7 Kesh", False),
        ("Ada Beck Senior", False),
        ("Harbor vote Ends", False),
    ],
)
def test_names_are_known_by_their_shape(name: str, answer: bool) -> None:
    assert is_name_like(name) is answer


def _byline(people: tuple[str, ...] = (), organisations: tuple[str, ...] = ()) -> Byline:
    return Byline(people=people, organisations=organisations, origin="test", raw="")


def test_people_come_before_organisations_of_earlier_places() -> None:
    authors, _ = choose_authors([_byline(organisations=("Kesh Post",)), _byline(people=("Ada Beck",))], SITE)
    assert authors == ("Ada Beck",)


def test_an_agency_credited_beside_people_stays_and_the_paper_goes() -> None:
    authors, _ = choose_authors([_byline(("Ada Beck",), ("dpa", "Kesh Post"))], SITE)
    assert authors == ("Ada Beck", "dpa")


def test_an_agency_comes_before_the_paper() -> None:
    authors, _ = choose_authors([_byline(organisations=("Kesh Post",)), _byline(organisations=("dpa",))], SITE)
    assert authors == ("dpa",)


def test_the_paper_is_the_author_where_nobody_else_is() -> None:
    authors, byline = choose_authors([_byline(), _byline(organisations=("Kesh Post",))], SITE)
    assert authors == ("Kesh Post",)
    assert byline is not None


def test_no_byline_gives_no_author() -> None:
    assert choose_authors([], SITE) == ((), None)


def test_a_strict_reading_takes_only_what_looks_like_a_name() -> None:
    byline = byline_of(["By following these tips, Ada Beck"], SITE, origin="test", is_strict=True)
    assert byline.people == ("Ada Beck",)


def test_repeats_are_told_once() -> None:
    byline = byline_of(["Ada Beck", "By Ada Beck", "dpa", "dpa"], SITE, origin="test")
    assert (byline.people, byline.organisations) == (("Ada Beck",), ("dpa",))


def _declared(author: object, metas: str = "") -> tuple[str, ...]:
    story = json.dumps(
        {"@type": "NewsArticle", "headline": "Vote", "author": author, "publisher": {"name": "Kesh Post"}}
    )
    html = f'<html><head>{metas}<script type="application/ld+json">{story}</script></head><body></body></html>'
    page = parse_html(html, url="https://kesh.example/vote")
    structured = read_structured(page)
    site = read_site_names(page, structured)
    return choose_authors(read_bylines(page, structured, site), site)[0]


@pytest.mark.parametrize(
    "author",
    [
        "Ada Beck",
        "By Ada Beck",
        ["Ada Beck"],
        {"@type": "Person", "name": "Ada Beck"},
        {"@type": "Person", "name": ["Ada Beck"]},
        {"@type": "Person", "givenName": "Ada", "familyName": "Beck"},
        {"@type": "Person", "alternateName": "Ada Beck"},
        [{"@type": "Person", "name": "Ada Beck"}, {"@type": "Organization", "name": "Kesh Post"}],
        [{"@type": "Person", "name": "Ada Beck"}, {"@type": "Person", "name": "https://kesh.example/ada"}, {}],
    ],
)
def test_json_ld_authors_are_read_in_every_form(author: object) -> None:
    assert _declared(author) == ("Ada Beck",)


def test_an_organisation_keeps_its_name_whole() -> None:
    assert _declared({"@type": "Organization", "name": "Centre for Ships and Harbors, Maldon"}) == (
        "Centre for Ships and Harbors, Maldon",
    )


def test_several_names_in_one_person_are_parted() -> None:
    assert _declared({"@type": "Person", "name": ["Ada Beck", "Bo Lund"]}) == ("Ada Beck", "Bo Lund")


@pytest.mark.parametrize(
    "meta",
    [
        '<meta name="author" content="Ada Beck">',
        '<meta property="article:author" content="http://k.example/a"><meta name="parsely-author" content="Ada Beck">',
        '<meta name="sailthru.author" content="Ada Beck">',
        '<meta name="DC.creator" content="Ada Beck">',
        '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ada Beck">',
    ],
)
def test_meta_authors_are_read_where_json_ld_names_only_the_paper(meta: str) -> None:
    assert _declared({"@type": "Organization", "name": "Kesh Post"}, meta) == ("Ada Beck",)


def test_a_label_of_another_kind_is_no_author() -> None:
    metas = '<meta name="twitter:label1" content="Time to read"><meta name="twitter:data1" content="Four Minutes">'
    assert _declared([], metas) == ()


@given(st.text(max_size=300))
def test_any_line_is_taken_apart_without_an_error(line: str) -> None:
    assert all(name for name in split_names(line, SITE))
