"""`[extract]` in `newskeep.toml`: how pages are read."""

from __future__ import annotations

from dataclasses import dataclass

from config_tables.values import MIB, duration, either, setting
from newskeep.strict import StrictTable, format_size, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractConfig:
    """How pages are read: in so many processes, each page within so much time and memory."""

    workers: int = 2
    page_seconds: float = 20.0
    worker_memory_bytes: int = 512 * MIB


def read(table: StrictTable) -> ExtractConfig:
    """Read the table; raises ConfigError where something in it is wrong."""
    default = ExtractConfig()
    config = ExtractConfig(
        workers=either(table.integer("workers", least=1, most=64), default.workers),
        page_seconds=either(table.seconds("page_time", least=1, most=3_600), default.page_seconds),
        worker_memory_bytes=either(
            table.size("worker_memory", least=128 * MIB, most=65_536 * MIB), default.worker_memory_bytes
        ),
    )
    table.finish()
    return config


def lines() -> list[str]:
    """The table in a new home's file: every key with its default and what it does."""
    extract = ExtractConfig()
    return [
        "[extract]",
        setting("workers", extract.workers, "processes that read pages"),
        setting("page_time", duration(extract.page_seconds), "that one page may take"),
        setting("worker_memory", quoted(format_size(extract.worker_memory_bytes)), "that one process may take"),
    ]
