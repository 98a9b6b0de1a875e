"""The command `extract`: one page to JSON, and the lines of the scoring tool."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.extract import as_plain, extract, stated_date
from newskeep.model import PageDate, Precision

_PAGES = Path(__file__).parent / "pages"
_URL = "https://www.harborledger.example/news/analysis/tarn-bridge-vote"


def run(*arguments: str, text: str | bytes | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(extract, list(arguments), input=text)
    return result.exit_code, result.stdout, result.stderr


def test_a_saved_page_is_printed_as_json() -> None:
    code, out, _ = run(str(_PAGES / "rebelmouse_story.html"), "--url", _URL)
    page = json.loads(out)
    assert code == 0
    assert (page["main"]["headline"], len(page["teasers"])) == ("Salt trains roll again after the Tarn bridge vote", 4)
    assert page["main"]["published"]["at"] == "2025-03-04T06:30:00Z"


def test_a_page_without_url_is_read_under_the_one_it_names() -> None:
    _, out, _ = run(str(_PAGES / "rebelmouse_story.html"))
    page = json.loads(out)
    assert page["url"] == _URL
    assert page["teasers"][1]["target_url"] == "https://www.harborledger.example/news/analysis/osk-election"


def test_a_page_comes_by_standard_input_too() -> None:
    _, out, _ = run("-", "--url", _URL, text=(_PAGES / "rebelmouse_story.html").read_bytes())
    assert json.loads(out)["kind"] == "story"


def test_a_compressed_page_is_read(tmp_path: Path) -> None:
    (tmp_path / "page.html.gz").write_bytes(gzip.compress((_PAGES / "amp_story.html").read_bytes()))
    _, out, _ = run(str(tmp_path / "page.html.gz"))
    assert json.loads(out)["family"] == "amp"


def test_plain_text_is_read_as_plain_text(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("Headline of it\n\nThe tide came late, and nobody minded.", "utf-8")
    _, out, _ = run(str(tmp_path / "page.txt"))
    assert json.loads(out)["main"]["headline"] == "Headline of it"


@pytest.mark.parametrize("content", [b"%PDF-1.4 \x00\x01\x02", b""])
def test_what_cannot_be_read_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "page.html").write_bytes(content)
    code, out, err = run(str(tmp_path / "page.html"), "--url", _URL)
    assert (code, out) == (1 if content else 0, out)
    assert "Traceback" not in err


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    code, _, err = run(str(tmp_path / "none.html"))
    assert code == 1
    assert err.count("\n") == 1
    assert "cannot read" in err


def test_lines_are_answered_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_bytes(b"%PDF-1.4 \x00\x01\x02")
    asked = [
        {"id": "one", "url": _URL, "html_path": str(_PAGES / "rebelmouse_story.html")},
        {"id": "bad", "url": _URL, "html_path": str(tmp_path / "bad.html")},
        {"id": "gone", "url": _URL, "html_path": str(tmp_path / "gone.html")},
    ]
    code, out, err = run("--jsonl", text="\n".join(json.dumps(line) for line in asked) + "\n\n")
    one, bad, gone = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert set(one) == {"id", "headline", "text", "authors", "published", "images", "teasers"}
    assert one["text"].startswith("Nine councillors changed their minds overnight\n\nThe valley council")
    assert one["images"][0] == {
        "url": "https://www.harborledger.example/media-library/trains.jpg?id=1&width=1600",
        "caption": "Wagons of salt wait at the Tarn bridge.",
        "credit": ["Oto Brandl/Coastwire"],
        "lead": True,
    }
    assert one["published"] == "2025-03-04T06:30:00+00:00"
    assert (set(bad), set(gone)) == ({"id", "error"}, {"id", "error"})
    assert err.count("\n") == 2


@pytest.mark.parametrize(
    ("offset", "precision", "text"),
    [
        (120, Precision.MINUTE, "2025-03-04T01:30:00+02:00"),
        (None, Precision.SECOND, "2025-03-03T23:30:00"),
        (120, Precision.DAY, "2025-03-04"),
    ],
)
def test_dates_are_given_as_the_page_states_them(offset: int | None, precision: Precision, text: str) -> None:
    at = datetime(2025, 3, 3, 23, 30, tzinfo=UTC)
    assert stated_date(PageDate(at=at, offset_minutes=offset, precision=precision, raw="", origin="x")) == text
    assert stated_date(None) is None


def test_times_are_written_in_utc() -> None:
    local = datetime(2025, 3, 4, 1, 30, tzinfo=UTC) + timedelta(hours=1)
    assert as_plain((local, [1, None])) == ["2025-03-04T02:30:00Z", [1, None]]


def test_the_command_imports_neither_crawler_nor_server() -> None:
    code = "import sys, commands.extract; print([m for m in ('scrapy', 'datasette', 'twisted') if m in sys.modules])"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
