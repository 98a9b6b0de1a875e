"""Captures: what a server answered, as facts on a page, and as bytes that are saved and never shown."""

from __future__ import annotations

from dataclasses import dataclass

from reading.answers import Answer, Ask, NotThereError, Page, Raw
from storage.archive import Archive
from storage.captures import CaptureInfo

_ENDINGS = {
    "text/html": "html", "application/xhtml+xml": "html", "application/rss+xml": "xml", "application/atom+xml": "xml",
    "application/xml": "xml", "text/xml": "xml", "application/json": "json", "text/plain": "txt",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePage:
    """A capture without its bytes, what was read from it, and where its bytes are (None: kept no longer)."""

    capture: CaptureInfo
    content_type: str | None
    download_path: str | None
    stories: tuple[CapturedStory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedStory:
    """A revision that was read from a capture."""

    story_id: int
    revision: int
    headline: str | None
    path: str


def capture(archive: Archive, ask: Ask) -> Answer:
    """The facts of one capture."""
    info = archive.captures.info(_id(ask))
    kept = archive.captures.has_payload(info.payload_digest)
    rows = archive.db.execute(
        "SELECT story_id, number, headline FROM revisions WHERE capture_id = ? ORDER BY id LIMIT 50", (info.capture_id,)
    )
    stories = tuple(
        CapturedStory(
            story_id=story_id, revision=number, headline=headline, path=f"/stories/{story_id}/revisions/{number}"
        )
        for story_id, number, headline in rows
    )
    data = CapturePage(
        capture=info,
        content_type=info.header("content-type"),
        download_path=f"/captures/{info.capture_id}/bytes" if kept else None,
        stories=stories,
    )
    return Page(template="capture.html", title=f"Capture {info.capture_id}", data=data)


def download(archive: Archive, ask: Ask) -> Answer:
    """The bytes of one capture, to be saved: never under the type their server gave them."""
    info = archive.captures.info(_id(ask))
    body = archive.captures.body(info.payload_digest)
    declared = (info.header("content-type") or "").partition(";")[0].strip().lower()
    # The name says when and what, in our words alone: nothing a server sent goes into a file's name.
    name = f"capture-{info.capture_id}-{info.payload_digest[:12]}.{_ENDINGS.get(declared, 'bin')}"
    headers = {"Cache-Control": "private, max-age=86400"}
    return Raw(body=body, content_type="application/octet-stream", filename=name, headers=headers)


def _id(ask: Ask) -> int:
    number = ask.number("capture")
    if number is None:
        raise NotThereError("no capture was named")
    return number
