"""Which text of a page is its story: pages of many builds, judged by the general reader."""

from __future__ import annotations

import pytest

from newskeep.extract.body import Body, read_body
from newskeep.extract.metadata import Metadata
from newskeep.extract.tree import parse_html
from newskeep.model import BlockKind, SiteMemory, StoryForm
from newskeep.site_memory import block_digest

HEAD = "Harbor council sells its last crane"
ONE = (
    "The harbor council met on Tuesday night and talked for four hours about a crane that nobody wants to buy any more."
)
TWO = "Two bidders had come from the islands, but both went home when they heard what it costs to take the thing apart."
THREE = (
    "The crane will stand where it stands, the mayor said, and the gulls will go on thinking that it belongs to them."
)
FOUR = (
    "Next week the council talks about the second crane, which is younger, and about the tower, which is not for sale."
)
URL = "https://www.example.example/news/crane"


def read(
    html: str,
    *,
    description: str | None = None,
    article_body: str | None = None,
    form: StoryForm = StoryForm.ARTICLE,
) -> Body:
    metadata = Metadata(headline=HEAD, description=description, article_body=article_body, form=form)
    return read_body(parse_html(f"<body>{html}</body>", url=URL), metadata)


def texts(body: Body) -> list[str]:
    return [block.text for block in body.blocks]


def story(inner: str, *, before: str = "", after: str = "") -> str:
    return (
        f"<header class='site-header'><nav><a href='/n'>News</a><a href='/s'>Sport</a></nav></header><main><article>"
        f"<h1>{HEAD}</h1>{before}<div class='article-body'><p>{ONE}</p><p>{TWO}</p>{inner}<p>{THREE}</p></div></article>"
        f"{after}</main><footer><p>All rights reserved.</p></footer>"
    )


STORY = [ONE, TWO, THREE]


def test_paragraphs_are_the_story_in_order() -> None:
    assert texts(read(story(""))) == STORY


@pytest.mark.parametrize(
    "inner",
    [
        "<p>READ MORE: <a href='/x'>Gulls take over the old mint</a></p>",
        "<p><a href='/x'>Gulls take over the old mint in one night</a></p>",
        "<p><strong><a href='/x'>GULLS TAKE OVER THE OLD MINT IN ONE NIGHT</a></strong></p>",
        "<ul><li><a href='/x'>Gulls take over the old mint</a></li><li><a href='/y'>Owls do not</a></li></ul>",
        "<div class='related-stories'><h3>Related</h3><p>Gulls take over the old mint.</p></div>",
        "<div class='card'><h3>Newsletter</h3><p>Get our letter every morning in your box.</p></div>",
        "<aside><h3>Cranes in numbers</h3><p>There are four cranes in the harbor.</p></aside>",
        "<div class='box'><h3>Cranes in numbers</h3><p>There are four cranes in the harbor.</p></div>",
        "<p>Advertisement</p>",
        "<div class='ad-slot'><p>Buy a crane today, it is on sale.</p></div>",
        "<figure><img src='/c.jpg'><figcaption>The crane at night, seen from the pier.</figcaption></figure>",
        "<div class='pic'><img src='/c.jpg'><div>The crane at night, seen from the pier.</div></div>",
        "<div class='share-tools'><p>Share this with a friend.</p></div>",
        "<div style='display:none'><p>The text that a script shows later on.</p></div>",
        "<div class='embed'><p>External content is not shown before you agree to cookies.</p></div>",
        "<p>Watch | A crane is blown up</p>",
        "<form><p>Write your address here and press the button.</p></form>",
    ],
)
def test_what_stands_between_the_paragraphs_is_no_story(inner: str) -> None:
    assert texts(read(story(inner))) == STORY


@pytest.mark.parametrize(
    ("inner", "kind", "text"),
    [
        ("<h2>What it costs</h2>", BlockKind.CROSSHEAD, "What it costs"),
        ("<p><strong>What it costs</strong></p>", BlockKind.CROSSHEAD, "What it costs"),
        ("<blockquote><p>“Nobody wants it,” he said.</p></blockquote>", BlockKind.QUOTE, "“Nobody wants it,” he said."),
        ("<ul><li>It is old.</li><li>It is high.</li></ul>", BlockKind.LIST, "It is old.\nIt is high."),
        ("<table><tr><td>Height of it: 40 m.</td></tr></table>", BlockKind.TABLE, "Height of it: 40 m."),
        ("<iframe src='https://maps.example/crane'></iframe>", BlockKind.EMBED, ""),
        ("<p>It is old.</p>", BlockKind.PARAGRAPH, "It is old."),
    ],
)
def test_blocks_know_what_they_are(inner: str, kind: BlockKind, text: str) -> None:
    blocks = read(story(inner)).blocks
    assert [(block.kind, block.text) for block in blocks if block.text not in STORY] == [(kind, text)]


