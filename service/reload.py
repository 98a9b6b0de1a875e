"""The owner's files, watched: what changes in `newskeep.toml` and `sources/` takes effect without a restart.

A file that cannot be read is told, and everything stays as it was until it can: a slip while editing stops nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config import CONFIG_NAME, Config, source_paths
from newskeep.alarms import AlarmKind, Finding
from newskeep.errors import ConfigError
from newskeep.model import Source

logger = logging.getLogger(__name__)

_Signature = tuple[tuple[str, int, int], ...]
_NEED_A_RESTART = ("extract", "monitor")


@dataclass(slots=True, kw_only=True)
class Reloader:
    """Reads the files again when they changed, and hands over what they say by `apply`."""

    config: Config
    clock: Callable[[], datetime]
    apply: Callable[[Config, Sequence[Source]], Awaitable[None]]
    trouble: Finding | None = None
    _read: _Signature = field(init=False)
    _seen: _Signature = field(init=False)

    def __post_init__(self) -> None:
        self._read = self._seen = _signature(self.config.home)

    def troubles(self) -> tuple[Finding, ...]:
        """What cannot be read at present."""
        return () if self.trouble is None else (self.trouble,)

    async def do(self, *, is_asked: bool = False) -> bool:
        """Read the files where they changed, or (`is_asked`) in any case; True where what they say now holds."""
        found, before = _signature(self.config.home), self._seen
        self._seen = found
        # What changed since the last look may be half written: it is read when it has stayed the same for one.
        if not is_asked and (found == self._read or found != before):
            return False
        self._read = found
        try:
            config, sources = await asyncio.to_thread(_load, self.config.home)
        except ConfigError as error:
            self._complain(error)
            return False
        self.trouble = None
        for name in _NEED_A_RESTART:
            if getattr(config, name) != getattr(self.config, name):
                logger.warning("configuration needs a restart table=[%s]", name)
        self.config = config
        await self.apply(config, sources)
        enabled = sum(source.enabled for source in sources)
        logger.info("configuration read anew sources=%d enabled=%d", len(sources), enabled)
        return True

    def _complain(self, error: ConfigError) -> None:
        logger.error("configuration cannot be read, what it said before holds error=%s", error)
        self.trouble = Finding(
            kind=AlarmKind.CONFIGURATION,
            source=None,
            subject=error.path.name,
            began_at=self.clock(),
            summary=f"{error}; what it said before still holds",
        )


def _load(home: Path) -> tuple[Config, tuple[Source, ...]]:
    config = Config.load(home, {})
    return config, config.sources()


def _signature(home: Path) -> _Signature:
    """What tells whether the files changed: their names, times and sizes."""
    found = []
    for path in (home / CONFIG_NAME, *source_paths(home)):
        try:
            stat = path.stat()
        except OSError:
            continue  # it went between the two looks
        found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)
