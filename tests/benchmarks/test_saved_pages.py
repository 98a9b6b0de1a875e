"""Where benchmarks and the fuzzer take their pages from."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.extract import spread
from benchmarks.saved_pages import find_pages


def test_without_a_place_the_demo_site_is_read() -> None:
    pages = find_pages(None)
    assert len({page.name for page in pages}) == len(pages) > 60
    assert all(b"<html" in page.body() for page in pages)


def test_files_of_a_folder_are_read_plain_or_packed(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"<p>a")
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(b"<p>b"))
    assert [(page.name, page.body()) for page in find_pages(tmp_path)] == [("a.html", b"<p>a"), ("b.html.gz", b"<p>b")]


def test_labelled_pages_have_their_own_address(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text(json.dumps({"id": "x-1", "url": "https://a.example/s"}) + "\n")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/x-1.html.gz").write_bytes(gzip.compress(b"<p>x"))
    (page,) = find_pages(tmp_path)
    assert (page.name, page.url, page.body()) == ("x-1", "https://a.example/s", b"<p>x")


def test_an_empty_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no pages in"):
        find_pages(tmp_path)


def test_some_pages_are_taken_from_all_over() -> None:
    pages = find_pages(None)
    few = spread(pages, 5)
    assert (len(few), few[0], spread(pages, None)) == (5, pages[0], pages)
    assert [pages.index(page) for page in few] == sorted({pages.index(page) for page in few})
