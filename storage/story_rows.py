"""From a draft to the columns of `stories`, `revisions`, `pictures` and `media`."""

from __future__ import annotations

from newskeep.model import PageDate, Picture, StoryDraft
from storage.values import Value, flag, list_text, page_text

STORY_COLUMNS = (
    "headline", "published_at", "section", "byline", "kicker", "standfirst", "language", "form", "words",
    "picture_url", "authors", "dateline", "tags", "is_free", "is_truncated",
    "published_precision", "published_offset_minutes", "published_raw", "published_origin",
    "modified_at", "modified_precision", "modified_offset_minutes", "modified_raw", "modified_origin",
    "post_id", "captions", "text",
)  # fmt: skip
"""The columns of `stories` that a draft gives, in the order of `story_columns`."""


def story_columns(draft: StoryDraft, *, word_count: int) -> tuple[Value, ...]:
    """Give the values of `STORY_COLUMNS`; `word_count` is that of the text."""
    lead = lead_picture(draft)
    published = _date_columns(draft.published)
    return (
        draft.headline, published[0], draft.section, draft.byline, draft.kicker, draft.standfirst, draft.language,
        draft.form, word_count, lead.url if lead else None, list_text(draft.authors), draft.dateline,
        list_text(draft.tags), flag(draft.is_free), flag(draft.is_truncated), *published[1:],
        *_date_columns(draft.modified), draft.post_id, captions_text(draft), draft.text,
    )  # fmt: skip


def picture_rows(story_id: int, draft: StoryDraft) -> list[tuple[Value, ...]]:
    """Give the rows of `pictures`; slots count from 1."""
    return [
        (
            story_id, slot, flag(picture.lead), picture.caption, picture.credit, picture.alt, picture.url,
            picture.position, picture.width, picture.height,
        )
        for slot, picture in enumerate(draft.pictures, 1)
    ]  # fmt: skip


def media_rows(story_id: int, draft: StoryDraft) -> list[tuple[Value, ...]]:
    """Give the rows of `media`; slots count from 1."""
    return [
        (story_id, slot, media.kind, media.title, media.provider, media.url)
        for slot, media in enumerate(draft.media, 1)
    ]


def lead_picture(draft: StoryDraft) -> Picture | None:
    """The picture marked as the lead, else the first that has an address."""
    pictures = [picture for picture in draft.pictures if picture.url]
    return next((picture for picture in pictures if picture.lead), pictures[0] if pictures else None)


def captions_text(draft: StoryDraft) -> str:
    """Give all captions and credits as searchable text, one picture a line."""
    lines = (" ".join(filter(None, (picture.caption, picture.credit))) for picture in draft.pictures)
    return "\n".join(line for line in lines if line)


def _date_columns(date: PageDate | None) -> tuple[Value, ...]:
    if date is None:
        return (None, None, None, None, None)
    return (page_text(date.at), date.precision, date.offset_minutes, date.raw, date.origin)
