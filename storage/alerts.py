"""Alerts on their way out: each waits here for each of its targets until that has taken it.

An alert is written in the transaction of what it tells, so a kill loses none. Before a target is asked its alerts are
marked as being sent; what is found so marked at a start may have been taken or not, and is sent again.
Targets are known here by labels: their addresses hold secrets and stay in the owner's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newskeep.alerts import Alert, AlertKind, Delivery, DeliveryStatus
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import optional_text, read_optional, read_time, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStatus:
    """How one target stands: what waits for it and since when, its last success, and what it failed with last."""

    target: str
    waiting: int
    waiting_since: datetime | None
    attempts: int
    last_sent_at: datetime | None
    trouble: str | None


class AlertStore:
    """The alerts of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    def add(
        self,
        kind: AlertKind,
        *,
        title: str,
        body: str,
        targets: Iterable[str],
        now: datetime,
        alarm_id: int | None = None,
        revision_id: int | None = None,
    ) -> None:
        """Keep an alert for its targets; without a target there is nobody to tell, and nothing is written.

        An alert goes with what it is of: a revision that is taken down takes its alerts along.
        """
        labels = tuple(dict.fromkeys(targets))
        if not labels:
            return
        with self._file.writing("write an alert"):
            values = (seen_text(now), kind, alarm_id, revision_id, title, body)
            cursor = self._run(
                "INSERT INTO alerts (created_at, kind, alarm_id, revision_id, title, body) VALUES (?, ?, ?, ?, ?, ?)",
                row(values),
            )
            for label in labels:
                self._run(
                    "INSERT INTO deliveries (alert_id, target, status) VALUES (?, ?, ?)",
                    row((cursor.lastrowid, label, DeliveryStatus.WAITING)),
                )

    @guarded("look up alerts")
    def waiting(self, target: str, *, limit: int = 500) -> tuple[Delivery, ...]:
        """Give what waits for a target, oldest first."""
        sql = f"{_SELECT} WHERE target = ? AND ended_at IS NULL ORDER BY alert_id LIMIT ?"
        return tuple(_delivery(found) for found in self._run(sql, (target, limit)))

    @guarded("look up the targets of alerts")
    def targets(self) -> tuple[TargetStatus, ...]:
        """Give how each target stands that ever got an alert or waits for one, by label."""
        return tuple(
            TargetStatus(
                target=found[0],
                waiting=found[1],
                waiting_since=read_optional(found[2]),
                attempts=found[3],
                last_sent_at=read_optional(found[4]),
                trouble=found[5],
            )
            for found in self._run(_SELECT_TARGETS)
        )

    def sending(self, deliveries: Sequence[Delivery]) -> None:
        """Mark alerts as being handed over."""
        self._mark(deliveries, DeliveryStatus.SENDING)

    def sent(self, deliveries: Sequence[Delivery], *, now: datetime) -> None:
        """Write that a target took alerts."""
        self._mark(deliveries, DeliveryStatus.SENT, ended_at=now)

    def give_up(self, deliveries: Sequence[Delivery], *, now: datetime, trouble: str) -> None:
        """Let alerts go that will not be tried again."""
        self._mark(deliveries, DeliveryStatus.GIVEN_UP, ended_at=now, trouble=trouble)

    def failed(self, deliveries: Sequence[Delivery], *, next_try_at: datetime, trouble: str) -> None:
        """Write that a target did not take alerts, and when they are tried again."""
        self._mark(deliveries, DeliveryStatus.WAITING, next_try_at=next_try_at, trouble=trouble, attempts=1)

    def forget(self, *, before: datetime) -> None:
        """Leave out alerts from before that every target took or was given up."""
        with self._file.writing("forget old alerts"):
            self._run(
                "DELETE FROM alerts WHERE created_at < ? AND NOT EXISTS"
                " (SELECT 1 FROM deliveries WHERE alert_id = alerts.id AND ended_at IS NULL)",
                (seen_text(before),),
            )

    def _mark(
        self,
        deliveries: Sequence[Delivery],
        status: DeliveryStatus,
        *,
        ended_at: datetime | None = None,
        next_try_at: datetime | None = None,
        trouble: str | None = None,
        attempts: int = 0,
    ) -> None:
        with self._file.writing("write what became of alerts"):
            values = (status, optional_text(ended_at), optional_text(next_try_at), trouble, attempts)
            for one in deliveries:
                self._run(_MARK, row((*values, one.alert.alert_id, one.target)))


_SELECT = (
    "SELECT alerts.id, created_at, kind, title, body, target, status, attempts, next_try_at"
    " FROM deliveries JOIN alerts ON alerts.id = alert_id"
)
_SELECT_TARGETS = """
SELECT target, sum(ended_at IS NULL), min(CASE WHEN ended_at IS NULL THEN created_at END),
    max(CASE WHEN ended_at IS NULL THEN attempts ELSE 0 END),
    max(CASE WHEN status = 'sent' THEN ended_at END), max(CASE WHEN ended_at IS NULL THEN trouble END)
FROM deliveries JOIN alerts ON alerts.id = alert_id GROUP BY target ORDER BY target
"""
_MARK = (
    "UPDATE deliveries SET status = ?, ended_at = ?, next_try_at = ?, trouble = ?, attempts = attempts + ?"
    " WHERE alert_id = ? AND target = ?"
)


def _delivery(found: tuple[Any, ...]) -> Delivery:
    alert = Alert(
        alert_id=found[0], created_at=read_time(found[1]), kind=AlertKind(found[2]), title=found[3], body=found[4]
    )
    return Delivery(
        alert=alert,
        target=found[5],
        status=DeliveryStatus(found[6]),
        attempts=found[7],
        next_try_at=read_optional(found[8]),
    )
