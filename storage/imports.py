"""What was imported already: so that an import that was killed goes on where it was, and one run twice adds nothing.

A page is known by its address, its time and the digest of its bytes. Its capture is written before anything is made of
it; once its outcome is written, in the same transaction, it stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newskeep.model import Origin
from newskeep.urls import url_key
from storage.boundary import guarded
from storage.captures import CaptureStore
from storage.connection import DatabaseFile
from storage.values import seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A page that was imported: its capture, and whether it came to an outcome (False: the import was killed)."""

    capture_id: int
    is_finished: bool


class ImportStore:
    """The imports of an archive."""

    def __init__(self, file: DatabaseFile, captures: CaptureStore) -> None:
        self._file, self._captures = file, captures
        self._run = file.connection.execute

    @guarded("look up an imported page")
    def find(self, url: str, captured_at: datetime, digest: str) -> Imported | None:
        """Give what is known of a page; None where it was never imported, or there is no `captures.db`."""
        if not self._captures.is_present:
            return None
        values = (url_key(url), seen_text(captured_at), digest, Origin.IMPORT)
        found = self._captures.run(_SELECT_CAPTURE, values).fetchone()
        if found is None:
            return None
        done = self._run("SELECT 1 FROM imported_captures WHERE capture_id = ?", found).fetchone()
        return Imported(capture_id=found[0], is_finished=done is not None)

    @guarded("look up an imported page")
    def is_known(self, url: str, captured_at: datetime) -> bool:
        """Tell whether a page of this address and time was imported to its end, whatever its bytes."""
        if not self._captures.is_present:
            return False
        values = (url_key(url), seen_text(captured_at), Origin.IMPORT)
        sql = "SELECT id FROM captures WHERE url_key = ? AND captured_at = ? AND origin = ?"
        ids = [capture_id for (capture_id,) in self._captures.run(sql, values)]
        done = "SELECT 1 FROM imported_captures WHERE capture_id = ?"
        return any(self._run(done, (capture_id,)).fetchone() for capture_id in ids)

    def finish(self, capture_id: int) -> None:
        """Note that an imported page came to its outcome."""
        with self._file.writing("note an imported page"):
            self._run("INSERT INTO imported_captures VALUES (?) ON CONFLICT DO NOTHING", (capture_id,))


_SELECT_CAPTURE = (
    "SELECT id FROM captures WHERE url_key = ? AND captured_at = ? AND payload_digest = ? AND origin = ?"
    " ORDER BY id DESC LIMIT 1"
)
