"""The MCP server, asked by the library's own client over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult

from reading.mcp_server import MOST_CHARACTERS, NOTICE
from storage.archive import Archive
from tests.reading.made import HOSTILE
from tests.storage.builders import BRIDGE, FERRY, draft, take_story

ROOT = Path(__file__).resolve().parents[2]
TOOLS = {"search", "show", "diff", "sources", "promotion", "copies"}


def server(home: Path) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "cli", "--home", str(home), "serve", "--mcp"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
    )


def talk(home: Path, work: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    """Start a server, talk with it, and end it."""

    async def run() -> Any:
        async with asyncio.timeout(60):
            async with Client(server(home)) as client:
                return await work(client)

    return asyncio.run(run())


def call(home: Path, *asked: tuple[str, dict[str, Any]]) -> list[CallToolResult]:
    async def work(client: Client) -> list[CallToolResult]:
        return [await client.call_tool(name, arguments) for name, arguments in asked]

    found = talk(home, work)
    assert isinstance(found, list)
    return found


def data(answer: CallToolResult) -> dict[str, Any]:
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    assert answer.structured_content["notice"] == NOTICE
    return answer.structured_content


def test_it_says_what_it_is_and_that_its_tools_only_read(made_home):
    async def work(client: Client) -> Any:
        return client.instructions, (await client.list_tools()).tools

    instructions, tools = talk(made_home, work)
    assert NOTICE in instructions
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        hints = tool.annotations
        assert (hints.read_only_hint, hints.destructive_hint, hints.open_world_hint) == (True, False, False), tool.name
        assert tool.description
        assert tool.input_schema["type"] == "object"


def test_a_story_is_searched_and_read_with_its_words_apart(made_home):
    searched, shown = call(made_home, ("search", {"query": "walked dawn"}), ("show", {"story": FERRY}))
    (hit,) = data(searched)["stories"]
    assert hit["untrusted"]["headline"] == "Ferry crews walk out"
    assert "[[dawn]]" in hit["untrusted"]["snippet"]
    story = data(shown)
    assert (story["story_id"], story["revision"], story["is_current"]) == (hit["story_id"], 1, True)
    assert story["untrusted"]["text"].startswith("Ferry crews in the northern ports")
    assert story["next_offset"] is None


def words_of_publishers(value: Any, *, quoted: bool = False) -> list[tuple[str, bool]]:
    """Every text of an answer, and whether it stands under `untrusted`."""
    if isinstance(value, dict):
        return [
            one
            for name, inner in value.items()
            for one in words_of_publishers(inner, quoted=quoted or name == "untrusted")
        ]
    if isinstance(value, list):
        return [one for inner in value for one in words_of_publishers(inner, quoted=quoted)]
    return [(value, quoted)] if isinstance(value, str) else []


def test_what_a_publisher_wrote_stands_under_untrusted_in_every_answer(made_home):
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("search", {"query": "bridge"}),
        ("show", {"story": BRIDGE}),
        ("diff", {"story": f"{BRIDGE}/2"}),
        ("sources", {}),
        ("sources", {"source": "post"}),
        ("promotion", {"until": "2026-11-23"}),
        ("copies", {"story": BRIDGE}),
    )
    before = (made_home / "news.db").read_bytes()
    answers = call(made_home, *asked)
    assert (made_home / "news.db").read_bytes() == before
    for (name, _), answer in zip(asked, answers, strict=True):
        texts = words_of_publishers(data(answer))
        assert any(quoted for _, quoted in texts), name
        loose = [text for text, quoted in texts if not quoted and text != NOTICE]
        assert [text for text in loose if "script" in text or "http" in text or " " in text.strip()] == [], name
        assert not any("\u202e" in text for text, _ in texts), name
        if name == "show":
            assert data(answer)["untrusted"]["headline"] == HOSTILE.replace("\u202e", "")


def test_changes_promotions_sources_and_copies(made_home, bridge):
    changed, promoted, sources, source, copies = call(
        made_home,
        ("diff", {"story": f"{BRIDGE}/2"}),
        ("promotion", {"until": "2026-11-23", "days": 2}),
        ("sources", {}),
        ("sources", {"source": "post"}),
        ("copies", {"story": str(bridge)}),
    )
    (headline, text) = data(changed)["untrusted"]["changes"]
    assert (headline["field"], headline["text"]) == ("headline", "{+Copied, changed+}[-Copied-]") or "{+" in headline[
        "text"
    ]
    assert "{+A new sentence that was not there before.+}" in text["text"]
    assert data(promoted)["stories"][0]["story_id"] == bridge
    assert [one["slug"] for one in data(sources)["sources"]] == ["post", "zenith"]
    assert data(source)["listings"][0]["failures"] == 3
    assert (data(copies)["count"], data(copies)["had_it_first"]) == (2, bridge)


REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("show", {"story": "999"}, "999"),
    ("show", {"story": BRIDGE, "revision": 9}, "has no revision 9"),
    ("diff", {"story": FERRY}, "no revision before"),
    ("sources", {"source": "nowhere"}, "no source nowhere"),
    ("search", {"query": '"'}, "there is no word"),
    ("search", {"query": "x", "limit": 5000}, "limit"),
    ("promotion", {"until": "soon"}, "until should be a day"),
    ("promotion", {"place": "moon"}, "place"),
    ("copies", {"story": FERRY}, "no other"),
)


def test_what_cannot_be_answered_is_said(made_home):
    answers = call(made_home, *((tool, arguments) for tool, arguments, _ in REFUSED))
    for (tool, arguments, says), answer in zip(REFUSED, answers, strict=True):
        assert answer.is_error, (tool, arguments)
        assert says in str(answer.content), (tool, arguments, answer.content)


def test_a_long_text_comes_in_parts(tmp_path):
    text = tuple(f"Paragraph {number} of a story that goes on and on." for number in range(2000))
    with Archive(tmp_path) as archive:
        take_story(archive, main=draft(text=text))

    async def read(client: Client) -> list[str]:
        parts, offset = [], 0
        while offset is not None:
            found = data(await client.call_tool("show", {"story": BRIDGE, "offset": offset}))
            parts.append(found["untrusted"]["text"])
            offset = found["next_offset"]
        return parts

    parts = talk(tmp_path, read)
    assert len(parts[0]) == MOST_CHARACTERS
    assert "".join(parts) == "\n\n".join(text)
