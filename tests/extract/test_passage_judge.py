"""The learned judge of passages: what it is asked, what it is told, and what it may change."""

from __future__ import annotations

import pytest

from newskeep.extract.blocks import Outline
from newskeep.extract.body import find_story, lay_out
from newskeep.extract.header import find_headline
from newskeep.extract.judge import Judgement, Role
from newskeep.extract.metadata import Metadata
from newskeep.extract.passage_features import FEATURES, describe
from newskeep.extract.passage_judge import overrule, with_roles
from newskeep.extract.passage_trees import FEATURE_COUNT
from newskeep.extract.stretch import Stretch
from newskeep.extract.tree import Page, parse_html

HEAD = "Nine cranes of the northern harbors, and what they cost"
NEWS = Metadata(headline=HEAD, declared_types=frozenset(("NewsArticle",)))
GUIDE = Metadata(headline=HEAD, declared_types=frozenset(("Article",)))
PARAGRAPHS = [
    f"Crane number {at} was built in the yard behind the old mint, and it took the town {at} years to pay for it, "
    f"because the council of those days wanted a tower on top, with a bell that nobody has ever heard ring."
    for at in range(2, 9)
]


ENDING = "<h2>What is left</h2>" + "".join(f"<p>{text.replace('mint', 'tower')}</p>" for text in PARAGRAPHS[5:])


def parse(html: str) -> Page:
    return parse_html(f"<body>{html}</body>", url="https://www.example.example/cranes")


def read(html: str, metadata: Metadata = GUIDE) -> tuple[Outline, Judgement, Stretch, int | None]:
    page = parse(html)
    line = lay_out(page, None)
    headline_at = find_headline(line, metadata.headline)
    judgement, stretch = find_story(line, page, metadata, headline_at)
    assert stretch is not None
    return line, judgement, stretch, headline_at


def story(inner: str = "", *, after: str = "") -> str:
    texts = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return f"<main><article><h1>{HEAD}</h1><div class='text'>{texts}{inner}<p>{PARAGRAPHS[0][:90]}.</p></div></article>{after}</main>"


def asked(html: str, metadata: Metadata = GUIDE) -> dict[str, dict[str, float]]:
    """What is asked of a page: the features of each passage, by its text."""
    line, judgement, stretch, headline_at = read(html, metadata)
    rows = describe(parse(html), line, judgement, stretch, headline_at=headline_at, metadata=metadata)
    return {
        line.passages[at].text: dict(zip(FEATURES, row, strict=True))
        for at, row in zip(rows.places, rows.features, strict=True)
    }


def kept(html: str, metadata: Metadata = GUIDE) -> list[str]:
    line, judgement, stretch, headline_at = read(html, metadata)
    judged = overrule(parse(html), line, judgement, stretch, headline_at=headline_at, metadata=metadata)
    return [line.passages[at].text for at in judged.text]


def test_the_trees_were_learned_with_these_features() -> None:
    assert len(FEATURES) == FEATURE_COUNT == len(set(FEATURES))


def test_a_long_sentence_amid_others_is_not_asked_about() -> None:
    assert not set(PARAGRAPHS[1:-1]) & set(asked(story()))


def test_a_short_line_is_asked_about_with_what_is_known_of_it() -> None:
    features = asked(story("<p>Gulls like it.</p>"))["Gulls like it."]
    assert (features["weight"], features["is_p"], features["is_sentence"], features["is_kept"]) == (14, 1, 1, 1)
    assert (features["is_core_kind"], features["is_inside"], features["is_news"]) == (1, 1, 0.5)


def test_on_news_a_linked_headline_is_not_asked_about_but_a_linked_sentence_is() -> None:
    found = asked(
        story("<p><a href='/x'>Gulls take over the mint</a></p><p><a href='/y'>The gulls have a union.</a></p>"), NEWS
    )
    assert "Gulls take over the mint" not in found
    assert "The gulls win!" not in asked(story("<h3><a href='/z'>The gulls win!</a></h3>" + ENDING), NEWS)
    assert found["The gulls have a union."]["link_share"] == 1


