"""Following the demo site: what is on it is in the archive, once, and stays so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from demo.expected import DELETED, MENDED, MOVED, REWRITTEN, expect_site
from demo.site import DemoSite
from newskeep.model import Listing, ListingKind
from newskeep.outcomes import Outcome, RunStatus
from storage.compare import dump_archive
from storage.verify import verify

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo():
    with DemoSite(state=1, slow_seconds=0.2) as site:
        yield site


def paths(home):
    """The paths of the stories in the archive."""
    return {urlsplit(url).path for (url,) in home.rows("SELECT url FROM stories")}


def test_every_story_that_is_listed_is_archived_once(home, demo):
    home.follow(demo.base_url)
    (report,) = home.poll()
    truth = expect_site(1)
    assert report.tally.listings_read == 3
    assert paths(home) <= set(truth.stories.values())
    assert len(paths(home)) == len(home.rows("SELECT 1 FROM stories"))
    assert len(paths(home)) >= 30
    assert verify(home.path).findings == []


def test_every_request_has_its_one_outcome_in_the_ledger(home, demo):
    home.follow(demo.base_url)
    (report,) = home.poll()
    written = dict(home.rows("SELECT outcome, count(*) FROM requests GROUP BY outcome"))
    assert written == {str(outcome): count for outcome, count in report.tally.outcomes.items()}
    assert dict(home.rows("SELECT outcome, count FROM run_outcomes")) == written
    of_the_site = ("/robots.txt", "/.well-known/tdmrep.json")
    asked = [one for one in demo.requests if one.path not in of_the_site and one.status not in (301, 302, 307, 308)]
    assert sum(written.values()) == len(asked)


def test_odd_addresses_end_as_the_site_says(home, demo):
    expected = expect_site(1).outcomes
    home.fetch(*(demo.base_url + path for path in expected))
    found = {urlsplit(url).path: outcome for url, outcome in home.rows("SELECT url, outcome FROM requests")}
    assert found == expected


def test_a_second_poll_adds_nothing_and_asks_for_no_story(home, demo):
    home.follow(demo.base_url)
    home.poll()
    before = dump_archive(home.path)
    demo.forget_requests()
    home.poll()
    assert dump_archive(home.path).digest == before.digest
    # Not robots.txt either: its answer is kept for a day.
    assert {one.path for one in demo.requests} == {"/feeds/feed.rss", "/feeds/sitemaps/news_1.xml", "/"}


def test_fetching_every_story_again_makes_no_revision(home, demo):
    home.follow(demo.base_url)
    home.poll()
    before = dump_archive(home.path)
    report = home.fetch(*(demo.base_url + path for path in paths(home)))
    assert set(report.tally.outcomes) == {Outcome.UNCHANGED}
    after = dump_archive(home.path)
    assert (after.stories, after.revisions) == (before.stories, before.revisions)


def test_an_edited_story_has_two_revisions(home, demo):
    home.follow(demo.base_url)
    home.poll()
    demo.set_state(2)
    home.poll()
    truth = expect_site(2)
    rewritten = demo.base_url + truth.stories[REWRITTEN[2][0]]
    assert home.rows("SELECT url, revision_count FROM stories WHERE revision_count > 1") == [(rewritten, 2)]
    mended = demo.base_url + truth.stories[MENDED[2][0]]
    home.fetch(mended)
    assert home.rows("SELECT revision_count FROM stories WHERE url = ?", mended) == [(2,)]
    changed = home.rows("SELECT changed_fields FROM revisions WHERE number = 2 ORDER BY id")
    assert changed == [('["headline", "text"]',), ('["text"]',)]


def test_all_addresses_of_a_story_are_one_story(home, demo):
    home.follow(demo.base_url)
    home.poll()
    demo.set_state(2)
    home.poll()
    truth = expect_site(2)
    home.fetch(*(demo.base_url + path for addresses in truth.addresses.values() for path in addresses))
    assert len(home.rows("SELECT 1 FROM stories")) == len(truth.known)
    moved = MOVED[2][0]
    for path in truth.addresses[moved]:
        ids = home.rows("SELECT story_id FROM aliases WHERE value = ?", demo.base_url + path)
        assert ids == home.rows("SELECT id FROM stories WHERE url = ?", demo.base_url + truth.stories[moved])


def test_a_tracking_parameter_and_a_trailing_slash_are_the_same_story(home, demo):
    home.follow(demo.base_url)
    home.poll()
    before = len(paths(home))
    path = sorted(paths(home))[0]
    home.fetch(f"{demo.base_url}{path}?utm_source=letter&fbclid=x", f"{demo.base_url}{path}/")
    assert len(paths(home)) == before


def test_a_deleted_story_stays_in_the_archive(home, demo):
    home.follow(demo.base_url)
    home.poll()
    demo.set_state(2)
    gone = expect_site(1).stories[DELETED[2][0]]
    assert home.fetch(demo.base_url + gone).tally.outcomes == {Outcome.GONE: 1}
    assert gone in paths(home)


def test_teasers_are_linked_to_their_stories_in_either_order(home, demo):
    home.follow(demo.base_url)
    home.poll()
    linked, waiting = home.rows(
        "SELECT count(target_story_id), sum(target_story_id IS NULL AND target_key IN (SELECT key FROM aliases))"
        " FROM teasers"
    )[0]
    assert linked > 20
    assert waiting == 0


def test_a_source_without_a_network_fails_with_one_line_and_is_planned_again(home):
    listing = Listing(url="http://no-such-name.invalid/feed", kind=ListingKind.FEED)
    home.follow("http://no-such-name.invalid", listings=[listing])
    (report,) = home.poll()
    assert report.status is RunStatus.FAILED
    assert report.reason.startswith("name_not_found: http://no-such-name.invalid/feed: no-such-name.invalid: ")
    ((next_poll,),) = home.rows("SELECT next_poll_at FROM listings")
    assert next_poll > report.finished_at.strftime("%Y-%m-%dT%H:%M:%S")


def test_a_feed_that_is_html_is_malformed_and_keeps_what_was_archived(home, site):
    site.pages = {"/feed": (200, {"Content-Type": "text/html"}, b"<html><body><p>We have moved.</p></body></html>")}
    home.follow(site.url, listings=[Listing(url=f"{site.url}/feed", kind=ListingKind.FEED)])
    (report,) = home.poll()
    assert report.tally.outcomes == {Outcome.MALFORMED_LISTING: 1}
    assert report.status is RunStatus.FAILED


def run_newskeep(home, *arguments):
    """Start the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "--home", str(home.path), *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for_requests(site, count, process):
    """Wait until the site was asked so often."""
    until = time.monotonic() + 60
    while len(site.requests) < count and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)


