"""`[monitor]` in `newskeep.toml`: where the service tells other programs how it does."""

from __future__ import annotations

from dataclasses import dataclass

from config_tables.values import either, printable, setting
from newskeep.strict import StrictTable, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorConfig:
    """Where `/-/health` and `/metrics` are; nowhere where it is not enabled."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = 8002


def read(table: StrictTable) -> MonitorConfig:
    """Read the table; raises ConfigError where something in it is wrong."""
    default = MonitorConfig()
    config = MonitorConfig(
        enabled=either(table.flag("enabled"), default.enabled),
        host=table.text("host", printable) or default.host,
        port=either(table.integer("port", least=0, most=65_535), default.port),
    )
    table.finish()
    return config


def lines() -> list[str]:
    """The table in a new home's file: every key with its default and what it does."""
    monitor = MonitorConfig()
    return [
        "[monitor]",
        setting("enabled", str(monitor.enabled).lower(), "the service answers /-/health and /metrics (Prometheus)"),
        setting("host", quoted(monitor.host), "127.0.0.1: this machine alone can see it"),
        setting("port", monitor.port, "0: any that is free"),
    ]
