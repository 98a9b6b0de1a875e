"""Drafts as JSON and back."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from storage.drafts import read_draft, write_draft
from tests.storage.builders import draft

TEXT = st.text(max_size=20)
MAYBE = st.none() | TEXT
NUMBER = st.none() | st.integers(0, 10_000)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
DATES = st.none() | st.builds(
    PageDate,
    at=st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001  (zone is given)
    offset_minutes=st.none() | st.integers(-840, 840),
    precision=st.sampled_from(Precision),
    raw=TEXT,
    origin=TEXT,
)
BLOCKS = st.builds(Block, kind=st.sampled_from(BlockKind), text=TEXT, items=TEXTS, level=NUMBER, url=MAYBE)
PARTS = st.builds(Part, headline=MAYBE, published=DATES, first_block=st.integers(0, 99), block_count=st.integers(0, 99))
PICTURES = st.builds(
    Picture, url=MAYBE, alt=MAYBE, caption=MAYBE, credit=MAYBE, position=st.integers(0, 99), lead=st.booleans(),
    width=NUMBER, height=NUMBER,
)  # fmt: skip
MEDIA = st.builds(Media, kind=st.sampled_from(MediaKind), url=TEXT, title=MAYBE, provider=MAYBE)
DRAFTS = st.builds(
    StoryDraft, headline=MAYBE, url=MAYBE, kicker=MAYBE, standfirst=MAYBE, byline=MAYBE, authors=TEXTS, dateline=MAYBE,
    published=DATES, modified=DATES, section=MAYBE, tags=TEXTS, language=MAYBE,
    blocks=st.lists(BLOCKS, max_size=3).map(tuple), parts=st.lists(PARTS, max_size=2).map(tuple),
    pictures=st.lists(PICTURES, max_size=2).map(tuple), media=st.lists(MEDIA, max_size=2).map(tuple),
    form=st.sampled_from(StoryForm), post_id=MAYBE, is_free=st.none() | st.booleans(), is_truncated=st.booleans(),
)  # fmt: skip


@given(DRAFTS)
def test_a_draft_comes_back_as_it_was(written: StoryDraft) -> None:
    assert read_draft(write_draft(written)) == written


@given(DRAFTS)
def test_a_draft_is_stored_as_text_on_one_line(written: StoryDraft) -> None:
    text = write_draft(written)
    assert "\n" not in text
    text.encode()


@pytest.mark.parametrize("kind", [StoryDraft, PageDate, Block, Part, Picture, Media])
def test_the_strategies_above_know_every_field(kind: type) -> None:
    strategies = {StoryDraft: DRAFTS, PageDate: DATES, Block: BLOCKS, Part: PARTS, Picture: PICTURES, Media: MEDIA}
    names = {field.name for field in dataclasses.fields(kind)}
    assert all(f"{name}=" in repr(strategies[kind]) for name in names)


def test_what_holds_its_default_is_left_out() -> None:
    assert json.loads(write_draft(StoryDraft(headline=None))) == {}


def test_what_was_written_before_a_field_was_known_is_read() -> None:
    assert read_draft('{"headline": "Old"}') == StoryDraft(headline="Old")


def test_half_a_surrogate_pair_survives() -> None:
    odd = draft("A \ud83d smile")
    write_draft(odd).encode()
    assert read_draft(write_draft(odd)) == odd
