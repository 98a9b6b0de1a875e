"""Checking a pack of evidence without the archive it came from: does everything in it agree with its manifest?

What is checked here are digests. Whether a timestamp authority vouches for the manifest is asked by the caller, who
knows whom to trust. Pure: bytes in, findings out.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from newskeep.evidence import FORMAT, MANIFEST, TIMESTAMP, cited_capture
from newskeep.wacz_pack import DOCUMENTS, WARC_PATH, WaczFormatError, check_package, read_wacz
from newskeep.warc_pack import FoundRecord, WarcFormatError, answer_digest, facts_body, read_warc, uri_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCheck:
    """What a pack says and what of it does not hold; whole where `problems` is empty.

    `manifest_body` is what a timestamp vouches for; empty where there is no manifest. `timestamp` is the authority's
    answer, None where the pack has none.
    """

    problems: tuple[str, ...]
    manifest: dict[str, Any]
    manifest_body: bytes
    timestamp: bytes | None


def check_pack(data: bytes) -> PackCheck:
    """Check a pack, WACZ or WARC, against itself; raises nothing, whatever the bytes are."""
    try:
        files = read_wacz(data) if data[:2] == b"PK" else {WARC_PATH: data}
        problems = check_package(files) if data[:2] == b"PK" else []
        if WARC_PATH not in files:
            return _broken(*problems)
        records = read_warc(files[WARC_PATH])
    except WarcFormatError as error:
        return _broken(f"the WARC {error}")
    except WaczFormatError as error:
        return _broken(f"the ZIP {error}")
    documents = _documents(records)
    problems += [f"{one.kind} record {one.url}: {problem}" for one in records for problem in one.problems]
    problems += _beside(files, documents)
    body = documents.get(MANIFEST, b"")
    manifest = _manifest(body)
    problems += _against_manifest(manifest, documents, records) if manifest else [_not_ours(body)]
    return PackCheck(
        problems=tuple(problems), manifest=manifest, manifest_body=body, timestamp=documents.get(TIMESTAMP)
    )


def _broken(*problems: str) -> PackCheck:
    return PackCheck(problems=problems, manifest={}, manifest_body=b"", timestamp=None)


def _documents(records: Iterable[FoundRecord]) -> dict[str, bytes]:
    return {
        record.url.rpartition(":")[2]: record.body
        for record in records
        if record.kind == "resource" and record.url.startswith("urn:newskeep:")
    }


def _beside(files: dict[str, bytes], documents: dict[str, bytes]) -> list[str]:
    """What lies beside the WARC must be what is in it."""
    beside = {path.removeprefix(DOCUMENTS): body for path, body in files.items() if path.startswith(DOCUMENTS)}
    if len(files) == 1:
        return []
    names = sorted(beside.keys() | documents.keys())
    return [f"{DOCUMENTS}{name} is not what the WARC has" for name in names if beside.get(name) != documents.get(name)]


def _manifest(body: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(body)
    except ValueError:
        return {}
    return manifest if isinstance(manifest, dict) and manifest.get("format") == FORMAT else {}


def _not_ours(body: bytes) -> str:
    if not body:
        return f"there is no {MANIFEST}: this is no pack of newskeep"
    return f"{MANIFEST} is not in the format {FORMAT}; update newskeep if a newer one made the pack"


def _against_manifest(
    manifest: dict[str, Any], documents: dict[str, bytes], records: Sequence[FoundRecord]
) -> list[str]:
    try:
        named = {entry["name"]: entry["sha256"] for entry in manifest["documents"]}
        problems = _captures(manifest["captures"], records)
        number, story = manifest["revision"]["number"], manifest["story"]["id"]
        digest = manifest["captures"][0]["sha256"]
        urn = f"urn:newskeep:{story}:{number}"
        if manifest["permalink"] != f"{urn}:sha256:{digest}":
            problems.append("the permalink does not name this story, revision and bytes")
        problems += _foreign(records, urn, len(manifest["captures"]))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        return [f"{MANIFEST} is incomplete: {type(error).__name__} {error}"]
    for name, said in named.items():
        if name not in documents:
            problems.append(f"{name} is missing")
        elif hashlib.sha256(documents[name]).hexdigest() != said:
            problems.append(f"{name} is not what {MANIFEST} names")
    unnamed = sorted(documents.keys() - named.keys() - {MANIFEST, TIMESTAMP})
    return problems + [f"{name} is not named in {MANIFEST}" for name in unnamed]


def _captures(named: Sequence[dict[str, Any]], records: Sequence[FoundRecord]) -> list[str]:
    answers, beside = ([one for one in records if one.kind == kind] for kind in ("response", "metadata"))
    if not len(named) == len(answers) == len(beside):
        return [f"{MANIFEST} names {len(named)} captures, the WARC has {len(answers)} answers"]
    problems = []
    for facts, answer, asked in zip(named, answers, beside, strict=True):
        cited = cited_capture(facts, answer.body)
        where = f"capture {cited.capture_id}"
        if hashlib.sha256(answer.body).hexdigest() != facts["sha256"]:
            problems.append(f"{where}: the bytes are not those that {MANIFEST} names")
        elif answer.block_digest != answer_digest(cited):
            problems.append(f"{where}: status or headers are not those that {MANIFEST} names")
        if {(one.url, one.date) for one in (answer, asked)} != {(uri_of(facts["final_url"]), facts["captured_at"])}:
            problems.append(f"{where}: address or time are not those that {MANIFEST} names")
        if asked.body != facts_body(cited):
            problems.append(f"{where}: how it was asked for is not what {MANIFEST} says")
    return problems


def _foreign(records: Sequence[FoundRecord], urn: str, captures: int) -> list[str]:
    """What a viewer of the WARC would show, and no manifest names: other records, and the same name twice."""
    kinds = ["warcinfo", *("response", "metadata") * captures]
    resources = [one.url for one in records[len(kinds) :]]
    problems = [f"{url} is in the WARC twice" for url, count in Counter(resources).items() if count > 1]
    if [one.kind for one in records] != kinds + ["resource"] * len(resources):
        problems.append("the WARC has other records than a pack has, or in another order")
    return problems + [f"{url} does not belong into this pack" for url in resources if url.rpartition(":")[0] != urn]
