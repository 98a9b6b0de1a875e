"""Story drafts as JSON, and back without loss: what `revisions.draft` holds.

The keys are the fields of `newskeep.model`; fields that hold their default are left out, so a field added to the model
later reads as its default from older rows. Times keep their microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from newskeep.model import (
    Block,
    BlockKind,
    Media,
    MediaKind,
    PageDate,
    Part,
    Picture,
    Precision,
    StoryDraft,
    StoryForm,
)

Json = dict[str, Any]
T = TypeVar("T")


def write_draft(draft: StoryDraft) -> str:
    """Write a draft as JSON on one line."""
    data = _kept(
        {
            "headline": draft.headline,
            "url": draft.url,
            "kicker": draft.kicker,
            "standfirst": draft.standfirst,
            "byline": draft.byline,
            "authors": draft.authors,
            "dateline": draft.dateline,
            "published": _from_date(draft.published),
            "modified": _from_date(draft.modified),
            "section": draft.section,
            "tags": draft.tags,
            "language": draft.language,
            "blocks": [_from_block(block) for block in draft.blocks],
            "parts": [_from_part(part) for part in draft.parts],
            "pictures": [_from_picture(picture) for picture in draft.pictures],
            "media": [_from_media(media) for media in draft.media],
            "post_id": draft.post_id,
        }
    )
    if draft.form is not StoryForm.ARTICLE:
        data["form"] = draft.form
    if draft.is_free is not None:
        data["is_free"] = draft.is_free
    if draft.is_truncated:
        data["is_truncated"] = True
    return _dump(data)


def read_draft(text: str) -> StoryDraft:
    """Read what `write_draft` wrote."""
    data: Json = json.loads(text)
    return StoryDraft(
        headline=data.get("headline"),
        url=data.get("url"),
        kicker=data.get("kicker"),
        standfirst=data.get("standfirst"),
        byline=data.get("byline"),
        authors=tuple(data.get("authors", ())),
        dateline=data.get("dateline"),
        published=_date(data.get("published")),
        modified=_date(data.get("modified")),
        section=data.get("section"),
        tags=tuple(data.get("tags", ())),
        language=data.get("language"),
        blocks=_each(data, "blocks", _block),
        parts=_each(data, "parts", _part),
        pictures=_each(data, "pictures", _picture),
        media=_each(data, "media", _media),
        form=StoryForm(data.get("form", StoryForm.ARTICLE)),
        post_id=data.get("post_id"),
        is_free=data.get("is_free"),
        is_truncated=data.get("is_truncated", False),
    )


def _dump(data: Json) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Half a surrogate pair, which a page's scripts can spell; as an escape it survives.
        return json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text


def _kept(data: Json) -> Json:
    """Without what is missing or an empty list; an empty string is a value of its own."""
    return {key: value for key, value in data.items() if value is not None and value != () and value != []}


def _each(data: Json, key: str, make: Callable[[Json], T]) -> tuple[T, ...]:
    return tuple(make(item) for item in data.get(key, ()))


def _from_date(date: PageDate | None) -> Json | None:
    if date is None:
        return None
    data = {
        "at": date.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "offset_minutes": date.offset_minutes,
        "precision": date.precision,
        "raw": date.raw,
        "origin": date.origin,
    }
    return _kept(data)


def _date(data: Json | None) -> PageDate | None:
    if data is None:
        return None
    return PageDate(
        at=datetime.fromisoformat(data["at"]),
        offset_minutes=data.get("offset_minutes"),
        precision=Precision(data["precision"]),
        raw=data["raw"],
        origin=data["origin"],
    )


def _from_block(block: Block) -> Json:
    return _kept({"kind": block.kind, "text": block.text, "items": block.items, "level": block.level, "url": block.url})


def _block(data: Json) -> Block:
    return Block(
        kind=BlockKind(data["kind"]),
        text=data["text"],
        items=tuple(data.get("items", ())),
        level=data.get("level"),
        url=data.get("url"),
    )


def _from_part(part: Part) -> Json:
    return _kept(
        {
            "headline": part.headline,
            "published": _from_date(part.published),
            "first_block": part.first_block,
            "block_count": part.block_count,
        }
    )


def _part(data: Json) -> Part:
    return Part(
        headline=data.get("headline"),
        published=_date(data.get("published")),
        first_block=data["first_block"],
        block_count=data["block_count"],
    )


def _from_picture(picture: Picture) -> Json:
    data = {
        "url": picture.url,
        "alt": picture.alt,
        "caption": picture.caption,
        "credit": picture.credit,
        "position": picture.position or None,
        "lead": picture.lead or None,
        "width": picture.width,
        "height": picture.height,
    }
    return _kept(data)


def _picture(data: Json) -> Picture:
    return Picture(
        url=data.get("url"),
        alt=data.get("alt"),
        caption=data.get("caption"),
        credit=data.get("credit"),
        position=data.get("position", 0),
        lead=data.get("lead", False),
        width=data.get("width"),
        height=data.get("height"),
    )


def _from_media(media: Media) -> Json:
    return _kept({"kind": media.kind, "url": media.url, "title": media.title, "provider": media.provider})


def _media(data: Json) -> Media:
    return Media(kind=MediaKind(data["kind"]), url=data["url"], title=data.get("title"), provider=data.get("provider"))
