"""Revisions read anew by a better extractor: what each of them changed, said again from the new readings.

No revision is made or taken away. One that turns out to say what the one before it says was the old extractor's doing;
it stays, with a reason that tells so. Readings that could not be made anew are compared with nothing: two extractors'
readings differ without an editor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newskeep.change_weight import Weight, weigh
from newskeep.identity import Rendition
from newskeep.model import StoryDraft
from newskeep.revise import FIRST, LOST, changed_fields, owned_up
from newskeep.word_diff import diff_drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A revision of a story. `draft` is the present extractor's where `is_anew`, else the stored one."""

    revision_id: int
    number: int
    captured_at: datetime
    rendition: Rendition
    reason: str
    draft: StoryDraft
    is_anew: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a revision changed, as `revise.Intent` says it."""

    reason: str
    changed_fields: tuple[str, ...] = ()
    weight: Weight | None = None
    words_added: int = 0
    words_removed: int = 0


def compare_anew(readings: Sequence[Reading]) -> dict[int, Comparison]:
    """Compare a story's revisions again, by revision id; those that keep what is said of them are left out.

    `readings` are in order of time.
    """
    compared: dict[int, Comparison] = {}
    for reading in readings:
        if not reading.is_anew:
            continue
        if reading.reason in (FIRST, LOST):
            compared[reading.revision_id] = Comparison(reason=reading.reason, weight=owned_up(reading.draft))
            continue
        other = _compared_with(reading, readings)
        if other is not None and other.is_anew and other.rendition is reading.rendition:
            compared[reading.revision_id] = _compare(other, reading)
    return compared


def _compared_with(reading: Reading, readings: Sequence[Reading]) -> Reading | None:
    """The revision it was compared with when it came: the newest known then that is no later, else the oldest."""
    known = [one for one in readings if one.number < reading.number]
    earlier = [one for one in known if one.captured_at <= reading.captured_at]
    return earlier[-1] if earlier else next(iter(known), None)


def _compare(before: Reading, after: Reading) -> Comparison:
    changed = changed_fields(before.draft, after.draft)
    if not changed:
        return Comparison(reason=f"read anew, it says what revision {before.number} says")
    diff = diff_drafts(before.draft, after.draft)
    order = "an earlier form: " if after.captured_at < before.captured_at else ""
    return Comparison(
        reason=f"{order}changed: {', '.join(changed)}",
        changed_fields=changed,
        weight=weigh(before.draft, after.draft, diff),
        words_added=diff.words_added,
        words_removed=diff.words_removed,
    )
