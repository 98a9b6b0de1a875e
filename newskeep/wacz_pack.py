"""A pack of evidence as WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/): a ZIP around its WARC, with an index.

The documents lie beside the WARC too, where people find them without a tool. Names, order and dates in the ZIP are
fixed, so that the same evidence gives the same bytes. Pure: bytes in, bytes out.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from newskeep.evidence import Document, Evidence, citation_of, time_text
from newskeep.text import fold_space
from newskeep.warc_pack import LARGEST_BYTES, WrittenRecord, uri_of, write_warc

WARC_PATH = "archive/data.warc.gz"
DOCUMENTS = "evidence/"

_PACKAGE, _PACKAGE_DIGEST = "datapackage.json", "datapackage-digest.json"
_INDEX, _INDEX_BLOCKS = "indexes/index.cdx.gz", "indexes/index.idx"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP can name."""


class WaczFormatError(ValueError):
    """The bytes are no ZIP that can be read."""


def write_wacz(evidence: Evidence, documents: Sequence[Document]) -> bytes:
    """Give the WACZ of a pack."""
    warc, records = write_warc(evidence, documents)
    lines = "".join(sorted(cdx_line(record) for record in records))
    index = _gzipped(lines.encode())
    files = {
        WARC_PATH: warc,
        _INDEX: index,
        _INDEX_BLOCKS: _index_blocks(lines, index),
        "pages/pages.jsonl": _pages(evidence),
        **{DOCUMENTS + document.name: document.body for document in documents},
    }
    package = _dump(_package(evidence, files))
    files[_PACKAGE] = package
    files[_PACKAGE_DIGEST] = _dump({"path": _PACKAGE, "hash": _hash(package)})
    return _zipped(files)


def read_wacz(data: bytes) -> dict[str, bytes]:
    """Give the files of a WACZ by their paths.

    Raises WaczFormatError where it cannot be read, or unpacks to more than LARGEST_BYTES.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if sum(member.file_size for member in members) > LARGEST_BYTES:
                raise WaczFormatError(f"unpacks to more than {LARGEST_BYTES // 1024**2} MiB, which no pack does")
            if len({member.filename for member in members}) != len(members):
                raise WaczFormatError("has two files of one name")
            return {member.filename: archive.read(member) for member in members}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise WaczFormatError(f"cannot be read: {error}") from error


def check_package(files: dict[str, bytes]) -> list[str]:
    """Say what in a WACZ differs from what its package and the package's digest name; empty where nothing does."""
    missing = [path for path in (_PACKAGE, _PACKAGE_DIGEST, WARC_PATH) if path not in files]
    if missing:
        return [f"{path} is missing" for path in missing]
    try:
        named = {entry["path"]: entry["hash"] for entry in json.loads(files[_PACKAGE])["resources"]}
        digest = json.loads(files[_PACKAGE_DIGEST])["hash"]
    except (ValueError, KeyError, TypeError) as error:
        return [f"{_PACKAGE} cannot be read: {error}"]
    problems = [] if digest == _hash(files[_PACKAGE]) else [f"{_PACKAGE} is not what {_PACKAGE_DIGEST} names"]
    for path, said in sorted(named.items()):
        if path not in files:
            problems.append(f"{path} is missing")
        elif _hash(files[path]) != said:
            problems.append(f"{path} is not what {_PACKAGE} names")
    unnamed = sorted(files.keys() - named.keys() - {_PACKAGE, _PACKAGE_DIGEST})
    return problems + [f"{path} is not named in {_PACKAGE}" for path in unnamed]


def _package(evidence: Evidence, files: dict[str, bytes]) -> dict[str, object]:
    first = evidence.captures[0].capture
    return {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": fold_space(evidence.reading.draft.headline) or evidence.url,
        "description": citation_of(evidence),
        # When the last of it was captured. The day of making it would make other bytes of the same evidence.
        "created": time_text(evidence.captures[-1].capture.captured_at),
        "software": evidence.software,
        "mainPageUrl": uri_of(first.final_url),
        "mainPageDate": time_text(first.captured_at),
        "resources": [
            {
                "name": path.rpartition("/")[2].lower(),
                "path": path,
                "hash": _hash(body),
                "bytes": len(body),
            }
            for path, body in files.items()
        ],
    }


def _pages(evidence: Evidence) -> bytes:
    lines: list[dict[str, object]] = [{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}]
    for cited in evidence.captures:
        capture = cited.capture
        page: dict[str, object] = {
            "id": f"capture-{cited.capture_id}",
            "url": uri_of(capture.final_url),
            "ts": time_text(capture.captured_at),
            "title": fold_space(evidence.reading.draft.headline) or capture.final_url,
            "size": len(capture.body),
        }
        if cited.page == 1:
            page["text"] = evidence.reading.draft.text
        lines.append(page)
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def cdx_line(record: WrittenRecord) -> str:
    """Give the line of an index for a record."""
    fields = {
        "url": record.url,
        "mime": record.mime,
        "digest": record.digest,
        "length": str(record.length),
        "offset": str(record.offset),
        "filename": WARC_PATH.rpartition("/")[2],
    }
    if record.status is not None:
        fields["status"] = str(record.status)
    return f"{_sort_key(record.url)} {record.at:%Y%m%d%H%M%S} {json.dumps(fields)}\n"


def _sort_key(url: str) -> str:
    """The address as indexes are sorted by it (SURT): host turned round, small letters, parameters in order."""
    parts = urlsplit(url.lower())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return url
    labels = parts.hostname.split(".")
    if len(labels) > 1 and labels[0].rstrip("0123456789") == "www":
        labels = labels[1:]
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return f"{','.join(reversed(labels))}{port}){parts.path or '/'}{f'?{query}' if query else ''}"


def _index_blocks(lines: str, index: bytes) -> bytes:
    """The index of the index: it is one block, so one line."""
    key, _, _ = lines.partition(" {")
    name = _INDEX.rpartition("/")[2]
    block = {"offset": 0, "length": len(index), "digest": _hash(index), "filename": name}
    head = {"format": "cdxj-gzip-1.0", "filename": name}
    return f"!meta 0 {json.dumps(head)}\n{key} {json.dumps(block)}\n".encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, body in files.items():
            member = zipfile.ZipInfo(path, _EPOCH)
            # WARC and index are read in pieces, by their place in the ZIP: stored, not packed once more.
            member.compress_type = zipfile.ZIP_STORED if path.endswith(".gz") else zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            archive.writestr(member, body)
    return out.getvalue()


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _dump(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


def _hash(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