def test_on_guides_linked_lines_and_labelled_ones_are_asked_about() -> None:
    inner = (
        "<h2><a href='#mint'>The mint of Maldon</a></h2><p>See also: the <a href='https://b.test/'>bell</a> there.</p>"
    )
    texts = {"The mint of Maldon", "See also: the bell there."}
    assert texts <= set(asked(story(inner + ENDING)))
    assert not texts & set(asked(story(inner + ENDING), NEWS))


def test_lines_that_lead_to_another_page_of_the_site_stay_pointers_on_guides_too() -> None:
    inner = "<h2><a href='/mint'>The mint of Maldon</a></h2><p>See also: the <a href='/bell'>bell</a> there.</p>"
    assert not {"The mint of Maldon", "See also: the bell there."} & set(asked(story(inner + ENDING)))


def test_a_linked_crosshead_of_a_guide_is_text() -> None:
    chapters = "".join(
        f"<h2><a href='https://cranes.example/{at}'>The crane of berth {at}</a></h2><p>{PARAGRAPHS[at]}</p>"
        f"<p>{PARAGRAPHS[at - 1].replace('mint', 'tower')}</p>"
        for at in range(1, 5)
    )
    assert {f"The crane of berth {at}" for at in range(1, 4)} <= set(kept(story(chapters + ENDING)))
    assert "The crane of berth 1" not in kept(story(chapters + ENDING), NEWS)


def test_what_a_guide_says_again_and_again_is_text_and_on_news_it_is_furniture() -> None:
    chapters = "".join(
        f"<h2>The crane of berth {at}</h2><p>What we like</p><p>{PARAGRAPHS[at].replace('mint', 'tower')}</p>"
        for at in range(1, 5)
    )
    assert kept(story(chapters)).count("What we like") == 4
    assert "What we like" not in kept(story(chapters), NEWS)


def test_boxes_are_asked_about_on_guides_but_not_on_news() -> None:
    box = "<div class='fact-box'><h3>In short</h3><p>There are nine cranes in all, and one more in Maldon.</p></div>"
    text = "There are nine cranes in all, and one more in Maldon."
    assert asked(story(box), GUIDE)[text]["role_info_box"] == 1
    assert text not in asked(story(box), NEWS)


def test_adverts_and_captions_are_never_asked_about() -> None:
    inner = "<p>Advertisement</p><figure><img src='/a.jpg'><figcaption>The crane at dawn.</figcaption></figure>"
    assert not {"Advertisement", "The crane at dawn."} & set(asked(story(inner)))


def test_the_heading_above_a_passage_is_told() -> None:
    features = asked(story("<h2>Read more</h2><p>The bell.</p>"))["The bell."]
    assert (features["from_heading"], features["heading_labels"]) == (1, 1)


def test_a_passage_that_says_what_the_description_says_is_told() -> None:
    summary = "What the towns of the north paid for their cranes."
    metadata = Metadata(headline=HEAD, description=f"{summary} A long read.")
    found = asked(story(f"<p>{summary}</p>"), metadata)
    assert (found[summary]["describes"], found[summary]["is_news"]) == (1, 0)


def test_a_page_of_a_few_sentences_is_left_as_the_rules_read_it() -> None:
    html = f"<main><h1>{HEAD}</h1><p>{PARAGRAPHS[0]}</p><p>Gulls.</p></main>"
    line, judgement, stretch, headline_at = read(html)
    assert overrule(parse(html), line, judgement, stretch, headline_at=headline_at, metadata=GUIDE) is stretch


def test_a_plain_story_is_left_as_it_is() -> None:
    assert kept(story(), NEWS) == [*PARAGRAPHS, f"{PARAGRAPHS[0][:90]}."]


