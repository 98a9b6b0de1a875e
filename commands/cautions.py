"""What an owner is told at the start of a command that asks servers."""

from __future__ import annotations

import logging
import sys

import click

from config import Config
from storage.home_folder import caution_of

logger = logging.getLogger(__name__)


def tell_cautions(config: Config, *, is_service: bool) -> None:
    """Say what could go wrong: where the home is, and that nobody can be written to. The service says it in its log.

    The second a crawl says to people only: cron would send it by mail every time.
    """
    name = config.fetch.user_agent
    is_anonymous = config.fetch.contact is None and "@" not in name and "http" not in name
    cautions = [caution_of(config.home)]
    if is_anonymous and (is_service or sys.stderr.isatty()):
        file = config.home / "newskeep.toml"
        cautions.append(f"publishers cannot write to you: set `contact` under [fetch] in {file}")
    for caution in cautions:
        if caution and is_service:
            logger.warning("%s", caution)
        elif caution:
            click.echo(f"newskeep: caution: {caution}", err=True)
