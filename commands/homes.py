"""What commands need of a home: its configuration, its sources, its archive."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from config import Config
from newskeep.errors import UsageError
from newskeep.model import Source
from storage.archive import Archive


def config_of(ctx: click.Context) -> Config:
    """The configuration of the home that `--home`, NEWSKEEP_HOME or the default names."""
    home: Path | None = ctx.find_root().obj
    return Config.load(home, os.environ)


def home_of(ctx: click.Context) -> Config:
    """The same, for commands that need a home to be there; UsageError where there is none."""
    config = config_of(ctx)
    if not config.home.is_dir():
        raise UsageError(f"there is no home at {config.home}: `newskeep init` makes one, --home names another")
    return config


def chosen_sources(config: Config, slugs: Sequence[str]) -> tuple[Source, ...]:
    """The named sources, or all that are enabled; UsageError for a name that is none."""
    sources = {source.slug: source for source in config.sources()}
    if not slugs:
        return tuple(source for source in sources.values() if source.enabled)
    unknown = [slug for slug in slugs if slug not in sources]
    if unknown:
        known = ", ".join(sources) or "none yet: `newskeep add URL` follows a site"
        raise UsageError(f"no source is called {', '.join(unknown)}; there are: {known}")
    return tuple(sources[slug] for slug in slugs)


def check_slug(archive: Archive, slug: str | None) -> None:
    """Refuse a slug that the archive does not know: UsageError. None is no slug."""
    if slug is not None and archive.rereading.source(slug) is None:
        raise UsageError(f"the archive has no source {slug}; `newskeep status` lists them")
