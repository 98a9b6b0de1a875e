"""The run ledger: what was planned, started and finished, and how each single request ended.

A request is one row of `requests`, written when it ends. The sums of a run are taken from those rows when it ends, or
when it is found interrupted, so they cannot be out of step with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newskeep.outcomes import Outcome, RunStatus, Trigger
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import optional_text, read_optional, read_time, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """How one request ended. `url` is the address asked for, `purpose` what for (`story`, `listing`).

    `detail` is a short sentence for people; `status` None means that no answer came; `body_bytes` None likewise.
    """

    source: str | None
    url: str
    purpose: str
    outcome: Outcome
    started_at: datetime
    detail: str | None = None
    status: int | None = None
    elapsed_seconds: float | None = None
    body_bytes: int | None = None
    capture_id: int | None = None
    story_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the ledger. The counts of a running one are those of its requests so far.

    `source` is None for a run over several sources; `finished_at` None while it runs.
    """

    run_id: int
    source: str | None
    trigger: Trigger
    status: RunStatus
    reason: str | None
    planned_at: datetime | None
    started_at: datetime
    finished_at: datetime | None
    pid: int
    host: str
    requests: int
    outcomes: Mapping[Outcome, int]
    body_bytes: int

    @property
    def failures(self) -> int:
        """How many of its requests failed."""
        return sum(count for outcome, count in self.outcomes.items() if not outcome.is_success)


