"""`newskeep backup`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.filesize import decimal
from rich.text import Text

from commands.homes import home_of
from commands.screen import console, print_json, progress
from newskeep.text import counted
from storage.backup import back_up


@click.command()
@click.argument("into", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[FOLDER]")
@click.option("--without-captures", is_flag=True, help="Leave the raw bytes out: smaller, and complete for reading.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def backup(ctx: click.Context, into: Path | None, without_captures: bool, as_json: bool) -> int:
    """Copy the archive while it is used, and check the copy.

    The copy is a folder with the time in its name, inside FOLDER [default: backups in the home]. It is a home of its
    own: `newskeep --home COPY search …` reads it, and to restore is to copy its files back. A folder that ends in
    .partial is a copy that was not finished.

    \b
    newskeep backup
    newskeep backup /mnt/disk --without-captures
    """
    config = home_of(ctx)
    folder = into or config.home / "backups"
    with progress("backing up", None) as bar:

        def tell(step: str, done: int, total: int) -> None:
            bar.update(bar.task_ids[0], description=step, completed=done, total=total)

        made = back_up(config.home, folder, now=datetime.now(UTC), with_captures=not without_captures, progress=tell)
    if as_json:
        print_json({"folder": str(made.folder), "size_bytes": made.size_bytes, "stories": made.report.stories})
        return 0
    screen = console()
    copied = f"{counted(made.report.stories, 'story', 'stories')} copied and checked"
    screen.print(Text(f"{copied}, {decimal(made.size_bytes)}: {made.folder}"))
    for note in made.report.notes:
        screen.print(Text(note, style="dim"))
    return 0
