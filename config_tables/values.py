"""What the tables' keys have in common: defaults, and values that are checked."""

from __future__ import annotations

from typing import TypeVar

from newskeep.strict import format_duration, quoted

T = TypeVar("T")

MIB = 1024 * 1024


def setting(key: str, value: object, comment: str) -> str:
    """A key with its default, commented out, and what it does."""
    return f"{f'# {key} = {value}':<36}# {comment}"


def either(value: T | None, default: T) -> T:
    """What was written, or the default."""
    return default if value is None else value


def duration(seconds: float) -> str:
    """A duration as it is written in the file."""
    return quoted(format_duration(seconds))


def printable(text: str) -> str:
    """Text that can stand in a header; raises ValueError."""
    if not (text.isascii() and text.isprintable()):
        raise ValueError("should be plain ASCII on one line: it is sent in a header")
    return text.strip()


def web_address(text: str) -> str:
    """A web address; raises ValueError."""
    if not printable(text).startswith(("http://", "https://")):
        raise ValueError(f"{quoted(text)} is no web address; it begins with https:// or http://")
    return printable(text)