class RunLedger:
    """The runs of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    def start(
        self,
        source: str | None,
        trigger: Trigger,
        *,
        now: datetime,
        pid: int,
        host: str,
        planned_at: datetime | None = None,
    ) -> int:
        """Open a run and give its id. `planned_at` None means that it was not planned (a command)."""
        with self._file.writing("open a run"):
            cursor = self._run(
                "INSERT INTO runs (source, trigger, status, planned_at, started_at, pid, host)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row((source, trigger, RunStatus.RUNNING, optional_text(planned_at), seen_text(now), pid, host)),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def record(self, run_id: int, request: RequestRecord) -> None:
        """Write how one request of a run ended."""
        values = (
            run_id, request.source, request.purpose, request.outcome, request.detail, request.status, request.url,
            seen_text(request.started_at), request.elapsed_seconds, request.body_bytes, request.story_id,
            request.capture_id,
        )  # fmt: skip
        with self._file.writing("write how a request ended"):
            self._run(_INSERT_REQUEST, row(values))

    def finish(self, run_id: int, status: RunStatus, *, now: datetime, reason: str | None = None) -> None:
        """Close a run with the sums of its requests. `reason` is one line for people, None where all went well."""
        with self._file.writing("close a run"):
            self._run("DELETE FROM run_outcomes WHERE run_id = ?", (run_id,))
            self._run(
                "INSERT INTO run_outcomes (run_id, outcome, count)"
                " SELECT run_id, outcome, count(*) FROM requests WHERE run_id = ? GROUP BY outcome",
                (run_id,),
            )
            failures = sum(count for outcome, count in self._outcomes(run_id).items() if not outcome.is_success)
            self._run(_FINISH, row((status, reason, seen_text(now), failures, run_id)))

    def interrupt(self, run_id: int, *, now: datetime, reason: str) -> None:
        """Close a run whose process ended while it ran."""
        self.finish(run_id, RunStatus.INTERRUPTED, now=now, reason=reason)

    @guarded("look up runs")
    def running(self) -> tuple[Run, ...]:
        """Give the runs marked as running, oldest first; whether their processes live, the caller finds out."""
        return self._select("status = 'running' ORDER BY id", ())

    @guarded("look up runs")
    def get(self, run_id: int) -> Run | None:
        """Give a run; None where there is none."""
        found = self._select("id = ?", (run_id,))
        return found[0] if found else None

    @guarded("look up runs")
    def latest(self, *, source: str | None = None, limit: int = 20) -> tuple[Run, ...]:
        """Give the newest runs, newest first; of one source only."""
        return self._select("(?1 IS NULL OR source = ?1) ORDER BY started_at DESC, id DESC LIMIT ?2", (source, limit))

    @guarded("look up requests")
    def requests(self, run_id: int) -> tuple[RequestRecord, ...]:
        """Give the requests of a run in the order in which they ended."""
        rows = self._run(f"{_SELECT_REQUEST} WHERE run_id = ? ORDER BY id", (run_id,))
        return tuple(_request(found) for found in rows)

    def _outcomes(self, run_id: int) -> dict[Outcome, int]:
        sql = "SELECT outcome, count(*) FROM requests WHERE run_id = ? GROUP BY outcome ORDER BY outcome"
        return {Outcome(outcome): count for outcome, count in self._run(sql, (run_id,))}

    def _select(self, condition: str, values: tuple[object, ...]) -> tuple[Run, ...]:
        rows = self._run(f"{_SELECT_RUN} WHERE {condition}", values).fetchall()
        return tuple(self._as_run(found) for found in rows)

    def _kept_outcomes(self, run_id: int) -> dict[Outcome, int]:
        """The counts written when a run ended, for one whose requests are pruned."""
        rows = self._run("SELECT outcome, count FROM run_outcomes WHERE run_id = ? ORDER BY outcome", (run_id,))
        return {Outcome(outcome): count for outcome, count in rows}

    def _as_run(self, found: tuple[Any, ...]) -> Run:
        run_id = found[0]
        outcomes = self._outcomes(run_id) or self._kept_outcomes(run_id)
        # The sum on the run itself outlives its requests, which are pruned some day.
        (body_bytes,) = self._run(
            "SELECT max(body_bytes, (SELECT coalesce(sum(body_bytes), 0) FROM requests WHERE run_id = runs.id))"
            " FROM runs WHERE id = ?",
            (run_id,),
        ).fetchone()
        return Run(
            run_id=run_id,
            source=found[1],
            trigger=Trigger(found[2]),
            status=RunStatus(found[3]),
            reason=found[4],
            planned_at=read_optional(found[5]),
            started_at=read_time(found[6]),
            finished_at=read_optional(found[7]),
            pid=found[8],
            host=found[9],
            requests=sum(outcomes.values()),
            outcomes=outcomes,
            body_bytes=body_bytes,
        )


_INSERT_REQUEST = (
    "INSERT INTO requests (run_id, source, purpose, outcome, detail, status, url, started_at, elapsed_seconds,"
    " body_bytes, story_id, capture_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT_REQUEST = (
    "SELECT source, url, purpose, outcome, started_at, detail, status, elapsed_seconds, body_bytes, capture_id,"
    " story_id FROM requests"
)
_SELECT_RUN = "SELECT id, source, trigger, status, reason, planned_at, started_at, finished_at, pid, host FROM runs"
_FINISH = """
UPDATE runs SET status = ?1, reason = ?2, finished_at = ?3, failures = ?4,
    requests = (SELECT count(*) FROM requests WHERE run_id = ?5),
    body_bytes = (SELECT coalesce(sum(body_bytes), 0) FROM requests WHERE run_id = ?5),
    stories_new = (SELECT count(*) FROM requests WHERE run_id = ?5 AND outcome = 'new_story'),
    stories_revised = (SELECT count(*) FROM requests WHERE run_id = ?5 AND outcome = 'revised'),
    stories_unchanged = (SELECT count(*) FROM requests WHERE run_id = ?5 AND outcome = 'unchanged')
WHERE id = ?5
"""


def _request(found: tuple[Any, ...]) -> RequestRecord:
    return RequestRecord(
        source=found[0],
        url=found[1],
        purpose=found[2],
        outcome=Outcome(found[3]),
        started_at=read_time(found[4]),
        detail=found[5],
        status=found[6],
        elapsed_seconds=found[7],
        body_bytes=found[8],
        capture_id=found[9],
        story_id=found[10],
    )
