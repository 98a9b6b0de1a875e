"""`newskeep extract`: read one page and print everything it says as JSON; nothing is stored, nothing is fetched."""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import click

from newskeep.digests import payload_digest
from newskeep.errors import PageError
from newskeep.extract import extract_page
from newskeep.model import BlockKind, Capture, ExtractedPage, Origin, PageDate, Picture, Precision, StoryDraft

_HTML_START = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<", re.DOTALL)
_CREDIT_PARTS = re.compile(r"\s*\|\s*|,\s+")
_GZIP_MAGIC = b"\x1f\x8b"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True), default="-")
@click.option("--url", help="The address the page was saved from; links and pictures are made absolute with it.")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read lines {"id", "url", "html_path"} instead of a page and write one line of JSON for each.',
)
def extract(file: str, url: str | None, jsonl: bool) -> None:
    """Read one saved page (HTML or plain text, - for standard input) and print what it says as JSON.

    \b
    newskeep extract page.html --url https://www.example.org/2026/11/harbour-toll
    curl -s URL | newskeep extract --url URL
    """
    if jsonl:
        _answer_lines(file)
        return
    try:
        page = _read(file, url)
    except (OSError, PageError) as error:
        raise click.ClickException(_one_line(error)) from error
    # What the page leaves in the memory of its site is of no use to a reader.
    said = as_plain(replace(page, imprint=None))
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))


def _answer_lines(file: str) -> None:
    try:
        with click.open_file(file, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    click.echo(_answer(line, number))
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(_one_line(error)) from error


def _one_line(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"the lines are no text in UTF-8: {error.reason}"
    if isinstance(error, OSError):
        return f"cannot read {error.filename}: {error.strerror}"
    return str(error)


def _read(file: str, url: str | None) -> ExtractedPage:
    if file == "-":
        if sys.stdin.isatty():
            click.echo("Reading a page from this terminal: paste it and press Ctrl-D, or name a file.", err=True)
        body, address = sys.stdin.buffer.read(), "about:blank"
    else:
        path = Path(file)
        body, address = path.read_bytes(), path.resolve().as_uri()
    page = extract_page(_capture(body, url or address), None)
    if url is None and page.declared_canonical is not None:
        # The page says where it is from: read again, so that its relative links lead somewhere.
        return extract_page(_capture(body, page.declared_canonical), None)
    return page


def _capture(body: bytes, url: str) -> Capture:
    if body.startswith(_GZIP_MAGIC):
        try:
            body = gzip.decompress(body)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise PageError(f"the page is packed with gzip, and damaged: {error}", url=url) from error
    kind = "text/html" if _HTML_START.match(body) else "text/plain"
    return Capture(
        request_url=url,
        final_url=url,
        status=200,
        headers=(("Content-Type", kind),),
        body=body,
        captured_at=datetime.now(UTC),
        payload_digest=payload_digest(body),
        origin=Origin.IMPORT,
        captured_at_inferred=True,
    )


def as_plain(value: object) -> object:
    """Turn a value of the model into what JSON can hold: times as ISO 8601 UTC, tuples as lists."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, list | tuple):
        return [as_plain(one) for one in value]
    return value


def _answer(line: str, number: int) -> str:
    """One line of the protocol of the scoring tool; a page that cannot be read has an `error` and nothing else."""
    try:
        asked = json.loads(line)
        place, url = Path(asked["html_path"]), str(asked["url"])
        answer: dict[str, object] = {"id": asked["id"]}
    except (LookupError, TypeError, ValueError) as error:
        raise click.ClickException(f'line {number} is no JSON object with "id", "url" and "html_path"') from error
    try:
        page = extract_page(_capture(place.read_bytes(), url), None)
        answer.update(_fields(page))
    except (OSError, PageError) as error:
        answer["error"] = _one_line(error)
        click.echo(f"{asked['id']}: {_one_line(error)}", err=True)
    return json.dumps(answer, ensure_ascii=False)


def _fields(page: ExtractedPage) -> Iterator[tuple[str, object]]:
    story = page.main
    if story is not None:
        yield "headline", story.headline
        yield "text", story_text(story)
        yield "authors", list(story.authors)
        yield "published", stated_date(story.published)
        yield "images", [_image(picture) for picture in story.pictures if picture.url is not None]
    yield (
        "teasers",
        [
            {"url": teaser.target_url, "headline": teaser.headline, "kind": teaser.kind.value}
            for teaser in page.teasers
            if teaser.target_url is not None
        ],
    )


def story_text(story: StoryDraft) -> str:
    """Standfirst, crossheads and paragraphs in order, parted by blank lines."""
    texts = [story.standfirst, *(block.text for block in story.blocks if block.kind is not BlockKind.EMBED)]
    return "\n\n".join(text for text in texts if text)


def stated_date(date: PageDate | None) -> str | None:
    """A date as the page states it, in its own zone; without a zone where it states none."""
    if date is None:
        return None
    offset = timedelta(minutes=date.offset_minutes or 0)
    local = date.at.astimezone(timezone(offset))
    if date.precision is Precision.DAY:
        return local.date().isoformat()
    return (local if date.offset_minutes is not None else local.replace(tzinfo=None)).isoformat()


def _image(picture: Picture) -> dict[str, object]:
    credits = [part for part in _CREDIT_PARTS.split(picture.credit or "") if part]
    return {"url": picture.url, "caption": picture.caption, "credit": credits, "lead": picture.lead}


if __name__ == "__main__":
    extract()
