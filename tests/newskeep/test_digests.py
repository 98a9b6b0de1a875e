"""What digests tell apart, and what they leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.digests import content_of, draft_digest, entry_digest, payload_digest, picture_key, teaser_digest
from newskeep.model import (
    Block,
    BlockKind,
    Entry,
    Media,
    MediaKind,
    PageDate,
    Part,
    Picture,
    Precision,
    StoryDraft,
    StoryForm,
    Teaser,
    TeaserKind,
)

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def date(at: datetime = AT) -> PageDate:
    """A time as a page states it."""
    return PageDate(at=at, offset_minutes=0, precision=Precision.SECOND, raw="x", origin="y")


def paragraph(text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Block:
    """A block."""
    return Block(kind=kind, text=text)


STORY = StoryDraft(
    headline="Bridge opens",
    kicker="Roads",
    standfirst="Carts may cross.",
    byline="By Ana Wolff",
    authors=("Ana Wolff",),
    dateline="HAMAVILLE",
    published=date(),
    section="World",
    blocks=(paragraph("One."), paragraph("Two.")),
    pictures=(Picture(url="https://i.example/1.jpg?w=800", caption="Dawn", credit="I. L.", alt="A bridge"),),
    media=(Media(kind=MediaKind.VIDEO, url="https://player.example/e?v=1&autoplay=1"),),
)
PICTURE = STORY.pictures[0]

EDITS = [
    ("headline", {"headline": "Bridge opens!"}),
    ("kicker", {"kicker": None}),
    ("standfirst", {"standfirst": "Carts may not cross."}),
    ("byline", {"byline": "By Bo Lin"}),
    ("authors", {"authors": ("Bo Lin",)}),
    ("dateline", {"dateline": "ELSEWHERE"}),
    ("published", {"published": date(AT + timedelta(minutes=1))}),
    ("section", {"section": "Home"}),
    ("text", {"blocks": (paragraph("One."), paragraph("Too."))}),
    ("text", {"blocks": (paragraph("Two."), paragraph("One."))}),
    ("text", {"parts": (Part(headline="Noon", published=None, first_block=0, block_count=2),)}),
    ("pictures", {"pictures": (replace(PICTURE, url="https://i.example/2.jpg"),)}),
    ("captions", {"pictures": (replace(PICTURE, caption="Dusk"),)}),
    ("captions", {"pictures": (replace(PICTURE, credit=None),)}),
    ("media", {"media": (Media(kind=MediaKind.VIDEO, url="https://player.example/e?v=2"),)}),
]
NO_EDITS = [
    {"modified": date()},
    {"tags": ("a",)},
    {"language": "en"},
    {"form": StoryForm.GALLERY},
    {"post_id": "7"},
    {"url": "https://post.example/"},
    {"is_free": True},
    {"is_truncated": True},
    {"headline": "Bridge\u00a0 opens\u200b"},
    {"blocks": (paragraph("One.", BlockKind.QUOTE), paragraph(""), paragraph(" Two. "))},
    {"published": replace(date(), raw="other", origin="meta", offset_minutes=60, precision=Precision.MINUTE)},
    {"published": date(AT + timedelta(seconds=59))},
    {"pictures": (replace(PICTURE, url="https://i.example/1.jpg?w=400&h=300&quality=5", alt="Other", lead=True),)},
    {"media": (Media(kind=MediaKind.VIDEO, url="https://player.example/e?autoplay=0&v=1", title="T"),)},
]


def test_a_payload_digest_is_the_sha_256() -> None:
    assert payload_digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("field", "change"), EDITS, ids=[str(change) for _, change in EDITS])
def test_an_edit_changes_the_digest_and_its_field_alone(field: str, change: dict[str, object]) -> None:
    edited = replace(STORY, **change)  # type: ignore[arg-type]  # a table of cases
    assert draft_digest(edited) != draft_digest(STORY)
    old, new = content_of(STORY), content_of(edited)
    assert {name for name in {*old, *new} if old.get(name) != new.get(name)} == {field}


@pytest.mark.parametrize("change", NO_EDITS, ids=str)
def test_what_no_editor_writes_leaves_the_digest(change: dict[str, object]) -> None:
    assert draft_digest(replace(STORY, **change)) == draft_digest(STORY)  # type: ignore[arg-type]  # a table of cases


def test_composed_and_decomposed_letters_are_one() -> None:
    assert draft_digest(StoryDraft(headline="Köln")) == draft_digest(StoryDraft(headline="Ko\u0308ln"))


def test_an_empty_draft_has_no_content() -> None:
    assert content_of(StoryDraft(headline=None)) == {}


def test_digests_carry_the_version_of_their_rule() -> None:
    # Archives hold these: a change of the rule needs a new version, not a new value here.
    assert draft_digest(STORY) == "1:" + DIGEST_OF_STORY
    assert entry_digest(Entry(url="https://a.example/x", position=1)).startswith("1:")


DIGEST_OF_STORY = "f21d463c5f02f4fe6aaee68e8e3383f76261e5bf3552389f12207e749a5d53c0"


@given(st.text(max_size=30), st.integers(-720, 720))
def test_the_zone_a_time_is_given_in_does_not_count(headline: str, minutes: int) -> None:
    there = AT.astimezone(timezone(timedelta(minutes=minutes)))
    ours = StoryDraft(headline=headline, published=date())
    assert draft_digest(replace(ours, published=date(there.astimezone(UTC)))) == draft_digest(ours)


# two addresses, and whether they show one picture
PICTURES = [
    ("https://i.example/p.jpg?width=1200&height=800", "https://i.example/p.jpg?width=600", True),
    (
        "https://i.example/media-library/x.jpg?id=7&width=980&coordinates=0%2C0",
        "https://i.example/media-library/x.jpg?id=7",
        True,
    ),
    ("https://i.example/media-library/x.jpg?id=7", "https://i.example/media-library/x.jpg?id=8", False),
    ("https://i.example/p-1024x683.jpg", "https://i.example/p.jpg", True),
    ("https://i.example/1200x800/p.jpg", "https://i.example/600x400/p.jpg", True),
    ("https://i.example/7/980x.jpg", "https://i.example/7/1200x.jpg", True),
    ("https://i.example/w_1200,h_800,c_fill/p.jpg", "https://i.example/w_60,h_40,c_fill/p.jpg", True),
    ("https://i.example/p.jpg?X-Amz-Signature=a&X-Amz-Expires=5", "https://i.example/p.jpg", True),
    ("http://I.example/p.jpg", "https://i.example/p.jpg", True),
    ("https://i.example/p.jpg", "https://i.example/q.jpg", False),
    ("https://i.example/p.jpg", "https://j.example/p.jpg", False),
    ("http://[broken", "http://[broken", True),
]


@pytest.mark.parametrize(("a", "b", "same"), PICTURES)
def test_one_picture_in_two_sizes_has_one_key(a: str, b: str, same: bool) -> None:
    assert (picture_key(a) == picture_key(b)) is same


def test_a_video_at_no_address_is_compared_as_it_is() -> None:
    broken = StoryDraft(headline=None, media=(Media(kind=MediaKind.VIDEO, url="blob:https://x"),))
    assert content_of(broken) == {"media": ("blob:https://x",)}


def teaser(**fields: object) -> Teaser:
    """A teaser without a target."""
    return Teaser(**{"kind": TeaserKind.RELATED, "slot": 1, "block": 1, "heading": "More", "headline": "A", **fields})  # type: ignore[arg-type]  # a builder


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (teaser(slot=3, block=2, kind=TeaserKind.POPULAR), True),
        (teaser(headline=" A\u200b "), True),
        (teaser(picture=Picture(url="https://i.example/p.jpg", credit="C")), True),
        (teaser(headline="B"), False),
        (teaser(heading="Less"), False),
        (teaser(standfirst="B"), False),
        (teaser(picture=Picture(url=None, caption="B")), False),
    ],
)
def test_a_teaser_without_target_is_known_by_its_words(other: Teaser, same: bool) -> None:
    assert (teaser_digest(other) == teaser_digest(teaser())) is same


def entry(**fields: object) -> Entry:
    """An entry."""
    return Entry(**{"url": "https://a.example/x", "position": 1, "headline": "A", "updated": date(), **fields})  # type: ignore[arg-type]  # a builder


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (entry(position=9, standfirst="S", guid="g", tags=("t",), published=date(AT + timedelta(1))), True),
        (entry(updated=date(AT + timedelta(minutes=5))), False),
        (entry(updated=None), False),
        (entry(headline="B"), False),
    ],
)
def test_an_entry_changes_with_its_headline_and_update(other: Entry, same: bool) -> None:
    assert (entry_digest(other) == entry_digest(entry())) is same
