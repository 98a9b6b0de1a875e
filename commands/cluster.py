"""`newskeep cluster`: workers, queues and dead letters of an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import click
from rich.table import Table

from commands.engines import engine_option, engine_url
from commands.homes import config_of
from commands.screen import console, print_json
from newskeep.errors import UsageError

if TYPE_CHECKING:
    from cluster.engine import Engine
    from cluster.state import ClusterState
    from config import Config

T = TypeVar("T")


@click.group()
def cluster() -> None:
    """Look at the workers and queues of `newskeep run --engine`, and at what could not be taken in."""


@cluster.command()
@engine_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def status(ctx: click.Context, engine: str | None, as_json: bool) -> int:
    """Show who works, and what waits. Exit code 1 where there is no worker, no archiver, or a dead letter.

    \b
    newskeep cluster status --engine redis://127.0.0.1:6379/0
    """
    state = _ask(ctx, engine, look_at_engine)
    if as_json:
        print_json(state.as_json())
    else:
        print_cluster(state)
    return int(not state.is_well)


@cluster.command()
@engine_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def dead(ctx: click.Context, engine: str | None, as_json: bool) -> None:
    """List the dead letters: results that could not be taken into the archive, and why.

    \b
    newskeep cluster dead --json
    """
    from cluster.state import dead_letters

    letters = _ask(ctx, engine, dead_letters)
    if as_json:
        print_json(
            [
                {"id": one.letter_id, "at": one.at.isoformat(), "worker": one.worker, "url": one.url, "why": one.why}
                for one in letters
            ]
        )
        return
    for one in letters:
        line = f"{one.letter_id}  {one.at:%Y-%m-%d %H:%M}  {one.worker}  {one.url or 'unreadable'}: {one.why}"
        console().print(line, markup=False)
    if not letters:
        console().print("no dead letter")


@cluster.command()
@click.argument("letter", required=False)
@click.option("--all", "is_all", is_flag=True, help="Every one.")
@engine_option
@click.pass_context
def retry(ctx: click.Context, letter: str | None, is_all: bool, engine: str | None) -> int:
    """Give dead letters to the archiver once more: one by its id, or all of them.

    \b
    newskeep cluster retry 1764230400000-0
    newskeep cluster retry --all
    """
    if (letter is None) != is_all:
        raise UsageError("which one? The id of a dead letter (`newskeep cluster dead`), or --all")
    from cluster.state import retry as send_again

    sent = _ask(ctx, engine, lambda one: send_again(one, letter))
    console().print(f"{sent} sent again" if sent else "there is no such letter")
    return int(not sent and not is_all)


def print_cluster(state: ClusterState) -> None:
    """Show the state of an engine on a screen."""
    screen, now = console(), datetime.now(UTC)
    if state.workers:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("worker", "up", "crawls", "processes", "pages", "under way", "hosts"):
            table.add_column(name, no_wrap=True)
        for one in state.workers:
            hours = (now - one.started_at).total_seconds() / 3600
            table.add_row(one.name, f"{hours:.1f} h", f"{one.crawls} of {one.most_crawls}", f"{one.processes}",
                          f"{one.pages}", f"{one.waiting}", f"{len(one.hosts)}")  # fmt: skip
        screen.print(table)
    else:
        screen.print("no worker: `newskeep worker --engine URL` starts one", style="yellow")
    screen.print(
        f"{state.orders} orders, {state.waiting_orders} of them not begun; {state.waiting_results} results on their way"
    )
    if not state.has_archiver:
        screen.print("nobody archives: `newskeep run --engine URL`", style="yellow")
    if state.dead_letters:
        screen.print(f"{state.dead_letters} dead letters: `newskeep cluster dead` lists them", style="yellow")


def _ask(ctx: click.Context, chosen: str | None, question: Callable[[Engine], Awaitable[T]]) -> T:
    config = config_of(ctx)
    url = engine_url(chosen, config)
    if url is None:
        raise UsageError("which engine? --engine redis://HOST:6379/0, or `engine` in the [cluster] table")
    return ask_engine(url, config, question)


def ask_engine(url: str, config: Config, question: Callable[[Engine], Awaitable[T]]) -> T:
    """Ask an engine something. UsageError where it cannot be reached."""
    return asyncio.run(_asked(url, config.cluster.prefix, question))


async def look_at_engine(engine: Engine) -> ClusterState:
    """See how an engine stands."""
    from cluster.state import look

    return await look(engine)


async def _asked(url: str, prefix: str, question: Callable[[Engine], Awaitable[T]]) -> T:
    from cluster.engine import Engine

    engine = Engine(url, prefix=prefix)
    try:
        await engine.check()
        return await question(engine)
    finally:
        await engine.close()
