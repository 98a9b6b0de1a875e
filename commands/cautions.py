"""What an owner is told at the start of a command that asks servers."""

from __future__ import annotations

import sys

import click

from config import Config
from storage.home_folder import caution_of


def tell_cautions(config: Config, *, is_service: bool) -> None:
    """Say on standard error what could go wrong: where the home is, and that nobody can be written to.

    The second a crawl says to people only: cron would send it by mail every time.
    """
    caution = caution_of(config.home)
    if caution:
        click.echo(f"newskeep: caution: {caution}", err=True)
    name = config.fetch.user_agent
    is_anonymous = config.fetch.contact is None and "@" not in name and "http" not in name
    if is_anonymous and (is_service or sys.stderr.isatty()):
        click.echo(
            "newskeep: caution: publishers cannot write to you: set `contact` under [fetch] in"
            f" {config.home / 'newskeep.toml'}",
            err=True,
        )
