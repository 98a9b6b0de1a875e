"""`[log]` in `newskeep.toml`: what the service writes to standard error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from config_tables.values import setting
from newskeep.strict import StrictTable, one_of, quoted


class LogLevel(StrEnum):
    """How much the service says."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """For whom it is said: people or programs."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogConfig:
    """What the service writes to standard error."""

    level: LogLevel = LogLevel.INFO
    format: LogFormat = LogFormat.TEXT


def read(table: StrictTable) -> LogConfig:
    """Read the table; raises ConfigError where something in it is wrong."""
    default = LogConfig()
    config = LogConfig(
        level=LogLevel(table.text("level", one_of(LogLevel)) or default.level),
        format=LogFormat(table.text("format", one_of(LogFormat)) or default.format),
    )
    table.finish()
    return config


def lines() -> list[str]:
    """The table in a new home's file: every key with its default and what it does."""
    log = LogConfig()
    return [
        "[log]",
        setting("level", quoted(log.level), ", ".join(LogLevel)),
        setting("format", quoted(log.format), ", ".join(LogFormat)),
    ]
