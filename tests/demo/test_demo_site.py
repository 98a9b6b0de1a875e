"""The invented site serves what it promises: states, listings, validators, odd addresses, a log of its requests."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from defusedxml import ElementTree

from demo import pictures
from demo.edition import STATES, open_edition
from demo.expected import DELETED, expect_front, expect_page, expect_site
from demo.oddities import CONSENT_WALL, EMPTY, MEMBERS, PDF, SOFT_404, TO_FRONT
from demo.site import STATE_PATH, DemoSite
from tests.demo.reading import fold, get

ROOT = Path(__file__).resolve().parents[2]


# What changes and what does not


@pytest.mark.parametrize("path", ["/", "/news/analysis/quill-strait-pilots", "/amp/orlune-census-2679400094"])
def test_no_two_answers_have_the_same_bytes(site: DemoSite, path: str) -> None:
    assert get(site, path).body != get(site, path).body


@pytest.mark.parametrize("path", ["/feeds/feed.rss", "/feeds/feed.atom", "/feeds/feed.json", "/sitemap.xml"])
def test_listings_stay_the_same_within_a_state(site: DemoSite, path: str) -> None:
    assert get(site, path).body == get(site, path).body


def test_the_furniture_changes_with_the_state() -> None:
    tails = [
        [teaser.headline for teaser in expect_page("/dispatches/orlune-census", state=state).teasers]
        for state in STATES
    ]
    assert not set(tails[0][:4]) & set(tails[1][:4])


def test_a_deleted_story_is_gone(site: DemoSite) -> None:
    path = open_edition(1).story(*DELETED[2]).path
    assert get(site, path).status == 200
    site.set_state(2)
    assert get(site, path).status == 410


def test_a_moved_story_redirects_to_its_new_address(site: DemoSite) -> None:
    site.set_state(2)
    moved = get(site, "/news/analysis/isk-referendum")
    assert (moved.status, moved.headers["Location"]) == (
        301,
        f"{site.base_url}/news/analysis/isk-crown-referendum-explained",
    )
    assert get(site, "/amp/isk-referendum-2679400120").status == 301


def test_every_address_of_the_truth_leads_to_its_story(site: DemoSite) -> None:
    site.set_state(2)
    for addresses in expect_site(2).addresses.values():
        assert {get(site, path).status for path in addresses} <= {200, 301}


# Listings


def test_the_feed_has_thirty_items_a_page_and_all_on_all_pages(site: DemoSite) -> None:
    pages = [ElementTree.fromstring(get(site, f"/feeds/feed.rss?page={n}").body) for n in (1, 2, 3)]
    links = [[link.text for link in page.findall("channel/item/link")] for page in pages]
    assert [len(page) for page in links] == [30, 3, 0]
    assert set(links[0] + links[1]) == {site.base_url + path for path in expect_site(1).stories.values()}


def test_a_section_has_a_feed_of_its_own(site: DemoSite) -> None:
    page = ElementTree.fromstring(get(site, "/feeds/news/watching.rss").body)
    assert all("/news/watching/" in str(link.text) for link in page.findall("channel/item/link"))


def test_atom_and_json_name_the_same_stories(site: DemoSite) -> None:
    atom = ElementTree.fromstring(get(site, "/feeds/feed.atom").body)
    space = "{http://www.w3.org/2005/Atom}"
    titles = [entry.findtext(f"{space}title") for entry in atom.findall(f"{space}entry")]
    assert titles == [item["title"] for item in json.loads(get(site, "/feeds/feed.json").body)["items"]]


def test_the_sitemap_index_leads_to_every_story(site: DemoSite) -> None:
    index = ElementTree.fromstring(get(site, "/sitemap.xml").body)
    children = [urlsplit(str(loc.text)).path for loc in index.iter() if loc.tag.endswith("}loc")]
    named = {
        urlsplit(str(url[0].text)).path for child in children for url in ElementTree.fromstring(get(site, child).body)
    }
    assert named == set(expect_site(1).stories.values())


def test_the_news_sitemap_holds_two_days_and_comes_packed_too(site: DemoSite) -> None:
    plain = get(site, "/feeds/sitemaps/news_1.xml").body
    assert len(ElementTree.fromstring(plain)) == 9
    assert gzip.decompress(get(site, "/feeds/sitemaps/news_1.xml.gz").body) == plain


def test_robots_txt_forbids_a_page_that_the_front_links(site: DemoSite) -> None:
    assert b"Disallow: /members/" in get(site, "/robots.txt").body
    assert MEMBERS in get(site, "/").tree.xpath("//a/@href")


def test_the_front_links_what_its_truth_says_in_that_order(site: DemoSite) -> None:
    headlines = [fold(a.text_content()) for a in get(site, "/").tree.xpath("//h2/a | //a[@class='desk__link']")]
    assert headlines == [card.headline for card in expect_front("/", state=1)]


def test_the_front_links_with_tracking_parameters_by_amp_and_by_a_second_path(site: DemoSite) -> None:
    links = get(site, "/").tree.xpath("//h2/a/@href")
    assert any("utm_source=" in link for link in links)
    assert any("/amp/" in link for link in links)
    assert "/read/one-passport-for-eleven-countries" in {urlsplit(link).path for link in links}


# Odd addresses


def test_every_odd_address_is_linked_from_the_front() -> None:
    assert expect_site(1).outcomes.keys() <= {card.target for card in expect_front("/", state=1)}


@pytest.mark.parametrize(
    ("path", "status", "content_type"),
    [
        ("/news/analysis/the-harbor-that-was-not-there", 404, "text/html; charset=utf-8"),
        ("/dispatches/a-letter-withdrawn", 410, "text/html; charset=utf-8"),
        (SOFT_404, 200, "text/html; charset=utf-8"),
        (CONSENT_WALL, 200, "text/html; charset=utf-8"),
        (EMPTY, 200, "text/html; charset=utf-8"),
        (PDF, 200, "application/pdf"),
        (TO_FRONT, 302, "text/html; charset=utf-8"),
        ("/nowhere", 404, "text/html; charset=utf-8"),
    ],
)
def test_an_odd_address_answers_oddly(site: DemoSite, path: str, status: int, content_type: str) -> None:
    got = get(site, path)
    assert (got.status, got.headers["Content-Type"]) == (status, content_type)


def test_the_empty_page_is_empty(site: DemoSite) -> None:
    assert get(site, EMPTY).body == b""


# Pictures


def test_every_picture_of_a_page_is_a_png(site: DemoSite) -> None:
    page = get(site, "/planet/kestrel-sea-wall").body.decode()
    addresses = set(re.findall(r"/media-library/[^\"' ]+\.png\?[^\"' ]+width=980[^\"' ]*", page))
    assert len(addresses) >= 2
    for address in addresses:
        picture = get(site, address.replace("&amp;", "&"))
        assert (picture.headers["Content-Type"], picture.body[:4]) == ("image/png", b"\x89PNG")


def test_a_picture_is_the_same_each_time_and_unlike_the_next() -> None:
    one = pictures.paint(1, "harbor", 120)
    pictures.paint.cache_clear()
    assert pictures.paint(1, "harbor", 120) == one != pictures.paint(2, "harbor", 120)


# The server


def test_a_known_version_is_answered_by_304(site: DemoSite) -> None:
    first = get(site, "/feeds/feed.rss")
    assert get(site, "/feeds/feed.rss", If_None_Match=first.headers["ETag"]).status == 304
    assert get(site, "/feeds/feed.rss", If_Modified_Since=first.headers["Last-Modified"]).status == 304
    site.set_state(2)
    assert get(site, "/feeds/feed.rss", If_None_Match=first.headers["ETag"]).status == 200


def test_html_is_packed_for_those_who_take_it(site: DemoSite) -> None:
    packed = get(site, "/", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"Meridian Post" in gzip.decompress(packed.body)


def test_a_connection_is_kept(site: DemoSite) -> None:
    with closing(http.client.HTTPConnection(urlsplit(site.base_url).netloc, timeout=5)) as connection:
        for path in ("/", "/robots.txt", EMPTY, "/nowhere"):
            connection.request("GET", path)
            connection.getresponse().read()
            assert connection.sock is not None


def test_a_head_request_has_no_body(site: DemoSite) -> None:
    got = get(site, "/", method="HEAD")
    assert (got.status, got.body) == (200, b"")
    assert int(got.headers["Content-Length"]) > 10_000


def test_requests_are_logged_with_query_and_headers(site: DemoSite) -> None:
    get(site, "/?page=2", User_Agent="tester/1")
    get(site, "/nowhere")
    seen = [(request.method, request.path, request.status) for request in site.requests]
    assert seen == [("GET", "/?page=2", 200), ("GET", "/nowhere", 404)]
    assert site.requests[0].headers["user-agent"] == "tester/1"


def test_the_state_is_switched_by_a_request(site: DemoSite) -> None:
    assert get(site, STATE_PATH, method="POST", body="2").status == 200
    assert (site.state, get(site, STATE_PATH).body, site.requests) == (2, b"2\n", ())


@pytest.mark.parametrize("wanted", ["3", "two", ""])
def test_a_state_that_does_not_exist_is_refused(site: DemoSite, wanted: str) -> None:
    assert get(site, STATE_PATH, method="POST", body=wanted).status == 400
    assert site.state == 1


def test_several_sites_run_at_once_each_in_its_own_state() -> None:
    with DemoSite(state=1) as one, DemoSite(state=2, host="127.0.0.2") as other:
        assert get(one, STATE_PATH).body != get(other, STATE_PATH).body
        assert other.base_url.startswith("http://127.0.0.2:")


def test_the_site_may_call_itself_by_another_name() -> None:
    with DemoSite(origin="http://www.meridian.example:{port}") as site:
        front = get(site, "/").tree
    links = {urlsplit(href).hostname for href in front.xpath("//h2/a/@href")}
    assert links == {"www.meridian.example", "meridian.example"}


def test_the_site_is_not_served_to_the_world() -> None:
    with pytest.raises(ValueError, match="loopback only"):
        DemoSite(host="0.0.0.0")


def test_the_slow_page_keeps_its_reader_waiting() -> None:
    with DemoSite(slow_seconds=0.2) as site:
        begin = time.monotonic()
        get(site, "/dispatches/port-amery-night-ferry")
    assert time.monotonic() - begin >= 0.2


def test_stopping_does_not_wait_for_open_connections() -> None:
    site = DemoSite()
    site.start()
    with closing(http.client.HTTPConnection(urlsplit(site.base_url).netloc, timeout=5)) as connection:
        connection.request("GET", "/robots.txt")
        connection.getresponse().read()
        begin = time.monotonic()
        site.stop()
    assert time.monotonic() - begin < 1


@pytest.mark.parametrize(
    "command", [["demo", "--state", "2"], ["demo.scale", "--pages", "20", "--kilobytes", "80"]], ids=lambda c: c[0]
)
def test_the_command_prints_the_address_first(command: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=5)) as connection:
                connection.request("GET", "/robots.txt")
                assert connection.getresponse().read().startswith(b"User-agent: *")
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()  # one that did not hear the signal would be waited for without end
