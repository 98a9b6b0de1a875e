"""One page for each fault; each ends in its named outcome, and the crawl goes on."""

from __future__ import annotations

import time

import pytest

from newskeep.model import Listing, ListingKind
from newskeep.outcomes import Outcome
from storage.verify import verify
from tests.faults.answers import ANSWERS
from tests.faults.ports import dead_port, untrusted_tls
from tests.faults.server import FaultServer

OUTCOMES = {
    # a connection, or what is HTTP about it, breaks
    "/drop": Outcome.BROKEN_RESPONSE,
    "/drop-after-head": Outcome.BROKEN_RESPONSE,
    "/partial": Outcome.BROKEN_RESPONSE,
    "/partial-chunked": Outcome.BROKEN_RESPONSE,
    "/two-lengths": Outcome.BROKEN_RESPONSE,
    "/not-http": Outcome.BROKEN_RESPONSE,
    "/endless-headers": Outcome.BROKEN_RESPONSE,
    "/huge-header": Outcome.BROKEN_RESPONSE,
    "/bad-gzip": Outcome.BROKEN_RESPONSE,
    "/cut-gzip": Outcome.BROKEN_RESPONSE,
    "/silent": Outcome.TIMED_OUT,
    # too much
    "/gzip-bomb": Outcome.TOO_LARGE,
    "/large": Outcome.TOO_LARGE,
    "/large-chunked": Outcome.TOO_LARGE,
    # it goes nowhere
    "/redirect-loop": Outcome.TOO_MANY_REDIRECTS,
    "/redirect-chain/30": Outcome.TOO_MANY_REDIRECTS,
    "/redirect-nowhere": Outcome.CLIENT_ERROR,
    "/redirect-to?url=http://10.0.0.1:1/": Outcome.ADDRESS_REFUSED,
    "/redirect-to?url=ftp://127.0.0.1/x": Outcome.ADDRESS_REFUSED,
    "/redirect-to?url=javascript:alert(1)": Outcome.ADDRESS_REFUSED,
    "/missing": Outcome.NOT_FOUND,
    "/status/410": Outcome.GONE,
    "/status/451": Outcome.CLIENT_ERROR,
    "/status/500": Outcome.SERVER_ERROR,
    # it is no story
    "/captcha": Outcome.WALLED,
    "/pdf": Outcome.UNSUPPORTED_TYPE,
    "/pdf-as-html": Outcome.UNSUPPORTED_TYPE,
    "/empty": Outcome.EMPTY,
    "/one-byte": Outcome.NOT_A_STORY,
    # it is one
    "/story/1": Outcome.NEW_STORY,
    "/slow": Outcome.NEW_STORY,
    "/redirect-chain/3": Outcome.NEW_STORY,
    "/wrong-charset": Outcome.NEW_STORY,
    "/unknown-charset": Outcome.NEW_STORY,
}
LISTING_OUTCOMES = {
    "/feed": Outcome.LISTED,
    "/feed-of-html": Outcome.MALFORMED_LISTING,
    "/pdf": Outcome.MALFORMED_LISTING,
    "/bad-gzip": Outcome.BROKEN_RESPONSE,
    "/large": Outcome.TOO_LARGE,
    "/status/503": Outcome.UNAVAILABLE,
    "/missing": Outcome.NOT_FOUND,
}


@pytest.fixture(scope="module")
def server():
    with FaultServer() as server:
        yield server


def test_each_fault_ends_in_its_named_outcome_and_the_archive_is_clean(home, server):
    home.settings(timeout="2 s")
    home.fetch(*(server.url(path) for path in OUTCOMES))
    found = {
        url.removeprefix(server.url("")): outcome for url, outcome in home.rows("SELECT url, outcome FROM requests")
    }
    assert found == {path: str(outcome) for path, outcome in OUTCOMES.items()}
    assert verify(home.path).findings == []


def test_a_drip_ends_by_the_time_for_the_whole_answer(home, server):
    # Each byte comes soon after the one before it, so that no limit on silence would ever end it.
    home.settings(timeout="2 s")
    began = time.monotonic()
    home.fetch(server.url("/drip"))
    assert home.rows("SELECT outcome FROM requests") == [("timed_out",)]
    assert time.monotonic() - began < 30


def test_a_page_that_flaps_keeps_its_story(home, server):
    for _ in range(4):
        home.fetch(server.url("/flapping"))
    outcomes = ["new_story", "server_error", "unchanged", "server_error"]
    assert [outcome for (outcome,) in home.rows("SELECT outcome FROM requests ORDER BY id")] == outcomes
    assert home.rows("SELECT revision_count FROM stories") == [(1,)]


