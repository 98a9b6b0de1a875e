"""robots.txt is obeyed, by the first requests as by the later ones."""

import sqlite3
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler

import pytest

from newskeep.outcomes import Outcome

PAGE = (200, {"Content-Type": "text/html"}, b"<html>a page</html>")


def rules(text):
    return (200, {"Content-Type": "text/plain"}, text.encode())


@pytest.mark.parametrize("concurrency", [1, 8])
def test_none_of_the_first_requests_passes_a_robots_txt_that_forbids_all(site, crawl, concurrency):
    # Scrapy 2.19 itself lets 8 of 10 through: requests that wait share a Deferred that only one of them can consume.
    paths = [f"/story-{number}" for number in range(10)]
    site.pages = dict.fromkeys(paths, PAGE) | {"/robots.txt": rules("User-agent: *\nDisallow: /")}
    fetches = crawl([site.url + path for path in paths], CONCURRENT_REQUESTS_PER_DOMAIN=concurrency)
    assert {fetch.outcome for fetch in fetches.values()} == {Outcome.DISALLOWED}
    assert site.hits == ["/robots.txt"]


def test_robots_txt_is_asked_for_once(site, crawl):
    paths = [f"/story-{number}" for number in range(10)]
    site.pages = dict.fromkeys(paths, PAGE) | {"/robots.txt": rules("User-agent: *\nDisallow: /private")}
    fetches = crawl([site.url + path for path in paths])
    assert all(fetch.outcome is None for fetch in fetches.values())
    assert site.hits.count("/robots.txt") == 1


def test_what_is_not_forbidden_is_fetched(site, crawl):
    site.pages = {"/a": PAGE, "/private/b": PAGE, "/robots.txt": rules("User-agent: *\nDisallow: /private")}
    fetches = crawl([site.url + "/a", site.url + "/private/b"])
    assert fetches[site.url + "/a"].capture is not None
    assert fetches[site.url + "/private/b"].outcome is Outcome.DISALLOWED


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refused_robots_txt_forbids_nothing(site, crawl, status):
    site.pages = {"/a": PAGE, "/robots.txt": (status, {}, b"User-agent: *\nDisallow: /")}
    assert crawl([site.url + "/a"])[site.url + "/a"].outcome is None


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_robots_txt_that_fails_forbids_all(site, crawl, status):
    site.pages = {"/a": PAGE, "/robots.txt": (status, {}, b"")}
    assert crawl([site.url + "/a"])[site.url + "/a"].outcome is Outcome.DISALLOWED
    assert "/a" not in site.hits


def test_a_robots_txt_that_never_comes_ends_the_request_as_timed_out(site, crawl):
    def hang(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(1.5)

    site.pages = {"/a": PAGE, "/robots.txt": hang}
    assert crawl([site.url + "/a"], DOWNLOAD_TIMEOUT=0.4)[site.url + "/a"].outcome is Outcome.TIMED_OUT


def test_html_served_as_robots_txt_holds_no_rules(site, crawl):
    site.pages = {"/a": PAGE, "/robots.txt": (200, {}, b"<html>User-agent: *\nDisallow: /</html>")}
    assert crawl([site.url + "/a"])[site.url + "/a"].outcome is None


def test_robots_txt_may_be_ignored_by_a_source_that_says_so(site, crawl):
    site.pages = {"/a": PAGE, "/robots.txt": rules("User-agent: *\nDisallow: /")}
    assert crawl([site.url + "/a"], ROBOTSTXT_OBEY=False)[site.url + "/a"].outcome is None
    assert site.hits == ["/a"]


def test_crawl_delay_parts_the_requests(site, crawl):
    site.pages = {f"/{n}": PAGE for n in range(3)} | {"/robots.txt": rules("User-agent: *\nCrawl-delay: 0.3")}
    began = time.monotonic()
    crawl([f"{site.url}/{n}" for n in range(3)], DOWNLOAD_DELAY_JITTER=0)
    assert time.monotonic() - began >= 0.6


def test_robots_txt_is_kept_for_a_day_over_polls_and_processes(home, site):
    site.pages = {"/a": PAGE, "/b": PAGE, "/robots.txt": rules("User-agent: *\nDisallow: /private")}
    home.fetch(f"{site.url}/a", f"{site.url}/private/c")
    home.fetch(f"{site.url}/b", f"{site.url}/private/d")
    assert site.hits.count("/robots.txt") == 1
    assert [path for path in site.hits if path.startswith("/private")] == []
    with closing(sqlite3.connect(home.path / "hosts.db")) as hosts, hosts:
        hosts.execute("UPDATE robots SET fetched_at = fetched_at - 86401")
    site.pages["/robots.txt"] = rules("User-agent: *\nDisallow: /b")
    home.fetch(f"{site.url}/b")
    assert site.hits.count("/robots.txt") == 2
    assert home.rows("SELECT outcome FROM requests ORDER BY id DESC LIMIT 1") == [("disallowed",)]


def test_a_robots_txt_that_failed_is_asked_for_again_by_the_next_crawl(home, site):
    site.pages = {"/a": PAGE, "/robots.txt": (503, {}, b"")}
    home.fetch(f"{site.url}/a")
    site.pages["/robots.txt"] = rules("User-agent: *\nDisallow:")
    home.fetch(f"{site.url}/a")
    assert [path for path in site.hits if "tdmrep" not in path] == ["/robots.txt", "/robots.txt", "/a"]


def test_crawl_delay_holds_from_one_crawl_to_the_next(home, site):
    arrivals = []

    def page(handler: BaseHTTPRequestHandler) -> None:
        arrivals.append(time.monotonic())
        handler.send_response(404)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.pages = {"/a": page, "/b": page, "/robots.txt": rules("User-agent: *\nCrawl-delay: 3")}
    home.fetch(f"{site.url}/a")
    home.fetch(f"{site.url}/b")
    assert arrivals[1] - arrivals[0] >= 2.95
