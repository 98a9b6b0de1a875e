"""`export` and `backup`, as they are used from a terminal."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.commands.conftest import Newskeep
from tests.storage.builders import BRIDGE, FERRY, HOUR, NOW, capture, date, draft, ferry, page, take_in, teaser

TOKYO = "https://post.example/tokyo"


@pytest.fixture
def kept(home: Path) -> Path:
    """A home with three stories, one of them edited, one with a teaser."""
    with Archive(home) as archive:
        first = draft(authors=("Ana Wolff", "Bo Lin"), tags=("bridges",), published=date(NOW - HOUR), is_free=True)
        take_in(archive, capture(), page(first, teasers=(teaser(),)))
        take_in(archive, capture(at=NOW + HOUR), page(draft("Bridge opens at last", authors=("Ana Wolff", "Bo Lin"))))
        take_in(archive, capture(FERRY, at=NOW + 2 * HOUR), page(ferry(), FERRY))
        old = draft(
            "運河の水門",
            ("運河の水門は来週の月曜日まで閉じたままだと市が発表した。",),
            published=date(NOW - timedelta(days=900)),
        )
        take_in(archive, capture(TOKYO, at=NOW + 3 * HOUR), page(old, TOKYO))
    return home


def rows(text: str) -> list[dict[str, object]]:
    """JSON lines, read."""
    return [json.loads(line) for line in text.splitlines()]


def test_stories_come_as_lines_of_json_with_lists_and_truth_values(kept: Path, newskeep: Newskeep) -> None:
    ended = newskeep("export")
    first, *others = rows(ended.out)
    assert (ended.code, len(others)) == (0, 2)
    assert (first["headline"], first["authors"], first["revision_count"]) == (
        "Bridge opens at last",
        ["Ana Wolff", "Bo Lin"],
        2,
    )
    assert not {"marks", "neighbours"} & first.keys()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("ferry",), [FERRY]),
        (("水門",), [TOKYO]),
        (("has:revision",), [BRIDGE]),
        (("--before", "2025-01-01"), [TOKYO]),
        (("--after", "2026-11-22T11:30"), [FERRY]),
        (("--source", "post", "--limit", "1"), [BRIDGE]),
        (("--source", "nobody"), []),
    ],
)
def test_what_is_asked_for_is_what_comes(
    kept: Path, newskeep: Newskeep, asked: tuple[str, ...], found: list[str]
) -> None:
    assert [one["url"] for one in rows(newskeep("export", *asked).out)] == found


def test_revisions_come_with_their_whole_reading(kept: Path, newskeep: Newskeep) -> None:
    found = rows(newskeep("export", "--what", "revisions", "bridge").out)
    assert [one["number"] for one in found] == [1, 2]
    assert found[1]["changed_fields"]
    assert found[0]["draft"]["headline"] == "Bridge opens again"  # type: ignore[index]  # a document


def test_a_table_for_spreadsheets(kept: Path, newskeep: Newskeep, tmp_path: Path) -> None:
    out = tmp_path / "teasers.csv"
    assert newskeep("export", "--what", "teasers", "--out", str(out)).code == 0
    with out.open(encoding="utf-8", newline="") as file:
        (found,) = csv.DictReader(file)
    assert (found["headline"], found["target_url"]) == ("Ferries at rest", FERRY)


def test_parquet_has_typed_columns(kept: Path, newskeep: Newskeep, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install 'newskeep[parquet]'")
    out = tmp_path / "stories.parquet"
    ended = newskeep("export", "--out", str(out))
    assert (ended.code, "3 stories written" in ended.err) == (0, True)
    table = parquet.read_table(out)
    assert table.num_rows == 3
    assert table.column("authors").to_pylist()[0] == ["Ana Wolff", "Bo Lin"]
    assert str(table.schema.field("words").type) == "int64"
    assert newskeep("export", "--what", "revisions", "--out", str(tmp_path / "r.parquet")).code == 0


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("--out", "stories.xml"), "names no format"),
        (("--format", "parquet"), "cannot be written to standard output"),
        (("--what", "teasers", "--out", "teasers.wacz"), "leave --what teasers out"),
    ],
)
def test_a_wrong_request_says_what_to_do(kept: Path, newskeep: Newskeep, asked: tuple[str, ...], says: str) -> None:
    ended = newskeep("export", *asked)
    assert (ended.code, says in ended.err) == (2, True)


def test_a_file_that_cannot_be_made_is_one_line(kept: Path, newskeep: Newskeep, tmp_path: Path) -> None:
    ended = newskeep("export", "--out", str(tmp_path / "nowhere" / "stories.csv"))
    assert (ended.code, "name another folder" in ended.err) == (1, True)
    assert "free some space" not in ended.err


def test_a_backup_is_a_home_of_its_own(kept: Path, newskeep: Newskeep, tmp_path: Path) -> None:
    ended = newskeep("backup", str(tmp_path / "copies"), "--json")
    assert (ended.code, ended.json["stories"]) == (0, 3)
    assert rows(newskeep("export", "ferry", home=Path(ended.json["folder"])).out)


def test_a_backup_goes_into_the_home_unless_told_otherwise(kept: Path, newskeep: Newskeep) -> None:
    ended = newskeep("backup", "--without-captures")
    assert (ended.code, "3 stories copied and checked" in ended.out) == (0, True)
    (copy,) = (kept / "backups").iterdir()
    assert not (copy / "captures.db").exists()


def test_a_prune_shows_what_would_go_and_does_it_when_told(kept: Path, newskeep: Newskeep) -> None:
    shown = newskeep("prune", "--read", "0", "--json")
    assert (shown.code, shown.json["done"], shown.json["payloads"]) == (0, False, 4)
    done = newskeep("prune", "--read", "0", "--compact", "--yes")
    assert (done.code, "gone: 4 payloads" in done.out) == (0, True)
    assert "would go: 0 payloads" in newskeep("prune", "--read", "0").out
    assert newskeep("verify").code == 0


def test_a_story_is_taken_down_for_good(kept: Path, newskeep: Newskeep) -> None:
    asked = ("prune", "--story", FERRY, "--reason", "court order")
    (told,) = re.findall(
        r"would go: story \d+ \(.+\), with (1 revision and \d+ payloads? \([^)]+\)) that", newskeep(*asked).out
    )
    weight = json.loads(newskeep(*asked, "--json").out)["burden"]
    assert weight["revisions"] == 1
    assert told.startswith(f"1 revision and {weight['payloads']} payload")
    done = newskeep(*asked, "--yes")
    assert done.code == 0
    assert told in done.out
    assert "requests" not in done.out
    for command in ("show", "diff"):
        ended = newskeep(command, FERRY)
        assert (ended.code, "was taken down on" in ended.err, "court order" in ended.err) == (1, True, False)


@pytest.mark.parametrize(
    ("asked", "says"), [((), "say what may go"), (("--story", FERRY), "a take-down needs a reason")]
)
def test_a_prune_without_a_rule_says_what_to_do(
    kept: Path, newskeep: Newskeep, asked: tuple[str, ...], says: str
) -> None:
    ended = newskeep("prune", *asked)
    assert (ended.code, says in ended.err) == (2, True)


def test_a_story_shows_who_else_has_its_text(kept: Path, newskeep: Newskeep) -> None:
    with Archive(kept) as archive:
        copy = draft("The bridge, as others tell it")
        take_in(archive, capture("https://times.example/bridge", at=NOW - HOUR), page(copy, "https://times.example/b"))
    shown = newskeep("show", BRIDGE).out
    assert "one text in 2 stories" in shown
    assert "same text, 100% of the shorter, 3 sentences" in shown
    assert newskeep("show", BRIDGE, "--json").json["cluster"]["count"] == 2
    assert {one["url"] for one in rows(newskeep("export", "has:copy").out)} >= {BRIDGE}


@pytest.mark.parametrize("command", [("export",), ("prune", "--unread", "0"), ("reprocess", "--dry-run")])
def test_a_source_that_is_none_is_refused_instead_of_giving_nothing(
    kept: Path, newskeep: Newskeep, command: tuple[str, ...]
) -> None:
    ended = newskeep(*command, "--source", "psot")
    assert (ended.code, ended.out) == (2, "")
    assert "the archive has no source psot" in ended.err
    assert newskeep(*command, "--source", "post").code == 0


def test_a_word_is_left_out_of_an_export_and_a_saved_search_as_of_a_search(kept: Path, newskeep: Newskeep) -> None:
    found = {hit["story_id"] for hit in newskeep("search", "source:post", "-ferry", "--json").json["hits"]}
    assert found == {row["id"] for row in rows(newskeep("export", "source:post", "-ferry").out)}
    assert len(found) == 2
    assert newskeep("watch", "add", "boats", "source:post", "-ferry").out == "boats looks for: source:post -ferry\n"
    assert newskeep("export", "--surce", "post").code == 2


def test_nothing_is_cut_off_in_a_pipe(home: Path, newskeep: Newskeep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)  # processes that share out tests set it
    name, homepage = "The Harbour Times " * 9, f"https://www.harbour.example/{'town/' * 30}"
    (home / "sources" / "harbour.toml").write_text(
        f'name = "{name.strip()}"\nhomepage = "{homepage}"\n[[listings]]\nurl = "{homepage}feed"\nkind = "feed"\n'
    )
    _, line = newskeep("sources").out.splitlines()
    assert line.split("  ")[:2] == ["harbour", name.strip()]
    assert line.rstrip().endswith(homepage)


def test_a_prune_says_how_much_smaller_the_files_are(kept: Path, newskeep: Newskeep) -> None:
    with Archive(kept) as archive:
        archive.db.conn.execute("CREATE TABLE ballast (text TEXT)")
        archive.db.conn.execute("INSERT INTO ballast VALUES (?)", ("x" * 400_000,))
        archive.db.conn.execute("DROP TABLE ballast")
    shown = newskeep("prune", "--compact", "--json").json
    assert shown["free_bytes"] >= 400_000
    assert "kB in the files are free" in newskeep("prune", "--compact").out
    before = sum(path.stat().st_size for path in kept.glob("*.db*") if path.suffix != ".db-shm")
    done = newskeep("prune", "--compact", "--yes", "--json").json
    after = sum(path.stat().st_size for path in kept.glob("*.db*") if path.suffix != ".db-shm")
    assert done["returned_bytes"] == before - after >= 400_000


def test_the_demo_goes_where_home_says_and_takes_no_archives_place(
    kept: Path, newskeep: Newskeep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = newskeep("demo")
    assert (ended.code, "is there and is no demo's" in ended.err) == (2, True)
    assert not (tmp_path / "archive-demo").exists()


def test_show_says_when_each_teaser_was_seen(kept: Path, newskeep: Newskeep) -> None:
    with Archive(kept) as archive:
        pointing = (teaser(FERRY, headline="Boats stay"), teaser(TOKYO))
        take_in(archive, capture(at=NOW + 50 * HOUR), page(draft("Bridge closes"), teasers=pointing))
    first, last = f"{NOW:%Y-%m-%d %H:%M}", f"{NOW + 50 * HOUR:%Y-%m-%d %H:%M}"
    assert f"seen {first} to {last} UTC, first as “Ferries at rest”" in newskeep("show", FERRY).out
    bridge = newskeep("show", BRIDGE).out
    assert f"seen {first} to {last} UTC, story " in bridge
    assert f"seen {last} UTC, story " in bridge


def test_the_revision_of_a_time_is_shown_with_what_is_not_known(kept: Path, newskeep: Newskeep, tmp_path: Path) -> None:
    with Archive(kept) as archive:
        take_in(archive, capture(at=NOW + 48 * HOUR), page(draft("Bridge closes")))
    stood = {
        f"{NOW:%Y-%m-%dT%H:%M}": 1,
        f"{NOW + HOUR:%Y-%m-%dT%H:%M}": 2,
        f"{NOW:%Y-%m-%d}": 2,
        f"{NOW + 24 * HOUR:%Y-%m-%d}": 2,
        f"{NOW + 48 * HOUR:%Y-%m-%d}": 3,
        f"{NOW:%Y}": 3,
    }
    for at, number in stood.items():
        assert newskeep("show", BRIDGE, "--at", at, "--json").json["revision"]["number"] == number, at
    told = newskeep("show", BRIDGE, "--at", f"{NOW + 24 * HOUR:%Y-%m-%d}")
    assert f"the next one was captured {NOW + 48 * HOUR:%Y-%m-%d %H:%M:%S} UTC" in told.err
    assert "next one" not in newskeep("show", BRIDGE, "--at", "2099").err
    before = newskeep("show", BRIDGE, "--at", f"{NOW - 24 * HOUR:%Y-%m-%d}")
    assert (before.code, f"was first captured at {NOW:%Y-%m-%d %H:%M:%S} UTC" in before.err) == (2, True)
    for wrong in (("--at", "tuesday"), ("--at", "2026..2027"), ("--at", "2026-11-24", "--revision", "1")):
        assert newskeep("show", BRIDGE, *wrong).code == 2
    pack = tmp_path / "bridge.wacz"
    made = newskeep("evidence", BRIDGE, "--at", f"{NOW:%Y-%m-%d}", "--out", str(pack))
    assert (made.code, ", revision 2, " in made.out) == (0, True)
    assert newskeep("evidence", "--verify", str(pack)).code == 0
