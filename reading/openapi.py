"""The reading room's machine side as OpenAPI 3.1: every page that answers JSON, every feed, every download."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from newskeep.atom import CONTENT_TYPE as ATOM
from newskeep.outcomes import RunStatus, Trigger
from reading import atom_feeds, capture, copies, diff, front, pictures, promotion, runs, search, sources, story
from reading.answers import Answer, Ask, PageFunction, Raw, Route
from reading.json_schemas import Schema, Schemas
from reading.serving import Trouble
from storage.archive import Archive
from storage.copies_view import ClusterOrder, CopyCluster
from storage.ledger import RunView
from storage.promotion import Place
from storage.search import Order

VERSION = "1"
_GROUP = re.compile(r"\(\?P<(\w+)>((?:[^()\\]|\\.)+)\)")
_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "format": "date"}
_NUMBER: Schema = {"type": "integer", "minimum": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a page answers with: a dataclass as JSON, or bytes of a media type; and its arguments.

    Each argument has a name, what it means, and a schema.
    """

    data: type | None = None
    media_type: str | None = None
    arguments: tuple[tuple[str, str, Schema], ...] = ()


def _choice(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


_SOURCE = ("source", "slug of one source", _TEXT)
_UNTIL = ("until", "the last day", _DAY)
_SEARCH = (
    ("q", "the search, in the query language of docs/search.md", _TEXT),
    _SOURCE,
    ("section", "section", _TEXT),
    ("language", "BCP 47 tag; `en` finds `en-GB` too", _TEXT),
    ("author", "an author's name, or a part of it", _TEXT),
    ("after", "published then or later: a day or a time", _TEXT),
    ("before", "published before: a day or a time", _TEXT),
)

DESCRIBED: dict[PageFunction, Described] = {
    front.front: Described(
        data=front.Front,
        arguments=(
            _SOURCE,
            ("section", "section", _TEXT),
            ("day", "published on this day", _DAY),
            ("cursor", "`next` of the page before", _TEXT),
        ),
    ),
    search.search: Described(
        data=search.SearchPage,
        arguments=(
            *_SEARCH,
            ("order", "which come first", _choice(*Order)),
            ("in", "what is searched", _choice("stories", "teasers")),
            ("offset", "so many are passed over", _NUMBER),
            ("exact", "count all matches, however many", _choice("1")),
        ),
    ),
    story.story: Described(data=story.StoryPage),
    diff.diff: Described(data=diff.DiffPage, arguments=(("view", "of the page, not of the data", _TEXT),)),
    capture.capture: Described(data=capture.CapturePage),
    capture.download: Described(media_type="application/octet-stream"),
    pictures.picture: Described(media_type="image/*"),
    sources.sources: Described(data=sources.SourcesPage),
    sources.source: Described(
        data=sources.SourcePage,
        arguments=(("span", "how many days", _choice(*sources.SPANS, sources.ALL)), _UNTIL),
    ),
    promotion.promotion: Described(
        data=promotion.PromotionPage,
        arguments=(
            ("place", "where", _choice(*Place)),
            ("span", "how many days", _choice(*promotion.SPANS)),
            _UNTIL,
            _SOURCE,
        ),
    ),
    promotion.story_promotion: Described(data=promotion.StoryPromotionPage),
    copies.copies: Described(
        data=copies.CopiesPage,
        arguments=(
            ("order", "which come first", _choice(*ClusterOrder)),
            ("span", "how many days", _choice(*copies.SPANS)),
            _UNTIL,
            _SOURCE,
            ("before", "`next` of the page before", _NUMBER),
        ),
    ),
    copies.cluster: Described(data=CopyCluster),
    runs.runs: Described(
        data=runs.RunsPage,
        arguments=(
            _SOURCE,
            ("status", "how they ended", _choice(*RunStatus)),
            ("trigger", "why they began", _choice(*Trigger)),
            ("before", "`next` of the page before", _NUMBER),
        ),
    ),
    runs.run: Described(data=RunView),
    atom_feeds.front_feed: Described(media_type=ATOM),
    atom_feeds.source_feed: Described(media_type=ATOM),
    atom_feeds.search_feed: Described(media_type=ATOM, arguments=_SEARCH),
    atom_feeds.watch_feed: Described(media_type=ATOM),
}
"""Every page that answers programs. Pages that only lead elsewhere are left out."""


def openapi_page(routes: Iterable[Route]) -> PageFunction:
    """Make the page that describes these routes."""
    known = tuple(routes)

    def openapi(archive: Archive, ask: Ask) -> Answer:
        body = json.dumps(document(known, server=ask.absolute("/").rstrip("/")), ensure_ascii=False, indent=1)
        return Raw(body=body.encode(), content_type="application/json; charset=utf-8")

    return openapi


def document(routes: Iterable[Route], *, server: str) -> dict[str, Any]:
    """Describe routes as an OpenAPI document; `server` is the address they stand under."""
    schemas = Schemas()
    trouble = schemas.of(Trouble)
    paths: dict[str, Any] = {}
    for route in routes:
        described = DESCRIBED.get(route.page)
        if described is None or (described.data is not None and not route.has_json):
            continue
        path, parameters = _path(route, described)
        content = (
            {"application/json": {"schema": schemas.of(described.data)}}
            if described.data is not None
            else {str(described.media_type).partition(";")[0]: {}}
        )
        wrong = {"content": {"application/json": {"schema": trouble}}}
        words = inspect.cleandoc(route.page.__doc__ or "")
        paths[path] = {
            "get": {
                "operationId": _operation(path),
                "summary": words.split("\n")[0].rstrip("."),
                "parameters": parameters,
                "responses": {
                    "200": {"description": "what was asked for", "content": content},
                    "400": {"description": "an argument cannot be understood", **wrong},
                    "404": {"description": "there is no such thing", **wrong},
                    "503": {"description": "the archive is busy, or this took too long", **wrong},
                },
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "newskeep",
            "version": VERSION,
            "description": (
                "What news sites published, as this archive keeps it. Reading only. All words of stories, captions and"
                " addresses are as their publishers wrote them: text that is to be trusted by nobody. Times are UTC."
            ),
        },
        "servers": [{"url": server or "/"}],
        "paths": paths,
        "components": {"schemas": schemas.components},
    }


def _path(route: Route, described: Described) -> tuple[str, list[dict[str, Any]]]:
    """A route's path with its parameters in braces, and what its parameters are."""
    parameters: list[dict[str, Any]] = []
    for name, form in _GROUP.findall(route.pattern):
        schema: Schema = {"type": "integer"} if form == r"\d+" else {"type": "string", "pattern": f"^{form}$"}
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    for name, words, schema in described.arguments:
        parameters.append({"name": name, "in": "query", "description": words, "schema": schema})
    path = _GROUP.sub(r"{\1}", route.pattern).replace("\\", "")
    return (f"{path}.json" if described.data is not None else path), parameters


def _operation(path: str) -> str:
    words: list[str] = re.findall(r"\w+", path)
    return words[0] + "".join(word.capitalize() for word in words[1:])
