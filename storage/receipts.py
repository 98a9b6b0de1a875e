"""Which results of workers are in the archive already: whoever cannot know whether one arrived sends it again.

A receipt is noted in the transaction that writes the result, so either both are there or neither. What the sender was
answered stands with it, for a sender that never heard the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import seen_text

# Nobody sends a result again after so long: whoever had it is long gone.
_KEPT = timedelta(days=2)


class ReceiptStore:
    """The receipts of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("look up a receipt")
    def find(self, receipt: str) -> bytes | None:
        """Give what a result was answered; None where it is not in the archive."""
        row = self._run("SELECT answer FROM receipts WHERE receipt = ?", (receipt,)).fetchone()
        return None if row is None else bytes(row[0])

    def note(self, receipt: str, answer: bytes, now: datetime) -> None:
        """Note that a result is in the archive; StorageError where its receipt stands there already."""
        with self._file.writing("note a receipt"):
            self._run("INSERT INTO receipts VALUES (?, ?, ?)", (receipt, seen_text(now), answer))

    def forget(self, now: datetime) -> int:
        """Forget receipts that nobody can ask for any more; how many."""
        with self._file.writing("forget old receipts"):
            return self._run("DELETE FROM receipts WHERE noted_at < ?", (seen_text(now - _KEPT),)).rowcount
