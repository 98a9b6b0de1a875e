"""Pictures of stories that are kept: which are wanted, what came of asking for them, and their bytes.

A kept picture is a capture like any other (purpose `picture`), so its bytes are in `captures.db`, once, under their
SHA-256. What stands here is which address they came from. A picture is kept as it was when it was first met: it is
not asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newskeep.outcomes import Outcome
from newskeep.picture_files import PictureFile
from storage.boundary import guarded
from storage.captures import CaptureStore
from storage.connection import DatabaseFile
from storage.values import row, seen_text

MOST_TRIES = 3
"""A picture that could not be had is asked for so many times, each with a later look at its story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPicture:
    """A picture whose bytes are kept. `digest` is their SHA-256; width and height are in pixels, None where unknown."""

    url: str
    digest: str
    capture_id: int
    media_type: str
    width: int | None
    height: int | None
    size_bytes: int


class KeptPictureStore:
    """The kept pictures of an archive."""

    def __init__(self, file: DatabaseFile, captures: CaptureStore) -> None:
        self._file = file
        self._run = file.connection.execute
        self._captures = captures

    @guarded("look up pictures that are wanted")
    def wanted(self, story_id: int, *, source: str, quota_bytes: int) -> tuple[str, ...]:
        """Give the addresses of a story's pictures to be asked for; none once the source has filled its quota."""
        if self.used_bytes(source) >= quota_bytes:
            return ()
        transient = tuple(outcome for outcome in Outcome if outcome.is_transient)
        sql = _SELECT_WANTED.format(marks=", ".join("?" * len(transient)))
        return tuple(url for (url,) in self._run(sql, (story_id, MOST_TRIES, *transient)))

    @guarded("count the bytes of kept pictures")
    def used_bytes(self, source: str) -> int:
        """Count the bytes of the pictures that are kept of a source."""
        sql = "SELECT coalesce(sum(size_bytes), 0) FROM kept_pictures WHERE source = ?"
        return int(self._run(sql, (source,)).fetchone()[0])

    def record(
        self,
        url: str,
        outcome: Outcome,
        *,
        source: str,
        now: datetime,
        picture: PictureFile | None = None,
        capture_id: int | None = None,
        digest: str | None = None,
        size_bytes: int = 0,
    ) -> None:
        """Write what came of asking for a picture; one that is kept stays as it is."""
        is_kept = outcome is Outcome.PICTURE_KEPT and picture is not None
        facts = (digest, capture_id, picture.media_type, picture.width, picture.height) if is_kept and picture else None
        with self._file.writing("keep a picture"):
            self._run(
                _UPSERT,
                row((
                    url, source, *(facts or (None,) * 5), size_bytes if is_kept else 0, outcome, seen_text(now),
                )),
            )  # fmt: skip

    @guarded("look up kept pictures")
    def among(self, captures: Sequence[int]) -> set[int]:
        """Give those of some captures that are kept pictures."""
        sql = "SELECT capture_id FROM kept_pictures WHERE capture_id IN (SELECT value FROM json_each(?))"
        return {capture for (capture,) in self._run(sql, (json.dumps(list(captures)),))}

    def forget_bytes(self, digests: Sequence[str]) -> None:
        """Note that the bytes of some pictures were given up; they are not asked for again."""
        with self._file.writing("give up kept pictures"):
            sql = "UPDATE kept_pictures SET size_bytes = 0 WHERE payload_digest IN (SELECT value FROM json_each(?))"
            self._run(sql, (json.dumps(list(digests)),))

    @guarded("look up a kept picture")
    def find(self, url: str) -> KeptPicture | None:
        """Give the picture that is kept of an address; None where none is, or its bytes were given up since."""
        found = self._run(f"{_SELECT_KEPT} WHERE url = ? AND payload_digest IS NOT NULL", (url,)).fetchone()
        return self._present(found)

    @guarded("look up a kept picture")
    def by_digest(self, digest: str) -> KeptPicture | None:
        """Give a picture by the SHA-256 of its bytes; None where none with it is kept."""
        found = self._run(f"{_SELECT_KEPT} WHERE payload_digest = ? LIMIT 1", (digest,)).fetchone()
        return self._present(found)

    def bytes_of(self, picture: KeptPicture) -> bytes:
        """Give a picture's bytes. Raises CaptureMissingError where they are absent."""
        return self._captures.get(picture.capture_id).body

    def _present(self, found: tuple[object, ...] | None) -> KeptPicture | None:
        if found is None or not self._captures.is_present:
            return None
        picture = KeptPicture(**dict(zip(_FIELDS, found, strict=True)))  # type: ignore[arg-type]  # the columns' types
        return picture if self._captures.has_payload(picture.digest) else None


_FIELDS = ("url", "digest", "capture_id", "media_type", "width", "height", "size_bytes")
_SELECT_KEPT = "SELECT url, payload_digest, capture_id, media_type, width, height, size_bytes FROM kept_pictures"
_SELECT_WANTED = """
SELECT DISTINCT pictures.url FROM pictures LEFT JOIN kept_pictures AS kept ON kept.url = pictures.url
WHERE story_id = ? AND pictures.url IS NOT NULL AND (kept.url IS NULL
    OR (kept.payload_digest IS NULL AND kept.tries < ? AND kept.last_outcome IN ({marks})))
ORDER BY is_lead DESC, slot
"""
_UPSERT = """
INSERT INTO kept_pictures (url, source, payload_digest, capture_id, media_type, width, height, size_bytes, tries,
    last_outcome, last_tried_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10)
ON CONFLICT (url) DO UPDATE SET payload_digest = excluded.payload_digest, capture_id = excluded.capture_id,
    media_type = excluded.media_type, width = excluded.width, height = excluded.height,
    size_bytes = excluded.size_bytes, tries = tries + 1, last_outcome = excluded.last_outcome,
    last_tried_at = excluded.last_tried_at
WHERE payload_digest IS NULL
"""
PICTURES_OF_STORY = """
SELECT picture.value ->> '$.url' FROM revisions, json_each(draft, '$.pictures') AS picture WHERE story_id = ?1
"""
"""The addresses of the pictures of all revisions of a story."""
SHARED_PICTURES = """
SELECT DISTINCT payload_digest FROM kept_pictures CROSS JOIN pictures ON pictures.url = kept_pictures.url
WHERE payload_digest IN (SELECT value FROM json_each(?1)) AND story_id <> ?2
"""
"""The digests among these that a picture of another story has."""
