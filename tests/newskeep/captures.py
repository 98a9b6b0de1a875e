"""Builds captures of invented answers."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from newskeep.model import Capture

NOW = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)


def answer(
    body: str | bytes, url: str = "https://news.example/feed.rss", *, content_type: str = "", status: int = 200
) -> Capture:
    """What a server of ours answered; text goes out as UTF-8."""
    data = body.encode() if isinstance(body, str) else body
    return Capture(
        request_url=url,
        final_url=url,
        status=status,
        headers=(("Content-Type", content_type),) if content_type else (),
        body=data,
        captured_at=NOW,
        payload_digest=sha256(data).hexdigest(),
    )
