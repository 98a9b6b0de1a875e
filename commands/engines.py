"""Which engine a command speaks to, and what is said where the extra for it is missing."""

from __future__ import annotations

import importlib.util

import click

from config import Config
from config_tables.cluster import LOCAL
from newskeep.errors import UsageError

engine_option = click.option(
    "--engine", envvar="NEWSKEEP_ENGINE", metavar="URL", help="A Redis, such as redis://127.0.0.1:6379/0."
)


def engine_url(chosen: str | None, config: Config) -> str | None:
    """The address of the engine: as chosen, else as configured; None where there is none.

    UsageError where one is named and the extra is not installed.
    """
    url = chosen or config.cluster.engine
    if url == LOCAL:
        return None
    if importlib.util.find_spec("dramatiq") is None or importlib.util.find_spec("redis") is None:
        raise UsageError("a cluster needs the extra: `.venv/bin/python -m pip install -e '.[cluster]'`")
    return url
