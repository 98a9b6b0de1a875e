"""Is a story still where it was? Pure rules over the answers its address gave.

One answer that shows the story is proof; one that does not is a doubt. A doubt becomes a fact when the same is met
again in another run, at once only where the server says it outright (410). Failures that say nothing of the story (we
are asked to wait, a fault of ours) count for nothing. What is known is always an interval of what was seen: present on
one day, absent on another, and nobody looked between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newskeep.model import WallKind
from newskeep.outcomes import Outcome

RUNS_TO_BELIEVE = 2
"""In so many different runs a failure must be met before it is believed."""


class Presence(StrEnum):
    """How a story stands at its address."""

    PRESENT = "present"
    MOVED = "moved"
    """It answered, at another address than before; `present` again with the next answer there."""
    GONE = "gone"
    """404 or 410."""
    FRONT = "front"
    """Its address leads to a home page."""
    SOFT_404 = "soft_404"
    """A page that says there is nothing, with status 200."""
    WALLED = "walled"
    BLOCKED = "blocked"
    """We are kept out: 401, 403, 451, robots.txt, a check for robots."""
    UNREACHABLE = "unreachable"

    @property
    def is_there(self) -> bool:
        """Does the publisher still show the story?"""
        return self in (Presence.PRESENT, Presence.MOVED)

    @property
    def is_absent(self) -> bool:
        """Does the address say that there is no such story (any more)?"""
        return self in (Presence.GONE, Presence.FRONT, Presence.SOFT_404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What one answer of a story's address says of it. `run_id` is the run that asked, `detail` the answer in words.

    `is_proof` is True where this one answer is enough.
    """

    presence: Presence
    at: datetime
    run_id: int
    url: str
    detail: str | None = None
    is_proof: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A failure met in `runs` runs and not believed yet; `run_id` is the last of them."""

    presence: Presence
    first_at: datetime
    last_at: datetime
    runs: int
    run_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer means.

    `presence` is how the story stands now. `since` is when the state that began was first met, None where none began.
    `doubts` are those that remain.
    """

    presence: Presence
    since: datetime | None = None
    doubts: tuple[Doubt, ...] = ()


_OF_OUTCOME = {
    Outcome.NEW_STORY: Presence.PRESENT,
    Outcome.REVISED: Presence.PRESENT,
    Outcome.UNCHANGED: Presence.PRESENT,
    Outcome.NOT_MODIFIED: Presence.PRESENT,
    Outcome.NOT_FOUND: Presence.GONE,
    Outcome.GONE: Presence.GONE,
    Outcome.REDIRECTED_TO_FRONT: Presence.FRONT,
    Outcome.WALLED: Presence.WALLED,
    Outcome.DISALLOWED: Presence.BLOCKED,
    Outcome.SERVER_ERROR: Presence.UNREACHABLE,
    Outcome.UNAVAILABLE: Presence.UNREACHABLE,
    Outcome.NAME_NOT_FOUND: Presence.UNREACHABLE,
    Outcome.CONNECTION_FAILED: Presence.UNREACHABLE,
    Outcome.CERTIFICATE_REFUSED: Presence.UNREACHABLE,
    Outcome.TIMED_OUT: Presence.UNREACHABLE,
    Outcome.TOO_MANY_REDIRECTS: Presence.UNREACHABLE,
    Outcome.BROKEN_RESPONSE: Presence.UNREACHABLE,
    Outcome.EMPTY: Presence.UNREACHABLE,
}
_PROOFS = frozenset([Outcome.NEW_STORY, Outcome.REVISED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.GONE])
_OF_WALL = {WallKind.SOFT_404: Presence.SOFT_404, WallKind.BOT_CHECK: Presence.BLOCKED}
_REFUSALS = frozenset([401, 403, 407, 451])


def presence_of(outcome: Outcome, *, status: int | None = None, wall: WallKind | None = None) -> Presence | None:
    """Say what the end of one request for a story says of it; None where it says nothing.

    Nothing is said by an answer that asks for patience (429), by one that we could not read, and by one that shows
    another story or no story: the fault may be ours.
    """
    if outcome is Outcome.CLIENT_ERROR:
        return Presence.BLOCKED if status in _REFUSALS else None
    if outcome is Outcome.WALLED and wall is not None:
        return _OF_WALL.get(wall, Presence.WALLED)
    return _OF_OUTCOME.get(outcome)


def is_proof(outcome: Outcome) -> bool:
    """Tell whether one such answer is enough: the story itself, or a server that says outright that it is gone."""
    return outcome in _PROOFS


def judge(known: Presence, doubts: Sequence[Doubt], sign: Sign) -> Verdict:
    """Decide how a story stands after an answer, `known` being how it stood and `doubts` what was met since.

    A story that is there clears all doubts. A failure is counted once a run, and believed when `RUNS_TO_BELIEVE` runs
    met it, from the first of them on; failures of another kind may lie between. What merely keeps us from looking (a
    wall, a block, silence) does not undo what is known of a story that is absent.
    """
    if sign.presence.is_there:
        begins = known is not sign.presence or sign.presence is Presence.MOVED
        return Verdict(presence=sign.presence, since=sign.at if begins else None)
    if sign.presence is known or (known.is_absent and not sign.presence.is_absent):
        return Verdict(presence=known, doubts=tuple(doubts))
    doubt = _raised(next((one for one in doubts if one.presence is sign.presence), None), sign)
    others = tuple(one for one in doubts if one.presence is not sign.presence)
    if sign.is_proof or doubt.runs >= RUNS_TO_BELIEVE:
        return Verdict(presence=sign.presence, since=doubt.first_at, doubts=others)
    return Verdict(presence=known, doubts=(*others, doubt))


def _raised(doubt: Doubt | None, sign: Sign) -> Doubt:
    if doubt is None:
        return Doubt(presence=sign.presence, first_at=sign.at, last_at=sign.at, runs=1, run_id=sign.run_id)
    return Doubt(
        presence=sign.presence,
        first_at=min(doubt.first_at, sign.at),
        last_at=max(doubt.last_at, sign.at),
        runs=doubt.runs + (doubt.run_id != sign.run_id),
        run_id=sign.run_id,
    )
