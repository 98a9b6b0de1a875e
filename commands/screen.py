"""How commands write to a terminal: colours only there, progress only there, one line for one thing."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from commands.log_lines import JsonFormatter
from config_tables.log import LogFormat

_WIDE = 10_000
"""Characters in a line of a pipe or a file: nothing there is cut off or folded."""


def console(*, stderr: bool = False) -> Console:
    """A console that uses colours and cursor movements only on a terminal; elsewhere tables are as wide as they are."""
    screen = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not screen.is_terminal and "COLUMNS" not in os.environ:
        screen.width = _WIDE
    return screen


def print_json(value: Any) -> None:
    """Write a value for scripts: one JSON document, text as it is, times as ISO 8601."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_jsonable)
    sys.stdout.write("\n")


def _jsonable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Progress]:
    """A progress bar on standard error, on a terminal only."""
    screen = console(stderr=True)
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
    with bar:
        bar.add_task(escape(label), total=total)
        yield bar


def configure_logging(level: str, form: LogFormat = LogFormat.TEXT) -> None:
    """Send log lines of `level` and above to standard error, libraries only where something is wrong.

    May be called again: level and format are then as this call says.
    """
    handler = logging.StreamHandler(sys.stderr)
    is_json = form is LogFormat.JSON
    handler.setFormatter(JsonFormatter() if is_json else logging.Formatter(_TEXT_FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=is_json)
    for room in _ROOMS:
        logging.getLogger(room).setLevel(level.upper())
    # What these warn of is the outcome of a request, and said as such.
    for noisy in ("scrapy", "apscheduler", "aiohttp", "asyncio", "py.warnings"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


_TEXT_FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"
_ROOMS = (
    "newskeep", "storage", "spiders", "middlewares", "pipelines", "newsroom", "scheduler", "service", "reading",
    "commands",
)  # fmt: skip
