"""`newskeep verify`."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.text import Text

from commands.homes import home_of
from commands.screen import console, print_json, progress
from newskeep.text import counted
from storage import verify as checks


@click.command()
@click.option(
    "--thorough", is_flag=True, help="Compare the whole search index with its content; blocks writers meanwhile."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def verify(ctx: click.Context, thorough: bool, as_json: bool) -> int:
    """Check that the archive is whole: files, digests, citations, names, index. Exit code 1 where it is not.

    \b
    newskeep verify
    newskeep verify --thorough --json
    """
    home = home_of(ctx).home
    with progress("verifying", None) as bar:

        def tell(step: str, done: int, total: int) -> None:
            bar.update(bar.task_ids[0], description=step, completed=done, total=total)

        report = checks.verify(home, progress=tell, is_thorough=thorough)
    if as_json:
        print_json(asdict(report) | {"is_clean": report.is_clean})
        return int(not report.is_clean)
    screen = console()
    for finding in report.findings:
        screen.print(Text(f"{finding.check}: {finding.message}", style="red"))
    for note in report.notes:
        screen.print(Text(note, style="dim"))
    holds = f"{counted(report.stories, 'story', 'stories')}, {counted(report.payloads, 'payload')}"
    screen.print(f"clean: {holds}" if report.is_clean else f"{counted(len(report.findings), 'finding')} in {holds}")
    return int(not report.is_clean)