def test_a_redirect_into_the_own_network_is_refused_by_number_and_by_name(home):
    path = home.path / "newskeep.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("127.0.0.0/8", "127.0.0.9/32"), encoding="utf-8")
    with FaultServer() as inside, FaultServer(host="127.0.0.9") as outside:
        targets = [f"http://{host}:{inside.port}/story/1" for host in ("127.0.0.1", "localhost")]
        urls = [outside.url(f"/redirect-to?url={target}") for target in targets]
        home.fetch(*urls, outside.url("/story/1"))
        assert inside.requests == ()
    assert dict(home.rows("SELECT url, outcome FROM requests")) == dict.fromkeys(urls, "address_refused") | {
        outside.url("/story/1"): "new_story"
    }


@pytest.mark.parametrize("path", ["/noise", "/feed-bomb", "/feed-of-files", "/short-length"])
def test_whatever_the_answer_the_request_has_one_outcome(home, server, path):
    home.settings(timeout="1 s")
    home.fetch(server.url(path))
    ((outcome,),) = home.rows("SELECT outcome FROM requests")
    assert outcome in set(Outcome) - {Outcome.FAULT}


def test_each_listing_ends_in_its_named_outcome(home, server):
    home.settings(timeout="2 s")
    home.follow(server.url("").rstrip("/"), listings=[
        Listing(url=server.url(path), kind=ListingKind.FEED) for path in LISTING_OUTCOMES
    ])  # fmt: skip
    home.poll()
    rows = home.rows("SELECT url, last_outcome FROM listings")
    assert {url.removeprefix(server.url("")): outcome for url, outcome in rows} == LISTING_OUTCOMES


@pytest.mark.parametrize("path", ["/feed-bomb", "/feed-of-files"])
def test_a_hostile_feed_neither_unfolds_nor_reads_files(home, server, path):
    home.follow(server.url("").rstrip("/"), listings=[Listing(url=server.url(path), kind=ListingKind.FEED)])
    home.poll()
    (outcome,) = home.rows("SELECT last_outcome FROM listings")[0]
    assert outcome in ("listed", "malformed_listing")
    assert not [
        text for row in home.rows("SELECT headline, guid FROM entries") for text in row if text and len(text) > 500
    ]


def test_every_fault_of_the_server_is_tried():
    tried = {path.lstrip("/").split("/")[0].split("?")[0] for path in (*OUTCOMES, *LISTING_OUTCOMES)}
    elsewhere = {
        "drip", "noise", "feed-bomb", "feed-of-files", "short-length", "flapping", "robots.txt", "feed-turning",
        "captcha-turning", "retry-seconds", "retry-date", "retry-nonsense",
    }  # fmt: skip
    assert set(ANSWERS) - tried == elsewhere


def test_a_feed_that_turns_into_html_keeps_its_stories(home, server):
    home.follow(server.url("").rstrip("/"), listings=[Listing(url=server.url("/feed-turning"), kind=ListingKind.FEED)])
    home.poll()
    before = home.rows("SELECT count(*) FROM stories")
    home.poll()
    assert home.rows("SELECT last_outcome, failures FROM listings") == [("malformed_listing", 1)]
    assert home.rows("SELECT count(*) FROM stories") == before


def test_a_bot_check_in_place_of_a_known_story_makes_no_revision(home, server):
    home.fetch(server.url("/captcha-turning"))
    home.fetch(server.url("/captcha-turning"))
    assert home.rows("SELECT outcome FROM requests ORDER BY id") == [("new_story",), ("walled",)]
    assert home.rows("SELECT revision_count FROM stories") == [(1,)]


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_listing_waits_as_long_as_it_is_asked_to(home, form, status):
    with FaultServer(wait_seconds=3600) as server:
        listing = Listing(url=server.url(f"/retry-{form}/{status}"), kind=ListingKind.FEED, interval_seconds=60)
        home.follow(server.url("").rstrip("/"), listings=[listing])
        home.poll()
    ((seconds,),) = home.rows("SELECT (julianday(next_poll_at) - julianday(last_polled_at)) * 86400 FROM listings")
    assert 3590 <= seconds <= 3600 * 1.2


def test_a_dead_host_and_a_certificate_nobody_should_trust(home, tmp_path):
    with FaultServer(tls=untrusted_tls(tmp_path)) as server:
        home.fetch(server.url("/story/1"), f"https://127.0.0.1:{dead_port()}/story")
    assert {outcome for (outcome,) in home.rows("SELECT outcome FROM requests")} == {
        "certificate_refused",
        "connection_failed",
    }
