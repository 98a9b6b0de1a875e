"""Builders of captures for the tests of extraction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from newskeep.model import Capture

CaptureOf = Callable[..., Capture]


@pytest.fixture
def capture_of() -> CaptureOf:
    """Make a capture of a page; `content_type` is the header the server sent."""

    def make(
        body: str | bytes,
        url: str = "https://www.example.example/story",
        content_type: str = "text/html; charset=utf-8",
    ) -> Capture:
        data = body.encode() if isinstance(body, str) else body
        return Capture(
            request_url=url,
            final_url=url,
            status=200,
            headers=(("Content-Type", content_type),),
            body=data,
            captured_at=datetime(2026, 11, 1, tzinfo=UTC),
            payload_digest=hashlib.sha256(data).hexdigest(),
        )

    return make
