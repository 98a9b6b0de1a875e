"""A listing that answers from another address for good: noted with each poll, for the rule in `newskeep.upkeep`."""

from __future__ import annotations

from newskeep.urls import url_key
from pipelines.work import Work
from storage.archive import Archive


def note_move(archive: Archive, work: Work) -> None:
    """Note where a listing's answer came from; one that brought no answer says nothing."""
    ask, capture = work.fetch.ask, work.fetch.capture
    if ask.listing_id is None or ask.depth or capture is None:
        return
    is_elsewhere = bool(capture.redirects) and not capture.has_temporary_redirect
    # Another scheme or a slash at the end is the same place.
    is_elsewhere = is_elsewhere and url_key(capture.final_url) != url_key(ask.url)
    archive.coverage.follow_move(ask.listing_id, capture.final_url if is_elsewhere else None, now=capture.captured_at)
