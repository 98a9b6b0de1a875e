"""How passages are weighed before the story is chosen."""

from __future__ import annotations

import pytest

from newskeep.extract import signs
from newskeep.extract.blocks import Outline, outline
from newskeep.extract.judge import (
    Judgement,
    Role,
    compact,
    is_sentence,
    judge,
    link_share,
    role_of_signs,
    text_mass,
    weigh,
)
from newskeep.extract.tree import parse_html
from newskeep.extract.wording import points_elsewhere
from newskeep.model import EMPTY_MEMORY, SiteMemory
from newskeep.site_memory import block_digest

TEXT = (
    "The harbor council met on Tuesday night and talked for four hours about a crane that nobody wants to buy any more."
)


def line_of(html: str) -> Outline:
    return outline((parse_html(html, url="https://www.example.example/").body,))


def judged(
    html: str, *, article_body: str | None = None, memory: SiteMemory = EMPTY_MEMORY, lenient: bool = False
) -> Judgement:
    return judge(line_of(html), headline_at=None, article_body=article_body, memory=memory, lenient=lenient)


def test_a_paragraph_speaks_for_its_element_and_a_menu_against() -> None:
    judgement = judged(f"<p>{TEXT}</p><nav><a href='/a'>News</a></nav>")
    assert judgement.scores[0] > 0 > judgement.scores[1]


@pytest.mark.parametrize(
    "html",
    [
        "<p><a href='/a'>Another story about a crane that was sold for scrap</a></p>",
        f"<div class='related'><p>{TEXT[:60]}</p></div>",
        "<div class='newsletter-signup'><p>Get our letter every morning in your box.</p></div>",
        "<p>Tuesday</p>",
        f"<div class='comments'><p>{TEXT[:70]}</p></div>",
    ],
)
def test_what_is_no_text_speaks_against(html: str) -> None:
    assert judged(f"<p>{TEXT}</p><p>{TEXT}</p><p>{TEXT}</p>{html}").scores[-1] < 0


def test_names_do_not_count_against_an_element_that_holds_most_of_the_text() -> None:
    judgement = judged(f"<div class='sidebar'><p>{TEXT}</p><p>{TEXT}</p></div>")
    assert all(score > 0 for score in judgement.scores)


def test_a_name_that_most_paragraphs_bear_does_not_count() -> None:
    judgement = judged(f"<p class='paywall'>{TEXT}</p><p class='paywall'>{TEXT}</p><p>{TEXT}</p>")
    assert all(score > 0 for score in judgement.scores)


def test_comments_stay_comments_however_many_there_are() -> None:
    judgement = judged(f"<p>{TEXT}</p><div class='comments'><p>{TEXT}</p><p>{TEXT}</p><p>{TEXT}</p></div>")
    assert [score > 0 for score in judgement.scores] == [True, False, False, False]


def test_a_lenient_judge_forgives_names_but_not_menus_and_comments() -> None:
    html = f"<div class='promo'><p>{TEXT}</p></div><div class='comments'><p>{TEXT}</p></div>" + f"<p>{TEXT}</p>" * 3
    assert judged(html).scores[0] < 0 < judged(html, lenient=True).scores[0]
    assert judged(html, lenient=True).scores[1] < 0


def test_text_that_the_page_states_for_machines_is_trusted() -> None:
    html = f"<div class='related'><p>{TEXT}</p></div>" + f"<p>{TEXT[::-1]}</p>" * 4
    assert judged(html).scores[0] < 0 < judged(html, article_body=f"{TEXT} {TEXT} {TEXT}").scores[0]


def test_a_short_block_known_from_other_stories_is_demoted() -> None:
    memory = SiteMemory(version=1, stories=5, blocks=frozenset(((block_digest("Write to the desk."), 4),)))
    html = f"<p>{TEXT}</p><p>Write to the desk.</p>"
    assert judged(html).scores[1] > 0 > judged(html, memory=memory).scores[1]


def test_a_long_block_is_never_demoted_by_memory() -> None:
    memory = SiteMemory(version=1, stories=5, blocks=frozenset(((block_digest(TEXT * 4), 5),)))
    assert judged(f"<p>{TEXT * 4}</p>", memory=memory).scores[0] > 0


def test_a_block_seen_once_elsewhere_is_no_furniture() -> None:
    memory = SiteMemory(version=1, stories=5, blocks=frozenset(((block_digest("Write to the desk."), 1),)))
    assert judged(f"<p>{TEXT}</p><p>Write to the desk.</p>", memory=memory).scores[1] > 0


def test_characters_of_unspaced_scripts_weigh_more() -> None:
    assert weigh("abcd") == 4
    assert weigh("港の船が") > 8


@pytest.mark.parametrize(
    ("html", "share"),
    [("<p>abcd</p>", 0.0), ("<p>ab <a href='/x'>cd</a></p>", 0.5), ("<p><a href='/x'>ab cd</a></p>", 1.0)],
)
def test_link_share_is_the_part_of_letters_in_links(html: str, share: float) -> None:
    assert link_share(line_of(html).passages[0]) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("It ends.", True), ("Ends it?”", True), ("終わる。", True), ("A headline", False), ("", False)],
)
def test_sentences_end_as_sentences_do(text: str, is_one: bool) -> None:
    assert is_sentence(text) is is_one


@pytest.mark.parametrize(
    "text",
    [
        "READ MORE: The crane",
        "Lesen Sie auch: Der Kran",
        "Lire aussi",
        "Baca juga: Derek",
        "関連記事",
        "Les også: Kranen",
    ],
)
def test_labels_of_other_stories_are_known_in_many_languages(text: str) -> None:
    assert points_elsewhere(text)
    assert not points_elsewhere(f"The {text}")


@pytest.mark.parametrize(
    ("found", "role"),
    [
        (signs.TEASER | signs.BYLINE, Role.TEASER),
        (signs.CAPTION, Role.CAPTION),
        (signs.CAPTION | signs.CREDIT, Role.CREDIT),
        (signs.INFO_BOX, Role.INFO_BOX),
        (signs.SOCIAL_POST, Role.EMBED),
        (signs.BODY | signs.ARTICLE, None),
    ],
)
def test_the_strongest_sign_names_the_role(found: int, role: Role | None) -> None:
    assert role_of_signs(found) is role


def test_compact_text_is_letters_and_digits() -> None:
    assert compact("“It’s  10:30!”") == "its1030"


@pytest.mark.parametrize(
    ("text", "letters"),
    [("ÉTÉ à 5 €, ½ Œuvre_Ž", "étéà5½œuvrež"), ("Привет, МИР_1!", "приветмир1"), ("クレーン、10 号", "クレーン10号")],
)
def test_compact_text_keeps_the_letters_of_any_script(text: str, letters: str) -> None:
    assert compact(text) == letters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rang.", True),
        ("It rang.’)", True),
        ("It rang’", False),
        ("It rang", False),
        ("", False),
        ("终わり。」", False),
    ],
)
def test_a_sentence_ends_as_sentences_do(text: str, expected: bool) -> None:
    assert is_sentence(text) is expected


def test_text_mass_counts_long_text_outside_links() -> None:
    html = f"<p>{TEXT}</p><p>short</p><p><a href='/a'>{TEXT}</a></p>"
    assert text_mass(line_of(html), judged(html)) == len(TEXT)
