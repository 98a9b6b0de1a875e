"""Scrapy's settings for one crawl: the project's, then the owner's configuration, then the source's manners."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from scrapy.settings import Settings

from config import Config
from middlewares.browsers import missing_for_rendering
from newskeep.errors import SourceError
from newskeep.model import Source
from newskeep.urls import host_of, registrable_domain


def scrapy_settings(config: Config, source: Source) -> Settings:
    """Scrapy's settings for a crawl: `settings.py`, then the owner's configuration, then the source's manners."""
    settings = Settings()
    settings.setmodule("settings", priority="project")
    fetch, manners = config.fetch, source.manners
    delay = fetch.delay_seconds if manners.delay_seconds is None else manners.delay_seconds
    timeout = fetch.timeout_seconds if manners.timeout_seconds is None else manners.timeout_seconds
    robots = fetch.obey_robots if manners.obey_robots is None else manners.obey_robots
    mining = fetch.obey_tdm_reservation if manners.obey_tdm_reservation is None else manners.obey_tdm_reservation
    values: dict[str, Any] = {
        "USER_AGENT": fetch.user_agent,
        "DOWNLOAD_TIMEOUT": timeout,
        "DOWNLOAD_MAXSIZE": fetch.max_bytes,
        "NEWSKEEP_DELAY": delay,
        "CONCURRENT_REQUESTS": fetch.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": fetch.concurrency_per_host,
        "REDIRECT_MAX_TIMES": fetch.max_redirects,
        "ROBOTSTXT_OBEY": robots,
        "NEWSKEEP_OBEY_TDM": mining,
        "NEWSKEEP_ALLOW_ADDRESSES": [str(network) for network in fetch.allow_addresses],
    }
    values |= _own(source)
    if source.render:
        values["DOWNLOAD_HANDLERS"] = _rendering(source)
    for name, value in values.items():
        settings.set(name, value, priority="cmdline")
    return settings


def _own(source: Source) -> dict[str, Any]:
    """What a subscriber sends, and to which domains."""
    manners = source.manners
    cookies = [(name, _from_environment(value, source)) for name, value in manners.cookies]
    headers = {name: _from_environment(value, source) for name, value in manners.headers}
    if cookies:
        line = "; ".join(f"{name}={value}" for name, value in cookies)
        headers["Cookie"] = "; ".join(filter(None, (headers.get("Cookie"), line)))
    domains = {registrable_domain(host_of(url)) for url in (source.homepage, *(one.url for one in source.listings))}
    return {
        "NEWSKEEP_HEADERS": headers,
        "NEWSKEEP_DOMAINS": sorted(domains),
        # As a browser takes them: for each domain.
        "NEWSKEEP_COOKIES": [
            {"name": name, "value": value, "domain": _cookie_domain(domain), "path": "/"}
            for domain in sorted(domains)
            for name, value in cookies
        ],
    }


def _cookie_domain(domain: str) -> str:
    """A domain with its subdomains, as cookies name it; an IP address has none."""
    try:
        ip_address(domain)
    except ValueError:
        return f".{domain}"
    return domain


def _from_environment(value: str, source: Source) -> str:
    """A header's or cookie's value; `env:NAME` stands for what the environment has under that name."""
    prefix, colon, name = value.partition(":")
    if prefix != "env" or not colon:
        return value
    found = os.environ.get(name.strip())
    if found is None:
        raise SourceError(f"{name.strip()} is not set in the environment", path=Path(f"{source.slug}.toml"))
    return found


def _rendering(source: Source) -> dict[str, str]:
    """The download handlers of a source whose pages a browser renders."""
    missing = missing_for_rendering()
    if missing is not None:
        raise SourceError(f"render = true asks for a browser, and {missing}", path=Path(f"{source.slug}.toml"))
    return dict.fromkeys(("http", "https"), "middlewares.rendering.RenderingDownloadHandler")
