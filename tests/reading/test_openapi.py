"""What is said of the machine side holds for what it answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from reading.json_schemas import Schemas
from reading.openapi import DESCRIBED
from reading.routes import ROUTES


@pytest.fixture(scope="module")
def described(room) -> dict[str, Any]:
    found = room.json("/openapi.json")
    assert isinstance(found, dict)
    return found


def check(described: dict[str, Any], path: str, data: Any, status: str = "200") -> None:
    schema = described["paths"][path]["get"]["responses"][status]["content"]["application/json"]["schema"]
    validator = Draft202012Validator(
        {**schema, "components": described["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    wrong = [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in validator.iter_errors(data)]
    assert wrong == [], path


def addresses(reader) -> list[tuple[str, str]]:
    """Paths as they are described, each with an address that has something at it."""
    story = reader.json("/front.json")["stories"][0]["story_id"]
    capture = reader.json(f"/stories/{story}.json")["revision"]["capture_id"]
    revised = next(one for one in reader.json("/front.json")["stories"] if one["revision_count"] > 1)["story_id"]
    slug = reader.json("/sources.json")["sources"][0]["slug"]
    given = [
        ("/front.json", "/front.json"),
        ("/search.json", "/search.json?q=the&exact=1"),
        ("/search.json", "/search.json?q=more&in=teasers"),
        ("/search.json", "/search.json"),
        ("/stories/{story}.json", f"/stories/{story}.json"),
        ("/stories/{story}/revisions/{revision}.json", f"/stories/{revised}/revisions/1.json"),
        ("/stories/{story}/diff/{a}/{b}.json", f"/stories/{revised}/diff/1/2.json"),
        ("/captures/{capture}.json", f"/captures/{capture}.json"),
        ("/sources.json", "/sources.json"),
        ("/sources/{slug}.json", f"/sources/{slug}.json"),
        ("/sources/{slug}.json", f"/sources/{slug}.json?span=all"),
        ("/promotion.json", "/promotion.json?until=2026-11-25"),
        ("/promotion.json", "/promotion.json?place=stories"),
        ("/stories/{story}/promotion.json", f"/stories/{story}/promotion.json"),
        ("/copies.json", "/copies.json"),
        ("/runs.json", "/runs.json"),
        ("/runs/{run}.json", "/runs/1.json"),
    ]
    clusters = reader.json("/copies.json")["clusters"]
    return [*given, *(("/copies/{story}.json", f"/copies/{one['cluster_id']}.json") for one in clusters)]


def test_it_is_openapi(described):
    validate(described)
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "http://localhost"}]


@pytest.mark.parametrize("archive", ["room", "made"])
def test_every_answer_is_as_described(described, archive, request):
    reader = request.getfixturevalue(archive)
    for path, address in addresses(reader):
        check(described, path, reader.json(address))


def test_every_path_that_answers_json_was_tried(described, made):
    tried = {path for path, _ in addresses(made)}
    assert {path for path in described["paths"] if path.endswith(".json")} == tried


def test_errors_are_as_described(described, room):
    for path, address, status in (
        ("/runs/{run}.json", "/runs/99999.json", 404),
        ("/runs.json", "/runs.json?status=lost", 400),
        ("/sources/{slug}.json", "/sources/nowhere.json", 404),
    ):
        answer = room.get(address)
        assert answer.status_code == status
        check(described, path, answer.json(), str(status))


def test_a_schema_that_is_wrong_would_be_seen(described, room):
    data = room.json("/sources.json")
    data["sources"][0]["stories"] = "many"
    with pytest.raises(AssertionError, match="not of type 'integer'"):
        check(described, "/sources.json", data)


def test_every_page_that_answers_programs_is_described():
    left_out = {route.pattern for route in ROUTES if route.page not in DESCRIBED}
    assert left_out == {r"/stories", r"/stories/(?P<story>\d+)/diff", r"/openapi\.json"}


def test_choices_are_those_that_pages_understand(described, room):
    """Each value that is described as a choice is answered, and one that is not is refused."""
    tried = 0
    for path, operation in described["paths"].items():
        for parameter in operation["get"]["parameters"]:
            values = parameter["schema"].get("enum", [])
            if "{" in path or not path.endswith(".json") or parameter["name"] in ("exact", "view"):
                continue
            for value in values:
                answer = room.get(f"{path}?q=the&{parameter['name']}={value}")
                assert answer.status_code == 200, (path, parameter["name"], value)
                tried += 1
            if values:
                assert room.get(f"{path}?q=the&{parameter['name']}=moon").status_code == 400, (path, parameter["name"])
    assert tried > 20


def test_a_type_without_a_schema_is_an_error():
    with pytest.raises(TypeError, match=re.escape("has no schema")):
        Schemas().of(bytes)
