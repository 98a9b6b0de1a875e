"""`newskeep import wayback` and `ccnews`, on recorded answers: the clients are real, their network is a recording."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter

from commands import backfill
from imports.ccnews import fetch_file
from tests.commands.test_import_packs import HTML, page, url, warc

wayback = pytest.importorskip("wayback", reason="the extra `wayback` is not installed")

INDEX = """example,news)/2026/salt 20260301101112 {salt} text/html 200 AAAA 900
example,news)/2026/salt 20260302101112 {salt} text/html 200 AAAA 900
example,news)/2026/salt 20260303101112 {salt} warc/revisit - BBBB 900
example,news)/2026/salt 20260304101112 {salt} text/html 404 CCCC 900
example,news)/2026/tolls 20260301101500 {tolls} text/html 200 DDDD 900
example,news)/a.png 20260301101500 https://news.example/a.png image/png 200 EEEE 900
"""


class Recording(BaseAdapter):
    """Answers requests from what was recorded; `asked` are the addresses."""

    def __init__(self, answers: dict[str, tuple[int, dict[str, str], bytes]]) -> None:
        super().__init__()
        self.answers, self.asked = answers, list[str]()

    def send(self, request: Any, **_: object) -> requests.Response:
        self.asked.append(request.url)
        status, headers, body = self._find(request)
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = status, request.url, request
        answer.headers.update(headers)
        from urllib3 import HTTPResponse

        answer.raw = HTTPResponse(io.BytesIO(body), headers=headers, status=status, preload_content=False)
        return answer

    def _find(self, request: Any) -> tuple[int, dict[str, str], bytes]:
        for part, (status, headers, body) in self.answers.items():
            if part in request.url:
                if "Range" in request.headers and status == 200:
                    start = int(request.headers["Range"].removeprefix("bytes=").rstrip("-"))
                    body = body[start:]
                    return 206, headers | {"Content-Length": str(len(body))}, body
                return status, headers, body
        return 404, {}, b""

    def close(self) -> None:
        pass


@pytest.fixture
def archived(monkeypatch: pytest.MonkeyPatch) -> Recording:
    """The Wayback Machine as it was recorded, behind the real client."""
    memento = {"Memento-Datetime": "Sun, 01 Mar 2026 10:11:12 GMT", "Content-Type": "text/html",
               "X-Archive-Orig-Content-Type": "text/html; charset=utf-8"}  # fmt: skip
    lines = INDEX.format(salt=url("salt"), tolls=url("tolls")).encode()
    recording = Recording(
        {
            "/cdx/search/cdx": (200, {"Content-Type": "text/plain"}, lines),
            f"id_/{url('salt')}": (200, memento | {"Link": f'<{url("salt")}>; rel="original"'}, page("salt")),
            f"id_/{url('tolls')}": (200, memento | {"Link": f'<{url("tolls")}>; rel="original"'}, page("tolls")),
        }
    )

    def client(_: object) -> Any:
        session = wayback.WaybackSession(retries=0, search_calls_per_second=0, memento_calls_per_second=0)
        session.mount("https://", recording)
        return wayback.WaybackClient(session)

    monkeypatch.setattr(backfill, "_wayback_client", client)
    return recording


def test_captures_come_in_with_their_times_and_what_did_not_change_is_not_fetched(
    newskeep: Any, home: Path, archived: Recording
) -> None:
    ended = newskeep("import", "wayback", "https://news.example/*", "--json")
    assert ended.json["outcomes"] == {"new_story": 2}, ended.err
    assert ended.json["passed_over"] == {
        "captures that were the same as the one before": 2,
        "captures that are no answer with a page": 1,
        "pictures, scripts and other files": 1,
    }
    assert newskeep("show", url("salt"), "--json").json["first_seen_at"] == "2026-03-01T10:11:12Z"
    query = parse_qs(urlsplit(archived.asked[0]).query)
    assert query["url"] == ["https://news.example/*"]


def test_a_second_call_fetches_only_what_is_new(newskeep: Any, home: Path, archived: Recording) -> None:
    newskeep("import", "wayback", "https://news.example/*", "--limit", "1")
    before = len(archived.asked)
    ended = newskeep("import", "wayback", "https://news.example/*", "--json").json
    assert ended["outcomes"] == {"new_story": 1}
    assert ended["passed_over"]["captures that are in the archive already"] == 1
    assert [asked for asked in archived.asked[before:] if "id_/" in asked] == [
        asked for asked in archived.asked[before:] if url("tolls") in asked and "id_/" in asked
    ]


def test_a_failing_archive_is_one_line(newskeep: Any, home: Path, archived: Recording) -> None:
    archived.answers.clear()
    ended = newskeep("import", "wayback", "https://news.example/*", "--json")
    assert ended.code == 1
    assert len(ended.err.strip().splitlines()) == 1


@pytest.fixture
def crawled(monkeypatch: pytest.MonkeyPatch) -> Recording:
    """A month of CC-NEWS as it was recorded: two files."""
    paths = "crawl-data/CC-NEWS/2026/10/CC-NEWS-2.warc.gz\ncrawl-data/CC-NEWS/2026/10/CC-NEWS-1.warc.gz\n"
    other = ("https://elsewhere.example/a", 200, HTML, page("elsewhere"))
    recording = Recording(
        {
            "2026/10/warc.paths.gz": (200, {}, gzip.compress(paths.encode())),
            "CC-NEWS-1.warc.gz": (200, {}, warc((url("salt"), 200, HTML, page("salt")), other)),
            "CC-NEWS-2.warc.gz": (200, {}, warc((url("tolls"), 200, HTML, page("tolls")))),
        }
    )

    def session(_: object) -> requests.Session:
        made = requests.Session()
        made.mount("https://", recording)
        return made

    monkeypatch.setattr(backfill, "_session", session)
    return recording


def test_a_month_of_cc_news_for_the_domains_that_are_named(newskeep: Any, home: Path, crawled: Recording) -> None:
    ended = newskeep("import", "ccnews", "2026-10", "--host", "www.news.example", "--json")
    assert ended.json["outcomes"] == {"new_story": 2}
    assert ended.json["passed_over"] == {"pages of other sites": 1}
    assert [asked.rpartition("/")[2] for asked in crawled.asked] == [
        "warc.paths.gz", "CC-NEWS-1.warc.gz", "CC-NEWS-2.warc.gz",
    ]  # fmt: skip
    assert not (home / "ccnews").exists()


def test_a_file_that_broke_off_is_fetched_on_from_there(tmp_path: Path, crawled: Recording) -> None:
    whole = crawled.answers["CC-NEWS-1.warc.gz"][2]
    (tmp_path / "CC-NEWS-1.warc.gz.partial").write_bytes(whole[:100])
    fetched = fetch_file(backfill._session(None), "crawl-data/CC-NEWS/2026/10/CC-NEWS-1.warc.gz", tmp_path)
    assert fetched.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["CC-NEWS-1.warc.gz"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("2026-13", "--host", "a.example"), "is no month"),
        (("2026-10",), "no source is followed"),
        (("2026-11", "--host", "a.example"), "the list of 2026-11 cannot be had"),
    ],
)
def test_what_cannot_be_is_a_usage_error(
    newskeep: Any, home: Path, crawled: Recording, arguments: tuple[str, ...], says: str
) -> None:
    ended = newskeep("import", "ccnews", *arguments)
    assert (ended.code, says in ended.err) == (2, True)
