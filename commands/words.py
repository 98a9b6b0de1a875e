"""Queries as arguments of a command: one dash before a word leaves the word out of what is looked for."""

from __future__ import annotations

import click

_NO_OPTION = "\x1f"


class WordsCommand(click.Command):
    """A command in which one dash before a word leaves the word out; its options have two, or are `-h`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        marked = [
            f"{_NO_OPTION}{arg}" if arg[:1] == "-" and arg[1:2] not in ("", "-") and arg != "-h" else arg
            for arg in args
        ]
        return super().parse_args(ctx, marked)


def unmarked(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    """Give the words as they were typed; the callback of a `WordsCommand`'s query."""
    return tuple(word.removeprefix(_NO_OPTION) for word in words)
