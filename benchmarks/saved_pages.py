"""The pages that benchmarks and the fuzzer read: the invented demo site, a folder of saved pages, or a labelled set."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from demo.edition import STATES, open_edition
from demo.pages import answer
from demo.press import Press
from newskeep.digests import payload_digest
from newskeep.model import Capture

_ORIGIN = "https://www.meridian.example"
_CAPTURED_AT = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page with its name and address; `file` holds its bytes, plain or gzip, `made` those of an invented one."""

    name: str
    url: str
    file: Path | None = None
    made: bytes = b""

    def body(self) -> bytes:
        """The page's bytes."""
        if self.file is None:
            return self.made
        data = self.file.read_bytes()
        return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def find_pages(place: Path | None) -> list[SavedPage]:
    """The pages of a place: a folder with labels.jsonl and pages/, a folder of HTML files, or None for the demo site.

    Raises SystemExit where the place holds no page.
    """
    if place is None:
        return list(_demo_pages())
    labels = place / "labels.jsonl"
    pages = list(_labelled(labels)) if labels.is_file() else list(_files(place))
    if not pages:
        raise SystemExit(f"no pages in {place}: name a folder with *.html or *.html.gz, or one with labels.jsonl")
    return pages


def capture_of(page: SavedPage, body: bytes) -> Capture:
    """A capture as a crawl would have stored it, without what a server says of a page's encoding."""
    return Capture(
        request_url=page.url,
        final_url=page.url,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=body,
        captured_at=_CAPTURED_AT,
        payload_digest=payload_digest(body),
    )


def _demo_pages() -> Iterator[SavedPage]:
    """Every story page of the demo site in every state, its AMP twins, and its front."""
    for state in STATES:
        edition = open_edition(state)
        press = Press(edition=edition, origin=_ORIGIN, serial=1)
        paths = [path for story in edition.stories for path in (story.path, story.amp_path) if path]
        for path in ("/", *paths):
            found = answer(press, path)
            if found.status == 200:
                yield SavedPage(name=f"{state}{path}", url=_ORIGIN + path, made=found.body)


def _labelled(labels: Path) -> Iterator[SavedPage]:
    # Line by line: all the labels at once take more memory than a worker does, and that is measured.
    with labels.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            label = json.loads(line)
            yield SavedPage(name=label["id"], url=label["url"], file=labels.parent / "pages" / f"{label['id']}.html.gz")


def _files(folder: Path) -> Iterator[SavedPage]:
    for file in sorted((*folder.glob("*.html"), *folder.glob("*.html.gz"))):
        yield SavedPage(name=file.name, url=f"https://{folder.name}.example/{file.name}", file=file)
