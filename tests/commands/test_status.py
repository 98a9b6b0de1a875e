"""`newskeep status` on one screen, also where no service runs; `newskeep watch`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newskeep.alarms import AlarmKind, Finding
from newskeep.alerts import AlertKind
from newskeep.outcomes import Outcome
from storage.archive import Archive
from storage.home_lock import PollerLock, poller_of
from tests.storage.builders import NOW, source

HOUR = timedelta(hours=1)


@pytest.fixture
def followed(home: Path) -> Path:
    """A home with a source that was polled a minute ago."""
    now = datetime.now(UTC)
    with Archive(home) as archive:
        archive.listings.sync([source()], now - HOUR)
        plan(archive, now + HOUR)
    return home


def plan(archive: Archive, next_poll_at: datetime) -> None:
    archive.listings.finish_poll(1, outcome=Outcome.LISTED, now=datetime.now(UTC), next_poll_at=next_poll_at)


def test_a_home_in_which_all_is_well(newskeep, followed):
    ended = newskeep("status")
    assert ended.code == 0
    assert "service: none runs" in ended.out
    assert "no alarm (never looked for)" in ended.out
    assert "alarms go to nobody" in ended.out
    found = newskeep("status", "--json").json
    assert (found["is_well"], found["poller"], found["alarms"], found["findings"]) == (True, None, [], [])


def test_a_service_that_died_is_seen_by_its_overdue_polls(newskeep, followed):
    with Archive(followed) as archive:
        plan(archive, datetime.now(UTC) - 5 * HOUR)
    ended = newskeep("status")
    assert ended.code == 1
    assert "overdue  newskeep  a poll is overdue (post)" in ended.out
    assert newskeep("status", "--json").json["findings"][0]["kind"] == "overdue"


def test_open_alarms_and_alerts_that_nobody_takes_are_shown(newskeep, followed):
    now = datetime.now(UTC)
    finding = Finding(
        kind=AlarmKind.SILENT, source="post", subject="", began_at=now - 9 * HOUR, summary="no new story since dawn"
    )
    with Archive(followed) as archive:
        alarm = archive.alarms.begin(finding, now=now)
        archive.alerts.add(AlertKind.RAISED, title="t", body="b", targets=["mail-1"], now=now - 2 * HOUR)
        archive.alerts.failed(archive.alerts.waiting("mail-1"), next_try_at=now + HOUR, trouble="it refused")
    ended = newskeep("status")
    assert ended.code == 1
    assert "silent  post  no new story since dawn" in ended.out
    assert "1 alert waiting for mail-1 since 2 h ago: it refused" in ended.out
    with Archive(followed) as archive:
        archive.alarms.end(alarm, now=now, ending="stories come again")
    assert newskeep("status").code == 1  # nobody takes the alerts
    with Archive(followed) as archive:
        archive.alerts.sent(archive.alerts.waiting("mail-1"), now=now)
    assert newskeep("status").code == 0


def test_who_polls_is_seen_without_disturbing_it(newskeep, followed):
    assert poller_of(followed) is None
    with PollerLock(followed, now=NOW):
        assert newskeep("status", "--json").json["poller"].startswith("pid ")
    assert poller_of(followed) is None
    with PollerLock(followed, now=NOW):
        pass


def test_a_full_disk_is_seen(newskeep, followed):
    settings = (followed / "newskeep.toml").read_text(encoding="utf-8")
    (followed / "newskeep.toml").write_text(settings + '[alerts]\nleast_free = "900000 GiB"\n', encoding="utf-8")
    ended = newskeep("status")
    assert ended.code == 1
    assert "MiB are free on the archive's disk" in ended.out


def test_saved_searches_are_added_listed_shown_and_removed(newskeep, home):
    assert "no saved search yet" in newskeep("watch", "list").out
    added = newskeep("watch", "add", "Tolls", "harbour", "toll", "source:gzero")
    assert (added.code, added.out) == (0, "tolls looks for: harbour toll source:gzero\n")
    assert "nobody is told yet" in added.err
    assert newskeep("watch", "add", "tolls", "x").code == 2
    assert newskeep("watch", "add", "a b", "x").code == 2
    assert newskeep("watch", "add", "empty", "()").code == 2
    assert "told" not in newskeep("watch", "add", "quiet", "toll", "--feed-only").err
    (quiet, tolls) = newskeep("watch", "list", "--json").json
    assert (tolls["query"], tolls["matches"], quiet["alerts"]) == ("harbour toll source:gzero", 0, False)
    assert "nothing yet" in newskeep("watch", "show", "tolls").out
    assert newskeep("watch", "show", "tolls", "--json").json["matches"] == []
    assert "<feed" in newskeep("watch", "atom", "tolls").out
    assert newskeep("watch", "remove", "tolls").code == 0
    missing = newskeep("watch", "remove", "tolls")
    assert (missing.code, missing.err) == (
        2,
        "newskeep: no saved search is called 'tolls'; `newskeep watch list` shows them\n",
    )
    json.dumps(newskeep("watch", "list", "--json").json)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("source:followd toll", "no source is called followd"),
        ("colour:red", "there is no field colour:"),
        ("after:2026-99 toll", "is no time and was searched as words"),
        ("harbour NEAR toll", "NEAR was searched as a word"),
        ("harbour toll", "no story matches yet"),
    ],
)
def test_a_saved_search_that_would_never_find_what_was_meant_says_so(newskeep, home, query, said):
    ended = newskeep("watch", "add", "tolls", query)
    assert (ended.code, ended.out) == (0, f"tolls looks for: {query}\n")
    assert said in ended.err


def test_a_search_that_no_alert_can_come_of_is_not_saved(newskeep, home):
    ended = newskeep("watch", "add", "seen", "seen:2026 OR toll")
    assert ended.code == 2
    assert "seen: cannot stand beside OR" in ended.err
    assert newskeep("watch", "list", "--json").json == []


SOURCE = """name = "Harbour Times"
homepage = "http://127.0.0.1:9/"
enabled = true  # the crossword moves in spring

