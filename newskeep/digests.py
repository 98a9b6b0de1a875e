"""Digests: short names for contents, by which two of them are told equal without holding both.

`payload_digest` names bytes. The others name what a value says and leave out how it was served: each begins with the
version of its rule, so that a digest made under an older rule is seen to be incomparable, not different. Fields that
are empty do not count, so a field added later leaves old digests as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from urllib.parse import urlsplit

from newskeep.model import Entry, PageDate, Picture, StoryDraft, Teaser
from newskeep.text import fold_space, word_set
from newskeep.urls import url_key

DRAFT_DIGEST_VERSION = 1
ENTRY_DIGEST_VERSION = 1
TEASER_DIGEST_VERSION = 1

Content = dict[str, str | tuple[str, ...]]

# Parameters that choose a rendering of one picture, or let one reader fetch it for a while; never which picture it is.
_RENDERING = word_set(
    """w h width height quality q fit crop auto format fm f dpr resize size s sz scale ratio ar bg c coordinates cx cy
    rect focalpoint fp-x fp-y fp-z blur sharp sharpen strip ssl v ver version t ts cb cache quality_auto dw dh im
    imwidth impolicy imdensity op_sharpen wid hei upscale disable enlarge gravity trim flip ixlib ixid token sig
    signature expires policy key-pair-id hmac hash"""
)
# Sizes in a path: `/1200x800/`, `-1024x683.jpg`, `/980x.jpg`, `/w_1200,h_800,c_fill/`, `/fit-in/600x0/`.
_SIZE_IN_PATH = re.compile(
    r"(?:/fit-in)?/(?:\d{1,5}x\d{0,5}|x\d{1,5})(?=[/.])|-\d{2,5}x\d{2,5}(?=\.[a-z]{3,5}$)|/(?:[a-z]{1,3}_[\w:.]+,?)+(?=/)",
    re.IGNORECASE,
)
_MEDIA_NAMES = frozenset(["v", "id", "list", "video", "episode", "clip"])


def payload_digest(body: bytes) -> str:
    """Give the lower-case hex SHA-256 of a body."""
    return hashlib.sha256(body).hexdigest()


def draft_digest(draft: StoryDraft) -> str:
    """Name what a story says to its readers; equal for drafts between which an editor changed nothing."""
    return _digest(DRAFT_DIGEST_VERSION, content_of(draft))


def teaser_digest(teaser: Teaser) -> str:
    """Name a teaser without a target by its block's heading and its words."""
    parts = {
        "heading": fold_space(teaser.heading),
        "headline": fold_space(teaser.headline),
        "standfirst": fold_space(teaser.standfirst),
        "caption": fold_space(teaser.picture.caption) if teaser.picture else "",
    }
    return _digest(TEASER_DIGEST_VERSION, {name: text for name, text in parts.items() if text})


def entry_digest(entry: Entry) -> str:
    """Name what a listing says of a story that may tell of a change: its headline and the time of its last update."""
    parts = {"headline": fold_space(entry.headline), "updated": _instant(entry.updated)}
    return _digest(ENTRY_DIGEST_VERSION, {name: text for name, text in parts.items() if text})


def content_of(draft: StoryDraft) -> Content:
    """Give the parts of a story by which a revision is told, in normal form, empty ones left out.

    Not among them: the modification date (content systems touch it without an edit), tags, language, form, addresses
    and the size or signature of a picture. Marks that print nothing and kinds of white space do not count either.
    """
    texts = [_normal(block.text) for block in draft.blocks]
    texts += [_normal(part.headline) for part in draft.parts]
    captions = [_normal(words) for picture in draft.pictures for words in (picture.caption, picture.credit)]
    parts: Content = {
        "headline": _normal(draft.headline),
        "kicker": _normal(draft.kicker),
        "standfirst": _normal(draft.standfirst),
        "byline": _normal(draft.byline),
        "authors": tuple(_normal(author) for author in draft.authors),
        "dateline": _normal(draft.dateline),
        "section": _normal(draft.section),
        "published": _instant(draft.published),
        "text": tuple(text for text in texts if text),
        "captions": tuple(words for words in captions if words),
        "pictures": tuple(_picture(picture) for picture in draft.pictures if picture.url),
        "media": tuple(_media(media.url) for media in draft.media),
    }
    return {name: part for name, part in parts.items() if part}


def picture_key(url: str) -> str:
    """Give what the addresses of one picture in several sizes, qualities and crops have in common."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [piece for piece in parts.query.split("&") if piece and not _is_rendering(piece)]
    path = _SIZE_IN_PATH.sub("", parts.path)
    return f"{parts.netloc.lower()}{path}?{'&'.join(sorted(kept))}" if kept else f"{parts.netloc.lower()}{path}"


def _is_rendering(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _RENDERING or name.startswith(("x-amz-", "x-goog-"))


def _picture(picture: Picture) -> str:
    return picture_key(picture.url or "")


def _media(url: str) -> str:
    """A player's address without the ways to play."""
    try:
        parts = urlsplit(url)
        key = url_key(f"{parts.scheme}://{parts.netloc}{parts.path}")
    except ValueError:
        return url
    kept = [piece for piece in parts.query.split("&") if piece.partition("=")[0].lower() in _MEDIA_NAMES]
    return f"{key}?{'&'.join(sorted(kept))}" if kept else key


def _instant(date: PageDate | None) -> str:
    return "" if date is None else date.at.strftime("%Y-%m-%dT%H:%MZ")


def _normal(text: str | None) -> str:
    return unicodedata.normalize("NFC", fold_space(text)) if text else ""


def _digest(version: int, content: object) -> str:
    written = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return f"{version}:{hashlib.sha256(written.encode('ascii')).hexdigest()}"
