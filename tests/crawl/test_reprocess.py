"""Reading again what crawls brought: stories over several pages, walls, other forms of a page."""

from __future__ import annotations

import pytest

import cli
from storage.archive import Archive
from storage.compare import dump_archive
from storage.verify import verify
from tests.crawl.test_paged_stories import HTML, TELLERS, address, body, text

PATH = address(1)


def reprocess(home) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--home", str(home.path), "reprocess"])
    assert not ended.value.code


def age(home) -> None:
    with Archive(home.path) as archive, archive.transaction():
        archive.db.execute("UPDATE revisions SET extractor_version = '0'")


@pytest.fixture
def story(home, site):
    home.follow(site.url, slug="lamp")
    site.pages = {address(page): (200, HTML, body(page)) for page in range(1, len(TELLERS) + 1)}
    home.fetch(site.url + PATH)
    return site.url + PATH


def test_a_story_over_several_pages_stays_whole(home, story):
    fresh = dump_archive(home.path)
    age(home)
    reprocess(home)
    ((found, is_truncated),) = home.rows("SELECT text, is_truncated FROM stories")
    assert (found.split("\n\n"), is_truncated) == ([*text(1), *text(2), *text(3)], 0)
    assert dump_archive(home.path) == fresh
    assert verify(home.path).findings == []


def test_a_story_whose_pages_repeat_themselves_stays_as_it_was(home, site, story):
    site.pages = {address(page): (200, HTML, body(1 if page == 3 else page)) for page in (1, 2, 3)}
    home.fetch(story)
    fresh = dump_archive(home.path)
    age(home)
    reprocess(home)
    assert dump_archive(home.path) == fresh


def test_a_page_in_which_no_story_is_seen_any_more_keeps_its_reading(home, site, capfd):
    home.follow(site.url, slug="lamp")
    site.pages = {"/note": (200, HTML, b"<html><body><p>Short.</p></body></html>"), PATH: (200, HTML, body(1, 1))}
    home.fetch(site.url + PATH)
    home.fetch(site.url + "/note")
    ((capture,),) = home.rows("SELECT capture_id FROM requests WHERE outcome = 'not_a_story'")
    with Archive(home.path) as archive, archive.transaction():
        digest = archive.captures.info(capture).payload_digest
        archive.db.execute(
            "UPDATE revisions SET extractor_version = '0', capture_id = ?, payload_digest = ?", [capture, digest]
        )
    fresh = dump_archive(home.path)
    reprocess(home)
    assert dump_archive(home.path) == fresh
    assert "old readings kept: 1 no story" in capfd.readouterr().out