[[listings]]
url = "http://127.0.0.1:9/feed.rss"
kind = "feed"
"""


def test_a_source_is_listed_before_its_first_poll(newskeep, home):
    (home / "sources" / "harbour.toml").write_text(SOURCE, encoding="utf-8")
    (found,) = newskeep("status", "--json").json["sources"]
    assert (found["slug"], found["is_enabled"], found["listings"], found["last_run"]) == ("harbour", True, 1, None)
    ended = newskeep("status")
    assert ended.code == 0
    assert "no source yet" not in ended.out
    (line,) = [line.split() for line in ended.out.splitlines() if line.startswith("harbour")]
    assert line == ["harbour", "0", "–", "–", "now", "–"]


def test_a_source_that_was_paused_is_shown_so_at_once(newskeep, home):
    (home / "sources" / "harbour.toml").write_text(SOURCE, encoding="utf-8")
    assert newskeep("crawl").code == 1
    assert newskeep("status").code == 1
    assert newskeep("sources", "pause", "harbour").out == "harbour: paused\n"
    assert newskeep("status").code == 0
    assert newskeep("status", "--json").json["sources"][0]["is_enabled"] is False


def test_who_runs_takes_a_pause_over_without_a_restart(newskeep, home):
    (home / "sources" / "harbour.toml").write_text(SOURCE, encoding="utf-8")
    with PollerLock(home, now=NOW):
        paused = newskeep("sources", "pause", "harbour").out
    assert paused == "harbour: paused; the running service takes it over within seconds\n"


def test_a_pause_keeps_the_owners_comment(newskeep, home):
    path = home / "sources" / "harbour.toml"
    path.write_text(f"# enabled = false was tried in May\n{SOURCE}", encoding="utf-8")
    for order, value in (("pause", "false"), ("resume", "true")):
        assert newskeep("sources", order, "harbour").code == 0
        expected = SOURCE.replace("enabled = true", f"enabled = {value}")
        assert path.read_text(encoding="utf-8") == f"# enabled = false was tried in May\n{expected}"


def test_a_file_that_cannot_be_read_is_seen_where_no_service_runs(newskeep, home):
    (home / "sources" / "harbour.toml").write_text(SOURCE + 'intervall = "1 h"\n', encoding="utf-8")
    ended = newskeep("status")
    assert ended.code == 1
    assert "did you mean interval?" in ended.out
    (finding,) = newskeep("status", "--json").json["findings"]
    assert (finding["kind"], finding["subject"]) == ("configuration", "harbour.toml")


def test_a_story_that_was_asked_for_in_vain_makes_no_failing_source(newskeep, followed, tmp_path):
    text = SOURCE.replace("http://127.0.0.1:9/", "http://127.0.0.2:9/")
    (followed / "sources" / "harbour.toml").write_text(text, encoding="utf-8")
    assert newskeep("fetch", "http://127.0.0.2:9/a-story").code == 1
    (harbour,) = [one for one in newskeep("status", "--json").json["sources"] if one["slug"] == "harbour"]
    assert harbour["last_run"] is None
    assert newskeep("status").code == 0
    with Archive(followed, read_only=True) as archive:
        assert [run.trigger for run in archive.runs.latest(source="harbour")] == ["fetch"]
