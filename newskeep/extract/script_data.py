"""The data objects that a page's scripts carry: JSON in `script` elements, objects and JSON strings assigned to a name.

Frameworks leave the state of a page there, so that a browser can go on from it. Three of their notations are undone:
JSON inside a string (`JSON.parse("…")`), lists whose numbers point into themselves (Nuxt), and texts that are pushed
one after the other, each line of them an object (Next.js). Bounded: so many characters are parsed, and no more.
Programs are never run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from newskeep.extract.tree import Page

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_MOST_CHARACTERS = 3_000_000
_MOST_VALUES = 50_000
_DEEPEST = 60
_DECODER = json.JSONDecoder()
_NAME = (
    r"\s*(?:window\.|self\.|globalThis\.|var |let |const )?[A-Za-z_$][\w$.]{0,60}(?:\[[\"'][\w-]{1,60}[\"']\])?\s*=\s*"
)
_ASSIGNED = re.compile(rf"{_NAME}(?=[\[{{])")
_PARSED = re.compile(rf"{_NAME}JSON\.parse\(\s*(?=\")")
_PUSHED = re.compile(r"\s*(?:\(?self|window)\.?[\w.]{0,20}__next_f[^\[]{0,60}\.push\(\s*(?=\[)")
_ROW = re.compile(r"([0-9a-f]{1,6}):(?:T([0-9a-f]{1,6}),|[A-Z]{0,2}(?=[\[{\"]))")


def script_objects(page: Page) -> Iterator[Json]:
    """Yield the values that a page's scripts hold as data, in page order."""
    left = _MOST_CHARACTERS
    pushed: list[str] = []
    for text in (*(script.text for script in page.json_scripts), *(script.text for script in page.scripts)):
        if len(text) > left:
            continue
        for value in _values(text):
            left -= len(text)
            part = _pushed_text(value)
            if part is not None:
                pushed.append(part)
            else:
                yield _revive(value) if _points_into_itself(value) else value
    if pushed:
        yield from _rows("".join(pushed))


def _values(text: str) -> Iterator[Json]:
    """What a script holds: itself as JSON, the object it assigns, the JSON in the string it parses, what it pushes."""
    if text[:1] in "[{":
        yield from _decoded(text)
        return
    for pattern in (_PUSHED, _ASSIGNED):
        match = pattern.match(text)
        if match is not None:
            yield from _decoded(text[match.end() :])
            return
    match = _PARSED.match(text)
    for inner in _decoded(text[match.end() :]) if match is not None else ():
        if isinstance(inner, str):
            yield from _decoded(inner)


def _decoded(text: str) -> Iterator[Json]:
    try:
        yield _DECODER.raw_decode(text)[0]
    except (ValueError, RecursionError):
        return


def _pushed_text(value: Json) -> str | None:
    """The piece of a stream in `[1, "…"]`; None for any other value."""
    if isinstance(value, list) and len(value) == 2 and value[0] == 1 and isinstance(value[1], str):
        return value[1]
    return None


def _rows(text: str) -> Iterator[Json]:
    """The lines of a stream: each has a number, and either an object or a text of stated length in bytes."""
    texts: dict[str, Json] = {}
    values: list[Json] = []
    at = 0
    for _ in range(_MOST_VALUES):
        match = _ROW.match(text, at)
        if match is None:
            at = text.find("\n", at) + 1
            if not at:
                break
        elif match[2] is not None:
            size = int(match[2], 16)
            held = (
                text[match.end() : match.end() + size].encode("utf-8", "surrogatepass")[:size].decode("utf-8", "ignore")
            )
            texts[f"${match[1]}"] = held
            at = match.end() + len(held)
        else:
            values.extend(_decoded(text[match.end() :]))
            at = match.end()
    for value in values:
        yield _with_texts(value, texts, 0) if texts else value


def _with_texts(value: Json, texts: dict[str, Json], depth: int) -> Json:
    """The value with the long texts that stand in lines of their own put in their places."""
    if isinstance(value, str):
        return texts.get(value, value)
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        return [_with_texts(one, texts, depth + 1) for one in value]
    if isinstance(value, dict):
        return {key: _with_texts(one, texts, depth + 1) for key, one in value.items()}
    return value


def _points_into_itself(value: Json) -> bool:
    """Is this a list in which objects hold the places of their values instead of the values?"""
    if not isinstance(value, list) or len(value) < 3 or not isinstance(value[0], (dict, list)):
        return False
    objects = [one for one in value[:200] if isinstance(one, dict)]
    return bool(objects) and all(isinstance(place, int) for one in objects for place in one.values())


def _revive(value: Json) -> Json:
    assert isinstance(value, list)
    left = _MOST_VALUES

    def held(place: Json, depth: int) -> Json:
        nonlocal left
        left -= 1
        if left < 0 or depth > _DEEPEST or not isinstance(place, int) or not 0 <= place < len(value):
            return None
        found = value[place]
        if isinstance(found, dict):
            return {key: held(one, depth + 1) for key, one in found.items()}
        if isinstance(found, list):
            # ["Reactive", 4] and its like wrap one value.
            if len(found) == 2 and isinstance(found[0], str):
                return held(found[1], depth + 1)
            return [held(one, depth + 1) for one in found]
        return found

    return held(0, 0)
