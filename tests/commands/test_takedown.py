"""A story that was taken down does not come back by the way it came."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.commands.conftest import Newskeep, story_page

URL = "https://post.example/ferry"
TEXT = (
    "Ferry crews in the northern ports walked out at dawn, and the morning boats to the islands stayed in harbour.",
    "The owners called the walkout unlawful and asked a court to end it before the weekend brings its crowds.",
)


def test_it_ends_as_taken_down_and_nothing_of_it_is_kept(
    home: Path, newskeep: Newskeep, saved: Callable[..., Path]
) -> None:
    page = story_page("Ferry crews walk out", *TEXT)
    assert newskeep("import", str(saved({"url": URL, "page": page}))).code == 0
    assert newskeep("prune", "--story", URL, "--reason", "court order", "--yes").code == 0
    changed = page.replace("at dawn", "at noon")
    again = newskeep("import", str(saved({"url": URL, "page": changed})), "--json")
    assert (again.code, again.json["outcomes"]) == (0, {"taken_down": 1})
    with closing(sqlite3.connect(home / "captures.db")) as captures:
        assert captures.execute("SELECT DISTINCT coding, length(body) FROM payloads").fetchall() == [("taken_down", 0)]
    assert newskeep("search", "ferry").code == 1
    assert newskeep("verify").code == 0
