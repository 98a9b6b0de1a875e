"""What a check of the archive found, as said by `storage.verify` and the checks it runs."""

from __future__ import annotations

from dataclasses import dataclass

MAX_FINDINGS_A_CHECK = 50
"""One cause can touch every row: so many lines of one kind are said at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be. `check` is a fixed word, `message` one line for people."""

    check: str
    message: str
