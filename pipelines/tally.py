"""How a crawl went, counted as it goes. The archive holds the same per request; this is for the log and the screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from newskeep.errors import StorageError
from newskeep.fetches import Purpose
from newskeep.outcomes import Outcome, RunStatus

# That a story went is what a recheck was sent to find out.
_FINDINGS = frozenset([Outcome.NOT_FOUND, Outcome.GONE, Outcome.REDIRECTED_TO_FRONT, Outcome.WALLED])


@dataclass(slots=True, kw_only=True)
class Tally:
    """Mutable: each request ends in one `count`. `troubles` holds one line per kind of failure, for people."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    listings_asked: int = 0
    listings_read: int = 0
    teasers: int = 0
    further_stories: int = 0
    body_bytes: int = 0
    troubles: dict[Outcome, str] = field(default_factory=dict)
    storage_error: StorageError | None = None

    def count(self, outcome: Outcome, *, purpose: Purpose, detail: str | None, url: str, body_bytes: int = 0) -> None:
        """Count the end of one request."""
        self.outcomes[outcome] += 1
        self.body_bytes += body_bytes
        if purpose is Purpose.LISTING:
            self.listings_asked += 1
            self.listings_read += outcome.is_success
        if not outcome.is_success and not (purpose is Purpose.RECHECK and outcome in _FINDINGS):
            self.troubles.setdefault(outcome, f"{url}: {detail}" if detail else url)

    @property
    def requests(self) -> int:
        """How many requests have ended."""
        return sum(self.outcomes.values())

    @property
    def is_only_cancelled(self) -> bool:
        """Did nothing go wrong but that it was stopped?"""
        return self.storage_error is None and set(self.troubles) == {Outcome.CANCELLED}

    def status(self) -> RunStatus:
        """How the run as a whole ended."""
        if self.storage_error is not None or (self.listings_asked and not self.listings_read):
            return RunStatus.FAILED
        if not self.listings_asked and self.troubles and not any(outcome.is_success for outcome in self.outcomes):
            return RunStatus.FAILED
        return RunStatus.FINISHED if not self.troubles else RunStatus.PARTIAL

    def reason(self) -> str | None:
        """Why the run did not simply finish, in one line; None where it did."""
        if self.storage_error is not None:
            return str(self.storage_error)
        if not self.troubles:
            return None
        outcome, example = next(iter(self.troubles.items()))
        return f"{outcome}: {example}"
