"""Each question is answered by Datasette, as page, JSON and CSV, and rightly where the archive is known."""

from __future__ import annotations

import csv
import io

import pytest

from reading.questions import queries

SPAN = "since=2026-11-01&until=2026-11-30&source="


def rows(reader, name: str, arguments: str) -> list[dict[str, object]]:
    answer = reader.get(f"/news/{name}.json?_shape=array&{arguments}")
    assert answer.status_code == 200, answer.text[:400]
    found = answer.json()
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("name", queries())
def test_every_question_is_answered_as_page_and_csv(made, name):
    arguments = f"{SPAN}&words=bridge&days="
    page = made.get(f"/news/{name}?{arguments}")
    assert page.status_code == 200
    assert queries()[name]["title"] in page.text
    assert "sql-error" not in page.text
    answer = made.get(f"/news/{name}.csv?{arguments}")
    assert answer.headers["content-type"].startswith("text/plain")
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(table) == len(rows(made, name, arguments))


def test_the_answers_are_right(made, bridge):
    (revised,) = rows(made, "revised_stories", SPAN)
    assert (revised["revision"], revised["headline"], revised["words_added"]) == (2, "Copied, changed", 9)
    (headline,) = rows(made, "changed_headlines", SPAN)
    assert (headline["headline_before"], headline["headline_after"]) == ("Copied", "Copied, changed")
    (promoted,) = rows(made, "most_promoted", SPAN)
    assert (promoted["story_id"], promoted["pages"]) == (bridge, 1)
    (front,) = rows(made, "on_fronts", SPAN)
    assert (front["story_id"], front["hours"]) == (bridge, 6.0)
    first, second = rows(made, "who_had_it_first", SPAN)
    assert (first["story_id"], first["place"], second["place"]) == (bridge, 1, 2)
    (run,) = rows(made, "failed_runs", SPAN)
    assert (run["run"], run["status"], run["missed_polls"]) == (1, "partial", 3)
    assert [one["outcome"] for one in rows(made, "trouble", "")] == ["timed_out"]
    assert [one["source"] for one in rows(made, "silent_sources", "days=-99999")] == ["zenith", "post"]
    assert [one["source"] for one in rows(made, "silent_sources", "days=99999")] == ["zenith"]


def test_a_span_or_a_source_without_anything_gives_nothing(made):
    for name in ("revised_stories", "most_promoted", "on_fronts", "who_had_it_first", "failed_runs", "stories_per_day"):
        assert rows(made, name, "since=2001-01-01&until=2001-12-31&source=") == [], name
        if name != "who_had_it_first":
            assert rows(made, name, "since=2026-11-01&until=2026-11-30&source=zenith") == [], name


def test_what_was_taken_off_its_address_is_found(room):
    found = rows(room, "deletions", "since=&until=&source=")
    assert [one["presence"] for one in found] == ["gone"]
