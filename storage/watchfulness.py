"""What is wrong with an archive and its service right now, as `newskeep status` and the reading room show it.

Alarms are kept by the service. Where none runs, nobody raises them: so what can be seen from outside (overdue polls,
the disk, alerts that nobody takes) is looked at anew here.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from newskeep.alarms import Alarm, Finding
from newskeep.upkeep import disk, overdue
from storage.alerts import TargetStatus
from storage.archive import Archive
from storage.boundary import guarded
from storage.home_lock import poller_of
from storage.runs import RunSums

_STUCK_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchfulness:
    """`poller` says who polls the home (pid, start), None where nobody does. `alarms` are open.

    `findings` are wrong now and not among the alarms. `targets` are those alerts went or wait to go to. `day` adds up
    the runs of the last 24 hours. `looked_at` is when alarms were last looked for, None where they never were.
    """

    poller: str | None
    alarms: tuple[Alarm, ...]
    findings: tuple[Finding, ...]
    targets: tuple[TargetStatus, ...]
    watches: int
    queued_revisions: int
    day: RunSums
    free_bytes: int
    looked_at: datetime | None

    def stuck(self, now: datetime) -> tuple[TargetStatus, ...]:
        """The targets that have not taken what waits for them for an hour, after a failure."""
        return tuple(
            target
            for target in self.targets
            if target.attempts and target.waiting_since is not None and now - target.waiting_since > _STUCK_AFTER
        )

    def is_well(self, now: datetime) -> bool:
        """Is nothing wrong?"""
        return not (self.alarms or self.findings or self.stuck(now))


@guarded("read what is wrong")
def read_watchfulness(archive: Archive, now: datetime, *, least_free_bytes: int) -> Watchfulness:
    """Read what is wrong with an archive and its service."""
    alarms = archive.alarms.open()
    kinds = {alarm.kind for alarm in alarms}
    free_bytes = shutil.disk_usage(archive.home).free
    found = (
        *overdue(archive.alarms.dues(now), now=now),
        *disk(free_bytes, least_bytes=least_free_bytes, now=now),
    )
    mark = archive.coverage.mark("alarms")
    return Watchfulness(
        poller=poller_of(archive.home),
        alarms=alarms,
        findings=tuple(finding for finding in found if finding.kind not in kinds),
        targets=archive.alerts.targets(),
        watches=len(archive.watches.all()),
        queued_revisions=archive.watches.waiting(),
        day=archive.runs.sums(now - timedelta(days=1)),
        free_bytes=free_bytes,
        looked_at=mark.done_at if mark else None,
    )
