"""What is prepared outside the writer is what the archive would have worked out itself."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from newskeep.change_weight import Weight
from newskeep.digests import draft_digest
from newskeep.identity import Alias, AliasKind, choose
from newskeep.model import Block, BlockKind, ExtractedPage, Media, MediaKind, StoryDraft
from newskeep.near_duplicates import sentence_hashes
from newskeep.revise import Change, Intent
from newskeep.urls import url_key
from storage.archive import Archive
from storage.prepared import PreparedStory, prepare_page, prepare_story, prepare_teasers
from storage.stories import Sighting
from storage.teasers import Carrier
from storage.verify import verify
from tests.storage.builders import BRIDGE, BRIDGE_TEXT, FERRY, HOUR, NOW, date, draft, ferry, page, picture, teaser

ROOT = Path(__file__).resolve().parent.parent.parent
NOTICE = Block(kind=BlockKind.PARAGRAPH, text="Correction: an earlier version of this story misstated the toll.")
FILM = Media(kind=MediaKind.VIDEO, url="https://post.example/v/1")
ODD = draft("Half a pair \ud800 and a \0", (*BRIDGE_TEXT, "東京都の橋"), pictures=(picture(caption="\udc00"),))
CASES = {
    "plain": draft(),
    "dated": draft(published=date(NOW - HOUR)),
    "with a film": draft(media=(FILM,)),
    "corrected": replace(draft(), blocks=(*draft().blocks, NOTICE)),
    "corrected, with a film and pictures": replace(
        draft(media=(FILM,), pictures=(picture(), picture(None))), blocks=(*draft().blocks, NOTICE)
    ),
    "odd characters": ODD,
    "without a headline": draft(None),
}


def save(archive: Archive, url: str, main: StoryDraft, prepared: PreparedStory | None, *, source: str = "post") -> int:
    alias = Alias(key=url_key(url), kind=AliasKind.FINAL_URL, value=url, reason="the address it was served at")
    choice = choose((alias,), (), draft=main, url=url)
    weight = Weight.CORRECTION if prepare_story(main, source=source, seen_at=NOW).has_notice else None
    sighting = Sighting(
        source=source, draft=main, choice=choice, capture_id=1, captured_at=NOW, payload_digest="0",
        extractor_version="1", prepared=prepared,
    )  # fmt: skip
    saved = archive.stories.save(Intent(change=Change.NEW, reason="first", weight=weight), sighting)
    assert saved is not None
    return saved.story_id


def rows(archive: Archive, story_id: int) -> list[object]:
    tables = {"stories": "id", "story_facts": "story_id", "revisions": "story_id", "pictures": "story_id"}
    found: list[object] = []
    for table, key in (*tables.items(), ("media", "story_id")):
        found += archive.db.execute(f"SELECT * FROM {table} WHERE {key} = ?", [story_id]).fetchall()
    return found


@pytest.mark.parametrize("main", [pytest.param(main, id=name) for name, main in CASES.items()])
@pytest.mark.parametrize("has_copy", [False, True])
def test_prepared_or_not_the_rows_are_the_same_and_sound(tmp_path: Path, main: StoryDraft, has_copy: bool) -> None:
    written = []
    for name in ("prepared", "not"):
        with Archive(tmp_path / name) as archive:
            if has_copy:
                save(archive, FERRY, draft("The same text before"), None, source="times")
            prepared = prepare_story(main, source="post", seen_at=NOW) if name == "prepared" else None
            written.append(rows(archive, save(archive, BRIDGE, main, prepared)))
        found = [one for one in verify(tmp_path / name).findings if one.check != "citation"]
        assert found == []
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("source", "at"), [("times", NOW), ("post", NOW - 400 * 24 * HOUR), ("times", NOW - 400 * 24 * HOUR)]
)
def test_marks_prepared_for_another_source_or_time_are_not_believed(home: Path, source: str, at: object) -> None:
    prepared = prepare_story(draft(), source=source, seen_at=at)  # type: ignore[arg-type]  # a table of cases
    with Archive(home) as archive:
        save(archive, BRIDGE, draft(), prepared)
    assert [one for one in verify(home).findings if one.check != "citation"] == []


def test_it_says_what_the_rules_say() -> None:
    prepared = prepare_story(draft(), source="post", seen_at=NOW)
    assert prepared.digest == draft_digest(draft())
    assert prepared.hashes == sentence_hashes(draft().text)
    assert not prepared.has_notice


def test_a_page_is_prepared_story_by_story_and_survives_the_way_between_processes() -> None:
    said: ExtractedPage = page(draft(), further=(ferry(),), teasers=(teaser(), teaser(slot=2), teaser(None)))
    prepared = prepare_page(said, source="post", seen_at=NOW)
    assert [story.digest for story in prepared.stories] == [draft_digest(draft()), draft_digest(ferry())]
    assert len(prepared.teasers) == 2
    assert pickle.loads(pickle.dumps(prepared)) == prepared
    assert prepare_page(page(None), source="post", seen_at=NOW).stories == ()


def test_teasers_are_written_alike_prepared_or_not(archive: Archive) -> None:
    given = [teaser(), teaser(None, headline="\ud800 odd", picture=picture()), teaser("mailto:x", slot=3)]
    first, second = save(archive, BRIDGE, draft(), None), save(archive, FERRY, ferry(), None)
    carriers = [Carrier(page_url=BRIDGE, capture_id=1, seen_at=NOW, story_id=one) for one in (first, second)]
    assert archive.teasers.save(carriers[0], given) == 3
    assert archive.teasers.save_prepared(replace(carriers[1], is_new=True), prepare_teasers(given)) == 3
    assert archive.teasers.save_prepared(carriers[1], prepare_teasers(given)) == 0
    columns = "kind, slot, heading, headline, target_url, target_key, identity, caption, neighbours"
    sql = f"SELECT {columns} FROM teasers WHERE page_story_id = ? ORDER BY slot, identity"
    assert archive.db.execute(sql, [first]).fetchall() == archive.db.execute(sql, [second]).fetchall()


def test_preparing_needs_no_sqlite() -> None:
    code = "import sys, pipelines.worker, storage.prepared; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
