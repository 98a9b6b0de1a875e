"""Values on their way through Redis: pickled, since they are ours from end to end, and read back with a list in hand.

A pickle can name any function of the program that reads it, and whoever can write to Redis can write one. So only the
frozen values of the core and of the pipelines are let in by name, with enumerations and times; anything else is an
error, as is a value that another version of the program packed.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import io
import ipaddress
import pathlib
import pickle
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

import zstandard

from config_tables.version import program_version
from newskeep.errors import NewskeepError
from newskeep.extract.version import EXTRACTOR_VERSION

_ROOMS = ("newskeep", "pipelines", "storage", "config", "config_tables", "cluster")
_PLAIN: dict[tuple[str, str], type] = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (
        datetime, timedelta, timezone, frozenset, set, ipaddress.IPv4Network, ipaddress.IPv6Network,
        pathlib.PurePosixPath, pathlib.PosixPath, pathlib.WindowsPath,
    )
}  # fmt: skip
_LEVEL = 1
# No page is larger than Scrapy takes (10 MiB by default, a hundred by choice), nor is what was read from it.
_MOST_BYTES = 512 * 1024 * 1024


class CodecError(NewskeepError):
    """A value that cannot be read: damaged, of another version, or naming what may not be named."""


def encode(value: object) -> bytes:
    """Pack a value."""
    body = zstandard.ZstdCompressor(level=_LEVEL).compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
    return b"%s\n%s" % (stamp(), body)


def decode(data: bytes) -> Any:
    """Unpack a value. Raises CodecError."""
    version, _, body = data.partition(b"\n")
    if version != stamp():
        mine = stamp().decode()
        raise CodecError(f"packed by newskeep {version[:60].decode('ascii', 'replace')}, this is {mine}")
    try:
        packed = zstandard.ZstdDecompressor().decompress(body, max_output_size=_MOST_BYTES)
        return _Reader(io.BytesIO(packed)).load()
    except CodecError:
        raise
    except Exception as error:
        # A damaged pickle can raise anything at all; what it names is held to the list all the same.
        raise CodecError(f"cannot be read: {type(error).__name__}: {error}"[:300]) from error


@lru_cache(maxsize=1)
def stamp() -> bytes:
    """The version that all parts of a cluster must share: of the program, and of what it reads out of pages."""
    return f"{program_version()} extractor {EXTRACTOR_VERSION}".encode("ascii")


class _Reader(pickle.Unpickler):
    """Reads what the list lets in."""

    def find_class(self, module: str, name: str) -> Any:
        return _allowed(module, name)


@lru_cache(maxsize=512)
def _allowed(module: str, name: str) -> Any:
    plain = _PLAIN.get((module, name))
    if plain is not None:
        return plain
    if module.partition(".")[0] in _ROOMS and "." not in name:
        found = getattr(importlib.import_module(module), name, None)
        if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, enum.Enum)):
            return found
    raise CodecError(f"{module}.{name} is no value of newskeep")
