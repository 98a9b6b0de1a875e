"""`newskeep init`: a home with its configuration, its sources and an empty archive."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from commands.homes import config_of
from config import CONFIG_NAME, Config, default_config_text, shipped_sources
from newskeep.errors import SchemaVersionError, StorageError, UsageError
from storage.archive import Archive


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing where the home is there already.")
@click.option("--without-sources", is_flag=True, help="Leave the sources that newskeep comes with out.")
@click.pass_context
def init(ctx: click.Context, quiet: bool, without_sources: bool) -> None:
    """Make a home: newskeep.toml, sources/, and an empty archive. What is there already is left as it is.

    An archive of an older newskeep is brought up to date, after a copy into backups/.

    \b
    newskeep init
    newskeep --home ~/news init --without-sources
    """
    config = config_of(ctx)
    is_older = _is_older(config.home)
    made = _make(config, with_sources=not without_sources)
    if is_older:
        click.echo(f"the archive is up to date now; as it was before, it stands in {config.home / 'backups'}")
    elif made:
        click.echo(f"made {config.home}: {', '.join(made)}")
        click.echo("Please set `contact` in newskeep.toml, so that publishers can write to you.")
        click.echo("Next: `newskeep add URL` follows a site, `newskeep run` polls it from then on.")
    elif not quiet:
        click.echo(f"{config.home} is a home already; nothing was changed")


def _is_older(home: Path) -> bool:
    """Is there an archive of an older newskeep, which opening it for writing brings up to date?"""
    try:
        Archive(home, read_only=True).close()
    except SchemaVersionError:
        return True
    except StorageError:
        pass  # no archive yet, or one that cannot be opened: making it will say so
    return False


def _make(config: Config, *, with_sources: bool) -> list[str]:
    made = []
    try:
        is_new = not config.sources_path.is_dir()
        config.sources_path.mkdir(parents=True, exist_ok=True)
        if not (config.home / CONFIG_NAME).exists():
            (config.home / CONFIG_NAME).write_text(default_config_text(), encoding="utf-8")
            made.append(CONFIG_NAME)
        if is_new and with_sources:
            made += [_copy(path, config.sources_path) for path in shipped_sources()]
    except OSError as error:
        raise UsageError(f"{error.filename or config.home} cannot be written: {error.strerror}") from error
    if not (config.home / "news.db").exists():
        made.append("news.db, captures.db")
    Archive(config.home).close()
    return made


def _copy(path: Path, folder: Path) -> str:
    shutil.copyfile(path, folder / path.name)
    return f"{folder.name}/{path.name}"
