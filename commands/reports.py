"""How a run is told: one line for people, one object for scripts."""

from __future__ import annotations

from typing import Any

from rich.markup import escape
from rich.text import Text

from newskeep.outcomes import Outcome, RunStatus
from newsroom import RunReport
from storage.runs import RequestRecord

_STATUS_STYLE = {
    RunStatus.FINISHED: "green",
    RunStatus.PARTIAL: "yellow",
    RunStatus.INTERRUPTED: "yellow",
    RunStatus.FAILED: "bold red",
}
# What a run brought, in the order people ask for it.
_COUNTED = (
    (Outcome.NEW_STORY, "new"),
    (Outcome.REVISED, "revised"),
    (Outcome.UNCHANGED, "unchanged"),
    (Outcome.DIFFERENT_STORY, "different"),
    (Outcome.NOT_A_STORY, "no story"),
    (Outcome.WALLED, "walled"),
    (Outcome.GONE, "gone"),
    (Outcome.NOT_FOUND, "not found"),
    (Outcome.CANCELLED, "not asked any more"),
)


def report_line(report: RunReport) -> str:
    """One line on a run, with markup."""
    counts = report.tally.outcomes
    told = {outcome for outcome, _ in _COUNTED}
    parts = [f"{counts[outcome]} {word}" for outcome, word in _COUNTED if counts[outcome]]
    if report.tally.further_stories:
        # They came with the page of another story, and no request of their own.
        parts.insert(int(bool(counts[Outcome.NEW_STORY])), f"{report.tally.further_stories} further down other pages")
    if report.tally.listings_asked:
        parts.insert(0, f"{report.tally.listings_read} of {report.tally.listings_asked} listings read")
    failed = sum(count for outcome, count in counts.items() if not outcome.is_success and outcome not in told)
    if failed:
        parts.append(f"{failed} failed")
    style = _STATUS_STYLE.get(report.status, "")
    line = f"[bold]{escape(report.source.slug)}[/]  [{style}]{report.status}[/]  {', '.join(parts) or 'nothing asked'}"
    line += f"  ({report.seconds:.1f} s)"
    if report.reason and report.status is not RunStatus.FINISHED:
        line += f": {escape(report.reason)}"
    return line


def report_json(report: RunReport) -> dict[str, Any]:
    """A run for scripts."""
    return {
        "run_id": report.run_id,
        "source": report.source.slug,
        "status": report.status,
        "reason": report.reason,
        "outcomes": {str(outcome): count for outcome, count in sorted(report.tally.outcomes.items())},
        "further_stories": report.tally.further_stories,
        "listings_asked": report.tally.listings_asked,
        "listings_read": report.tally.listings_read,
        "body_bytes": report.tally.body_bytes,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
    }


def end_line(end: RequestRecord) -> Text:
    """One line on how the request for a story ended: what to show, or what went wrong."""
    line = Text("  ").append(end.outcome.replace("_", " "), style="green" if end.outcome.is_success else "yellow")
    line.append(f"  {end.url}")
    if end.story_id is not None:
        return line.append(f"   newskeep show {end.story_id}", style="dim")
    return line.append(f": {end.detail}" if end.detail else "", style="dim")


def end_json(end: RequestRecord) -> dict[str, Any]:
    """The same for scripts. `story_id` is None where no story came of it, `status` where no answer came."""
    names = ("url", "outcome", "detail", "status", "story_id", "capture_id")
    return {name: getattr(end, name) for name in names} | {"is_success": end.outcome.is_success}
