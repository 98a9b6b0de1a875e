"""From a draft to the columns of `stories`, `revisions`, `pictures` and `media`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from newskeep.marks import StoryMarks, distinct
from newskeep.model import PageDate, Picture, StoryDraft
from newskeep.neighbours import neighbours
from storage.drafts import write_draft
from storage.values import Value, flag, list_text, page_text, read_list, read_time

STORY_COLUMNS = (
    "headline", "published_at", "section", "byline", "kicker", "standfirst", "language", "form", "words",
    "picture_url", "authors", "dateline", "tags", "is_free", "is_truncated",
    "published_precision", "published_offset_minutes", "published_raw", "published_origin",
    "modified_at", "modified_precision", "modified_offset_minutes", "modified_raw", "modified_origin",
    "post_id", "captions", "headline_neighbours", "text", "neighbours",
)  # fmt: skip
"""The columns of `stories` that a draft gives, in the order of `story_columns`."""

READING_VALUES = ("headline", "standfirst", "byline", "published_at", "words", "draft")
"""The columns of `revisions` that a draft gives, in the order of `reading_values`."""
READING_COLUMNS = ("extractor_version", "memory_version", "draft_digest", *READING_VALUES)
"""The columns of `revisions` that a reading gives, in the order of `reading_columns`."""
INSERT_REVISION = (
    "INSERT INTO revisions (story_id, number, captured_at, changed_fields, reason, weight, words_added, words_removed,"
    f" rendition, capture_id, payload_digest, {', '.join(READING_COLUMNS)})"
    f" VALUES ({', '.join('?' * (11 + len(READING_COLUMNS)))})"
)
UPDATE_READING = f"UPDATE revisions SET {', '.join(f'{column} = ?' for column in READING_COLUMNS)} WHERE id = ?"


def reading_columns(draft: StoryDraft, *, version: tuple[str, int], digest: str, word_count: int) -> tuple[Value, ...]:
    """Give the values of `READING_COLUMNS`; `version` is the extractor's and that of the site memory."""
    return (*version, digest, *reading_values(draft, word_count=word_count))


def reading_values(draft: StoryDraft, *, word_count: int) -> tuple[Value, ...]:
    """Give the values of `READING_VALUES`; `word_count` is that of the text."""
    published = page_text(draft.published.at) if draft.published else None
    return (draft.headline, draft.standfirst, draft.byline, published, word_count, write_draft(draft))


def story_columns(draft: StoryDraft, *, text: str, word_count: int) -> tuple[Value, ...]:
    """Give the values of `STORY_COLUMNS`; `text` is the draft's, `word_count` that of it."""
    lead, captions = lead_picture(draft), captions_text(draft)
    published = _date_columns(draft.published)
    return (
        draft.headline, published[0], draft.section, draft.byline, draft.kicker, draft.standfirst, draft.language,
        draft.form, word_count, lead.url if lead else None, list_text(draft.authors), draft.dateline,
        list_text(draft.tags), flag(draft.is_free), flag(draft.is_truncated), *published[1:],
        *_date_columns(draft.modified), draft.post_id, captions,
        neighbours([draft.headline]), text, neighbours([draft.standfirst, text, captions]),
    )  # fmt: skip


def story_marks(shown: Mapping[str, Value], *, has: Iterable[str] = ()) -> str:
    """Make the column `marks` from the other columns of a story's row.

    `has` are words of `has:` that the row itself does not know: the kinds of its media, `copy`.
    """
    marks = StoryMarks(
        source=str(shown["source"]),
        moment=read_time(str(shown["published_at"] or shown["first_seen_at"])),
        form=str(shown["form"]),
        states=tuple(_states(shown)),
        has=distinct([*_possessions(shown), *has]),
        language=_text(shown["language"]),
        section=_text(shown["section"]),
        authors=read_list(_text(shown["authors"])),
        tags=read_list(_text(shown["tags"])),
    )
    return marks.text()


def _states(shown: Mapping[str, Value]) -> Iterable[str]:
    yield str(shown["presence"])
    if shown["is_free"] is not None:
        yield "free" if shown["is_free"] else "paid"
    if shown["is_truncated"]:
        yield "truncated"


def _possessions(shown: Mapping[str, Value]) -> Iterable[str]:
    if int(shown["revision_count"] or 0) > 1:
        yield "revision"
    columns = (("picture", "picture_url"), ("caption", "captions"), ("byline", "byline"), ("standfirst", "standfirst"))
    yield from (name for name, column in columns if shown[column])


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def picture_rows(draft: StoryDraft) -> list[tuple[Value, ...]]:
    """Give the rows of `pictures` without the story's id; slots count from 1."""
    return [
        (
            slot, flag(picture.lead), picture.caption, picture.credit, picture.alt, picture.url,
            picture.position, picture.width, picture.height,
        )
        for slot, picture in enumerate(draft.pictures, 1)
    ]  # fmt: skip


def media_rows(draft: StoryDraft) -> list[tuple[Value, ...]]:
    """Give the rows of `media` without the story's id; slots count from 1."""
    return [(slot, media.kind, media.title, media.provider, media.url) for slot, media in enumerate(draft.media, 1)]


def media_kinds(draft: StoryDraft) -> tuple[str, ...]:
    """Name the kinds of a story's media, each once."""
    return distinct(sorted(str(media.kind) for media in draft.media))


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
