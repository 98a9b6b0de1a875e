"""What is said of one revision so that others can cite and check it: the manifest, the citation, the papers beside it.

A manifest names every capture and every document of a pack by its SHA-256, so that who vouches for the manifest (a
timestamp authority, a notary, a court's file) vouches for all of it. Nothing here depends on the day it is made: the
same revision gives the same bytes. How a pack is laid out as WARC or WACZ stands in `newskeep.warc_pack` and
`newskeep.wacz_pack`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newskeep.model import Capture, Origin, StoryDraft
from newskeep.text import fold_space
from newskeep.word_diff import Mark, Piece, StoryDiff, diff_drafts

FORMAT = "newskeep-evidence/1"
MANIFEST = "manifest.json"
TIMESTAMP = "timestamp.tsr"
"""The answer of a timestamp authority, as it came (RFC 3161, DER); it vouches for the manifest."""

_SIGNS = {Mark.SAME: ("", ""), Mark.REMOVED: ("[-", "-]"), Mark.ADDED: ("{+", "+}")}


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedCapture:
    """A capture that a revision was read from. `page` counts from 1 in a story over several pages."""

    capture_id: int
    page: int
    capture: Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedReading:
    """One revision's words, when it was captured, and by which extractor it was read."""

    number: int
    captured_at: datetime
    extractor_version: str
    payload_digest: str
    draft: StoryDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that goes into a pack for one revision.

    `captures` has one at least, in the order of pages. `reading_json` is the whole reading as the archive keeps it.
    `previous` is the revision before it in time, None for the first. `kept_by` is whom to write to, None if unsaid.
    """

    story_id: int
    source: str
    source_name: str
    url: str
    reading: CitedReading
    reading_json: str
    changed_fields: tuple[str, ...]
    captures: tuple[CitedCapture, ...]
    previous: CitedReading | None
    software: str
    kept_by: str | None = None

    @property
    def urn(self) -> str:
        """The name that the pack's own records begin with."""
        return revision_urn(self.story_id, self.reading.number)

    @property
    def permalink(self) -> str:
        """A name to cite: story, revision, and the SHA-256 of the bytes it was read from."""
        return permalink(self.story_id, self.reading.number, self.reading.payload_digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file of a pack beside the captures."""

    name: str
    content_type: str
    body: bytes


def revision_urn(story_id: int, revision: int) -> str:
    """Name a revision."""
    return f"urn:newskeep:{story_id}:{revision}"


def permalink(story_id: int, revision: int, digest: str) -> str:
    """Name a revision together with the SHA-256 of the bytes it was read from."""
    return f"{revision_urn(story_id, revision)}:sha256:{digest}"


def citation_of(evidence: Evidence) -> str:
    """Write the sentence by which people cite a revision."""
    return citation(
        source=evidence.source_name,
        headline=evidence.reading.draft.headline,
        url=evidence.url,
        captured_at=evidence.reading.captured_at,
        is_inferred=evidence.captures[0].capture.captured_at_inferred,
        revision=evidence.reading.number,
        digest=evidence.reading.payload_digest,
    )


def citation(
    *,
    source: str,
    headline: str | None,
    url: str,
    captured_at: datetime,
    revision: int,
    digest: str,
    is_inferred: bool = False,
) -> str:
    """Write the sentence by which people cite a revision; `is_inferred` where its time is not the fetch's own."""
    # Half a surrogate pair, which a page's scripts can spell, cannot be printed.
    printed = fold_space(headline).encode("utf-8", "replace").decode() or "(no headline)"
    inferred = " (time inferred)" if is_inferred else ""
    return (
        f"{source}: “{printed}”, {url}, as captured on {_moment(captured_at)}{inferred}, revision {revision},"
        f" SHA-256 {digest}"
    )


def documents_of(evidence: Evidence) -> tuple[Document, ...]:
    """Make the documents of a pack, the manifest last; it names all others."""
    plain = "text/plain; charset=utf-8"
    found = [
        Document(name="README.md", content_type="text/markdown; charset=utf-8", body=_encoded(_readme(evidence))),
        Document(name="text.txt", content_type=plain, body=_encoded(_story_text(evidence.reading.draft))),
        Document(name="reading.json", content_type="application/json", body=_encoded(evidence.reading_json)),
    ]
    if evidence.previous is not None:
        changes = _changes(evidence.previous, evidence.reading)
        found.append(Document(name="changes.txt", content_type=plain, body=_encoded(changes)))
    manifest = json.dumps(_manifest(evidence, found), ensure_ascii=True, indent=2) + "\n"
    return (*found, Document(name=MANIFEST, content_type="application/json", body=manifest.encode()))


def capture_facts(cited: CitedCapture) -> dict[str, Any]:
    """Say of a capture, for the manifest, all that the archive knows of it but the bytes."""
    capture = cited.capture
    return {
        "capture_id": cited.capture_id,
        "page": cited.page,
        "request_url": capture.request_url,
        "redirects": list(capture.redirects),
        "final_url": capture.final_url,
        "status": capture.status,
        "headers": [[name, value] for name, value in capture.headers],
        "captured_at": time_text(capture.captured_at),
        "captured_at_inferred": capture.captured_at_inferred,
        "elapsed_seconds": capture.elapsed_seconds,
        "origin": str(capture.origin),
        "size_bytes": len(capture.body),
        "sha256": capture.payload_digest,
    }


def cited_capture(facts: dict[str, Any], body: bytes) -> CitedCapture:
    """Undo `capture_facts`, with the bytes. KeyError, TypeError or ValueError where the facts are none."""
    capture = Capture(
        request_url=str(facts["request_url"]),
        final_url=str(facts["final_url"]),
        status=int(facts["status"]),
        headers=tuple((str(name), str(value)) for name, value in facts["headers"]),
        body=body,
        captured_at=datetime.fromisoformat(facts["captured_at"]),
        payload_digest=str(facts["sha256"]),
        elapsed_seconds=facts["elapsed_seconds"],
        redirects=tuple(str(url) for url in facts["redirects"]),
        origin=Origin(facts["origin"]),
        captured_at_inferred=bool(facts["captured_at_inferred"]),
    )
    return CitedCapture(capture_id=int(facts["capture_id"]), page=int(facts["page"]), capture=capture)


def time_text(at: datetime) -> str:
    """Write a time in UTC as ISO 8601, with milliseconds where there are any."""
    utc = at.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds" if utc.microsecond else "seconds").replace("+00:00", "Z")


def _manifest(evidence: Evidence, documents: Sequence[Document]) -> dict[str, Any]:
    draft, previous = evidence.reading.draft, evidence.previous
    return {
        "format": FORMAT,
        "permalink": evidence.permalink,
        "citation": citation_of(evidence),
        "story": {
            "id": evidence.story_id,
            "source": evidence.source,
            "source_name": evidence.source_name,
            "url": evidence.url,
            "headline": draft.headline,
            "authors": list(draft.authors),
            "published": time_text(draft.published.at) if draft.published else None,
        },
        "revision": {
            **_reading_facts(evidence.reading),
            "changed_fields": list(evidence.changed_fields),
            "previous": _reading_facts(previous) if previous else None,
        },
        "captures": [capture_facts(cited) for cited in evidence.captures],
        "documents": [
            {
                "name": document.name,
                "content_type": document.content_type,
                "size_bytes": len(document.body),
                "sha256": hashlib.sha256(document.body).hexdigest(),
            }
            for document in documents
        ],
        "software": evidence.software,
        "kept_by": evidence.kept_by,
    }


def _reading_facts(reading: CitedReading) -> dict[str, Any]:
    return {
        "number": reading.number,
        "captured_at": time_text(reading.captured_at),
        "extractor_version": reading.extractor_version,
        "payload_sha256": reading.payload_digest,
    }


def _readme(evidence: Evidence) -> str:
    number, previous = evidence.reading.number, evidence.previous
    lines = [
        f"# Evidence: revision {number} of story {evidence.story_id}",
        "",
        citation_of(evidence),
        "",
        f"Permalink: `{evidence.permalink}`",
        "",
        "| file | holds |",
        "|---|---|",
        "| `archive/data.warc.gz` | the answers of the server, and everything below once more (WARC 1.1) |",
        f"| `{MANIFEST}` | where, when and how each answer was captured; the SHA-256 of every answer and file |",
        "| `text.txt`, `reading.json` | what newskeep read in the answer, for people and for programs |",
    ]
    if previous is not None:
        lines.append(f"| `changes.txt` | what changed since revision {previous.number}, word by word |")
    lines += [
        f"| `{TIMESTAMP}` | where asked for: a timestamp authority's word that the manifest existed then (RFC 3161) |",
        "",
        "A `.warc.gz` by itself holds all of these as records; a `.wacz` can be opened with any WACZ viewer.",
        "",
        "## What it shows, and what not",
        "",
        "The bytes are the server's, after transfer and content codings were undone; headers that named such a coding",
        "begin with `X-Archive-Orig-`. Requests are not kept. Pictures, styles and scripts are not in it. The text was",
        f"read by newskeep's extractor, version {evidence.reading.extractor_version}; what decides are the bytes.",
        "The manifest alone does not show that nobody wrote it later; a timestamp shows since when it exists.",
        *_reservations(evidence),
        "",
        "## To check it",
        "",
        "```",
        "newskeep evidence --verify FILE",
        f"openssl ts -verify -in {TIMESTAMP} -data {MANIFEST} -CAfile ROOTS.pem",
        "```",
    ]
    return "\n".join(lines) + "\n"


def _reservations(evidence: Evidence) -> list[str]:
    lines = []
    if any(cited.capture.origin is Origin.IMPORT for cited in evidence.captures):
        lines.append("The bytes were imported from a file: newskeep did not fetch them, and the status is assumed.")
    if any(cited.capture.origin is Origin.RENDERED for cited in evidence.captures):
        lines.append("The bytes are the page as a browser held it after its scripts ran, not those the server sent.")
    if any(cited.capture.captured_at_inferred for cited in evidence.captures):
        lines.append("The time of capture is inferred (from a file's date, say), not that of a fetch.")
    previous = evidence.previous
    if previous is not None and previous.extractor_version != evidence.reading.extractor_version:
        lines.append("The two revisions were read by two versions of the extractor: not every difference is an edit.")
    return lines


def _story_text(draft: StoryDraft) -> str:
    date = f"published {_moment(draft.published.at)}" if draft.published else None
    facts = " · ".join(fact for fact in (draft.byline or ", ".join(draft.authors), draft.section, date) if fact)
    pictures = [" · ".join(filter(None, (one.caption, one.credit))) for one in draft.pictures]
    captions = [f"[picture] {words}" for words in pictures if words]
    parts = (draft.kicker, draft.headline, draft.standfirst, facts, draft.text, "\n".join(captions))
    return "\n\n".join(part for part in parts if part) + "\n"


def _changes(before: CitedReading, after: CitedReading) -> str:
    found: StoryDiff = diff_drafts(before.draft, after.draft)
    lines = [
        f"revision {before.number} of {_moment(before.captured_at)} -> revision {after.number} of"
        f" {_moment(after.captured_at)}",
        f"{found.words_added} words added, {found.words_removed} removed; [-gone-] {{+new+}}",
    ]
    for part in found.parts:
        where = part.field if part.paragraph is None else f"{part.field}, paragraph {part.paragraph}"
        lines += ["", f"{where}:", _signed(part.pieces)]
    return "\n".join(lines) + "\n"


def _signed(pieces: Sequence[Piece]) -> str:
    return "".join(f"{_SIGNS[piece.mark][0]}{piece.text}{_SIGNS[piece.mark][1]}" for piece in pieces)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