def test_the_level_of_a_crosshead_is_its_heading_s() -> None:
    levels = [block.level for block in read(story(f"<h3>What it costs</h3><p>{FOUR}</p>")).blocks if block.level]
    assert levels == [3]


@pytest.mark.parametrize(
    "after",
    [
        "<section class='comments'><p>I would have bought it, had they asked me at all.</p></section>",
        "<div class='author-bio'><p>Ines Marrow writes about cranes and the sea for this paper.</p></div>",
        f"<h2>More for you</h2><div class='k'><h3><a href='/x'>Gulls take the mint</a></h3><p>{FOUR}</p></div>",
        "<p>Tags: <a href='/t'>cranes</a></p>",
        "<p>Leave a comment below and let us know what you think.</p>",
    ],
)
def test_what_follows_the_story_is_no_story(after: str) -> None:
    assert texts(read(story("", after=after))) == STORY


def test_another_article_element_is_another_story() -> None:
    other = f"<article><h2>Gulls take the mint</h2><div class='article-body'><p>{FOUR}</p><p>{FOUR[::-1]}</p></div></article>"
    html = f"<main><article><h1>{HEAD}</h1><div><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div></article>{other}</main>"
    assert texts(read(html)) == STORY


def test_a_second_linked_headline_of_first_rank_ends_the_story() -> None:
    html = (
        f"<div><h1>{HEAD}</h1><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><h1><a href='/x'>Gulls</a></h1><p>{FOUR}</p></div>"
    )
    assert texts(read(html)) == STORY


@pytest.mark.parametrize(
    "header",
    [
        f"<p class='standfirst'>{FOUR}</p>",
        f"<h2 class='subtitle'>{FOUR}</h2>",
        f"<div class='lead'>{FOUR}</div>",
        f"<p>{FOUR}</p><div class='byline'>By Ines Marrow</div>",
    ],
)
def test_a_standfirst_outside_the_body_is_found(header: str) -> None:
    body = read(story("", before=header))
    assert (body.standfirst, texts(body)) == (FOUR, STORY)


def test_a_standfirst_is_known_by_the_page_s_description() -> None:
    html = f"<main><div><h1>{HEAD}</h1></div><div><div>{FOUR}</div></div><section><p>{ONE}</p><p>{TWO}</p></section></main>"
    assert read(html, description=FOUR).standfirst == FOUR


def test_the_first_paragraph_is_no_standfirst() -> None:
    assert read(f"<main><h1>{HEAD}</h1><p>{ONE}</p><p>{TWO}</p></main>").standfirst is None


def test_kicker_byline_and_dateline_are_found_around_the_headline() -> None:
    html = (
        f"<main><article><header><a href='/n'>Harbor</a><h1>{HEAD}</h1><div class='byline'>By Ines Marrow</div>"
        f"<div class='date'>March 4, 2025</div></header><div><p>{ONE}</p><p>{TWO}</p></div></article></main>"
    )
    body = read(html)
    assert (body.kicker, body.byline, body.dateline) == ("Harbor", "By Ines Marrow", "March 4, 2025")


def test_bodies_cut_by_adverts_into_containers_are_joined() -> None:
    html = (
        f"<main><h1>{HEAD}</h1><div class='chunk'><p>{ONE}</p></div><div class='ad-slot'><p>Buy now.</p></div>"
        f"<div class='chunk'><p>{TWO}</p></div><div class='chunk'><p>{THREE}</p></div></main>"
    )
    assert texts(read(html)) == STORY


def test_a_page_whose_names_are_all_odd_is_read_leniently() -> None:
    html = "".join(f"<div class='promo-{name}'><p>{text}</p></div>" for name, text in zip("abc", STORY, strict=True))
    assert texts(read(f"<h1>{HEAD}</h1>{html}")) == STORY


def test_text_stated_for_machines_alone_is_taken() -> None:
    stated = "\n".join([ONE, TWO, THREE, FOUR, ONE[::-1], TWO[::-1]])
    assert len(read("<div id='app'></div>", article_body=stated).blocks) == 6


def test_a_copy_for_another_screen_is_read_once() -> None:
    assert texts(read(story(f"<p>{ONE}</p>"))) == STORY


