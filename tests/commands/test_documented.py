"""Every command line that the documents and the commands' own help show can be typed as it stands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import cli
from newskeep.search_query import parse_query

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCED = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(newskeep [a-z-][^`]*)`")


def _lines_of_documents() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        fenced = "\n".join(_FENCED.findall(text)).splitlines()
        for line in (*fenced, *_INLINE.findall(_FENCED.sub("", text).replace("\n", " "))):
            if line.startswith("newskeep "):
                yield path.name, line


def _commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something itself, by its whole name."""
    context = click.Context(cli.newskeep)
    waiting = [(name, cli.newskeep.get_command(context, name)) for name in cli.COMMANDS]
    while waiting:
        name, command = waiting.pop()
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            waiting += [(f"{name} {one}", sub) for one, sub in command.commands.items()]


def _examples(command: click.Command) -> list[str]:
    lines = (re.split(r" {3,}", line.strip())[0] for line in (command.help or "").splitlines())
    return [line for line in lines if re.search(r"(^|\| )newskeep (?!follows)(--home \S+ )?[a-z-]", line)]


def _lines_of_help() -> Iterator[tuple[str, str]]:
    for name, command in _commands():
        for line in _examples(command):
            yield f"help of {name}", line[line.index("newskeep ") :]


def _words(line: str) -> list[str]:
    command = re.split(r"\s(?:\||&&|>)\s", line)[0]
    return shlex.split(re.sub(r"\[(--.*?)\]", r"\1", command), comments=True)[1:]


def _parse(words: list[str]) -> dict[str, Any]:
    """Read a command line as far as its subcommand's arguments, and give those; nothing is run."""
    with cli.newskeep.make_context("newskeep", cli._home_first(words)) as context:
        command: click.Command = cli.newskeep
        while isinstance(command, click.Group) and (rest := [*context._protected_args, *context.args]):
            name, found, rest = command.resolve_command(context, rest)
            assert found is not None, name
            command, context = found, found.make_context(name, list(rest), parent=context)
        return context.params


LINES = sorted(set(_lines_of_documents()) | set(_lines_of_help()))


def test_there_are_lines_to_be_read() -> None:
    assert len(LINES) > 100
    assert {where for where, _ in LINES} >= {"README.md", "operations.md", "search.md", "help of search"}


@pytest.mark.parametrize(("where", "line"), LINES, ids=lambda one: one[:60])
def test_a_command_line_can_be_typed_as_it_stands(where: str, line: str) -> None:
    try:
        given = _parse(_words(line))
    except click.exceptions.Exit:  # --help
        return
    except click.UsageError as error:
        said = error.format_message()
        # Files and numbers that only a reader has; and in running text, a command's name alone.
        if not re.search(r"does not exist|Missing argument|requires an argument|'DAYS' is not", said):
            pytest.fail(f"{where}: {said}")
        return
    query = given.get("words") or given.get("query")
    if query and "…" not in query:
        assert parse_query(" ".join(query)).hints == (), f"{where}: something in the query is read otherwise"


def test_a_line_that_cannot_be_typed_would_be_seen() -> None:
    for wrong in ("search --sauce a b", "sorces", "prune --unread x y", "watch ad a b"):
        with pytest.raises((click.UsageError, AssertionError)):
            _parse(wrong.split())


@pytest.mark.parametrize(("name", "command"), list(_commands()), ids=lambda one: one if isinstance(one, str) else "")
def test_the_help_of_every_command_has_an_example_of_it(name: str, command: click.Command) -> None:
    if name != "cluster":  # its subcommands have
        assert any(f" {name.split()[0]}" in line and name.split()[-1] in line for line in _examples(command)) or (
            name == "import pages"
        ), command.help
