"""What holds for every page: headers, JSON, errors, permission; and Datasette's own pages beside ours."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time

import pytest
from datasette.app import Datasette

from reading.readers import Readers, TooSlowError
from reading.routes import ROUTES, navigation
from tests.reading.conftest import open_room

PAGES = [path for _, path in navigation()]


@pytest.mark.parametrize(
    "path", [*PAGES, "/front.json", "/nowhere", "/-/newskeep/reading.css", "/news", "/news/stories"]
)
def test_every_answer_has_the_headers(room, path):
    headers = room.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert ("unsafe-inline" in policy) is path.startswith("/news"), "Datasette's own pages alone have styles within"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_script_or_style_within(room, path):
    html = room.page(path)
    assert "<style" not in html
    assert " style=" not in html
    assert html.count("<script") == html.count("<script src=")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_written_through_a_page(room, method):
    assert room.request(method, "/front.json").status_code in (403, 405)


def test_an_address_that_is_none_is_a_page_and_json(room):
    assert "Not here" in room.page("/stories-of-old/1/2/3/4", status=404)
    answer = room.get("/nowhere.json")
    assert (answer.status_code, answer.json()["ok"]) == (404, False)


@pytest.mark.parametrize("query", ["cursor=x", "day=yesterday", "day=9999-12-31", "cursor=~"])
def test_what_cannot_be_understood_is_said(room, query):
    answer = room.get(f"/front.json?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_pages_obey_datasettes_permissions(demo_home, runner):
    closed = open_room(demo_home, runner, metadata={"allow": {"id": "editor"}})
    for path in (*PAGES, "/front.json", "/news"):
        assert closed.get(path).status_code == 403, path
    cookies = {"ds_actor": closed.datasette.sign({"a": {"id": "editor"}}, "actor")}
    assert closed.get("/", cookies=cookies).status_code == 200


def test_datasettes_pages_are_there_with_our_titles(room):
    assert "What was changed after publication" in room.page("/news")
    assert room.json("/news/stories.json?_size=1")["rows"]
    assert room.page("/news/stories?_search=lighthouse").count("<script>") == 0


def test_a_datasette_without_an_archive_is_left_alone(tmp_path, runner):
    sqlite3.connect(tmp_path / "news.db").execute("CREATE TABLE things (id INTEGER)").connection.close()
    datasette = Datasette([str(tmp_path / "news.db")])
    runner.run(datasette.invoke_startup())
    answer = runner.run(datasette.client.get("/"))
    assert answer.status_code == 200
    assert "content-security-policy" not in answer.headers


def test_plain_datasette_has_the_reading_room_too(demo_home):
    command = [sys.executable, "-m", "datasette", str(demo_home / "news.db"), "--get", "/front.json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=demo_home)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["stories"]


def test_an_asset_is_kept_by_browsers_under_its_digest_alone(room):
    html = room.page("/")
    address = html.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in room.get(address).headers["cache-control"]
    assert room.get(address.partition("?")[0]).headers["cache-control"] == "no-cache"
    assert room.get("/-/newskeep/..%2Fplugin.py").status_code in (302, 404)
    assert room.get("/-/newskeep/plugin.py").status_code == 404


def test_a_slow_question_is_broken_off(demo_home, runner):
    readers = Readers(demo_home, threads=1, time_limit_seconds=0.05)
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    begun = time.monotonic()
    with pytest.raises(TooSlowError, match="took more than"):
        runner.run(readers.read(lambda archive: archive.db.execute(slow).fetchone()))
    assert time.monotonic() - begun < 5
    assert runner.run(readers.read(lambda archive: archive.stories.count())) > 0


def test_the_readers_cannot_write(demo_home, runner):
    readers = Readers(demo_home, threads=1)
    with pytest.raises(Exception, match=r"readonly|query_only|cannot be written"):
        runner.run(readers.read(lambda archive: archive.db.execute("DELETE FROM stories")))


def test_every_route_is_tried_here_or_elsewhere():
    assert len({route.pattern for route in ROUTES}) == len(ROUTES)
