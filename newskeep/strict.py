"""Reading what an owner wrote in TOML, strictly: an unknown key, a wrong type or a bad value is an error with a place.

`StrictTable` is asked for each key it may have and then told that this was all. What the keys mean is known to
`newskeep.sources` and `config`; the files themselves are read and written elsewhere.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from decimal import Decimal
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TypeVar

from newskeep.errors import ConfigError

T = TypeVar("T")

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNIT_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB)")
_UNIT_BYTES = {"GiB": 1024**3, "MiB": 1024**2, "KiB": 1024, "B": 1}
_TYPE_NAMES = {
    str: "a text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list in [ ]",
    dict: "a table",
}


class StrictTable:
    """One table of a TOML document. Every method that reads a key raises `error` where its value does not fit.

    `where` is the table's own dotted key, empty for the document; entries of a list count from 1: `listings[2]`.
    """

    def __init__(
        self, values: dict[str, object], *, path: Path, where: str = "", error: type[ConfigError] = ConfigError
    ) -> None:
        self._values, self._path, self._where, self._error = values, path, where, error
        self._known: list[str] = []

    def key(self, name: str) -> str:
        """Give the dotted key of one of this table's keys."""
        return f"{self._where}.{name}" if self._where else name

    def problem(self, message: str, name: str | None = None) -> ConfigError:
        """Make the error for one of this table's keys; for the table itself where `name` is None."""
        return self._error(message, path=self._path, key=(self._where or None) if name is None else self.key(name))

    def text(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Read a text by `parse`, whose ValueError says what is wrong; None where the key is absent."""
        value = self._typed(name, str)
        if value is None:
            return None
        if not value.strip():
            raise self.problem("is empty; write a value or leave the key out", name)
        return self._parsed(value, name, parse)

    def required_text(self, name: str, parse: Callable[[str], T]) -> T:
        """Read a text that must be there."""
        value = self.text(name, parse)
        if value is None:
            raise self.problem("is missing", name)
        return value

    def texts(self, name: str, parse: Callable[[str], T]) -> tuple[T, ...] | None:
        """Read a list of texts, each by `parse`; None where the key is absent."""
        values = self._typed(name, list)
        if values is None:
            return None
        found: list[T] = []
        for position, value in enumerate(values, 1):
            one = f"{name}[{position}]"
            if not isinstance(value, str) or not value.strip():
                raise self.problem(f"is {_printed(value)}, but should be {_TYPE_NAMES[str]}", one)
            found.append(self._parsed(value, one, parse))
        return tuple(found)

    def flag(self, name: str) -> bool | None:
        """Read true or false; None where the key is absent."""
        return self._typed(name, bool)

    def integer(self, name: str, *, least: int, most: int) -> int | None:
        """Read a whole number within bounds; None where the key is absent."""
        value = self._typed(name, int)
        if value is not None and not least <= value <= most:
            raise self.problem(f"is {value}, but should be from {least} to {most}", name)
        return value

    def share(self, name: str) -> float | None:
        """Read a number from 0 to 1; None where the key is absent."""
        whole = isinstance(self._values.get(name), int)
        value = self._typed(name, int) if whole else self._typed(name, float)
        if value is not None and not 0 <= value <= 1:
            raise self.problem(f"is {value}, but should be from 0 to 1", name)
        return None if value is None else float(value)

    def seconds(self, name: str, *, least: float, most: float) -> float | None:
        """Read a duration such as `15 m` within bounds; None where the key is absent."""
        value = self.text(name, parse_duration)
        if value is None or least <= value <= most:
            return value
        raise self.problem(f"should be from {format_duration(least)} to {format_duration(most)}", name)

    def whole_seconds(self, name: str, *, least: int, most: int) -> int | None:
        """Read a duration of whole seconds within bounds; None where the key is absent."""
        value = self.seconds(name, least=least, most=most)
        if value is not None and value != int(value):
            raise self.problem("should be a whole number of seconds", name)
        return None if value is None else int(value)

    def size(self, name: str, *, least: int, most: int) -> int | None:
        """Read a size such as `10 MiB` within bounds, in bytes; None where the key is absent."""
        value = self.text(name, parse_size)
        if value is None or least <= value <= most:
            return value
        raise self.problem(f"should be from {format_size(least)} to {format_size(most)}", name)

    def table(self, name: str) -> StrictTable:
        """Open a table inside this one; an absent one is empty."""
        return self._inner(self._typed(name, dict) or {}, name)

    def tables(self, name: str) -> tuple[StrictTable, ...]:
        """Open the tables of a list, `[[name]]`; none where the key is absent."""
        values = self._typed(name, list) or []
        for position, value in enumerate(values, 1):
            if not isinstance(value, dict):
                raise self.problem(f"is {_printed(value)}, but should be a table", f"{name}[{position}]")
        return tuple(self._inner(value, f"{name}[{position}]") for position, value in enumerate(values, 1))

    def named_texts(self, name: str, parse: Callable[[str, str], T]) -> tuple[T, ...]:
        """Read a table whose keys are the owner's own, in their order; `parse` gets key and text."""
        inner = self.table(name)
        return tuple(inner.required_text(key, partial(parse, key)) for key in inner._values)

    def finish(self) -> None:
        """Raise for the first key that nobody asked for, with the nearest one that exists."""
        for name in self._values:
            if name not in self._known:
                raise self.problem(f"is no key here{suggestion(name, self._known)}", name)

    def _inner(self, values: dict[str, object], name: str) -> StrictTable:
        return StrictTable(values, path=self._path, where=self.key(name), error=self._error)

    def _typed(self, name: str, kind: type[T]) -> T | None:
        if name not in self._known:
            self._known.append(name)
        if name not in self._values:
            return None
        value = self._values[name]
        # In Python true is a whole number; in TOML it is not.
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        raise self.problem(f"is {_printed(value)}, but should be {_TYPE_NAMES[kind]}", name)

    def _parsed(self, value: str, name: str, parse: Callable[[str], T]) -> T:
        try:
            return parse(value)
        except ValueError as error:
            raise self.problem(str(error), name) from error


def read_toml(text: str, *, path: Path, error: type[ConfigError] = ConfigError) -> StrictTable:
    """Open a TOML document for strict reading.

    Raises:
        ConfigError: (or `error`) the text is no TOML; the message has line and column.
    """
    try:
        return StrictTable(tomllib.loads(text), path=path, error=error)
    except tomllib.TOMLDecodeError as fault:
        raise error(f"is not valid TOML: {fault}", path=path) from fault
    except RecursionError as fault:
        raise error("is not valid TOML: nested too deeply", path=path) from fault


def suggestion(name: str, known: Iterable[str]) -> str:
    """Give the end of a sentence about an unknown name: the nearest known one, else all of them."""
    names = list(known)
    # difflib's own cutoff: a key that is merely of the same length is no help.
    nearest = get_close_matches(name, names, n=1)
    if nearest:
        return f"; did you mean {nearest[0]}?"
    return f"; known are {', '.join(names)}" if names else ""


def one_of(kind: Iterable[str]) -> Callable[[str], str]:
    """Make a parser that takes one of some words (the members of a StrEnum, say), and nothing else."""
    words = [str(word) for word in kind]

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"{_printed(text)} is not known{suggestion(text, words)}")
        return text

    return parse


