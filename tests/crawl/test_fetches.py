"""Every request ends in exactly one `Fetch`, under the right name."""

import gzip
import time

import pytest

from newskeep.fetches import Ask, Purpose
from newskeep.model import ListingKind
from newskeep.outcomes import Outcome

HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (304, Outcome.NOT_MODIFIED),
        (403, Outcome.CLIENT_ERROR),
        (404, Outcome.NOT_FOUND),
        (410, Outcome.GONE),
        (429, Outcome.RATE_LIMITED),
        (451, Outcome.CLIENT_ERROR),
        (500, Outcome.SERVER_ERROR),
        (503, Outcome.UNAVAILABLE),
    ],
)
def test_a_status_has_its_outcome(site, crawl, status, outcome):
    site.pages = {"/a": (status, HTML, b"" if status == 304 else b"<p>words</p>")}
    fetch = crawl([site.url + "/a"])[site.url + "/a"]
    assert (fetch.outcome, fetch.status) == (outcome, status)
    assert (fetch.capture is None) == (status == 304)


def test_a_capture_is_what_the_server_sent_with_its_codings_undone(site, crawl):
    body = "<p>Grüße</p>".encode()
    site.pages = {"/a": (200, HTML | {"Content-Encoding": "gzip", "X-One": "1"}, gzip.compress(body))}
    capture = crawl([site.url + "/a"])[site.url + "/a"].capture
    assert capture.body == body
    assert capture.header("x-one") == "1"
    assert capture.captured_at.tzinfo is not None


def test_redirects_are_followed_and_told(site, crawl):
    site.pages = {"/old": (301, {"Location": "/new"}, b""), "/new": (200, HTML, b"<p>words</p>")}
    fetches = crawl([site.url + "/old"])
    capture = fetches[site.url + "/old"].capture
    assert capture.final_url == site.url + "/new"
    assert capture.redirects == (site.url + "/old",)


@pytest.mark.parametrize(
    ("status", "is_temporary"), [(301, False), (308, False), (302, True), (303, True), (307, True)]
)
def test_a_redirect_for_this_time_only_is_told_from_one_for_good(site, crawl, status, is_temporary):
    site.pages = {"/old": (status, {"Location": "/new"}, b""), "/new": (200, HTML, b"<p>words</p>")}
    assert crawl([site.url + "/old"])[site.url + "/old"].capture.has_temporary_redirect is is_temporary


def test_a_redirect_to_an_address_asked_for_as_well_loses_neither(site, crawl):
    site.pages = {"/old": (301, {"Location": "/new"}, b""), "/new": (200, HTML, b"<p>words</p>")}
    assert set(crawl([site.url + "/old", site.url + "/new"])) == {site.url + "/old", site.url + "/new"}


def test_an_address_is_asked_once_for_one_purpose(site, crawl):
    site.pages = {"/a": (200, HTML, b"<p>words</p>")}
    crawl([site.url + "/a", site.url + "/a?utm_source=feed", site.url + "/a/"])
    assert site.hits == ["/robots.txt", "/a"]


def test_a_redirect_loop_ends(site, crawl):
    site.pages = {"/a": (302, {"Location": "/b"}, b""), "/b": (302, {"Location": "/a"}, b"")}
    assert crawl([site.url + "/a"])[site.url + "/a"].outcome is Outcome.TOO_MANY_REDIRECTS


def test_a_page_over_the_limit_is_not_taken(site, crawl):
    site.pages = {"/a": (200, HTML, b"x" * 3000)}
    fetch = crawl([site.url + "/a"], DOWNLOAD_MAXSIZE=2000)[site.url + "/a"]
    assert (fetch.outcome, fetch.capture) == (Outcome.TOO_LARGE, None)


def test_a_compressed_page_is_measured_unpacked(site, crawl):
    site.pages = {"/a": (200, HTML | {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 100_000))}
    assert crawl([site.url + "/a"], DOWNLOAD_MAXSIZE=5000)[site.url + "/a"].outcome is Outcome.TOO_LARGE


def test_broken_compression_is_a_broken_response(site, crawl):
    site.pages = {"/a": (200, HTML | {"Content-Encoding": "gzip"}, b"no gzip at all")}
    assert crawl([site.url + "/a"])[site.url + "/a"].outcome is Outcome.BROKEN_RESPONSE


def test_an_empty_page_is_empty(site, crawl):
    site.pages = {"/a": (200, HTML, b"  \n")}
    assert crawl([site.url + "/a"])[site.url + "/a"].outcome is Outcome.EMPTY


