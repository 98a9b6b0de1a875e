"""Runs: the ledger, what was missed, and one run with how each of its requests ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from newskeep.outcomes import RunStatus, Trigger
from newskeep.shifts import Gap
from reading.answers import Answer, Ask, AskError, Page
from reading.promotion import source_names
from storage.archive import Archive
from storage.ledger import DayRuns, LedgerRequest, LedgerRun, first_run_of, read_ledger, read_run, runs_by_day

S = TypeVar("S", bound=StrEnum)

PAGE_SIZE = 50
DAYS = 14
_MOST_GAPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsPage:
    """Runs, newest first; and the last 14 days of the ledger in counts, of one source where one is asked for.

    `days` are those with runs, from `first` to `last`; of a ledger that is very full the newest 20,000 runs are
    counted. `gaps` are the times of these days in which nobody polled. `next` is the cursor of the next page.
    """

    source: str | None
    status: RunStatus | None
    trigger: Trigger | None
    runs: tuple[LedgerRun, ...]
    next: int | None
    first: date
    last: date
    days: tuple[DayRuns, ...]
    gaps: tuple[Gap, ...]
    sources: tuple[tuple[str, str], ...]


def runs(archive: Archive, ask: Ask) -> Answer:
    """The ledger, newest first. Arguments: `source`, `status`, `trigger`, `before` (a run's id)."""
    request = LedgerRequest(
        source=ask.text("source"),
        status=_one_of(ask, "status", RunStatus),
        trigger=_one_of(ask, "trigger", Trigger),
        before=ask.number("before"),
        limit=PAGE_SIZE + 1,
    )
    found = read_ledger(archive, request)
    shown = found[:PAGE_SIZE]
    newest = read_ledger(archive, LedgerRequest(limit=1))
    last_at = ask.now
    if newest and newest[0].started_at < ask.now - timedelta(days=DAYS):
        last_at = newest[0].started_at
    since = (last_at - timedelta(days=DAYS - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    data = RunsPage(
        source=request.source,
        status=request.status,
        trigger=request.trigger,
        runs=shown,
        next=shown[-1].run_id if len(found) > PAGE_SIZE else None,
        first=since.date(),
        last=last_at.date(),
        days=runs_by_day(archive, first_run=first_run_of(archive, since), source=request.source),
        gaps=archive.shifts.gaps(since)[-_MOST_GAPS:],
        sources=source_names(archive),
    )
    return Page(template="runs.html", title="Runs", data=data)


def run(archive: Archive, ask: Ask) -> Answer:
    """One run."""
    run_id = ask.number("run")
    assert run_id is not None
    return Page(template="run.html", title=f"Run {run_id}", data=read_run(archive, run_id))


def _one_of(ask: Ask, name: str, kind: type[S]) -> S | None:
    text = ask.text(name)
    if text is None:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise AskError(f"{name} should be one of {', '.join(kind)}") from error
