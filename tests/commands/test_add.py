"""`newskeep add` and `newskeep sources`, against the demo site."""

from __future__ import annotations

import re

import pytest

from config import load_sources
from demo.site import DemoSite


@pytest.fixture
def demo():
    with DemoSite(state=1, slow_seconds=0.1) as site:
        yield site


KINDS = ["feed", "news_sitemap", "home_front"]


@pytest.mark.parametrize("path", ["/", "/news/analysis/quill-strait-pilots", "/feeds/feed.rss"])
def test_any_address_of_a_site_will_do(newskeep, home, demo, path):
    ended = newskeep("add", "--yes", demo.base_url + path)
    assert ended.code == 0, ended.err
    (source,) = load_sources(home)
    assert (source.slug, source.name) == ("meridian-post", "Meridian Post")
    assert [listing.kind for listing in source.listings] == KINDS
    assert "One of its stories:" in ended.out
    assert "teasers beside it" in ended.out


def test_a_dry_run_saves_nothing(newskeep, home, demo):
    ended = newskeep("add", "--dry-run", "--json", demo.base_url)
    assert [listing["kind"] for listing in ended.json["listings"]] == KINDS
    assert load_sources(home) == ()


def test_slug_and_name_may_be_given(newskeep, home, demo):
    newskeep("add", "--yes", "--slug", "post", "--name", "The Post", demo.base_url)
    (source,) = load_sources(home)
    assert (source.slug, source.name) == ("post", "The Post")


def test_a_source_that_is_there_is_not_overwritten(newskeep, home, demo):
    newskeep("add", "--yes", demo.base_url)
    ended = newskeep("add", "--yes", demo.base_url)
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert "is there already" in ended.err


@pytest.mark.parametrize("url", ["http://no-such-name.invalid", "mailto:me@example.org", "http://10.0.0.1/"])
def test_what_cannot_be_followed_is_one_clear_line(newskeep, home, url):
    ended = newskeep("add", "--yes", url)
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)


def test_a_site_without_listings_says_so(newskeep, home):
    import http.server
    import threading

    class Bare(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<html><body><p>Nothing here.</p></body></html>"
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        ended = newskeep("add", "--yes", f"http://127.0.0.1:{server.server_port}/")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert ended.code == 2
    assert "no feed, sitemap or front was found" in ended.err


def test_sources_are_listed_paused_and_resumed(newskeep, home, demo):
    newskeep("add", "--yes", demo.base_url)
    assert "meridian-post" in newskeep("sources").out
    newskeep("sources", "pause", "meridian-post")
    assert load_sources(home)[0].enabled is False
    assert "no source is enabled" in newskeep("crawl").err
    newskeep("sources", "resume", "meridian-post")
    assert load_sources(home)[0].enabled is True
    assert newskeep("sources", "pause", "nobody").code == 2


def test_opml_goes_out_and_comes_in(newskeep, home, demo, tmp_path):
    newskeep("add", "--yes", demo.base_url)
    file = tmp_path / "feeds.opml"
    file.write_text(newskeep("sources", "export").out, encoding="utf-8")
    for path in (home / "sources").iterdir():
        path.unlink()
    assert newskeep("sources", "import", str(file)).code == 0
    (source,) = load_sources(home)
    assert [listing.url for listing in source.listings] == [f"{demo.base_url}/feeds/feed.rss"]


def test_opml_that_comes_in_again_adds_nothing(newskeep, home, demo, tmp_path):
    newskeep("add", "--yes", demo.base_url)
    file = tmp_path / "feeds.opml"
    file.write_text(newskeep("sources", "export").out, encoding="utf-8")
    ended = newskeep("sources", "import", str(file))
    assert (ended.code, ended.out) == (0, "Meridian Post: followed already, by meridian-post\n")
    assert [path.name for path in (home / "sources").iterdir()] == ["meridian-post.toml"]


def test_what_logs_somebody_in_is_not_printed(newskeep, home):
    (home / "sources" / "harbour.toml").write_text(
        'name = "Harbour"\nhomepage = "https://www.harbour.example/"\n'
        '[[listings]]\nurl = "https://www.harbour.example/feed"\nkind = "feed"\n'
        '[manners.headers]\nAuthorization = "Basic c2VjcmV0"\n[manners.cookies]\nsession = "env:HARBOUR_SESSION"\n'
    )
    ended = newskeep("sources", "--json")
    assert "c2VjcmV0" not in ended.out
    assert ended.json[0]["manners"]["headers"] == [["Authorization", "…"]]
    assert ended.json[0]["manners"]["cookies"] == [["session", "env:HARBOUR_SESSION"]]


def test_a_wrong_source_is_found_by_check(newskeep, home):
    (home / "sources" / "one.toml").write_text('name = "One"\n', encoding="utf-8")
    ended = newskeep("sources", "check")
    assert (ended.code, "0 of 1 sources are right" in ended.out) == (1, True)
    assert "one.toml" in ended.err


def test_a_fetch_tells_of_each_address_how_it_ended(newskeep, home, demo):
    good, bad = f"{demo.base_url}/news/analysis/quill-strait-pilots", f"{demo.base_url}/nosuch"
    ended = newskeep("fetch", good, bad)
    assert ended.code == 1
    told = ended.out.splitlines()
    (story_id,) = re.findall(rf"new story  {re.escape(good)}   newskeep show (\d+)", ended.out)
    assert f"  not found  {bad}: HTTP 404" in told
    assert newskeep("show", story_id).code == 0
    again = newskeep("fetch", good, "--json")
    assert again.code == 0
    (run,) = again.json
    (story,) = run["stories"]
    assert (story["url"], story["is_success"], story["story_id"]) == (good, True, int(story_id))
