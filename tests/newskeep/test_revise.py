"""What a capture means for the story it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.change_weight import Weight
from newskeep.identity import KnownStory, Rendition
from newskeep.model import Block, BlockKind, PageDate, Picture, Precision, StoryDraft
from newskeep.restless import Unrest
from newskeep.revise import Change, Intent, changed_fields, decide, is_comparable, is_cut_short

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TEXT = (
    "The council of Hamaville voted on Monday to open the long bridge over the river to carts and cyclists again.",
    "Engineers had closed it in spring, when two of its piers were found to have sunk by the width of a hand.",
    "The mayor said that the repairs had cost less than was feared, and that the toll would stay as it is.",
)
OTHER_TEXT = (
    "Ferry crews in the northern ports walked out at dawn, and the morning boats to the islands stayed in harbour.",
    "The owners called the walkout unlawful and asked a court to end it before the weekend brings its crowds.",
)


def draft(headline: str | None = "Bridge opens", text: tuple[str, ...] = TEXT, **fields: Any) -> StoryDraft:
    """A story."""
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=paragraph) for paragraph in text)
    return StoryDraft(**{"headline": headline, "blocks": blocks, **fields})


def known(**fields: Any) -> KnownStory:
    """A story captured an hour ago."""
    given = {
        "story_id": 1, "source": "post", "url": "https://post.example/b", "headline": "", "text": "", "matched": (),
        "revision_id": 1, "revision": 1, "is_current": True, "captured_at": NOW - timedelta(hours=1), "capture_id": 1,
        "payload_digest": "", "draft_digest": "", "extractor_version": "7", "memory_version": 3,
        "rendition": Rendition.PAGE,
    }  # fmt: skip
    return KnownStory(**{**given, **fields})


def after(new: StoryDraft, old: StoryDraft | None = None, *, of: KnownStory | None = None, **fields: Any) -> Intent:
    """What a new draft means after an old one."""
    return decide(of or known(), new, **{"comparable": old or draft(), "now": NOW, **fields})


def date(at: datetime, precision: Precision = Precision.SECOND) -> PageDate:
    """A time as a page states it."""
    return PageDate(at=at, offset_minutes=None, precision=precision, raw="", origin="")


def test_an_unknown_story_is_new() -> None:
    assert decide(None, draft(), comparable=None, now=NOW).change is Change.NEW


def test_an_equal_reading_is_no_revision() -> None:
    assert after(draft()).change is Change.UNCHANGED


# an edit, and the fields it changes
EDITS = [
    (draft("Bridge opens at last"), ("headline",)),
    (draft("Council votes", TEXT), ("headline",)),
    (draft(text=TEXT[:2]), ("text",)),
    (draft(text=(*TEXT, *OTHER_TEXT)), ("text",)),
    (draft(text=OTHER_TEXT), ("text",)),
    (draft(text=()), ("text",)),
    (draft(byline="By Ana Wolff", authors=("Ana Wolff",)), ("byline", "authors")),
    (draft("Bridge shut", standfirst="Again."), ("headline", "standfirst")),
    (draft(pictures=(Picture(url="https://i.example/p.jpg", caption="Dawn"),)), ("captions", "pictures")),
    (draft(None), ("headline",)),
]


@pytest.mark.parametrize(("edited", "fields"), EDITS)
def test_an_edit_is_a_revision_that_names_its_fields(edited: StoryDraft, fields: tuple[str, ...]) -> None:
    intent = after(edited)
    assert (intent.change, intent.changed_fields) == (Change.REVISED, fields)
    assert intent.reason == f"changed: {', '.join(fields)}"
    assert (intent.reread, intent.adopt) == (None, False)


def test_a_story_of_which_nothing_agrees_is_another() -> None:
    assert after(draft("Ferry crews walk out", OTHER_TEXT)).change is Change.DIFFERENT


def test_two_stories_too_short_to_be_compared_are_one() -> None:
    assert after(draft(None, ("One.",)), draft(None, ("Two.",))).change is Change.REVISED


def test_an_earlier_capture_that_comes_later_says_so() -> None:
    intent = after(draft("Bridge to open"), now=NOW - timedelta(days=1))
    assert (intent.change, intent.reason) == (Change.REVISED, "an earlier form: changed: headline")


def test_a_lost_capture_makes_a_revision_rather_than_lose_a_text() -> None:
    intent = decide(known(), draft(), comparable=None, now=NOW)
    assert (intent.change, intent.changed_fields) == (Change.REVISED, ())


# the form known, the form captured, whether the new one shall stand for the story
FORMS = [
    (Rendition.PAGE, Rendition.ALTERNATE, False),
    (Rendition.PAGE, Rendition.FURTHER, False),
    (Rendition.ALTERNATE, Rendition.FURTHER, False),
    (Rendition.ALTERNATE, Rendition.PAGE, True),
    (Rendition.FURTHER, Rendition.PAGE, True),
]


@pytest.mark.parametrize(("of", "taken", "adopt"), FORMS)
def test_different_forms_of_a_page_are_not_compared(of: Rendition, taken: Rendition, adopt: bool) -> None:
    intent = after(draft(text=TEXT[:2]), of=known(rendition=of), rendition=taken, is_reread=True)
    assert (intent.change, intent.adopt) == (Change.UNCHANGED, adopt)
    assert intent.reread == (None if adopt else draft())


@pytest.mark.parametrize("form", Rendition)
def test_one_form_of_a_page_is_compared_with_itself(form: Rendition) -> None:
    assert after(draft(text=TEXT[:2]), of=known(rendition=form), rendition=form).change is Change.REVISED


@pytest.mark.parametrize("new", [draft(), draft("Bridge opens at last")], ids=["unchanged", "revised"])
def test_a_new_reading_of_the_old_capture_is_kept(new: StoryDraft) -> None:
    assert after(new, is_reread=True).reread == draft()


CUT = [
    (draft(text=TEXT[:1], is_truncated=True), draft(), True),
    (draft(text=(TEXT[0], "Engineers had closed…"), is_truncated=True), draft(), True),
    (draft(text=(), is_truncated=True), draft(), True),
    (draft(text=TEXT[:1]), draft(), False),
    (draft(text=TEXT[:1], is_truncated=True), draft(is_truncated=True), False),
    (draft(text=(*OTHER_TEXT, TEXT[0]), is_truncated=True), draft(), False),
    (draft(text=TEXT, is_truncated=True), draft(), False),
]


@pytest.mark.parametrize(("new", "old", "cut"), CUT)
def test_a_story_behind_a_wall_is_known_by_its_beginning(new: StoryDraft, old: StoryDraft, cut: bool) -> None:
    assert is_cut_short(old, new) is cut


def test_a_wall_before_a_known_text_makes_no_revision() -> None:
    intent = after(draft(text=TEXT[:1], is_truncated=True))
    assert (intent.change, intent.reason) == (Change.UNCHANGED, "only the beginning of the known text is shown now")


def test_a_text_that_became_whole_is_a_revision() -> None:
    assert after(draft(), draft(text=TEXT[:1], is_truncated=True)).change is Change.REVISED


DAY = Precision.DAY
# publication time before, after, is it another
DATES = [
    (date(NOW), date(NOW + timedelta(hours=3)), True),
    (date(NOW), date(NOW + timedelta(minutes=1)), True),
    (date(NOW), date(NOW + timedelta(seconds=30)), False),
    (date(NOW), None, False),
    (None, date(NOW), False),
    (date(NOW.replace(hour=0), DAY), date(NOW), False),
    (date(NOW), date(NOW - timedelta(days=3), DAY), True),
    (date(NOW, DAY), date(NOW + timedelta(days=1), DAY), False),
    (date(NOW, DAY), date(NOW + timedelta(days=2), DAY), True),
]


@pytest.mark.parametrize(("before", "now", "is_change"), DATES)
def test_a_story_is_redated_when_both_times_are_stated_and_differ(
    before: PageDate | None, now: PageDate | None, is_change: bool
) -> None:
    changed = changed_fields(draft(published=before), draft(published=now))
    assert changed == (("published",) if is_change else ())


@pytest.mark.parametrize(("extractor", "memory", "comparable"), [("7", 3, True), ("8", 3, False), ("7", 4, False)])
def test_readings_of_one_version_are_comparable(extractor: str, memory: int, comparable: bool) -> None:
    assert is_comparable(known(), extractor_version=extractor, memory_version=memory) is comparable


DRAFTS = st.builds(
    draft,
    st.none() | st.text(max_size=20),
    st.lists(st.sampled_from(TEXT + OTHER_TEXT), max_size=4).map(tuple),
    standfirst=st.none() | st.text(max_size=10),
    is_truncated=st.booleans(),
)


@given(DRAFTS)
def test_nothing_is_a_revision_of_itself(said: StoryDraft) -> None:
    assert after(said, replace(said)).change is Change.UNCHANGED


@given(DRAFTS, DRAFTS)
def test_what_changed_does_not_depend_on_the_direction(a: StoryDraft, b: StoryDraft) -> None:
    assert set(changed_fields(a, b)) == set(changed_fields(b, a))


@given(DRAFTS, DRAFTS)
def test_a_revision_always_names_what_changed(old: StoryDraft, new: StoryDraft) -> None:
    intent = after(new, old)
    assert (intent.change is Change.REVISED) == bool(intent.changed_fields)


# what a change weighs, and pages that change at every look


@pytest.mark.parametrize(
    ("new", "weight", "words"),
    [
        (draft("Bridge opens!"), Weight.TYPO, (0, 0)),
        (draft(byline="By Ana Wolff"), Weight.WORDING, (3, 0)),
        (draft(text=TEXT[:2]), Weight.SUBSTANCE, (0, 21)),
        (draft(text=(*TEXT, "Correction: the mayor is a woman.")), Weight.CORRECTION, (6, 0)),
    ],
)
def test_a_revision_says_what_it_weighs(new: StoryDraft, weight: Weight, words: tuple[int, int]) -> None:
    intent = after(new)
    assert (intent.change, intent.weight, (intent.words_added, intent.words_removed)) == (Change.REVISED, weight, words)


def test_what_is_no_revision_weighs_nothing() -> None:
    assert after(draft()).weight is None


@pytest.mark.parametrize(("text", "weight"), [(TEXT, None), ((*TEXT, "Correction: not so."), Weight.CORRECTION)])
def test_a_first_capture_can_own_up_to_a_correction(text: tuple[str, ...], weight: Weight | None) -> None:
    assert decide(None, draft(text=text), comparable=None, now=NOW).weight is weight
    assert decide(known(), draft(text=text), comparable=None, now=NOW).weight is weight


RESTLESS = Unrest(seen=("1:a", "1:b"), alike=1, light_in_a_row=5, is_restless=True)


def test_a_restless_page_makes_revisions_for_substance_only() -> None:
    restless = known(unrest=RESTLESS)
    light = after(draft("Bridge opens!"), of=restless)
    assert (light.change, light.weight) == (Change.UNCHANGED, Weight.TYPO)
    assert light.reason == "a page that changes at every look; changed: headline"
    assert after(draft(text=TEXT[:2]), of=restless).change is Change.REVISED


def test_an_older_form_of_a_restless_page_is_kept() -> None:
    earlier = after(draft("Bridge opens!"), of=known(unrest=RESTLESS), now=NOW - timedelta(hours=2))
    assert (earlier.change, earlier.reason) == (Change.REVISED, "an earlier form: changed: headline")
