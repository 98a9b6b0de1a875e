"""`newskeep reprocess`: an archive that an older extractor filled, read again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import cli
from newskeep.digests import draft_digest
from newskeep.extract import EXTRACTOR_VERSION
from newskeep.model import Block, BlockKind, StoryDraft
from newskeep.text import count_words
from storage.archive import Archive
from storage.compare import dump_archive
from storage.drafts import read_draft
from storage.payloads import Erased
from storage.story_rows import UPDATE_READING, reading_columns
from storage.verify import verify
from tests.commands.conftest import Newskeep, story_page

HOST = "https://news.example/harbor"
URL = f"{HOST}/ice-closes-the-harbor"
TEXT = (
    "The harbor of Port Velmar closed on Monday, four weeks earlier than last year, after ice reached the outer mole.",
    "Eleven freighters wait in the bay, two of them with fruit that will not wait, the harbor master said.",
    "A breaker is on its way from Harn and should arrive on Thursday, if the crew can be found before Wednesday night.",
    "Until then the ferries run from the old pier, which the town council had sold to a museum in the spring.",
)
PROMOTED = ("ferries-stay-at-the-old-pier", "breaker-leaves-harn-with-a-crew", "fruit-rots-on-two-freighters")
RELATED = "".join(
    f'<div class="card"><a href="{HOST}/{name}"><img src="/p/{name}.jpg"><h3>{name.replace("-", " ").capitalize()}</h3>'
    "</a><p>What happened then in Port Velmar, told by those who saw it.</p></div>"
    for name in PROMOTED
)
FURNITURE = "Read our newsletter on quaysides, every Tuesday, and never again miss what the tide brings in."
Edit = Callable[[StoryDraft], StoryDraft]


def worse(draft: StoryDraft) -> StoryDraft:
    """A reading as a poor extractor has it: furniture in the text, no author, the last paragraph missing."""
    blocks = (*draft.blocks[:-1], Block(kind=BlockKind.PARAGRAPH, text=FURNITURE))
    return replace(draft, blocks=blocks, authors=(), byline=None)


@contextmanager
def news(home: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(home / "news.db")) as connection, connection:
        yield connection


def age(home: Path, edit: Edit = worse) -> None:
    """Make an archive what an older extractor would have made of the same captures."""
    with Archive(home) as archive, archive.transaction():
        run = archive.db.execute
        for revision_id, text in run("SELECT id, draft FROM revisions").fetchall():
            draft = edit(read_draft(text))
            words = count_words(draft.text)
            columns = reading_columns(draft, version=("0", 0), digest=draft_digest(draft), word_count=words)
            run(UPDATE_READING, [*columns, revision_id])
        for (story_id,) in run("SELECT id FROM stories").fetchall():
            archive.stories.settle(story_id)


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with news(home) as connection:
        return connection.execute(sql).fetchall()


EDITED = (*TEXT[:3], "The ferries do not run any more either, the council said on Tuesday.")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one story of two revisions and teasers, and another one; to be copied."""
    other = [f"{line} So it was told in the village of Oster, where nothing freezes." for line in TEXT]
    oster = story_page("Nothing freezes in Oster", *other)
    return import_into(
        tmp_path_factory.mktemp("imported"),
        (URL, with_teasers(*TEXT), "2026-11-20T09:00:00Z"),
        (URL, with_teasers(*EDITED), "2026-11-21T09:00:00Z"),
        (f"{HOST}/oster", oster, "2026-11-20T10:00:00Z"),
    )


