"""The short form of the archive's benchmark: ten thousand stories, in two parts, and what comes of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import archive, archive_searches
from storage.archive import Archive
from storage.search import SearchRequest
from storage.verify import verify


def test_ten_thousand_stories_are_written_found_and_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(archive_searches, "_ROUNDS", 1)
    monkeypatch.setattr(archive, "_COMPARED", 1_000)
    archive.main(["--keep", str(tmp_path), "--stories", "4000", "--marks", "4000"])
    # Goes on where it was left off.
    archive.main(["--keep", str(tmp_path), "--stories", "10000", "--marks", "10000"])
    said = capsys.readouterr().out
    assert re.findall(r"([\d,]+) stories; news.db", said) == ["4,000", "10,000"]
    # Far below what is measured: a machine at work must not fail it, a writer gone slow must.
    assert all(float(ratio) > 0.2 for ratio in re.findall(r"ratio ([\d.]+)", said))
    assert not (tmp_path / "floor").exists()
    with Archive(tmp_path / "home", read_only=True) as made:
        assert made.stories.count() == 10_000
        assert made.search.count(SearchRequest(words="is:gone")) == 80
        assert made.search.count(SearchRequest(words="has:revision")) == 80
    # It invents no captures.
    assert [one for one in verify(tmp_path / "home").findings if one.check != "citation"] == []