def test_a_page_without_text_has_no_body() -> None:
    body = read("<nav><a href='/a'>News</a></nav>")
    assert (body.blocks, body.standfirst, body.text_length) == ((), None, 0)


def test_site_memory_takes_a_short_recurring_line_out() -> None:
    line = "Write to the desk if you have seen it."
    memory = SiteMemory(version=1, stories=9, blocks=frozenset(((block_digest(line), 9),)))
    page = parse_html(story(f"<p>{line}</p>"), url=URL, memory=memory)
    assert texts(read_body(page, Metadata(headline=HEAD))) == STORY


def test_elements_of_the_story_hold_its_anchors() -> None:
    page = parse_html(
        story("<p>It is <a href='/y'>old and high</a>, and it is not for sale, as the mayor said.</p>"), url=URL
    )
    body = read_body(page, Metadata(headline=HEAD))
    link = next(anchor for anchor in page.anchors if anchor.get("href") == "/y")
    assert link.getparent() in body.elements
    assert body.container is not None
    assert body.container.get("class") == "article-body"


def test_entries_of_a_live_blog_are_parts() -> None:
    entries = "".join(
        f"<div class='entry'><time datetime='2025-03-04T1{at}:00:00Z'>1{at}:00</time><h3>Hour {at}</h3><p>{ONE[at:]}</p></div>"
        for at in range(3)
    )
    body = read(f"<main><h1>{HEAD}</h1><div class='live'><p>{TWO}</p>{entries}</div></main>", form=StoryForm.LIVE_BLOG)
    assert [(part.headline, part.block_count) for part in body.parts] == [("Hour 0", 2), ("Hour 1", 2), ("Hour 2", 2)]
    assert [part.published.at.hour for part in body.parts if part.published] == [10, 11, 12]
    assert body.standfirst == TWO


def test_stories_parted_by_rules_are_parts() -> None:
    inner = f"<h2>First</h2><p>{ONE}</p><hr><h2>Second</h2><p>{TWO}</p><hr><h2>Third</h2><p>{THREE}</p>"
    body = read(f"<main><h1>{HEAD}</h1><div><p>{FOUR}</p>{inner}</div></main>")
    assert [(part.headline, part.first_block, part.block_count) for part in body.parts] == [
        ("First", 1, 2),
        ("Second", 3, 2),
        ("Third", 5, 2),
    ]


def test_crossheads_of_one_story_are_no_parts() -> None:
    assert read(story(f"<h2>First</h2><p>{FOUR}</p><h2>Second</h2><p>{FOUR[::-1]}</p>")).parts == ()


def test_media_and_embeds_are_told_apart() -> None:
    inner = (
        "<iframe src='https://www.youtube.com/embed/x' title='The crane'></iframe><audio><source src='/a.mp3'></audio>"
        "<iframe src='https://charts.example/c'></iframe><iframe src='about:blank'></iframe>"
        "<amp-youtube data-videoid='abc'></amp-youtube><div class='ad-slot'><iframe src='https://ads.example/a'></iframe></div>"
    )
    body = read(story(inner))
    assert [(media.kind.value, media.url, media.title, media.provider) for media in body.media] == [
        ("video", "https://www.youtube.com/embed/x", "The crane", "www.youtube.com"),
        ("audio", "https://www.example.example/a.mp3", None, "www.example.example"),
        ("video", "https://www.youtube.com/embed/abc", None, "www.youtube.com"),
    ]
    assert [block.url for block in body.blocks if block.kind is BlockKind.EMBED] == ["https://charts.example/c"]


def test_lines_under_one_label_again_and_again_are_teasers_in_any_language() -> None:
    line = "<p>TULUTA LORAM | Kesti nan <a href='/{0}'>miro {0}</a></p>"
    inner = f"{line.format('a')}<p>{FOUR}</p>{line.format('b')}<p>{FOUR[::-1]}</p>{line.format('c')}"
    assert texts(read(story(inner))) == [ONE, TWO, FOUR, FOUR[::-1], THREE]


def test_two_lines_under_one_label_are_text() -> None:
    line = "<p>NOTE: it is not for sale, says the <a href='/{0}'>{0}</a>.</p>"
    assert len(texts(read(story(line.format("mayor") + line.format("council"))))) == 5


@pytest.mark.parametrize("above", ["Home › Harbor › Cranes", "March 4, 2025", "News | Harbor"])
def test_a_trail_or_a_day_is_no_kicker(above: str) -> None:
    assert read(story("").replace("<h1>", f"<div class='kicker'>{above}</div><h1>")).kicker is None


