"""How a request ended, as the archive wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from newskeep.fetches import Ask
from newskeep.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a request ended, and what to ask next. `is_old` is True where it had been written before, by its receipt."""

    outcome: Outcome
    detail: str | None
    story_id: int | None = None
    new_teasers: int = 0
    new_further: int = 0
    asks: tuple[Ask, ...] = ()
    is_old: bool = False
