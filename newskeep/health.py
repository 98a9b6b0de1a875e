"""How a source does: what its requests bring, held against its own past. State in, state out.

`findings` says what is wrong. Each question is asked of each request once, in the order in which they ended. A source
that answers with walls or errors is not also called silent: the cause is said, not what follows from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from newskeep.alarms import AlarmKind, Finding
from newskeep.coverage import Answer, Reading
from newskeep.drift import NEW_NORMAL, Drift, DriftRule, observe
from newskeep.fetches import Purpose
from newskeep.outcomes import Outcome
from newskeep.silence import StoryHours, brought, judge, polled

HEALTH_VERSION = 1
"""Of the rules. A state of another version is worked out anew from the requests that are still there."""

_FIELD = DriftRule()
RULES: Mapping[str, DriftRule] = {
    "walls": DriftRule(
        prior=0.98, prior_weight=20, learn=0, learn_time=timedelta(), most=0.98, least=0.1, broken=0.4,
        raise_at=12, patience=timedelta(minutes=30),
    ),
    "errors": DriftRule(
        prior=0.97, prior_weight=20, learn=0, learn_time=timedelta(), most=0.97, least=0.1, broken=0.5,
        raise_at=12, patience=timedelta(hours=2),
    ),
    "story": _FIELD,
    "headline": _FIELD,
    "authors": _FIELD,
    "date": _FIELD,
    "text": _FIELD,
    "teasers": _FIELD,
}  # fmt: skip
"""What is watched of each source. Patience keeps an outage, or a guard, of a moment from being told."""

_WORDS = {
    "story": "pages of stories are no longer recognised as such",
    "headline": "stories come without a headline",
    "authors": "stories come without authors",
    "date": "stories come without a date",
    "text": "texts are far shorter or longer than they used to be",
    "teasers": "pages come with far fewer teasers than they used to",
}
_SIZES = 31
# A text or a count of teasers that is off by more than this factor is no longer the same kind of reading.
_FACTOR = 4.0
_NO_STORY = frozenset({Outcome.NOT_A_STORY, Outcome.EXTRACTION_FAILED, Outcome.EXTRACTION_TIMED_OUT,
                       Outcome.EXTRACTION_OUT_OF_MEMORY})  # fmt: skip
_STORY = frozenset({Outcome.NEW_STORY, Outcome.REVISED, Outcome.UNCHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """What is remembered of one source: a `Drift` for each of `RULES`, story hours, the sizes of the last stories."""

    drifts: Mapping[str, Drift] = field(default_factory=dict)
    story_hours: StoryHours = field(default_factory=StoryHours)
    words: tuple[int, ...] = ()
    teasers: tuple[int, ...] = ()

    def drift(self, name: str) -> Drift:
        """What is remembered of one of `RULES`."""
        return self.drifts.get(name, _NEW)

    @property
    def is_blocked(self) -> bool:
        """Does it answer with walls or errors?"""
        return self.drift("walls").is_raised or self.drift("errors").is_raised


_NEW = Drift()


def follow(health: SourceHealth, answers: Iterable[Answer]) -> SourceHealth:
    """Take in how requests to a source ended, in that order."""
    for answer in answers:
        health = _take(health, answer)
    return health


def findings(source: str, health: SourceHealth) -> tuple[Finding, ...]:
    """What is wrong with a source."""
    found = [_drifted(source, name, health.drift(name)) for name in RULES if health.drift(name).is_raised]
    story_hours = health.story_hours
    if story_hours.silent_since is not None:
        found.append(
            Finding(
                kind=AlarmKind.SILENT,
                source=source,
                subject="",
                began_at=story_hours.silent_since,
                summary=_silence(story_hours),
            )
        )
    return tuple(found)


def endings(source: str, health: SourceHealth) -> dict[tuple[str, str, str], str]:
    """How alarms ended that were taken for the new normal, by the key of their finding."""
    return {
        _drifted(source, name, drift).key: f"it has been so for {NEW_NORMAL.days} days and counts as usual now"
        for name, drift in health.drifts.items()
        if drift.was_relearned
    }


def _take(health: SourceHealth, answer: Answer) -> SourceHealth:
    if answer.is_ours:
        return health
    drifts = dict(health.drifts)

    def see(name: str, is_good: bool) -> None:
        drifts[name] = observe(drifts.get(name, _NEW), is_good, at=answer.at, rule=RULES[name])

    is_wall = answer.outcome is Outcome.WALLED
    if answer.is_page or is_wall:
        see("walls", not is_wall)
    if not is_wall and answer.purpose is not Purpose.PICTURE:
        see("errors", not answer.is_failure)
    if answer.purpose is Purpose.STORY and answer.outcome in _STORY | _NO_STORY:
        see("story", answer.outcome in _STORY)
    reading = answer.reading
    if reading is not None:
        for name, is_good in _fields(health, reading):
            see(name, is_good)
    health = replace(health, drifts=drifts)
    if reading is not None:
        health = _with_sizes(health, reading)
        return replace(health, story_hours=brought(health.story_hours, reading.published_at, seen_at=answer.at))
    if answer.purpose is Purpose.LISTING and answer.outcome.is_success:
        return _poll(health, answer.at)
    return health


def _poll(health: SourceHealth, at: datetime) -> SourceHealth:
    before = health.story_hours
    story_hours = polled(before, at)
    # A look at all its hours is worth it only where there is one more of them.
    if story_hours.watched != before.watched and not health.is_blocked:
        story_hours = judge(story_hours)
    return replace(health, story_hours=story_hours)


def _fields(health: SourceHealth, reading: Reading) -> Iterable[tuple[str, bool]]:
    yield "headline", reading.has_headline
    yield "authors", reading.has_authors
    yield "date", reading.published_at is not None
    if len(health.words) >= _SIZES // 2:
        usual = max(median(health.words), 1.0)
        yield "text", usual / _FACTOR <= reading.words <= usual * _FACTOR
        yield "teasers", reading.teasers >= median(health.teasers) / _FACTOR and reading.teasers > 0


def _with_sizes(health: SourceHealth, reading: Reading) -> SourceHealth:
    """Remember the sizes of a story, unless it is one of those that are off."""
    words, teasers = health.words, health.teasers
    if not health.drift("text").is_raised:
        words = (*words, reading.words)[-_SIZES:]
    if not health.drift("teasers").is_raised:
        teasers = (*teasers, reading.teasers)[-_SIZES:]
    return replace(health, words=words, teasers=teasers)


def _drifted(source: str, name: str, drift: Drift) -> Finding:
    began_at = drift.since or drift.raised_at or drift.first_at
    assert began_at is not None
    share = f"{drift.pending - drift.pending_good} of the last {drift.pending}"
    usual = f"usually {100 * drift.share(RULES[name]):.0f} %"
    if name == "walls":
        kind, subject, summary = (
            AlarmKind.WALLS,
            "",
            f"walls instead of stories: {share} pages are one ({usual} are none)",
        )
    elif name == "errors":
        kind, subject, summary = AlarmKind.ERRORS, "", f"requests fail: {share} ({usual} succeed)"
    else:
        kind, subject, summary = AlarmKind.EXTRACTION, name, f"{_WORDS[name]}: {share} ({usual} are well)"
    return Finding(kind=kind, source=source, subject=subject, began_at=began_at, summary=summary)


def _silence(story_hours: StoryHours) -> str:
    if story_hours.last_hour is None:
        return "no story has come since it is followed"
    since = story_hours.silent_since
    assert since is not None
    return (
        f"no new story since {since:%Y-%m-%d %H:00} UTC; by its own rhythm, {story_hours.missed:.0f} hours with stories"
        " were to be expected since"
    )


def write_health(health: SourceHealth) -> str:
    """Write what is remembered of a source as JSON."""
    value = {
        "drifts": {name: _lean(asdict(drift)) for name, drift in health.drifts.items()},
        "story_hours": _lean(asdict(health.story_hours)),
        "words": health.words,
        "teasers": health.teasers,
    }
    return json.dumps(value, default=_jsonable, separators=(",", ":"))


def read_health(text: str) -> SourceHealth:
    """Read what `write_health` wrote."""
    value = json.loads(text)
    story_hours = {**value["story_hours"]}
    for name in ("watched", "active"):
        story_hours[name] = int(story_hours.get(name, "0"), 16)
    return SourceHealth(
        drifts={name: Drift(**_with_times(Drift, found)) for name, found in value["drifts"].items()},
        story_hours=StoryHours(**_with_times(StoryHours, story_hours)),
        words=tuple(value["words"]),
        teasers=tuple(value["teasers"]),
    )


def _lean(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is absent or nothing, which is the default; bits in few characters, numbers without a tail."""
    lean = {name: value for name, value in values.items() if value}
    for name, value in lean.items():
        if name in ("watched", "active"):
            lean[name] = f"{value:x}"
        elif isinstance(value, float):
            lean[name] = round(value, 4)
    if "last_hour" in values and values["last_hour"] is not None:
        lean["last_hour"] = values["last_hour"]
    return lean


def _with_times(kind: type[Drift] | type[StoryHours], values: dict[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(kind) if one.name.endswith(("_at", "since"))}
    return {name: datetime.fromisoformat(value) if name in names else value for name, value in values.items()}


def _jsonable(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
