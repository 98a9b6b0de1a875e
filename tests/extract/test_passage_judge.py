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
from newskeep.extract.tree import parse_html

HEAD = "Nine cranes of the northern harbors, and what they cost"
NEWS = Metadata(headline=HEAD, declared_types=frozenset(("NewsArticle",)))
GUIDE = Metadata(headline=HEAD, declared_types=frozenset(("Article",)))
PARAGRAPHS = [
    f"Crane number {at} was built in the yard behind the old mint, and it took the town {at} years to pay for it, "
    f"because the council of those days wanted a tower on top, with a bell that nobody has ever heard ring."
    for at in range(2, 9)
]


def read(html: str, metadata: Metadata = GUIDE) -> tuple[Outline, Judgement, Stretch, int | None]:
    page = parse_html(f"<body>{html}</body>", url="https://www.example.example/cranes")
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
    rows = describe(line, judgement, stretch, headline_at=headline_at, metadata=metadata)
    return {
        line.passages[at].text: dict(zip(FEATURES, row, strict=True))
        for at, row in zip(rows.places, rows.features, strict=True)
    }


def kept(html: str, metadata: Metadata = GUIDE) -> list[str]:
    line, judgement, stretch, headline_at = read(html, metadata)
    judged = overrule(line, judgement, stretch, headline_at=headline_at, metadata=metadata)
    return [line.passages[at].text for at in judged.text]


def test_the_trees_were_learned_with_these_features() -> None:
    assert len(FEATURES) == FEATURE_COUNT == len(set(FEATURES))


def test_a_long_sentence_amid_others_is_not_asked_about() -> None:
    assert not set(PARAGRAPHS[1:-1]) & set(asked(story()))


def test_a_short_line_is_asked_about_with_what_is_known_of_it() -> None:
    features = asked(story("<p>Gulls like it.</p>"))["Gulls like it."]
    assert (features["weight"], features["is_p"], features["is_sentence"], features["is_kept"]) == (14, 1, 1, 1)
    assert (features["is_core_kind"], features["is_inside"], features["is_news"]) == (1, 1, 0.5)


def test_a_linked_headline_is_not_asked_about_but_a_linked_sentence_is() -> None:
    found = asked(
        story("<p><a href='/x'>Gulls take over the mint</a></p><p><a href='/y'>The gulls have a union.</a></p>")
    )
    assert "Gulls take over the mint" not in found
    assert found["The gulls have a union."]["link_share"] == 1


def test_boxes_are_asked_about_on_guides_but_not_on_news() -> None:
    box = "<div class='fact-box'><h3>In short</h3><p>There are nine cranes in all, and one more in Maldon.</p></div>"
    text = "There are nine cranes in all, and one more in Maldon."
    assert asked(story(box), GUIDE)[text]["role_info_box"] == 1
    assert text not in asked(story(box), NEWS)


def test_adverts_captions_and_labelled_lines_are_never_asked_about() -> None:
    inner = (
        "<p>Advertisement</p><figure><img src='/a.jpg'><figcaption>The crane at dawn.</figcaption></figure>"
        "<p>Read more | The <a href='/b'>bell</a> of Maldon</p>"
    )
    assert not {"Advertisement", "The crane at dawn.", "Read more | The bell of Maldon"} & set(asked(story(inner)))


def test_the_heading_above_a_passage_is_told() -> None:
    features = asked(story("<h2>Read more</h2><p>The bell.</p>"))["The bell."]
    assert (features["from_heading"], features["heading_labels"]) == (1, 1)


def test_a_passage_that_says_what_the_description_says_is_told() -> None:
    summary = "What the towns of the north paid for their cranes."
    metadata = Metadata(headline=HEAD, description=f"{summary} A long read.")
    found = asked(story(f"<p>{summary}</p>"), metadata)
    assert (found[summary]["describes"], found[summary]["is_news"]) == (1, 0)


def test_a_page_of_a_few_sentences_is_left_as_the_rules_read_it() -> None:
    line, judgement, stretch, headline_at = read(f"<main><h1>{HEAD}</h1><p>{PARAGRAPHS[0]}</p><p>Gulls.</p></main>")
    assert overrule(line, judgement, stretch, headline_at=headline_at, metadata=GUIDE) is stretch


def test_a_plain_story_is_left_as_it_is() -> None:
    assert kept(story(), NEWS) == [*PARAGRAPHS, f"{PARAGRAPHS[0][:90]}."]


ENDING = "<h2>What is left</h2>" + "".join(f"<p>{text.replace('mint', 'tower')}</p>" for text in PARAGRAPHS[5:])


def test_a_sentence_that_is_a_link_is_text() -> None:
    sentence = "The harbor council sold its last crane to the islands for the price of a bell."
    assert sentence in kept(story(f"<p><a href='/z'>{sentence}</a></p>{ENDING}"), NEWS)


def test_a_long_paragraph_that_comes_twice_is_taken_once() -> None:
    line, judgement, stretch, _ = read(story(after=f"<div><p>{PARAGRAPHS[1]}</p></div>"))
    again = len(line.passages) - 1
    judged = with_roles(line, judgement, stretch, {again: Role.PARAGRAPH})
    assert judged.role(again) is Role.NOTICE


def test_text_outside_the_chosen_element_widens_it() -> None:
    line, judgement, stretch, _ = read(story(after="<div><p>The gulls have the last word.</p></div>"))
    last = len(line.passages) - 1
    judged = with_roles(line, judgement, stretch, {last: Role.PARAGRAPH})
    assert (stretch.role(last), judged.role(last), judged.text[-1]) == (Role.OTHER, Role.PARAGRAPH, last)
    assert line.spans[judged.span].first <= judged.text[0] < last < line.spans[judged.span].end
    assert judged.core_at == stretch.core_at


def test_the_text_begins_later_where_its_beginning_is_none() -> None:
    line, judgement, stretch, _ = read(story())
    judged = with_roles(line, judgement, stretch, {stretch.core_at: Role.OTHER})
    assert judged.core_at == judged.text[0] > stretch.core_at


def test_a_reading_is_never_left_without_text() -> None:
    line, judgement, stretch, _ = read(story())
    assert with_roles(line, judgement, stretch, dict.fromkeys(stretch.text, Role.OTHER)) is stretch


def test_of_a_page_without_end_only_the_beginning_is_judged() -> None:
    lines = "".join(f"<p>Crane {at} of the old yard</p>" for at in range(3000))
    line, judgement, stretch, headline_at = read(story(after=f"<div>{lines}</div>"))
    rows = describe(line, judgement, stretch, headline_at=headline_at, metadata=GUIDE)
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
