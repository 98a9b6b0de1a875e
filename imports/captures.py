"""A saved page as the capture that the pipelines take."""

from __future__ import annotations

from imports.records import SavedPage
from newskeep.digests import payload_digest
from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.model import Capture, Origin, Source

IMPORT = Source(slug="import", name="import", homepage="https://import.invalid", listings=(), enabled=False)
"""What stands for the source of a run over pages of whatever sources they turn out to be of."""


def capture_of(page: SavedPage) -> Capture:
    """The capture of a saved page, with the time at which it was saved."""
    return Capture(
        request_url=page.url,
        final_url=page.url,
        status=page.status,
        headers=page.headers,
        body=page.body,
        captured_at=page.captured_at,
        payload_digest=payload_digest(page.body),
        origin=Origin.IMPORT,
        captured_at_inferred=page.is_inferred,
    )


def fetch_of(capture: Capture) -> Fetch:
    """The fetch that the capture of a saved page stands for."""
    ask = Ask(url=capture.request_url, purpose=Purpose.STORY)
    return Fetch(ask=ask, started_at=capture.captured_at, status=capture.status, capture=capture)
