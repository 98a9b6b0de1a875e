"""From the bytes of a page to its text: which encoding it is in, whoever says so, and whether it is text at all.

Order of belief: a byte-order mark; the bytes being valid UTF-8 (chance does not produce it); the HTTP header; the
page's own `<meta>` or XML declaration; the bytes themselves. What a server or page declares is a claim: it is dropped
where the bytes contradict it. Labels mean what browsers take them for (the WHATWG Encoding Standard): `iso-8859-1` is
windows-1252, `gb2312` is GB 18030. Not here: parsing (`tree`).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from newskeep.errors import UndecodableError

_DECLARED_BYTES = 8192
_SAMPLE_BYTES = 65_536
_ASCII = bytes(range(128))
_BINARY_SAMPLE_BYTES = 4096
# One bad byte in so many is a slip of the editing system, not another encoding.
_TOLERATED_BAD_SHARE = 0.02
_TEXT_TYPES = re.compile(r"text/|html|xml|json|javascript|octet-stream|^\s*$", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?\b(?:charset|encoding)\s*=\s*["']?\s*([\w.:\-]{2,40})""", re.I
)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:\-]{2,40})""", re.IGNORECASE)
_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00\x18ftyp",
    b"ID3",
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BROWSER_MEANING = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    # A page that can be read as ASCII up to its `<meta>` is in no two-byte encoding, whatever it says.
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
    "utf-32": "utf-8",
}
# Tried in this order where nothing is declared: the encoding, what its texts are full of (frequent characters, or runs
# of one script: in a Latin text the letters beyond ASCII stand alone), and the least share that it takes.
_GUESSES = (
    ("euc_jp", re.compile("[\u3041-\u3093\u30a1-\u30f6]"), 0.25),
    ("cp932", re.compile("[\u3041-\u3093\u30a1-\u30f6]"), 0.25),
    ("cp949", re.compile("[이다는을에의가고하은로기지를한도사]"), 0.15),
    ("gb18030", re.compile("[的一是不了在人有我他这中大来上国为年和以于]"), 0.08),
    ("big5hkscs", re.compile("[的一是不了在人有我他這中大來上國為年和以於]"), 0.08),
    ("cp1255", re.compile("[יוהלארתב]"), 0.45),
    ("cp1251", re.compile("[оеаинтрс]"), 0.45),
    ("koi8_r", re.compile("[оеаинтрс]"), 0.45),
    ("cp1253", re.compile("[αοιετσνη]"), 0.4),
    ("cp1256", re.compile("[\u0621-\u064a]{3,}"), 0.6),
    ("cp874", re.compile("[\u0e01-\u0e4e]{4,}"), 0.6),
    ("cp1250", re.compile("[łążśťşů]"), 0.2),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page's text, and how it was read: `origin` is bom, utf-8, http, meta or guess."""

    text: str
    encoding: str
    origin: str


def decode_html(body: bytes, content_type: str | None, *, url: str = "") -> Decoded:
    """Decode a page's bytes. Raises UndecodableError where they are no text; `url` is for its message."""
    _refuse_binary(body, content_type, url)
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], marked, "bom")
    unmarked = _unmarked_utf16(body)
    if unmarked:
        return _decoded(body, unmarked, "guess")
    try:
        return Decoded(text=_clean(body.decode("utf-8"), body), encoding="utf-8", origin="utf-8")
    except UnicodeDecodeError:
        pass
    for label, origin in _declarations(body, content_type):
        encoding = _codec(label)
        if encoding and _fits(body, encoding):
            return _decoded(body, encoding, origin)
    return _decoded(body, _guess(body), "guess")


def _refuse_binary(body: bytes, content_type: str | None, url: str) -> None:
    kind = (content_type or "").split(";", 1)[0].strip()
    if body.startswith(_MAGIC):
        raise UndecodableError(f"the body is a file of another kind ({kind or 'no type stated'})", url=url)
    if not _TEXT_TYPES.search(kind) and b"<" not in body[:_DECLARED_BYTES]:
        raise UndecodableError(f"the body is not HTML but {kind}", url=url)
    sample = body[:_BINARY_SAMPLE_BYTES]
    controls = sum(sample.count(code) for code in (b"\x01", b"\x02", b"\x03", b"\x04", b"\x05", b"\x06"))
    if controls > len(sample) // 100:
        raise UndecodableError("the body is binary data", url=url)


def _unmarked_utf16(body: bytes) -> str | None:
    """UTF-16 without its mark gives itself away by a zero in every other byte of the markup."""
    sample = body[:1024]
    half = len(sample) // 2
    if half < 8:
        return None
    if sample[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > half * 0.6 else None


def _declarations(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    header = _HEADER_CHARSET.search(content_type or "")
    if header:
        found.append((header[1], "http"))
    meta = _META_CHARSET.search(body[:_DECLARED_BYTES])
    if meta:
        found.append((meta[1].decode("ascii", "replace"), "meta"))
    return found


def _codec(label: str) -> str | None:
    """Python's name for what browsers take a label to mean; None for a label nobody knows."""
    try:
        name = codecs.lookup(label.strip().lower()).name
    except LookupError:
        return None
    meant = _BROWSER_MEANING.get(name, name)
    # Python also knows codecs that are no character encodings (base64, rot13).
    return meant if getattr(codecs.lookup(meant), "_is_text_encoding", True) else None


def _fits(body: bytes, encoding: str) -> bool:
    sample = body[:_SAMPLE_BYTES]
    foreign = len(sample.translate(None, _ASCII))
    return sample.decode(encoding, "replace").count("\ufffd") <= max(3, foreign * _TOLERATED_BAD_SHARE)


def _guess(body: bytes) -> str:
    """The encoding whose reading of the bytes looks most like a language; windows-1252 where none does."""
    sample = _foreign_part(body)
    if _fits(body, "utf-8"):
        return "utf-8"
    for encoding, letters, least_share in _GUESSES:
        text = sample.decode(encoding, "replace")
        foreign = sum(not mark.isascii() for mark in text)
        if text.count("\ufffd") <= foreign * _TOLERATED_BAD_SHARE:
            share = sum(map(len, letters.findall(text))) / max(1, foreign)
            if share >= least_share:
                return encoding
    return "cp1252"


def _foreign_part(body: bytes) -> bytes:
    """A stretch of the body around its first byte beyond ASCII: markup alone says nothing."""
    found = re.search(rb"[\x80-\xff]", body)
    start = found.start() if found else 0
    return body[start : start + _SAMPLE_BYTES // 4]


def _decoded(body: bytes, encoding: str, origin: str) -> Decoded:
    return Decoded(text=_clean(body.decode(encoding, "replace"), body), encoding=encoding, origin=origin)


def _clean(text: str, body: bytes) -> str:
    # Bytes are searched for a zero much faster than wide text is.
    return text.replace("\x00", "") if b"\x00" in body else text