def test_a_body_cut_short_is_a_broken_response(site, crawl):
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b"<p>only the beginning")
        handler.close_connection = True

    site.pages = {"/a": cut}
    assert crawl([site.url + "/a"])[site.url + "/a"].outcome is Outcome.BROKEN_RESPONSE


def test_a_page_that_drips_is_timed_out(site, crawl):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        for _ in range(12):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)

    site.pages = {"/a": drip}
    assert crawl([site.url + "/a"], DOWNLOAD_TIMEOUT=0.4)[site.url + "/a"].outcome is Outcome.TIMED_OUT


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://127.0.0.1:1/a", Outcome.CONNECTION_FAILED),
        ("http://no-such-name.invalid/a", Outcome.NAME_NOT_FOUND),
        ("http://10.1.2.3/a", Outcome.ADDRESS_REFUSED),
        ("http://[fe80::1]/a", Outcome.ADDRESS_REFUSED),
        ("http://169.254.169.254/latest", Outcome.ADDRESS_REFUSED),
        ("ftp://127.0.0.1/a", Outcome.ADDRESS_REFUSED),
        ("file:///etc/hostname", Outcome.ADDRESS_REFUSED),
    ],
)
def test_an_address_that_cannot_or_may_not_be_reached_has_its_outcome(crawl, url, outcome):
    assert crawl([url])[url].outcome is outcome


def test_loopback_is_refused_unless_it_is_allowed(site, crawl):
    site.pages = {"/a": (200, HTML, b"<p>words</p>")}
    name = site.url.replace("127.0.0.1", "localhost") + "/a"
    fetches = crawl([site.url + "/a", name], NEWSKEEP_ALLOW_ADDRESSES=[])
    assert {fetch.outcome for fetch in fetches.values()} == {Outcome.ADDRESS_REFUSED}
    assert site.hits == []


def test_a_redirect_into_the_own_network_is_refused(site, crawl):
    site.pages = {"/a": (302, {"Location": "http://127.0.0.9:1/secret"}, b"")}
    fetch = crawl([site.url + "/a"], NEWSKEEP_ALLOW_ADDRESSES=["127.0.0.1/32"])[site.url + "/a"]
    assert fetch.outcome is Outcome.ADDRESS_REFUSED


def test_a_failure_says_what_happened_without_the_insides_of_libraries(crawl):
    detail = crawl(["http://no-such-name.invalid/a"])["http://no-such-name.invalid/a"].detail
    assert detail.startswith("no-such-name.invalid: ")
    assert "object at" not in detail


def test_after_a_retry_after_the_host_is_left_alone(site, crawl):
    site.pages = {"/a": (429, {"Retry-After": "60"}, b"slow down"), "/b": (200, HTML, b"<p>words</p>")}
    fetches = crawl([site.url + "/a", site.url + "/b"], CONCURRENT_REQUESTS_PER_DOMAIN=1, CONCURRENT_REQUESTS=1)
    assert [fetch.outcome for fetch in fetches.values()] == [Outcome.RATE_LIMITED, Outcome.RATE_LIMITED]
    assert all(fetch.retry_after_at is not None for fetch in fetches.values())
    assert "/b" not in site.hits


def test_validators_are_sent_as_they_came(site, crawl):
    site.pages = {"/feed": (304, {}, b"")}
    ask = Ask(
        url=site.url + "/feed",
        purpose=Purpose.LISTING,
        kind=ListingKind.FEED,
        etag='W/"x"',
        last_modified="Sun, 22 Nov 2026 10:00:00 GMT",
    )
    assert crawl([ask])[ask.url].outcome is Outcome.NOT_MODIFIED
    sent = site.seen_headers[-1]
    assert sent["If-None-Match"] == 'W/"x"'
    assert sent["If-Modified-Since"] == "Sun, 22 Nov 2026 10:00:00 GMT"
    assert sent["Cache-Control"] == "no-cache"


def test_nothing_but_what_was_asked_for_is_told_of_the_reader(site, crawl):
    site.pages = {"/a": (200, HTML | {"Set-Cookie": "id=1"}, b"<p>words</p>"), "/b": (200, HTML, b"<p>words</p>")}
    crawl([site.url + "/a", site.url + "/b"], CONCURRENT_REQUESTS=1)
    assert not any({"Cookie", "Referer"} & set(headers) for headers in site.seen_headers)
