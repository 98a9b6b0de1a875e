"""A story's body as HTML: RebelMouse's own, the plainer one in feeds, and the AMP one.

Also the line that ends every body: a hidden `span` that names the story and its address.
"""

from __future__ import annotations

import re

from demo.press import AUTO_TITLE, Press, attribute, text
from demo.stories import Photo, Piece, PieceKind, Story, replace_markup

_STORY_LINK = re.compile(r'href="story:([a-z-]+)"')
_TAGS = {PieceKind.CROSSHEAD: "h2", PieceKind.PARAGRAPH: "p"}


def running_text(press: Press, words: str) -> str:
    """Turn a text with inline markup into HTML; `story:KEY` becomes that story's address."""
    marked = replace_markup(
        text(words),
        link=r'<a href="\2" target="_blank" rel="noopener noreferrer">\1</a>',
        bold=r"<strong>\1</strong>",
    )
    return _STORY_LINK.sub(lambda match: f'href="{attribute(press.url(press.edition.story(match[1]).path))}"', marked)


def body_pieces(press: Press, story: Story) -> tuple[str, ...]:
    """The body piece by piece, in the markup of the site's pages."""
    return tuple(_page_piece(press, story, piece) for piece in story.pieces)


def body_for_feed(press: Press, story: Story) -> str:
    """The whole body as a feed carries it: the lead picture first, no placeholders."""
    parts = []
    if story.lead is not None:
        parts.append(f'<img src="{attribute(press.picture_url(story.lead, 980))}"/><br/><br/>')
    for piece in story.pieces:
        parts.append(_feed_photo(press, piece.photo) if piece.photo else _plain_piece(press, piece))
    return "".join(parts)


def body_for_amp(press: Press, story: Story) -> str:
    """The whole body as the AMP twin prints it."""
    parts = []
    for piece in story.pieces:
        if piece.photo:
            url = attribute(press.picture_url(piece.photo, 1200))
            parts.append(
                f'<amp-img src="{url}" width="1200" height="800" layout="responsive" '
                f'alt="{attribute(piece.photo.alt)}"></amp-img>{_small_words(piece.photo.caption, piece.photo.credit)}'
            )
        elif piece.kind is PieceKind.VIDEO:
            parts.append(
                f'<amp-youtube data-videoid="{attribute(piece.address or "")}" layout="responsive" width="480" '
                f'height="270"></amp-youtube>'
            )
        elif piece.kind is PieceKind.AUDIO:
            parts.append(f'<amp-audio src="{attribute(audio_url(press, piece))}" controls></amp-audio>')
        else:
            parts.append(_plain_piece(press, piece))
    return "".join(parts)


def audio_url(press: Press, piece: Piece) -> str:
    """Where a recording is."""
    return press.url(f"/audio/{piece.address}.wav")


def video_url(piece: Piece) -> str:
    """The player's address of a video."""
    return f"https://www.youtube.com/embed/{piece.address}"


def end_of_body(press: Press, story: Story) -> str:
    """The hidden line after each body that says whose it was."""
    names = attribute(", ".join(story.authors))
    headline = attribute(story.headline)
    return (
        f'<span class="" data-elid="{story.post_id}" data-post-url="{attribute(press.url(story.path))}" '
        f'data-authors="{names}" data-headline="{headline}" data-page-title="{headline} - Meridian Post"></span>'
    )


def _page_piece(press: Press, story: Story, piece: Piece) -> str:
    if piece.photo:
        return _page_photo(press, piece.photo)
    if piece.kind is PieceKind.VIDEO:
        return (
            '<p class="shortcode-media shortcode-media-youtube"> '
            f'<iframe class="rm-shortcode" data-rm-shortcode-id="{story.post_id:032x}" '
            f'data-rm-shortcode-name="youtube" type="lazy-iframe" data-runner-src="{attribute(video_url(piece))}" '
            'width="100%" height="auto" '
            'frameborder="0"></iframe> '
            f'<small class="image-media media-caption" placeholder="Add Photo Caption...">{AUTO_TITLE}</small>'
            '<small class="image-media media-photo-credit" placeholder="Add Photo Credit...">'
            '<a href="https://www.youtube.com/">www.youtube.com</a></small></p>'
        )
    if piece.kind is PieceKind.AUDIO:
        return (
            '<div class="rm-embed embed-media"><audio class="rm-shortcode" controls preload="none" '
            f'title="{attribute(piece.text)}" src="{attribute(audio_url(press, piece))}"></audio></div>'
        )
    return _plain_piece(press, piece)


def _page_photo(press: Press, photo: Photo) -> str:
    placeholder = "data:image/svg+xml,%3Csvg%20xmlns=&#39;http://www.w3.org/2000/svg&#39;%3E%3C/svg%3E"
    return (
        '<p class="shortcode-media shortcode-media-rebelmouse-image"> '
        f'<img id="{photo.media_id % 0xFFFFF:05x}" data-rm-shortcode-id="{photo.media_id:032x}" '
        'data-rm-shortcode-name="rebelmouse-image" class="rm-shortcode rm-lazyloadable-image " lazy-loadable="true" '
        f'src="{placeholder}" data-runner-src="{attribute(press.picture_url(photo, 980))}" width="2000" height="1333" '
        f'alt="{attribute(photo.alt)}"/> {_small_words(photo.caption, photo.credit)}</p>'
    )


def _small_words(caption: str | None, credit: str | None) -> str:
    """Caption and credit as RebelMouse prints them in a body: with nothing between the two."""
    parts = []
    if caption:
        parts.append(
            f'<small class="image-media media-caption" placeholder="Add Photo Caption...">{text(caption)}</small>'
        )
    if credit:
        parts.append(
            f'<small class="image-media media-photo-credit" placeholder="Add Photo Credit...">{text(credit)}</small>'
        )
    return "".join(parts)


def _feed_photo(press: Press, photo: Photo) -> str:
    return (
        '<p class="shortcode-media shortcode-media-rebelmouse-image"><img class="rm-shortcode" loading="lazy" '
        f'src="{attribute(press.picture_url(photo, 980))}" alt="{attribute(photo.alt)}"/> '
        f"{_small_words(photo.caption, photo.credit)}</p>"
    )


def _plain_piece(press: Press, piece: Piece) -> str:
    if piece.kind is PieceKind.LIST:
        return "<ul>" + "".join(f"<li>{running_text(press, item)}</li>" for item in piece.items) + "</ul>"
    if piece.kind is PieceKind.QUOTE:
        return f"<blockquote><p>{running_text(press, piece.text)}</p></blockquote>"
    if piece.kind is PieceKind.RULE:
        return "<hr/>"
    tag = _TAGS.get(piece.kind)
    return f"<{tag}>{running_text(press, piece.text)}</{tag}>" if tag else ""
