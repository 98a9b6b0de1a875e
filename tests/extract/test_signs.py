"""What names of elements say."""

from __future__ import annotations

import pytest

from newskeep.extract import signs


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("article__relatedPosts", signs.TEASER),
        ("read-more", signs.TEASER),
        ("readMore", signs.TEASER),
        ("photo-caption", signs.CAPTION),
        ("photocaption", signs.CAPTION),
        ("body-description", signs.BODY),
        ("c-newsletter-signup", signs.SIGN_UP),
        ("author-bio", signs.BIOGRAPHY),
        ("ad-slot", signs.ADVERT),
        ("standfirst", signs.STANDFIRST),
        ("d-none", signs.HIDDEN),
        ("breadcrumbsList", signs.NAVIGATION),
    ],
)
def test_a_name_gives_its_sign(names: str, expected: int) -> None:
    assert signs.name_signs(names) & expected == expected


@pytest.mark.parametrize(
    "names",
    ["adjacent-post", "download", "shadow-box", "header", "tag-elections", "category-sport", "content", "x" * 900],
)
def test_words_inside_other_words_give_none(names: str) -> None:
    against = signs.ADVERT | signs.TEASER | signs.TAGS | signs.NAVIGATION | signs.SHARE
    assert signs.name_signs(names) & against == 0


def test_an_element_hidden_on_one_kind_of_screen_is_not_hidden() -> None:
    assert signs.name_signs("hidden lg:block") & signs.HIDDEN == 0
    assert signs.name_signs("hidden") & signs.HIDDEN


@pytest.mark.parametrize("name", ["block-id-n1AuAdJlVL", "x-qZadRtAdKi"])
def test_a_random_id_says_nothing(name: str) -> None:
    assert signs.name_signs(name) == 0


@pytest.mark.parametrize("name", ["adBox", "articleAd", "promoAdSlot", "ad"])
def test_a_short_word_in_camel_case_is_still_read(name: str) -> None:
    assert signs.name_signs(name) & signs.ADVERT
