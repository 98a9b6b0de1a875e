"""What reading captures again changed, counted as it goes, with a few examples of each: for people to judge by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from newskeep.digests import content_of
from newskeep.model import StoryDraft
from newskeep.outcomes import Outcome
from newskeep.text import count_words, fold_space
from storage.teasers import Mending

_EXAMPLES = 5
_NAMED = 50
_LONGEST_SHOWN = 120
_SHOWN_BEFORE = 30
_SHORTEST_TEXT_WORDS = 50


class Kept(StrEnum):
    """Why a revision keeps its old reading."""

    LOST = "lost"
    """Its capture is pruned, or gone with captures.db."""
    WALLED = "walled"
    NO_STORY = "no_story"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReading:
    """A revision that keeps its old reading."""

    story_id: int
    url: str
    revision: int
    why: Kept
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A field of a story before and after; long ones from shortly before the first difference."""

    story_id: int
    url: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStory:
    """A capture that brought no story when it came, and holds one. `outcome` is None where nothing was written."""

    capture_id: int
    url: str
    headline: str | None
    was: Outcome
    outcome: Outcome | None = None


@dataclass(slots=True, kw_only=True)
class ReprocessTally:
    """Mutable. `before` and `after` count the stories that have a thing, of those read again.

    `contested` stories changed each time they were read; the next run takes them. `found` counts outcomes, or what the
    captures were before where nothing was written. Of each list only the beginning is held.
    """

    stories: int = 0
    revisions: int = 0
    equal_revisions: int = 0
    changed_stories: int = 0
    contested: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    teasers: Counter[str] = field(default_factory=Counter)
    kept: Counter[Kept] = field(default_factory=Counter)
    kept_readings: list[KeptReading] = field(default_factory=list)
    storyless: int = 0
    found: Counter[Outcome] = field(default_factory=Counter)
    found_stories: list[FoundStory] = field(default_factory=list)

    def count_fields(self, story_id: int, url: str, before: StoryDraft, after: StoryDraft) -> None:
        """Count the fields in which what a story shows differs from before."""
        old, new = content_of(before), content_of(after)
        names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
        self.changed_stories += bool(names)
        self.changed.update(names)
        for name in names:
            examples = self.examples.setdefault(name, [])
            if len(examples) < _EXAMPLES:
                shown = _shown_pair(_as_text(old.get(name, "")), _as_text(new.get(name, "")))
                examples.append(Example(story_id=story_id, url=url, before=shown[0], after=shown[1]))

    def count_coverage(self, before: StoryDraft, after: StoryDraft, *, teasers: tuple[int, int]) -> None:
        """Count what a story has; `teasers` says how many its page showed before, and after."""
        self.before.update(_has(before, teasers[0]))
        self.after.update(_has(after, teasers[1]))

    def count_teasers(self, mending: Mending) -> None:
        """Count what became of a page's teasers."""
        self.teasers["added"] += len(mending.added)
        self.teasers["reworded"] += len(mending.reworded)
        self.teasers["dropped"] += len(mending.dropped)

    def keep(self, readings: Iterable[KeptReading]) -> None:
        """Count revisions that keep their old reading."""
        for reading in readings:
            self.kept[reading.why] += 1
            if len(self.kept_readings) < _NAMED:
                self.kept_readings.append(reading)

    def find(self, story: FoundStory) -> None:
        """Count a story in a capture that brought none."""
        self.found[story.outcome or story.was] += 1
        if len(self.found_stories) < _NAMED:
            self.found_stories.append(story)


COVERED = ("headline", "authors", "published", "text", "teasers")


def _has(draft: StoryDraft, teasers: int) -> list[str]:
    told = (
        draft.headline is not None,
        bool(draft.authors),
        draft.published is not None,
        count_words(draft.text) >= _SHORTEST_TEXT_WORDS,
        teasers > 0,
    )
    return [name for name, is_there in zip(COVERED, told, strict=True) if is_there]


def _as_text(value: str | tuple[str, ...]) -> str:
    return fold_space(value if isinstance(value, str) else " ¶ ".join(value))


def _shown_pair(before: str, after: str) -> tuple[str, str]:
    """Both texts, long ones cut to where they begin to differ."""
    if max(len(before), len(after)) <= _LONGEST_SHOWN:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = max(0, same - _SHOWN_BEFORE)
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    part = text[start : start + _LONGEST_SHOWN]
    return f"{'…' if start else ''}{part}{'…' if start + _LONGEST_SHOWN < len(text) else ''}"
