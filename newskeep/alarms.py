"""Alarms: what is wrong, said once when it begins to be and once when it is over.

A rule looks at what is known and gives `Finding`s: all that is wrong now. It alone decides when something begins to be
wrong and when it is over again, with a gap between the two, so that nothing flaps. `turn` compares the findings with
the alarms that are open, and says which to raise and which to end. `now` is passed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlarmKind(StrEnum):
    """What is wrong."""

    SILENT = "silent"
    """A source brings no stories, against its own rhythm."""
    EXTRACTION = "extraction"
    """A source's stories come without something they used to have; the subject says what."""
    WALLS = "walls"
    """A source answers with walls instead of stories."""
    ERRORS = "errors"
    """A source's requests fail, far more of them than usual."""
    MOVED = "moved"
    """A listing sends us on to another address for good; the subject is the listing's."""
    OVERDUE = "overdue"
    """Polls are long past their time."""
    DISK = "disk"
    """The home's disk is nearly full."""
    CONFIGURATION = "configuration"
    """A file of the owner's cannot be read, and what it said before still holds; the subject is the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong now.

    `source` is None where it is of no single source. `subject` tells apart what may be wrong at once under one kind and
    source, "" where that is one thing. `summary` is one line for people.
    """

    kind: AlarmKind
    source: str | None
    subject: str
    began_at: datetime
    summary: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same as an alarm."""
        return (self.kind, self.source or "", self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm as the archive keeps it. `fixed_at` is None while it is open; `ending` says how it ended.

    `began_at` is when it began to be wrong, as far as can be told, `raised_at` when that was noticed.
    """

    alarm_id: int
    kind: AlarmKind
    source: str | None
    subject: str
    began_at: datetime
    raised_at: datetime
    summary: str
    fixed_at: datetime | None = None
    ending: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same as a finding."""
        return (self.kind, self.source or "", self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What follows from a look: alarms to raise, and alarms that are over."""

    raised: tuple[Finding, ...] = ()
    fixed: tuple[Alarm, ...] = ()


def turn(open_alarms: Iterable[Alarm], findings: Iterable[Finding]) -> Turn:
    """Compare what is wrong now with the alarms that are open."""
    known = {alarm.key: alarm for alarm in open_alarms}
    found = {finding.key: finding for finding in findings}
    return Turn(
        raised=tuple(finding for key, finding in found.items() if key not in known),
        fixed=tuple(alarm for key, alarm in known.items() if key not in found),
    )
