"""The run ledger: what was planned, started and finished, and how each single request ended.

A request is one row of `requests`, written when it ends. The sums of a run are taken from those rows when it ends, or
when it is found interrupted, so they cannot be out of step with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newskeep.fetches import Rendering
from newskeep.outcomes import Outcome, RunStatus, Trigger
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import optional_text, read_optional, read_time, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """How one request ended. `url` is the address asked for, `purpose` what for (`story`, `listing`).

    `detail` is a short sentence for people; `status` None means that no answer came; `body_bytes` None likewise.
    `rendering` is set where a browser rendered the page.
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
    rendering: Rendering | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the ledger. The counts of a running one are those of its requests so far.

    `source` is None for a run over several sources; `finished_at` None while it runs. `planned_at` is when it was due,
    None for what was not planned. `missed_polls` is how many polls of the source fell out before it.
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
    missed_polls: int = 0

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return None if self.finished_at is None else (self.finished_at - self.started_at).total_seconds()

    @property
    def late_seconds(self) -> float | None:
        """How long after its time it started; None where it had none."""
        return None if self.planned_at is None else max((self.started_at - self.planned_at).total_seconds(), 0.0)

    @property
    def failures(self) -> int:
        """How many of its requests failed."""
        return sum(count for outcome, count in self.outcomes.items() if not outcome.is_success)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSums:
    """Runs of some time, added up. `runs` counts all, those still running too; `seconds` those that ended.

    `missed_polls` fell out and `catch_ups` made up for them. The other counts are those of the runs that ended.
    """

    runs: int
    by_status: Mapping[RunStatus, int]
    missed_polls: int
    catch_ups: int
    requests: int
    failures: int
    stories_new: int
    stories_revised: int
    body_bytes: int
    seconds: float


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
        missed_polls: int = 0,
    ) -> int:
        """Open a run and give its id. `planned_at` None means that it was not planned (a command).

        `missed_polls` is how many polls of the source fell out before it.
        """
        values = (
            source, trigger, RunStatus.RUNNING, optional_text(planned_at), seen_text(now), pid, host, missed_polls,
        )  # fmt: skip
        with self._file.writing("open a run"):
            cursor = self._run(
                "INSERT INTO runs (source, trigger, status, planned_at, started_at, pid, host, missed_polls)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row(values),
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
            cursor = self._run(_INSERT_REQUEST, row(values))
            if request.rendering is not None:
                cost = request.rendering
                sql = "INSERT INTO renderings (request_id, requests, body_bytes, seconds) VALUES (?, ?, ?, ?)"
                self._run(sql, (cursor.lastrowid, cost.requests, cost.body_bytes, cost.seconds))

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
    def last_poll(self, source: str) -> Run | None:
        """Give the newest run of a source that asked its listings, or began to; None where there is none."""
        sql = f"source = ? AND trigger <> '{Trigger.FETCH}' ORDER BY started_at DESC, id DESC LIMIT 1"
        found = self._select(sql, (source,))
        return found[0] if found else None

    @guarded("look up runs")
    def latest(self, *, source: str | None = None, limit: int = 20) -> tuple[Run, ...]:
        """Give the newest runs, newest first; of one source only."""
        if source is None:
            return self._select("1 ORDER BY id DESC LIMIT ?", (limit,))
        return self._select("source = ? ORDER BY started_at DESC, id DESC LIMIT ?", (source, limit))

    @guarded("add up runs")
    def sums(self, since: datetime, *, source: str | None = None) -> RunSums:
        """Add up the runs that started since then; of one source only."""
        values = (seen_text(since), source)
        by_status = dict(self._run(f"SELECT status, count(*) {_SINCE} GROUP BY status", values).fetchall())
        found = self._run(f"{_SUMS} {_SINCE}", values).fetchone()
        missed_polls, catch_ups, requests, failures, stories_new, stories_revised, body_bytes, seconds = found
        return RunSums(
            runs=sum(by_status.values()),
            by_status={RunStatus(status): count for status, count in by_status.items()},
            missed_polls=missed_polls,
            catch_ups=catch_ups,
            requests=requests,
            failures=failures,
            stories_new=stories_new,
            stories_revised=stories_revised,
            body_bytes=body_bytes,
            seconds=seconds,
        )

    @guarded("look up requests")
    def requests(self, run_id: int) -> tuple[RequestRecord, ...]:
        """Give the requests of a run in the order in which they ended."""
        rows = self._run(f"{SELECT_REQUEST} WHERE run_id = ? ORDER BY id", (run_id,))
        return tuple(read_request(found) for found in rows)

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
            missed_polls=found[10],
        )


_INSERT_REQUEST = (
    "INSERT INTO requests (run_id, source, purpose, outcome, detail, status, url, started_at, elapsed_seconds,"
    " body_bytes, story_id, capture_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
SELECT_REQUEST = (
    "SELECT source, url, purpose, outcome, started_at, detail, status, elapsed_seconds, body_bytes, capture_id,"
    " story_id FROM requests"
)
_SELECT_RUN = (
    "SELECT id, source, trigger, status, reason, planned_at, started_at, finished_at, pid, host, missed_polls FROM runs"
)
_SINCE = "FROM runs WHERE started_at >= ?1 AND (?2 IS NULL OR source = ?2)"
_SUMS = (
    "SELECT coalesce(sum(missed_polls), 0), coalesce(sum(trigger = 'catch_up'), 0), coalesce(sum(requests), 0),"
    " coalesce(sum(failures), 0), coalesce(sum(stories_new), 0), coalesce(sum(stories_revised), 0),"
    " coalesce(sum(body_bytes), 0),"
    " round(coalesce(sum(max((julianday(finished_at) - julianday(started_at)) * 86400, 0)), 0.0), 3)"
)
_FINISH = """
UPDATE runs SET status = ?1, reason = ?2, finished_at = ?3, failures = ?4,
    requests = (SELECT count(*) FROM requests WHERE run_id = ?5),
    body_bytes = (SELECT coalesce(sum(body_bytes), 0) FROM requests WHERE run_id = ?5),
    stories_new = (SELECT count(*) FROM requests WHERE run_id = ?5 AND outcome = 'new_story'),
    stories_revised = (SELECT count(*) FROM requests WHERE run_id = ?5 AND outcome = 'revised'),
    stories_unchanged = (SELECT count(*) FROM requests WHERE run_id = ?5 AND outcome = 'unchanged')
WHERE id = ?5
"""


def read_request(found: tuple[Any, ...]) -> RequestRecord:
    """Read a row of SELECT_REQUEST; what a browser cost is not in it."""
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
