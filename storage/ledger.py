"""The ledger of runs as people read it: the newest, those that failed, one with its requests. Reading only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from newskeep.errors import RunMissingError
from newskeep.outcomes import Outcome, RunStatus, Trigger
from storage.archive import Archive
from storage.boundary import guarded
from storage.runs import SELECT_REQUEST, RequestRecord, read_request
from storage.values import read_optional, read_time

MOST_REQUESTS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRequest:
    """Which runs, newest first: of one source, status or trigger only; `before` is the id they must be smaller than."""

    source: str | None = None
    status: RunStatus | None = None
    trigger: Trigger | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRun:
    """One line of the ledger. Of a run that still runs the counts are 0 and `finished_at` is None.

    `source` is None for a run over several; `planned_at` None for what was not planned. `missed_polls` fell out before
    it.
    """

    run_id: int
    source: str | None
    trigger: Trigger
    status: RunStatus
    reason: str | None
    planned_at: datetime | None
    started_at: datetime
    finished_at: datetime | None
    requests: int
    failures: int
    stories_new: int
    stories_revised: int
    stories_unchanged: int
    body_bytes: int
    missed_polls: int

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return None if self.finished_at is None else (self.finished_at - self.started_at).total_seconds()

    @property
    def late_seconds(self) -> float | None:
        """How long after its time it began; None where it had none."""
        return None if self.planned_at is None else max(0.0, (self.started_at - self.planned_at).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run with how its requests ended, and the first `MOST_REQUESTS` of them: those that failed in front.

    `is_pruned` says that its requests are kept no longer; their counts stay.
    """

    run: LedgerRun
    outcomes: dict[Outcome, int]
    requests: tuple[RequestRecord, ...]
    is_pruned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRuns:
    """The runs that started on a day (UTC), by how they ended. `missed_polls` fell out before them."""

    day: date
    by_status: dict[RunStatus, int]
    missed_polls: int

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.by_status.values())


@guarded("look up runs")
def read_ledger(archive: Archive, request: LedgerRequest) -> tuple[LedgerRun, ...]:
    """Give runs, newest first."""
    given = (
        ("source = ?", request.source), ("status = ?", request.status), ("trigger = ?", request.trigger),
        ("id < ?", request.before),
    )  # fmt: skip
    asked = [(condition, value) for condition, value in given if value is not None]
    where = f"WHERE {' AND '.join(condition for condition, _ in asked)}" if asked else ""
    # A source's index gives its runs in the order of their start, the others' in that of their ids: the same order but
    # for runs that began within one moment.
    order = "started_at DESC, id DESC" if request.source is not None and request.status is None else "id DESC"
    sql = f"{_SELECT} {where} ORDER BY {order} LIMIT ?"
    rows = archive.db.conn.execute(sql, [*(value for _, value in asked), max(0, request.limit)])
    return tuple(_run(found) for found in rows)


@guarded("look up a run")
def read_run(archive: Archive, run_id: int) -> RunView:
    """Give one run. Raises RunMissingError."""
    run = archive.db.conn.execute
    found = run(f"{_SELECT} WHERE id = ?", (run_id,)).fetchone()
    if found is None:
        raise RunMissingError(f"there is no run {run_id}", operation="look up a run")
    outcomes = dict(run(_COUNT_OUTCOMES, (run_id,)).fetchall()) or dict(run(_KEPT_OUTCOMES, (run_id,)).fetchall())
    (is_pruned,) = run("SELECT is_pruned FROM runs WHERE id = ?", (run_id,)).fetchone()
    failed = [outcome for outcome in outcomes if not Outcome(outcome).is_success]
    # What failed first, by one small range of the index each; then the rest.
    requests: list[RequestRecord] = []
    for outcome in [*failed, *(outcome for outcome in outcomes if outcome not in failed)]:
        rows = run(_SELECT_REQUESTS, (run_id, outcome, MOST_REQUESTS - len(requests)))
        requests += [read_request(one) for one in rows]
    return RunView(
        run=_run(found),
        outcomes={Outcome(outcome): count for outcome, count in outcomes.items()},
        requests=tuple(requests),
        is_pruned=bool(is_pruned),
    )


@guarded("count runs by day")
def runs_by_day(archive: Archive, *, first_run: int, source: str | None = None) -> tuple[DayRuns, ...]:
    """Count the runs from an id on by day and status, oldest day first; days without a run are left out."""
    days: dict[date, dict[RunStatus, int]] = {}
    missed: dict[date, int] = {}
    condition = "AND source = ?2" if source is not None else ""
    values = (first_run,) if source is None else (first_run, source)
    for text, status, count, polls in archive.db.conn.execute(_COUNT_DAYS.format(condition=condition), values):
        day = date.fromisoformat(text)
        days.setdefault(day, {})[RunStatus(status)] = count
        missed[day] = missed.get(day, 0) + polls
    return tuple(DayRuns(day=day, by_status=found, missed_polls=missed[day]) for day, found in days.items())


@guarded("look up runs")
def first_run_of(archive: Archive, since: datetime, *, most: int = 20_000) -> int:
    """Give the id from which on runs started at `since` or later; not further back than the newest `most`.

    Ids follow the order of starts, so it is found by halving.
    """
    run = archive.db.conn.execute
    low, high = run(_ENDS).fetchone()
    low = max(low, high - most)
    while low < high:
        middle = (low + high) // 2
        found = run("SELECT id, started_at FROM runs WHERE id >= ? ORDER BY id LIMIT 1", (middle,)).fetchone()
        if found is None or found[0] >= high or read_time(found[1]) >= since:
            high = middle
        else:
            low = int(found[0]) + 1
    return int(low)


def _run(found: tuple[Any, ...]) -> LedgerRun:
    return LedgerRun(
        run_id=found[0],
        source=found[1],
        trigger=Trigger(found[2]),
        status=RunStatus(found[3]),
        reason=found[4],
        planned_at=read_optional(found[5]),
        started_at=read_time(found[6]),
        finished_at=read_optional(found[7]),
        requests=found[8],
        failures=found[9],
        stories_new=found[10],
        stories_revised=found[11],
        stories_unchanged=found[12],
        body_bytes=found[13],
        missed_polls=found[14],
    )


_SELECT = (
    "SELECT id, source, trigger, status, reason, planned_at, started_at, finished_at, requests, failures, stories_new,"
    " stories_revised, stories_unchanged, body_bytes, missed_polls FROM runs"
)
# Each by itself: both in one statement would walk through all runs.
_ENDS = "SELECT coalesce((SELECT min(id) FROM runs), 1), coalesce((SELECT max(id) FROM runs), 0) + 1"
_COUNT_OUTCOMES = (
    "SELECT outcome, count(*) FROM requests WHERE run_id = ? GROUP BY outcome ORDER BY count(*) DESC, outcome"
)
_KEPT_OUTCOMES = "SELECT outcome, count FROM run_outcomes WHERE run_id = ? ORDER BY count DESC, outcome"
_SELECT_REQUESTS = f"{SELECT_REQUEST} WHERE run_id = ? AND outcome = ? ORDER BY id LIMIT ?"
_COUNT_DAYS = """
SELECT substr(started_at, 1, 10) AS day, status, count(*), sum(missed_polls) FROM runs WHERE id >= ?1 {condition}
GROUP BY day, status ORDER BY day, status
"""
