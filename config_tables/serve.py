"""`[serve]` in `newskeep.toml`: where the archive is shown."""

from __future__ import annotations

from dataclasses import dataclass

from config_tables.values import either, printable, setting
from newskeep.asked_hosts import parse_host
from newskeep.strict import StrictTable, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeConfig:
    """Where the archive is shown. `allow_hosts` are further names under which browsers may ask for it."""

    host: str = "127.0.0.1"
    port: int = 8001
    allow_hosts: tuple[str, ...] = ()


def read(table: StrictTable) -> ServeConfig:
    """Read the table; raises ConfigError where something in it is wrong."""
    default = ServeConfig()
    config = ServeConfig(
        host=table.text("host", printable) or default.host,
        port=either(table.integer("port", least=0, most=65_535), default.port),
        allow_hosts=table.texts("allow_hosts", parse_host) or default.allow_hosts,
    )
    table.finish()
    return config


def lines() -> list[str]:
    """The table in a new home's file: every key with its default and what it does."""
    serve = ServeConfig()
    return [
        "[serve]",
        setting("host", quoted(serve.host), "127.0.0.1: this machine alone can see it"),
        setting("port", serve.port, "of the web server"),
        "# Names under which it may be asked for, beside localhost and addresses in digits; any other name is refused.",
        '# allow_hosts = ["archive.example"]',
    ]