def test_a_sentence_that_is_a_link_is_text() -> None:
    sentence = "The harbor council sold its last crane to the islands for the price of a bell."
    assert sentence in kept(story(f"<p><a href='/z'>{sentence}</a></p>{ENDING}"), NEWS)


def test_a_long_paragraph_that_comes_twice_is_taken_once() -> None:
    line, judgement, stretch, _ = read(story(after=f"<div><p>{PARAGRAPHS[1]}</p></div>"))
    again = len(line.passages) - 1
    judged = with_roles(line, judgement, stretch, {again: Role.PARAGRAPH}, is_news=True)
    assert judged.role(again) is Role.NOTICE


def test_text_outside_the_chosen_element_widens_it() -> None:
    line, judgement, stretch, _ = read(story(after="<div><p>The gulls have the last word.</p></div>"))
    last = len(line.passages) - 1
    judged = with_roles(line, judgement, stretch, {last: Role.PARAGRAPH}, is_news=True)
    assert (stretch.role(last), judged.role(last), judged.text[-1]) == (Role.OTHER, Role.PARAGRAPH, last)
    assert line.spans[judged.span].first <= judged.text[0] < last < line.spans[judged.span].end
    assert judged.core_at == stretch.core_at


def test_the_text_begins_later_where_its_beginning_is_none() -> None:
    line, judgement, stretch, _ = read(story())
    judged = with_roles(line, judgement, stretch, {stretch.core_at: Role.OTHER}, is_news=True)
    assert judged.core_at == judged.text[0] > stretch.core_at


def test_a_reading_is_never_left_without_text() -> None:
    line, judgement, stretch, _ = read(story())
    assert with_roles(line, judgement, stretch, dict.fromkeys(stretch.text, Role.OTHER), is_news=True) is stretch


def test_of_a_page_without_end_only_the_beginning_is_judged() -> None:
    lines = "".join(f"<p>Crane {at} of the old yard</p>" for at in range(3000))
    html = story(after=f"<div>{lines}</div>")
    line, judgement, stretch, headline_at = read(html)
    rows = describe(parse(html), line, judgement, stretch, headline_at=headline_at, metadata=GUIDE)
    assert len(rows.places) == len(rows.features) == 1500
    assert rows.places == sorted(rows.places)


def test_nothing_is_asked_about_a_placeholder_that_waits_for_consent() -> None:
    asks = "Your privacy settings keep external content from being shown here, whatever it may be."
    assert (
        not {asks, '{"button": "Buy the crane now"}'}
        & asked(story(f'<p>{asks}</p><p>{{"button": "Buy the crane now"}}</p>')).keys()
    )


@pytest.mark.parametrize(
    "box",
    [
        "<div class='author-bio'><p>{}</p></div>",
        "<blockquote class='twitter-tweet'><p>{}</p></blockquote>",
    ],
)
def test_what_names_itself_otherwise_is_no_text_though_it_reads_so(box: str) -> None:
    text = (
        "Mia Ost has written about cranes and what they cost since she came to the coast. Before that she read law in the "
        "town of Lunt, where she lives with two gulls and a boat that leaks, and where she hopes to stay until the last "
        "crane has been sold."
    )
    assert text not in kept(story(box.format(text)))
    assert text in kept(story(f"<p>{text}</p>"))


def test_text_that_scores_and_prices_part_is_taken_whole() -> None:
    """A box in the midst holds half of the text; between the rest stand so many short lines that no sum speaks for it."""
    box = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    cards = "".join(
        f"<h3>Crane {at}</h3><p>{text.replace('mint', 'tower')}</p>" + 80 * f"<p>{at} out of 9</p>"
        for at, text in enumerate(PARAGRAPHS[:6])
    )
    line, _, stretch, _ = read(
        f"<main><h1>{HEAD}</h1><div class='text'><div class='panel'>{box}</div>{cards}</div></main>"
    )
    assert line.spans[stretch.span].names == "text"
