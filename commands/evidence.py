"""`newskeep evidence`: a citable pack for one revision, and checking one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from commands.as_of import at_option, revision_at
from commands.homes import config_of, home_of
from commands.screen import console, print_json
from commands.timestamps import Stamp, TimestampError, ask_authority, check_stamp
from config import Config
from config_tables.version import program_version
from newskeep.errors import CaptureMissingError, StoryMissingError, UsageError
from newskeep.evidence import (
    TIMESTAMP,
    CitedCapture,
    CitedReading,
    Document,
    Evidence,
    citation_of,
    documents_of,
)
from newskeep.pack_check import PackCheck, check_pack
from newskeep.text import counted
from newskeep.urls import url_key
from newskeep.wacz_pack import write_wacz
from newskeep.warc_pack import write_warc
from storage.archive import Archive
from storage.boundary import disk_errors
from storage.drafts import write_draft
from storage.files import PARTIAL, sync
from storage.story_view import RevisionView, StoryView

_ENDINGS = {"wacz": ".wacz", "warc": ".warc.gz"}
_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamped:
    """What came of asking for a timestamp; all None where nobody was asked, `failure` where it came to nothing."""

    stamp: Stamp | None = None
    answer: bytes | None = None
    failure: str | None = None


@click.command()
@click.argument("story", required=False, metavar="[STORY]")
@click.option("--revision", type=click.IntRange(1), help="A certain revision instead of the current one.")
@at_option
@click.option("--out", type=_FILE, help="The file to write [default: newskeep-STORY-REVISION.wacz].")
@click.option("--format", "form", type=click.Choice(list(_ENDINGS)), default="wacz", show_default=True)
@click.option("--no-timestamp", is_flag=True, help="Ask no authority, whatever newskeep.toml says.")
@click.option("--verify", "checked", type=_FILE, metavar="FILE", help="Check a pack instead; needs no archive.")
@click.option("--roots", type=_FILE, help="With --verify: certificates (PEM) to believe a timestamp by.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def evidence(
    ctx: click.Context, /, story: str | None, checked: Path | None, roots: Path | None, as_json: bool, **chosen: Any
) -> int:
    """Write a pack that proves one revision: the server's answers, what was read in them, what changed, all digests.

    \b
    newskeep evidence https://www.example.org/2026/11/harbour-toll
    newskeep evidence 1795371901234000 --revision 2 --out toll.wacz
    newskeep evidence 1795371901234000 --at 2026-11-24
    newskeep evidence --verify toll.wacz --roots authority.pem

    The same revision gives the same bytes every time, but for a timestamp. One is asked for where newskeep.toml has
    `[evidence] timestamp_url`; where the authority fails the pack is written all the same and the exit code is 1.
    A file that is there already is never overwritten. STORY is an id or any address of it.
    """
    if checked is not None:
        if story is not None:
            raise UsageError("--verify checks a file; leave the story out")
        return _verify(checked, roots or config_of(ctx).evidence.timestamp_roots, as_json=as_json)
    if story is None:
        raise UsageError("name a story by its id or address, or a pack with --verify FILE")
    return _make(home_of(ctx), story, as_json=as_json, **chosen)


def _make(
    config: Config,
    story: str,
    *,
    revision: int | None,
    at: datetime | None,
    out: Path | None,
    form: str,
    no_timestamp: bool,
    as_json: bool,
) -> int:
    with Archive(config.home, read_only=True) as archive:
        found = _gather(archive, config, story, revision, at)
    target = out or Path(f"newskeep-{found.story_id}-{found.reading.number}{_ENDINGS[form]}")
    if target.exists():
        raise UsageError(f"{target} is there already, and no evidence is overwritten; name another file with --out")
    documents = documents_of(found)
    url = None if no_timestamp else config.evidence.timestamp_url
    stamped = _stamped(url, documents[-1].body, config.evidence.timestamp_roots)
    if stamped.answer is not None:
        documents += (Document(name=TIMESTAMP, content_type="application/timestamp-reply", body=stamped.answer),)
    _write(target, write_wacz(found, documents) if form == "wacz" else write_warc(found, documents)[0])
    if as_json:
        print_json(_made_json(found, target, stamped))
    else:
        console().print(Text(f"{citation_of(found)}\n{found.permalink}"))
        console(stderr=True).print(Text(f"written to {target}{_told(stamped.stamp)}"))
    if stamped.failure is not None:
        click.echo(f"newskeep: {target} has no timestamp: {stamped.failure}", err=True)
    return int(stamped.failure is not None)


def _gather(archive: Archive, config: Config, story: str, revision: int | None, when: datetime | None) -> Evidence:
    try:
        view = archive.stories.show(story, revision=revision_at(archive, story, revision, when))
    except StoryMissingError as error:
        _raise_if_taken_down(archive, story, error)
        raise
    order = [one.number for one in view.revisions]
    at = order.index(view.revision.number)
    earlier = archive.stories.show(view.story_id, revision=order[at - 1]) if at else None
    return Evidence(
        story_id=view.story_id,
        source=view.source,
        source_name=view.source_name,
        url=view.url,
        reading=_reading(view),
        reading_json=write_draft(view.draft),
        changed_fields=view.revision.changed_fields,
        captures=_captures(archive, view.story_id, view.revision),
        previous=_reading(earlier) if earlier else None,
        software=f"newskeep {program_version()}",
        kept_by=config.fetch.contact,
    )


def _reading(view: StoryView) -> CitedReading:
    return CitedReading(
        number=view.revision.number,
        captured_at=view.revision.captured_at,
        extractor_version=view.revision.extractor_version,
        payload_digest=view.revision.payload_digest,
        draft=view.draft,
    )


def _captures(archive: Archive, story_id: int, revision: RevisionView) -> tuple[CitedCapture, ...]:
    cited = (revision.capture_id, *archive.pages.captures_of(story_id, revision.number))
    try:
        return tuple(
            CitedCapture(capture_id=capture_id, page=page, capture=archive.captures.get(capture_id))
            for page, capture_id in enumerate(cited, 1)
        )
    except CaptureMissingError as error:
        message = (
            f"there is no evidence for revision {revision.number} of story {story_id} without the bytes it was read"
            f" from: {error.message}"
        )
        raise CaptureMissingError(message, operation="make evidence") from error


def _raise_if_taken_down(archive: Archive, story: str, error: StoryMissingError) -> None:
    text = story.strip()
    found = next((one for one in archive.takedowns.all() if str(one.story_id) == text), None)
    if found is None and not text.isdigit():
        try:
            found = archive.takedowns.find([text, url_key(text)])
        except ValueError:
            return
    if found is not None:
        message = (
            f"story {found.story_id} was taken down on {found.taken_down_at:%Y-%m-%d} ({found.reason}); nothing of it"
            " is kept"
        )
        raise StoryMissingError(message, operation="make evidence") from error


def _stamped(url: str | None, manifest: bytes, roots: Path | None) -> _Stamped:
    """Ask for a timestamp, and believe it as `--verify` would; where no roots are named, by its digest alone."""
    if url is None:
        return _Stamped()
    try:
        answer, stamp = ask_authority(url, manifest)
        if roots is not None:
            stamp = check_stamp(answer, manifest, roots)
    except TimestampError as error:
        return _Stamped(failure=str(error))
    return _Stamped(stamp=stamp, answer=answer)


def _write(target: Path, body: bytes) -> None:
    partial = target.with_name(target.name + PARTIAL)
    with disk_errors(target.parent, "write the evidence"):
        try:
            partial.write_bytes(body)
            sync(partial)
            partial.rename(target)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


def _made_json(found: Evidence, target: Path, stamped: _Stamped) -> dict[str, Any]:
    return {
        "file": str(target),
        "permalink": found.permalink,
        "citation": citation_of(found),
        "captures": [cited.capture_id for cited in found.captures],
        "timestamp": _stamp_json(stamped.stamp),
        "timestamp_failure": stamped.failure,
    }


def _verify(path: Path, roots: Path | None, *, as_json: bool) -> int:
    try:
        check = check_pack(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    problems, stamp = list(check.problems), None
    if check.timestamp is not None:
        try:
            stamp = check_stamp(check.timestamp, check.manifest_body, roots)
        except TimestampError as error:
            problems.append(str(error))
    if as_json:
        print_json(_checked_json(path, check, problems, stamp))
        return int(bool(problems))
    screen = console()
    for problem in problems:
        screen.print(Text(problem, style="red"))
    if problems:
        screen.print(counted(len(problems), "finding"))
    else:
        screen.print(Text(f"{check.manifest['citation']}\n{check.manifest['permalink']}\nwhole{_told(stamp)}"))
    return int(bool(problems))


def _checked_json(path: Path, check: PackCheck, problems: list[str], stamp: Stamp | None) -> dict[str, Any]:
    return {
        "file": str(path),
        "is_whole": not problems,
        "problems": problems,
        "permalink": check.manifest.get("permalink"),
        "citation": check.manifest.get("citation"),
        "has_timestamp": check.timestamp is not None,
        "timestamp": _stamp_json(stamp),
    }


def _stamp_json(stamp: Stamp | None) -> dict[str, Any] | None:
    return None if stamp is None else {"at": stamp.at, "authority": stamp.authority}


def _told(stamp: Stamp | None) -> str:
    if stamp is None:
        return "; without a timestamp"
    return f"; it existed at {stamp.at:%Y-%m-%d %H:%M:%S} UTC, by the word of {stamp.authority or 'an authority'}"
