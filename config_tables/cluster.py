"""`[cluster]` in `newskeep.toml`: the Redis over which workers are given crawls, for archives beyond one machine."""

from __future__ import annotations

from dataclasses import dataclass

from config_tables.values import printable, setting
from newskeep.strict import StrictTable, quoted

LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterConfig:
    """`engine` is the address of a Redis, or `LOCAL` where the service makes its crawls itself."""

    engine: str = LOCAL
    prefix: str = "newskeep"


def read(table: StrictTable) -> ClusterConfig:
    """Read the table; raises ConfigError where something in it is wrong."""
    default = ClusterConfig()
    config = ClusterConfig(
        engine=table.text("engine", printable) or default.engine,
        prefix=table.text("prefix", printable) or default.prefix,
    )
    table.finish()
    return config


def lines() -> list[str]:
    """The table in a new home's file: every key with its default and what it does."""
    cluster = ClusterConfig()
    return [
        "[cluster]",
        setting("engine", quoted(LOCAL), "redis://HOST:6379/0: crawls are made by `newskeep worker`s"),
        setting("prefix", quoted(cluster.prefix), "what all names in Redis begin with: one for each archive"),
    ]
