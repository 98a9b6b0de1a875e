"""`[fetch]` in `newskeep.toml`: how pages are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from config_tables.values import MIB, duration, either, printable, setting
from config_tables.version import default_user_agent
from newskeep.addresses import Network, parse_networks
from newskeep.strict import StrictTable, format_size, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """How pages are asked for. `user_agent` is complete: with the contact in it, where there is one."""

    user_agent: str = field(default_factory=lambda: default_user_agent(None))
    contact: str | None = None
    allow_addresses: tuple[Network, ...] = ()
    timeout_seconds: float = 30.0
    max_bytes: int = 10 * MIB
    delay_seconds: float = 1.0
    concurrency: int = 16
    concurrency_per_host: int = 2
    obey_robots: bool = True
    obey_noarchive: bool = True
    obey_tdm_reservation: bool = True
    max_redirects: int = 8


def read(table: StrictTable) -> FetchConfig:
    """Read the table; raises ConfigError where something in it is wrong."""
    default = FetchConfig()
    contact = table.text("contact", printable)
    config = FetchConfig(
        contact=contact,
        user_agent=table.text("user_agent", printable) or default_user_agent(contact),
        allow_addresses=table.texts("allow_addresses", _network) or (),
        timeout_seconds=either(table.seconds("timeout", least=1, most=600), default.timeout_seconds),
        max_bytes=either(table.size("max_size", least=1024, most=1024 * MIB), default.max_bytes),
        delay_seconds=either(table.seconds("delay", least=0, most=3_600), default.delay_seconds),
        concurrency=either(table.integer("concurrency", least=1, most=256), default.concurrency),
        concurrency_per_host=either(
            table.integer("concurrency_per_host", least=1, most=64), default.concurrency_per_host
        ),
        obey_robots=either(table.flag("obey_robots"), default.obey_robots),
        obey_noarchive=either(table.flag("obey_noarchive"), default.obey_noarchive),
        obey_tdm_reservation=either(table.flag("obey_tdm_reservation"), default.obey_tdm_reservation),
        max_redirects=either(table.integer("max_redirects", least=0, most=50), default.max_redirects),
    )
    table.finish()
    return config


def lines() -> list[str]:
    """The table in a new home's file: every key with its default and what it does."""
    fetch = FetchConfig()
    return [
        "[fetch]",
        "# Whom a publisher can write to, a mail or web address. It goes along with every request: please set it.",
        '# contact = "desk@newsroom.example"',
        "# The whole name given to servers, in place of newskeep's own with the contact.",
        f"# user_agent = {quoted(fetch.user_agent)}",
        "# Networks that are not public (loopback, private, link-local, …) and may be asked all the same.",
        '# allow_addresses = ["127.0.0.0/8"]',
        setting("timeout", duration(fetch.timeout_seconds), "for one answer"),
        setting("max_size", quoted(format_size(fetch.max_bytes)), "of one answer"),
        setting("delay", duration(fetch.delay_seconds), "between two requests to one host"),
        setting("concurrency", fetch.concurrency, "requests at a time in one crawl"),
        setting("concurrency_per_host", fetch.concurrency_per_host, "of them to one host"),
        setting("obey_robots", str(fetch.obey_robots).lower(), "do as robots.txt says"),
        setting("obey_noarchive", str(fetch.obey_noarchive).lower(), "keep nothing of pages that ask for it"),
        setting("obey_tdm_reservation", str(fetch.obey_tdm_reservation).lower(), "likewise where mining is reserved"),
        setting("max_redirects", fetch.max_redirects, "followed for one request"),
    ]


def _network(text: str) -> Network:
    try:
        return parse_networks((text,))[0]
    except ValueError as error:
        raise ValueError(f'{quoted(text)} is no network; write it like "127.0.0.0/8" or "192.168.1.7"') from error
