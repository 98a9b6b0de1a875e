"""No way into the owner's own network but the allow-list, through the real download handler."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import pytest

from middlewares.doors import Doors
from newskeep.addresses import parse_networks
from newskeep.errors import RequestRefusedError
from newskeep.outcomes import Outcome
from tests.crawl.hostile import LITERAL, NAMED, NAMES, OTHER_SCHEMES, TOLD
from tests.faults.server import FaultServer

HTML = {"Content-Type": "text/html"}
# What of the table is a way to 127.0.0.1 for somebody who may go there. IPv4 in odd forms is not: nobody writes it so.
LOOPBACK = [
    "http://127.0.0.1:{port}/1",
    "http://[::ffff:127.0.0.1]:{port}/2",
    "http://LocalHost:{port}/3",
    "http://127。0。0。1:{port}/4",
    "http://１２７.０.０.１:{port}/5",
    "http://localhost:{port}/6",
    "http://user:word@127.0.0.1:{port}/7",
    "http://loopback.attacker.example:{port}/8",
]


def port_of(site) -> str:
    return site.url.rpartition(":")[2]


def with_port(urls: list[str], site) -> list[str]:
    return [url.format(port=port_of(site)) for url in urls]


def test_the_table_is_as_long_as_it_should_be():
    assert len({*LITERAL, *NAMED, *OTHER_SCHEMES}) >= 100


@pytest.mark.parametrize("obeys_robots", [True, False])
@pytest.mark.parametrize("part", [LITERAL, NAMED, OTHER_SCHEMES], ids=["literal", "named", "schemes"])
def test_all_are_refused_and_nothing_is_sent(site, crawl, part, obeys_robots):
    # Each in its own path: an address that is asked for twice is asked once.
    urls = [f"{url}?{number}" for number, url in enumerate(with_port(part, site))]
    fetches = crawl(urls, DOWNLOAD_HANDLERS=TOLD, ROBOTSTXT_OBEY=obeys_robots, NEWSKEEP_ALLOW_ADDRESSES=[])
    assert {url: fetches[url].outcome if url in fetches else None for url in urls} == dict.fromkeys(
        urls, Outcome.ADDRESS_REFUSED
    )
    assert site.hits == []


def test_a_redirect_to_any_of_them_is_refused(site, crawl):
    targets = [
        *with_port([*LITERAL, *NAMED], site),
        *(url for url in with_port(OTHER_SCHEMES, site) if url[0].isalpha()),
    ]
    # Without scheme or host it is one of the server's own pages; and a server that breaks its header breaks its answer.
    targets = [url for url in targets if not url.startswith(("127.", "http:/127", "http:///")) and "\r" not in url]
    with FaultServer(host="127.0.0.9") as server:
        urls = [server.url(f"/redirect-to?n={n}&url={quote(url, safe='')}") for n, url in enumerate(targets)]
        fetches = crawl(urls, DOWNLOAD_HANDLERS=TOLD, NEWSKEEP_ALLOW_ADDRESSES=["127.0.0.9/32"])
    came = {target: fetches[url].outcome for target, url in zip(targets, urls, strict=True)}
    passed = {target: outcome for target, outcome in came.items() if outcome is not Outcome.ADDRESS_REFUSED}
    assert passed == {}
    assert site.hits == []


@pytest.mark.parametrize("template", LOOPBACK)
def test_the_allow_list_is_the_way_through(site, crawl, template):
    (url,) = with_port([template], site)
    site.pages[f"/{template[-1]}"] = (200, HTML, b"<p>words</p>")
    refused = crawl([url], DOWNLOAD_HANDLERS=TOLD, NEWSKEEP_ALLOW_ADDRESSES=["127.0.0.9/32", "10.0.0.0/8"])
    assert refused[url].outcome is Outcome.ADDRESS_REFUSED
    assert site.hits == []
    passed = crawl([url], DOWNLOAD_HANDLERS=TOLD, NEWSKEEP_ALLOW_ADDRESSES=["127.0.0.1/32"])
    assert passed[url].outcome is None
    assert f"/{template[-1]}" in site.hits


def test_a_name_that_means_something_else_a_moment_later_is_refused_then(site, crawl, monkeypatch):
    monkeypatch.setitem(NAMES, "rebinding.attacker.example", [["127.0.0.9"], ["127.0.0.1"]])
    with FaultServer(host="127.0.0.9") as server:
        first, then = (f"http://rebinding.attacker.example:{port}/story/1" for port in (server.port, port_of(site)))
        fetches = crawl(
            [first, then],
            DOWNLOAD_HANDLERS=TOLD,
            ROBOTSTXT_OBEY=False,
            CONCURRENT_REQUESTS=1,
            NEWSKEEP_ALLOW_ADDRESSES=["127.0.0.9/32"],
        )
    assert (fetches[first].outcome, fetches[then].outcome) == (None, Outcome.ADDRESS_REFUSED)
    assert site.hits == []


def test_of_several_addresses_of_a_name_only_the_permitted_ones_are_connected_to(site, crawl):
    url = f"http://several.attacker.example:{port_of(site)}/a"
    site.pages["/a"] = (200, HTML, b"<p>words</p>")
    assert crawl([url], DOWNLOAD_HANDLERS=TOLD)[url].outcome is None
    with FaultServer(host="127.0.0.9") as server:
        url = f"http://several.attacker.example:{server.port}/story/1"
        fetch = crawl([url], DOWNLOAD_HANDLERS=TOLD, NEWSKEEP_ALLOW_ADDRESSES=["127.0.0.9/32"])[url]
        assert fetch.outcome is Outcome.ADDRESS_REFUSED
        assert server.count("/story/1") == 0


@pytest.mark.parametrize("path", ["/a%0d%0aX-Injected:%201", "/a\r\nX-Injected: 1", "/a?b=\r\nX-Injected:1"])
def test_an_address_cannot_write_headers(site, crawl, path):
    crawl([site.url + path])
    assert site.hits
    assert not any("X-Injected" in headers for headers in site.seen_headers)


def test_the_door_for_other_programs_is_the_same(site):
    port = int(port_of(site))

    async def connect(host: str, *allowed: str) -> str:
        try:
            reader, writer = await Doors(parse_networks(allowed)).connect(host, port)
        except (RequestRefusedError, OSError) as error:
            return getattr(error, "outcome", None) or type(error).__name__
        writer.write(b"GET /door HTTP/1.0\r\n\r\n")
        line = await reader.readline()
        writer.close()
        return line.decode().split()[1]

    for host in ("127.0.0.1", "localhost", "2130706433", "127.1", "::1", "169.254.169.254"):
        assert asyncio.run(connect(host)) == "address_refused"
    assert site.hits == []
    assert asyncio.run(connect("localhost", "127.0.0.0/8")) == "404"
    assert asyncio.run(connect("no-such-name.invalid")) == "gaierror"
