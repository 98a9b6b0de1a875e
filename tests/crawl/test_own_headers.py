"""What a subscriber sends goes to the source's own hosts and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from config import Config
from crawl_settings import scrapy_settings
from newskeep.errors import SourceError
from newskeep.model import Listing, ListingKind, Manners, Source

HTML = {"Content-Type": "text/html"}
SENT = {"NEWSKEEP_HEADERS": {"Cookie": "session=s3cret", "X-Desk": "foreign"}}


def test_own_hosts_are_told_and_others_are_not(site: Any, crawl: Any) -> None:
    site.pages = {"/a": (200, HTML, b"<p>words</p>")}
    crawl([f"{site.url}/a"], NEWSKEEP_DOMAINS=["127.0.0.1"], **SENT)
    assert site.seen_headers[-1]["Cookie"] == "session=s3cret"
    crawl([f"{site.url}/a"], NEWSKEEP_DOMAINS=["paper.example"], **SENT)
    assert not {"Cookie", "X-Desk"} & set(site.seen_headers[-1])


def test_nothing_comes_along_on_a_redirect_to_elsewhere(site: Any, crawl: Any) -> None:
    port = site.url.rsplit(":", 1)[1]
    site.pages = {"/a": (302, {"Location": f"http://localhost:{port}/b"}, b""), "/b": (200, HTML, b"<p>words</p>")}
    crawl([f"{site.url}/a"], NEWSKEEP_DOMAINS=["127.0.0.1"], **SENT)
    seen = dict(zip(site.hits, site.seen_headers, strict=True))
    assert seen["/a"]["X-Desk"] == "foreign"
    assert not {"Cookie", "X-Desk"} & set(seen["/b"])


def source(**manners: Any) -> Source:
    return Source(
        slug="post",
        name="Post",
        homepage="https://www.post.example/",
        listings=(Listing(url="https://feeds.postcdn.example/all", kind=ListingKind.FEED),),
        manners=Manners(**manners),
    )


def test_the_domains_are_those_of_the_home_page_and_the_listings(tmp_path: Any) -> None:
    settings = scrapy_settings(Config(home=tmp_path), source(cookies=(("a", "1"), ("b", "2"))))
    assert settings.getlist("NEWSKEEP_DOMAINS") == ["post.example", "postcdn.example"]
    assert settings.getdict("NEWSKEEP_HEADERS") == {"Cookie": "a=1; b=2"}


def test_a_secret_that_the_environment_lacks_is_told_by_its_name(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POST_COOKIE", raising=False)
    with pytest.raises(SourceError, match="POST_COOKIE is not set in the environment"):
        scrapy_settings(Config(home=tmp_path), source(cookies=(("a", "env:POST_COOKIE"),)))