def import_into(folder: Path, *records: tuple[str, str, str]) -> Path:
    """Import pages (address, page, time) into a new home."""
    lines = []
    for number, (url, page, captured) in enumerate(records):
        (folder / f"{number}.html").write_text(page, encoding="utf-8")
        lines.append(json.dumps({"url": url, "html_path": f"{number}.html", "captured": captured}))
    (folder / "pages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    home = folder / "home"
    for arguments in (["init", "--quiet", "--without-sources"], ["import", str(folder / "pages.jsonl")]):
        with pytest.raises(SystemExit) as ended:
            cli.main(["--home", str(home), *arguments])
        assert not ended.value.code
    return home


@pytest.fixture
def aged(imported: Path, tmp_path: Path) -> Path:
    """A copy of that home; a test ages it itself, when it has seen what it was."""
    return Path(shutil.copytree(imported, tmp_path / "home"))


def with_teasers(*paragraphs: str) -> str:
    """A page with teasers below its story."""
    related = f'</article><section class="related"><h2>More on this</h2>{RELATED}</section>'
    return story_page("Ice closes the harbor", *paragraphs).replace("</article>", related)


def test_readings_are_mended_and_no_revision_is_made(newskeep: Newskeep, aged: Path) -> None:
    fresh = dump_archive(aged)
    age(aged)
    assert dump_archive(aged) != fresh
    said = newskeep("reprocess", "--json").json
    assert (said["stories"], said["revisions"], said["changed_stories"]) == (2, 3, 2)
    assert dump_archive(aged) == fresh
    assert rows(aged, "SELECT DISTINCT extractor_version FROM revisions") == [(EXTRACTOR_VERSION,)]
    assert verify(aged).findings == []


def test_the_search_index_holds_the_new_words_alone(newskeep: Newskeep, aged: Path) -> None:
    age(aged)
    assert newskeep("search", "newsletter", "--json").json["count"] == 2
    newskeep("reprocess")
    assert newskeep("search", "newsletter", "--json").json["count"] == 0
    assert newskeep("search", "author:Brandt", "--json").json["count"] == 2


def test_only_what_an_older_extractor_read_is_read_again(newskeep: Newskeep, aged: Path) -> None:
    assert newskeep("reprocess", "--json").json["stories"] == 0
    assert newskeep("reprocess", "--all", "--json").json["stories"] == 2
    age(aged)
    newskeep("reprocess")
    assert newskeep("reprocess", "--json").json["stories"] == 0


def test_a_dry_run_says_the_same_and_changes_nothing(newskeep: Newskeep, aged: Path) -> None:
    age(aged)
    before = dump_archive(aged)
    dry = newskeep("reprocess", "--dry-run", "--json").json
    assert dump_archive(aged) == before
    assert rows(aged, "SELECT count(*) FROM runs WHERE \"trigger\" = 'reprocess'") == [(0,)]
    done = newskeep("reprocess", "--json").json
    for said in (dry, done):
        said["examples"] = {name: sorted(map(str, found)) for name, found in said["examples"].items()}
    assert {**dry, "is_dry_run": False, "run_id": done["run_id"]} == done


def test_the_report_shows_each_field_before_and_after(newskeep: Newskeep, aged: Path) -> None:
    age(aged)
    said = newskeep("reprocess", "--dry-run", "--json").json
    assert said["changed"] == {"text": 2, "authors": 2, "byline": 2} or said["changed"] == {"text": 2, "authors": 2}
    assert said["examples"]["authors"][0]["after"] == "Ada Brandt"
    assert (said["before"]["authors"], said["after"]["authors"]) == (0, 2)
    told = newskeep("reprocess", "--dry-run").out
    assert "+ Ada Brandt" in told
    assert "nothing was changed" in told


def test_what_a_revision_changed_is_told_from_the_new_readings(newskeep: Newskeep, aged: Path) -> None:
    age(aged)
    with news(aged) as connection:
        connection.execute("""UPDATE revisions SET changed_fields = '["headline"]', reason = 'x' WHERE number = 2""")
    newskeep("reprocess")
    ((fields, reason, weight),) = rows(aged, "SELECT changed_fields, reason, weight FROM revisions WHERE number = 2")
    assert (fields, reason, weight) == ('["text"]', "changed: text", "substance")


def test_a_revision_that_turns_out_equal_stays_and_says_so(newskeep: Newskeep, aged: Path) -> None:
    age(aged)
    with news(aged) as connection:
        connection.execute(
            "UPDATE revisions SET capture_id = first.capture_id, payload_digest = first.payload_digest FROM (SELECT"
            " story_id, capture_id, payload_digest FROM revisions WHERE number = 1) AS first"
            " WHERE number = 2 AND first.story_id = revisions.story_id"
        )
    assert newskeep("reprocess", "--json").json["equal_revisions"] == 1
    assert rows(aged, "SELECT number, changed_fields, reason FROM revisions WHERE number = 2") == [
        (2, None, "read anew, it says what revision 1 says")
    ]
    assert verify(aged).findings == []


def test_a_revision_without_its_bytes_keeps_its_reading_and_is_named(newskeep: Newskeep, aged: Path) -> None:
    age(aged)
    ((digest,),) = rows(aged, "SELECT payload_digest FROM revisions WHERE number = 2")
    with Archive(aged) as archive:
        archive.payloads.erase([digest], Erased.PRUNED)
    said = newskeep("reprocess", "--json").json
    assert said["kept"] == {"lost": 1}
    assert (said["kept_readings"][0]["revision"], said["kept_readings"][0]["url"]) == (2, URL)
    assert rows(aged, "SELECT number, extractor_version FROM revisions ORDER BY story_id, number") == [
        (1, EXTRACTOR_VERSION),
        (2, "0"),
        (1, EXTRACTOR_VERSION),
    ]
    assert "newsletter" in newskeep("show", URL, "--json").json["text"]
    assert verify(aged).findings == []


def test_teasers_are_mended_by_the_capture_they_were_seen_in(newskeep: Newskeep, aged: Path) -> None:
    fresh = dump_archive(aged).teasers
    assert fresh
    with Archive(aged) as archive, archive.transaction():
        archive.db.execute("UPDATE teasers SET heading = 'Menu', headline = 'Menu'")
        columns = [
            name
            for _, name, *_ in archive.db.execute("PRAGMA table_info(teasers)").fetchall()
            if name not in ("id", "identity")
        ]
        listed = ", ".join(columns)
        archive.db.execute(
            f"INSERT INTO teasers (identity, {listed}) SELECT 'news.example/imprint?' || identity, {listed} FROM teasers"
        )
        archive.db.execute("INSERT INTO teasers_fts(teasers_fts) VALUES ('rebuild')")
    age(aged)
    said = newskeep("reprocess", "--json").json
    assert said["teasers"] == {"added": 0, "reworded": len(fresh), "dropped": len(fresh)}
    assert dump_archive(aged).teasers == fresh
    assert verify(aged).findings == []


def test_copies_follow_the_new_words(newskeep: Newskeep, home: Path, saved: Callable[..., Path]) -> None:
    records = [
        {"url": f"https://{host}.example/a/ice-closes-the-harbor", "page": story_page("Ice closes the harbor", *TEXT)}
        for host in ("one", "two")
    ]
    newskeep("import", str(saved(*records)))
    related = "SELECT count(*) FROM copy_clusters"
    assert rows(home, related) == [(2,)]

    def other_words(draft: StoryDraft) -> StoryDraft:
        words = tuple(
            Block(kind=BlockKind.PARAGRAPH, text=f"{draft.url} number {n} tells of nothing but its own furniture.")
            for n in range(5)
        )
        return replace(draft, blocks=words)

    age(home, other_words)
    assert rows(home, related) == [(0,)]
    newskeep("reprocess")
    assert rows(home, related) == [(2,)]
    assert newskeep("search", "has:copy", "--json").json["count"] == 2
    assert verify(home).findings == []


def test_pages_that_brought_no_story_are_filed_with_their_own_time(newskeep: Newskeep, aged: Path) -> None:
    fresh = dump_archive(aged)
    unsee(aged, f"{HOST}/oster")
    dry = newskeep("reprocess", "--dry-run", "--json").json
    assert (dry["found"], dry["found_stories"][0]["headline"]) == ({"not_a_story": 1}, "Nothing freezes in Oster")
    said = newskeep("reprocess", "--json").json
    assert said["found"] == {"new_story": 1}
    assert dump_archive(aged) == fresh
    assert newskeep("show", f"{HOST}/oster", "--json").json["first_seen_at"] == "2026-11-20T10:00:00Z"
    assert rows(aged, "SELECT status, stories_new FROM runs ORDER BY id DESC LIMIT 1") == [("finished", 1)]
    assert newskeep("reprocess", "--all", "--json").json["found"] == {}
    assert verify(aged).findings == []


def unsee(home: Path, url: str) -> None:
    """Make an archive one whose extractor took a page for no story."""
    with Archive(home) as archive, archive.transaction():
        story_id = archive.stories.resolve(url)
        text = archive.stories.show(story_id).draft.text
        archive.copies.forget(story_id, text)
        archive.db.execute(
            "UPDATE requests SET outcome = 'not_a_story', story_id = NULL WHERE story_id = ?", [story_id]
        )
        archive.db.execute("DELETE FROM stories WHERE id = ?", [story_id])
        archive.db.execute("DELETE FROM rereadings")


def test_a_page_that_is_still_no_story_is_looked_at_once_a_version(
    newskeep: Newskeep, home: Path, saved: Callable[..., Path]
) -> None:
    newskeep("import", str(saved({"url": f"{HOST}/about", "page": "<html><body><p>About us.</p></body></html>"})))
    assert newskeep("reprocess", "--json").json["storyless"] == 1
    assert newskeep("reprocess", "--json").json["storyless"] == 0
    assert newskeep("reprocess", "--all", "--json").json["storyless"] == 1


def test_a_choice_of_source_or_time_leaves_the_rest(newskeep: Newskeep, aged: Path) -> None:
    age(aged)
    ((slug,),) = rows(aged, "SELECT DISTINCT source FROM stories")
    assert newskeep("reprocess", "--source", slug, "--dry-run", "--json").json["stories"] == 2
    assert newskeep("reprocess", "--since", "2026-11-21", "--dry-run", "--json").json["stories"] == 1
    ended = newskeep("reprocess", "--source", "nobody")
    assert (ended.code, len(ended.err.splitlines()), "no source nobody" in ended.err) == (2, 1, True)


def test_without_captures_it_says_what_to_do(newskeep: Newskeep, aged: Path) -> None:
    for path in aged.glob("captures.db*"):
        path.unlink()
    ended = newskeep("reprocess")
    assert (ended.code, "copy it into the home" in ended.err) == (1, True)


@pytest.fixture(scope="module")
def twenty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with twenty stories; to be copied."""
    records = []
    for number in range(20):
        told = (f"{line} Berth {number} is shut." for line in TEXT)
        records.append((f"{HOST}/{number}", story_page(f"Ice closes harbor {number}", *told), "2026-11-20T09:00:00Z"))
    return import_into(tmp_path_factory.mktemp("twenty"), *records)


@pytest.fixture
def many(twenty: Path, tmp_path: Path) -> Path:
    """A copy of that home."""
    return Path(shutil.copytree(twenty, tmp_path / "home"))


ROOT = Path(__file__).resolve().parents[2]


def started(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cli", "--home", str(home), "reprocess", "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def runs_on(process: subprocess.Popen[str]) -> bool:
    """Give a process a moment, and tell whether it goes on."""
    try:
        process.wait(timeout=0.01)
    except subprocess.TimeoutExpired:
        return True
    return False


def read_so_far(home: Path) -> int:
    ((count,),) = rows(home, f"SELECT count(*) FROM revisions WHERE extractor_version = '{EXTRACTOR_VERSION}'")
    return int(count)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_killed_at_any_moment_and_started_again_it_ends_the_same(newskeep: Newskeep, many: Path) -> None:
    # The first reading may use what the site taught meanwhile; from then on only the same is read again.
    newskeep("reprocess", "--all")
    fresh = dump_archive(many)
    unsee(many, f"{HOST}/19")
    age(many)
    for wanted in (1, 10):
        with started(many) as process:
            while read_so_far(many) < wanted and runs_on(process):
                continue
            os.kill(process.pid, signal.SIGKILL)
        assert verify(many).findings == []
    assert newskeep("reprocess", "--json").json["stories"] < 19
    assert dump_archive(many) == fresh
    assert verify(many).findings == []


def test_it_goes_on_beside_a_writer(newskeep: Newskeep, many: Path) -> None:
    age(many)
    ids = [story_id for (story_id,) in rows(many, "SELECT id FROM stories")]
    with started(many) as process:
        rounds = 0
        while runs_on(process):
            with Archive(many) as archive, archive.transaction():
                archive.db.execute("UPDATE stories SET presence = 'present' WHERE id = ?", [ids[rounds % len(ids)]])
            rounds += 1
        assert process.stdout is not None
        said = json.loads(process.stdout.read())
    assert (process.returncode, said["stories"], said["contested"]) == (0, 20, 0)
    assert rounds > 10
    assert verify(many).findings == []