def test_the_service_polls_and_ends_cleanly_on_sigterm(home, demo):
    home.follow(demo.base_url)
    process = run_newskeep(home, "run")
    wait_for_requests(demo, 20, process)
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert not [line for line in errors.splitlines() if " INFO " not in line]
    assert "stopped; everything accepted is in the archive" in output
    assert verify(home.path).findings == []
    assert home.rows("SELECT DISTINCT status FROM runs") in ([("interrupted",)], [("finished",)], [("partial",)])


def test_a_second_service_on_one_home_is_refused_with_the_pid_of_the_first(home, demo):
    home.follow(demo.base_url)
    first = run_newskeep(home, "run")
    wait_for_requests(demo, 1, first)
    second = run_newskeep(home, "run")
    _, errors = second.communicate(timeout=60)
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=60)
    assert second.returncode == 1
    assert f"pid {first.pid}" in errors
    assert len(errors.splitlines()) == 1


def test_a_run_whose_process_was_killed_is_closed_as_interrupted(home, demo):
    home.follow(demo.base_url)
    process = run_newskeep(home, "crawl")
    wait_for_requests(demo, 6, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    home.poll()
    first, second = home.rows("SELECT status, reason FROM runs ORDER BY id")
    assert first == ("interrupted", f"process {process.pid} ended while it ran")
    assert second[0] in ("finished", "partial")