def test_a_credit_is_no_kicker() -> None:
    above = "<div class='kicker'><span class='credit'>Mia Ost, CWP</span></div>"
    assert read(story("").replace("<h1>", f"{above}<h1>")).kicker is None
    assert read(story("").replace("<h1>", "<div class='kicker'>© CWP</div><h1>")).kicker is None


def test_the_words_of_a_kicker_are_parted() -> None:
    above = "<div class='kicker'><span>Harbor</span><span>North Coast</span></div>"
    assert read(story("").replace("<h1>", f"{above}<h1>")).kicker == "Harbor North Coast"


@pytest.mark.parametrize("below", ["Published", "3 min read"])
def test_a_label_or_the_time_to_read_is_no_dateline(below: str) -> None:
    assert read(story("", before=f"<div class='date'>{below}</div>")).dateline is None


def test_the_headline_printed_again_is_no_standfirst() -> None:
    assert read(story("", before=f"<p class='standfirst'>Harbor: {HEAD}</p><p>By Ines Marrow</p>")).standfirst is None


def test_a_long_paragraph_called_paywall_is_the_text_behind_it() -> None:
    text = f"{FOUR} {FOUR[::-1]}"
    assert text in texts(read(story(f"<p class='paywall'>{text}</p>")))
    assert "Pay for it." not in texts(read(story("<p class='paywall'>Pay for it.</p>")))


def test_a_caption_is_one_though_the_stated_text_holds_it() -> None:
    caption = "The crane at night, seen from the pier."
    body = read(
        story(f"<div class='pic'><img src='/c.jpg'><p class='caption'>{caption}</p></div>"),
        article_body=f"{ONE} {TWO} {caption} {THREE}",
    )
    assert texts(body) == STORY


def test_a_story_parted_by_boxes_is_taken_whole() -> None:
    chapters = "".join(
        f"<section><div class='chapter'><p>{text} {text[::-1]}</p></div><nav class='menu'>"
        + "".join(f"<a href='/{at}-{step}'>Other cranes of the north {step}</a>" for step in range(9))
        + "</nav></section>"
        for at, text in enumerate((ONE, TWO, THREE, FOUR))
    )
    body = read(f"<main><h1>{HEAD}</h1>{chapters}</main>")
    assert texts(body) == [f"{text} {text[::-1]}" for text in (ONE, TWO, THREE, FOUR)]


def test_a_heading_of_second_rank_alone_on_top_of_much_text_is_the_headline() -> None:
    inner = "".join(f"<p>{text} {text[::-1]}</p>" for text in (ONE, TWO, THREE, FOUR))
    body = read(f"<main><div><h2>Nobody wants the crane</h2><p class='date'>March 4, 2025</p>{inner}</div></main>")
    assert "Nobody wants the crane" not in texts(body)
    assert len(body.blocks) == 4


@pytest.mark.parametrize("line", ["4 min read", "Sign up for <a href='/l'>our newsletter</a> of the harbor"])
def test_time_to_read_and_sign_ups_amid_the_text_are_none(line: str) -> None:
    assert texts(read(story(f"<p>{line}</p>"))) == STORY


def test_a_closing_note_behind_the_text_is_none() -> None:
    assert texts(read(story("").replace("</article>", "<p>All rights reserved by the harbor.</p></article>"))) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "This is a breaking news story. More to follow.",
        "Follow the harbor on Google News and make us a preferred source.",
        "Dann unterstützen Sie uns bitte mit einer Spende.",
    ],
)
def test_what_is_said_behind_the_last_sentence_is_no_text(line: str) -> None:
    assert texts(read(story("").replace(f"<p>{THREE}</p>", f"<p>{THREE}</p><p>{line}</p>"))) == STORY
    assert line in texts(read(story(f"<p>{line}</p>")))


def test_data_for_scripts_is_no_text_and_code_is() -> None:
    data = '{"layout": 2, "button": "Buy the crane now", "price": {"hue": 213, "brightness": 0.83}}'
    assert texts(read(story(f"<p>{data}</p>"))) == STORY
    assert data in texts(read(story(f"<pre>{data}</pre>")))


def test_a_paragraph_that_is_not_read_aloud_is_text() -> None:
    assert FOUR in texts(read(story(f"<p aria-hidden='true'>{FOUR}</p>")))
    assert FOUR not in texts(read(story(f"<div aria-hidden='true'><p>{FOUR}</p></div>")))


def test_a_long_placeholder_that_waits_for_consent_is_no_text() -> None:
    asks = "I agree that external content is shown to me, and that what the harbor knows of me goes to others for it. "
    assert texts(read(story(f"<p>{asks * 4}</p>"))) == STORY
