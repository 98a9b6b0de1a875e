"""What stands on the site in one state: state 1 is the first day, state 2 the next.

Between the two one story is rewritten, one has a misspelling mended, one is deleted, one gets another address and four
are new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice

from demo.stories import SECTIONS, Story, read_story, story_keys

STATES = (1, 2)
_FIRST_EVENING = datetime(2026, 11, 19, 20, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The site in one state.

    `stories` are newest first, `by_readers` the same ones most read first; `gone` are those that were there and are
    deleted.
    """

    state: int
    stories: tuple[Story, ...]
    by_readers: tuple[Story, ...]
    gone: tuple[Story, ...] = ()

    @property
    def closed_at(self) -> datetime:
        """The evening on which this state was reached (aware UTC); the site's clock stands still there."""
        return _FIRST_EVENING + timedelta(days=self.state - 1)

    def story(self, key: str) -> Story:
        """The story of that key; KeyError where this state has none."""
        for story in self.stories:
            if story.key == key:
                return story
        raise KeyError(key)

    def in_section(self, section: str) -> tuple[Story, ...]:
        """The stories of a section and of the sections below it, newest first."""
        return tuple(s for s in self.stories if s.section == section or s.section.startswith(f"{section}/"))

    def newest(self, count: int, *, beside: Story | None = None) -> tuple[Story, ...]:
        """The newest stories in English, without the one they stand beside."""
        return _first_english(self.stories, count, beside)

    def popular(self, count: int, *, beside: Story | None = None) -> tuple[Story, ...]:
        """The most read stories in English, without the one they stand beside."""
        return _first_english(self.by_readers, count, beside)


@cache
def open_edition(state: int) -> Edition:
    """Put together the site in a state; ValueError where there is no such state."""
    if state not in STATES:
        raise ValueError(f"the demo site has no state {state}; its states are {', '.join(map(str, STATES))}")
    told = [read_story(key, state) for key in story_keys()]
    begun = [story for story in told if story.since <= state]
    standing = [story for story in begun if story.until is None or state < story.until]
    gone = tuple(story for story in begun if story not in standing)
    return make_edition(state, standing, gone=gone)


def make_edition(state: int, stories: Sequence[Story], *, gone: tuple[Story, ...] = ()) -> Edition:
    """Order stories by age and by readers; the latter order differs from state to state and follows no date."""

    def readers(story: Story) -> bytes:
        return hashlib.sha256(f"{state} {story.key}".encode()).digest()

    return Edition(
        state=state,
        stories=tuple(sorted(stories, key=lambda s: (s.published, s.post_id), reverse=True)),
        by_readers=tuple(sorted(stories, key=readers)),
        gone=gone,
    )


def _first_english(stories: tuple[Story, ...], count: int, beside: Story | None) -> tuple[Story, ...]:
    others = (s for s in stories if s.language == "en" and (beside is None or s.key != beside.key))
    return tuple(islice(others, count))


def section_paths() -> tuple[str, ...]:
    """Every section that has a front, those above others included (`news`, `video`)."""
    paths = dict.fromkeys(path for section in SECTIONS for path in (section.rpartition("/")[0], section) if path)
    return tuple(paths)
