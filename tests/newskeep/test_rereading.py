"""What revisions changed, told again from new readings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newskeep.change_weight import Weight
from newskeep.identity import Rendition
from newskeep.model import Block, BlockKind, StoryDraft
from newskeep.rereading import Reading, compare_anew
from newskeep.revise import FIRST, LOST

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def reading(
    number: int, text: str, *, reason: str = "changed: text", hours: int | None = None, **fields: object
) -> Reading:
    draft = StoryDraft(headline="Bridge opens", blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),))
    given = {
        "revision_id": number, "number": number, "captured_at": NOW + timedelta(hours=number if hours is None else hours),
        "rendition": Rendition.PAGE, "reason": reason, "draft": draft, "is_anew": True,
    }  # fmt: skip
    return Reading(**{**given, **fields})  # type: ignore[arg-type]  # a test's own choice of fields


def test_a_revision_is_compared_with_the_one_before_it() -> None:
    told = compare_anew([reading(1, "Two of its piers sank.", reason=FIRST), reading(2, "Three of its piers sank.")])
    assert (told[1].changed_fields, told[1].reason) == ((), FIRST)
    assert (told[2].changed_fields, told[2].reason) == (("text",), "changed: text")
    assert (told[2].words_added, told[2].words_removed) == (1, 1)


def test_one_that_says_the_same_names_the_revision_that_said_it() -> None:
    told = compare_anew([reading(1, "Two piers sank.", reason=FIRST), reading(2, "Two piers sank.")])
    assert (told[2].changed_fields, told[2].weight) == ((), None)
    assert told[2].reason == "read anew, it says what revision 1 says"


def test_one_that_came_in_late_is_an_earlier_form_of_the_first() -> None:
    told = compare_anew([reading(2, "Two piers sank.", hours=0), reading(1, "Three piers sank.", reason=FIRST)])
    assert told[2].reason == "an earlier form: changed: text"


def test_nothing_is_compared_with_a_reading_of_another_extractor() -> None:
    told = compare_anew([reading(1, "Two piers sank.", reason=FIRST, is_anew=False), reading(2, "Three piers sank.")])
    assert told == {}


def test_nothing_is_compared_with_another_form_of_the_page() -> None:
    amp = reading(1, "Two piers sank.", reason=FIRST, rendition=Rendition.ALTERNATE)
    assert 2 not in compare_anew([amp, reading(2, "Three piers sank.")])


def test_one_whose_predecessor_was_lost_keeps_saying_so_and_may_own_up() -> None:
    corrected = "Correction: an earlier version of this story misstated the number of piers that sank."
    told = compare_anew([reading(1, "Two piers sank.", reason=FIRST), reading(2, corrected, reason=LOST)])
    assert (told[2].reason, told[2].changed_fields, told[2].weight) == (LOST, (), Weight.CORRECTION)


def test_to_compare_again_says_the_same() -> None:
    readings = [reading(1, "Two piers sank.", reason=FIRST), reading(2, "Two piers sank."), reading(3, "Three sank.")]
    told = compare_anew(readings)
    again = [reading(one.number, one.draft.text, reason=told[one.revision_id].reason) for one in readings]
    assert compare_anew(again) == told