def parse_duration(text: str) -> float:
    """Read `90 s`, `15 m`, `2 h` or `1 d` as seconds; ValueError says how to write one."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'{_printed(text)} is no duration; write it like "90 s", "15 m", "2 h" or "1 d"')
    return float(found[1]) * _UNIT_SECONDS[found[2]]


def format_duration(seconds: float) -> str:
    """Write seconds in the largest unit that leaves a whole number: 900 gives `15 m`."""
    for unit, length in _UNIT_SECONDS.items():
        if seconds >= length and seconds % length == 0:
            return f"{int(seconds // length)} {unit}"
    return f"{Decimal(str(seconds)):f} s"


def parse_size(text: str) -> int:
    """Read `10 MiB` or `512 KiB` as bytes; ValueError says how to write one."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'{_printed(text)} is no size; write it like "512 KiB" or "10 MiB"')
    return int(float(found[1]) * _UNIT_BYTES[found[2]])


def format_size(size_bytes: int) -> str:
    """Write bytes in the largest unit that leaves a whole number: 10485760 gives `10 MiB`."""
    unit, length = next((unit, length) for unit, length in _UNIT_BYTES.items() if size_bytes % length == 0)
    return f"{size_bytes // length} {unit}"


def quoted(text: str) -> str:
    """Write a text as TOML, without escapes where it can be: expressions are easier to read so."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    # A JSON string is a TOML string, but for one control character that TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _printed(value: object) -> str:
    """A value as the owner wrote it, or nearly, cut where it is long."""
    text = quoted(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "…"
