"""Cards: the teasers of a regular page's tail, of the older form and of the fronts."""

from __future__ import annotations

from demo.blocks import body_pieces, end_of_body
from demo.plans import PlannedTeaser
from demo.press import Press, age, attribute, caption_and_credit, lazy_image, lead_words, long_date, tag_path, text
from demo.stories import PieceKind, Story


def tail_card(press: Press, teaser: PlannedTeaser) -> str:
    """A teaser with picture, words, headline and opening; the rest of its story is hidden in a `template`."""
    story = _story_of(teaser)
    date = _age_line(press, story)
    return _widget(story, _picture_head(press, teaser) + _card_body(press, teaser, date + _brief(press, story)))


def headline_card(press: Press, teaser: PlannedTeaser, *, href: str | None = None) -> str:
    """A card of a picture and a headline, with the standfirst where the plan has one."""
    story = _story_of(teaser)
    date = _age_line(press, story)
    standfirst = ""
    if teaser.standfirst:
        standfirst = (
            '<div class="widget__subheadline"><h3 class="widget__subheadline-text h3" data-type="text">'
            f"{text(teaser.standfirst)}</h3></div>"
        )
    head = _picture_head(press, teaser, href=href)
    return _widget(story, head + _card_body(press, teaser, standfirst + date, href=href))


def widget_classes(story: Story) -> str:
    """The classes a story's `widget` carries: its tags and its section."""
    tags = " ".join("tag-" + tag_path(tag).removeprefix("/tag/") for tag in story.tags)
    return f"{tags} post-section--{story.section}"


def _story_of(teaser: PlannedTeaser) -> Story:
    if teaser.story is None:
        raise ValueError(f"a card needs a story of this site: {teaser.target}")
    return teaser.story


def _widget(story: Story, inner: str) -> str:
    kind = "image-article" if story.lead else "page-article"
    return (
        f'<div class="widget {widget_classes(story)}" elid="{story.post_id}"><article elid="{story.post_id}" '
        f'data-frozen-sections="[]" class="clearfix {kind} sm-mb-1 quality-HD post-{story.post_id}">'
        f'<div class="row px10"><div class="rm-col-center col sm-mb-1" style="width:100.0%;">{inner}</div></div>'
        "</article></div>\n"
    )


def _picture_head(press: Press, teaser: PlannedTeaser, *, href: str | None = None) -> str:
    story = _story_of(teaser)
    if not teaser.with_picture or story.lead is None:
        return ""
    alt, caption, credit = lead_words(story, story.lead)
    words = caption_and_credit(caption, credit, credit_in_list=story.lead.credit_in_list) if teaser.with_words else ""
    return (
        f'<div class="widget__head"><a href="{attribute(href or press.url(teaser.target))}" '
        f'aria-label="{attribute(teaser.headline)}">{lazy_image(press, story.lead, alt=alt)}</a></div>'
        + (f'<div class="widget__body clearfix sm-mt-1">{words}</div>' if words else "")
    )


def _card_body(press: Press, teaser: PlannedTeaser, inner: str, *, href: str | None = None) -> str:
    story = _story_of(teaser)
    kicker = f'<a class="widget__section" href="/{story.section}/">{text(teaser.kicker)}</a>' if teaser.kicker else ""
    return (
        f'<div class="widget__body clearfix sm-mt-1">{kicker}<h2 class="widget__headline h2">'
        f'<a class="widget__headline-text custom-post-headline" href="{attribute(href or press.url(teaser.target))}" '
        f'data-type="text">\n        {text(teaser.headline)}\n    </a></h2>{inner}</div>'
    )


def _age_line(press: Press, story: Story) -> str:
    age_text = age(story.published, now=press.edition.closed_at)
    return f'<div class="social-date"><span class="social-date__text">{age_text}</span></div>'


def _brief(press: Press, story: Story) -> str:
    """The opening, the hidden rest and the button between them."""
    pieces = body_pieces(press, story)
    first = next(i for i, piece in enumerate(story.pieces) if piece.kind is PieceKind.PARAGRAPH)
    return (
        f'<div class="body js-expandable clearfix js-listicle-body  css-listicle-body-{story.post_id}" '
        f'data-headline="{attribute(story.headline)}"><div class="body-description">'
        f'<div class="widget__brief">{pieces[first]}</div><div class="content-container"></div>'
        f'<div class="js-appear-on-expand"><template>{"".join(pieces[first + 1 :])}</template></div>'
        f"{show_more('Read more')}</div></div>{end_of_body(press, story)}"
    )


def show_more(words: str) -> str:
    """The button that unfolds a hidden rest; its two labels run together in plain text."""
    return (
        '<div class="widget__show-more with-primary-color js-keep-reading">'
        f'<span class="show-more js-expand">{words}</span><span class="show-less js-contract">Show less</span></div>'
    )


def printed_date(story: Story) -> str:
    """A story's date as the regular pages print it."""
    return f'<div class="social-date"><span class="social-date__text">{long_date(story.published)}</span></div>'
