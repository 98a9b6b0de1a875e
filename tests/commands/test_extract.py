"""`newskeep extract`: one page or many, read from files, and whatever is wrong with them."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

Newskeep = Callable[..., Any]

URL = "https://www.harbour.example/2026/11/harbour-toll"
PAGE = f"""<!doctype html><html lang="en"><head><title>The toll returns</title>
<link rel="canonical" href="{URL}"></head><body><article><h1>The toll returns</h1>
<p>{"The harbour council voted on Monday to bring back the toll on timber. " * 4}</p>
<p>{"Ships above forty metres are to pay from the first day of the new year. " * 4}</p></article>
<aside class="related"><h2>Related</h2><div class="card"><a href="/2026/11/night-ferry"><img src="/ferry.jpg" alt="">
<h3>The night ferry sails again after a year of repairs</h3></a></div></aside>
</body></html>""".encode()


@dataclass(frozen=True)
class Standard:
    """A standard input that holds bytes, or that is a terminal at which nobody writes."""

    buffer: io.BytesIO
    terminal: bool

    def isatty(self) -> bool:
        return self.terminal


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)
    return path


def test_a_page_is_split(newskeep: Newskeep, page: Path) -> None:
    said = newskeep("extract", str(page)).json
    assert said["kind"] == "story"
    assert said["main"]["headline"] == "The toll returns"
    assert [one["target_url"] for one in said["teasers"]] == ["https://www.harbour.example/2026/11/night-ferry"]


def test_a_packed_page_is_unpacked(newskeep: Newskeep, page: Path, tmp_path: Path) -> None:
    packed = tmp_path / "page.html.gz"
    packed.write_bytes(gzip.compress(PAGE))
    assert newskeep("extract", str(packed)).out == newskeep("extract", str(page)).out


def test_a_damaged_archive_is_said_to_be_one(newskeep: Newskeep, tmp_path: Path) -> None:
    for name, data in {"cut": gzip.compress(PAGE)[:60], "broken": b"\x1f\x8b\x09" + PAGE}.items():
        (tmp_path / name).write_bytes(data)
        ended = newskeep("extract", str(tmp_path / name))
        assert ended.code == 1
        assert ended.err.startswith("Error: the page is packed with gzip, and damaged: ")


def test_a_page_comes_from_standard_input(newskeep: Newskeep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Standard(io.BytesIO(PAGE), terminal=False))
    ended = newskeep("extract", "--url", URL)
    assert ended.json["main"]["headline"] == "The toll returns"
    assert ended.err == ""


def test_who_named_no_file_is_told_what_is_waited_for(newskeep: Newskeep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Standard(io.BytesIO(PAGE), terminal=True))
    assert "name a file" in newskeep("extract").err


def test_lines_are_answered_one_by_one(newskeep: Newskeep, page: Path, tmp_path: Path) -> None:
    asked = [
        {"id": "one", "url": URL, "html_path": str(page)},
        {"id": "none", "url": URL, "html_path": str(tmp_path / "none.html")},
    ]
    lines = tmp_path / "lines.jsonl"
    lines.write_text("\n\n".join(json.dumps(line) for line in asked))
    ended = newskeep("extract", "--jsonl", str(lines))
    first, second = map(json.loads, ended.out.splitlines())
    assert first["id"] == "one"
    assert first["headline"] == "The toll returns"
    assert first["teasers"] == [
        {
            "url": "https://www.harbour.example/2026/11/night-ferry",
            "headline": "The night ferry sails again after a year of repairs",
            "kind": "related",
        }
    ]
    assert second == {"id": "none", "error": f"cannot read {tmp_path / 'none.html'}: No such file or directory"}
    assert ended.code == 0


@pytest.mark.parametrize("line", ["x", "[1]", '{"id": 1}', '{"id": 1, "url": "a", "html_path": 7}'])
def test_a_line_that_asks_for_nothing_is_named(newskeep: Newskeep, tmp_path: Path, line: str) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(f"\n{line}\n")
    ended = newskeep("extract", "--jsonl", str(lines))
    assert (ended.code, ended.err) == (1, 'Error: line 2 is no JSON object with "id", "url" and "html_path"\n')


def test_lines_that_are_no_text_are_refused(newskeep: Newskeep, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes(b'{"id": "\xff"}')
    ended = newskeep("extract", "--jsonl", str(lines))
    assert (ended.code, ended.err) == (1, "Error: the lines are no text in UTF-8: invalid start byte\n")
