"""A publisher's word that a page is not to be kept: `noarchive`, and the reservation of text and data mining.

It stands in the headers of an answer or in the head of its page, and has to be known before the bytes are stored, so
the head is looked through here without being parsed: within bounds, and in doubt for the publisher (a meta element in a
script is taken for one).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newskeep.outcomes import Outcome

LONGEST_HEAD_BYTES = 256 * 1024

_HINTS = (b"noarchive", b"tdm-reservation")
_WIDE = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_END = re.compile(r"<(?:/head|body)\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_META = re.compile(r"<meta\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_AGENT = re.compile(r"([\w-]+)\s*:\s*(.*)", re.DOTALL)
# Directives that are followed by a colon themselves; anything else before one is the name of a crawler.
_WITH_VALUE = frozenset(["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Obedience:
    """Which of the two words are obeyed, and by what name `agent` we are told things (lower case)."""

    agent: str
    noarchive: bool = True
    tdm_reservation: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """The outcome of a page that is not to be kept, and the words that say so."""

    outcome: Outcome
    evidence: str


def agent_name(user_agent: str) -> str:
    """Give the name by which publishers speak to us: the product in front of a User-Agent, in lower case."""
    words = user_agent.split("/", 1)[0].split()
    return words[0].lower() if words else ""


def reservation_of(headers: Sequence[tuple[str, str]], body: bytes, obedience: Obedience) -> Reservation | None:
    """Tell whether an answer is not to be kept; None where nothing that is obeyed says so.

    `body` is the page with its codings undone; only its head is looked at, and of that at most `LONGEST_HEAD_BYTES`.
    """
    for name, value in headers:
        found = _of_header(name.lower(), value, obedience)
        if found is not None:
            return found
    for name, content in _metas(body):
        found = _of_meta(name, content, obedience)
        if found is not None:
            return found
    return None


def _of_header(name: str, value: str, obedience: Obedience) -> Reservation | None:
    if name == "x-robots-tag" and obedience.noarchive and "noarchive" in _directives(value, obedience.agent):
        return Reservation(outcome=Outcome.NOARCHIVE, evidence=f"X-Robots-Tag: {_short(value)}")
    if name == "tdm-reservation" and obedience.tdm_reservation and value.strip() == "1":
        return Reservation(outcome=Outcome.TDM_RESERVED, evidence="tdm-reservation: 1")
    return None


def _of_meta(name: str, content: str, obedience: Obedience) -> Reservation | None:
    if name in ("robots", obedience.agent) and obedience.noarchive:
        if "noarchive" in {word.strip().lower() for word in content.split(",")}:
            return Reservation(outcome=Outcome.NOARCHIVE, evidence=f"meta {name}: {_short(content)}")
    elif name == "tdm-reservation" and obedience.tdm_reservation and content.strip() == "1":
        return Reservation(outcome=Outcome.TDM_RESERVED, evidence="meta tdm-reservation: 1")
    return None


def _directives(value: str, agent: str) -> Iterator[str]:
    """The directives of one X-Robots-Tag header that are for us: those after no name, or after ours."""
    is_ours = True
    for part in value.split(","):
        directive = part.strip().lower()
        named = _AGENT.fullmatch(directive)
        if named and named[1] not in _WITH_VALUE:
            is_ours, directive = named[1] == agent, named[2].strip()
        if is_ours:
            yield directive


def _metas(body: bytes) -> Iterator[tuple[str, str]]:
    """The meta elements of a page's head: their names in lower case, and their contents."""
    head = body[:LONGEST_HEAD_BYTES]
    for mark, encoding in _WIDE:
        if head.startswith(mark):
            head = head.decode(encoding, "replace").encode("latin-1", "replace")
    lower = head.lower()
    if not any(hint in lower for hint in _HINTS):
        return
    text = _COMMENT.sub("", head.decode("latin-1"))
    end = _END.search(text)
    for meta in _META.finditer(text, 0, end.start() if end else len(text)):
        attributes = {name.lower(): html.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(meta[1])}
        yield attributes.get("name", "").strip().lower(), attributes.get("content", "")


def _short(text: str) -> str:
    return " ".join(text.split())[:80]
