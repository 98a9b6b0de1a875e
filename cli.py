"""The command `newskeep`: finds the subcommand, loads only what it needs, and turns errors into one line.

Each subcommand stands in `commands/`; `COMMANDS` is the whole list.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from config_tables.version import program_version
from newskeep.errors import NewskeepError, SearchQueryError, UsageError

# name -> (where it stands, its line in `newskeep --help`). Modules are imported when they are run: `extract` must not
# wait for Scrapy, nor `search` for Datasette.
COMMANDS = {
    "init": ("commands.home:init", "Make a home: a folder for the archive, its configuration and its sources."),
    "add": ("commands.add:add", "Follow a site, by any of its addresses."),
    "sources": ("commands.sources:sources", "List, check, pause and exchange sources."),
    "crawl": ("commands.crawl:crawl", "Poll sources now, once (for cron)."),
    "fetch": ("commands.crawl:fetch", "Archive single stories by their addresses."),
    "import": ("commands.importing:import_group", "Archive what others saved: files, folders, Wayback, CC-NEWS."),
    "run": ("commands.run:run", "The service: poll every source when it is due."),
    "worker": ("commands.worker:worker", "Make crawls for a service elsewhere: one of many, beside run --engine."),
    "cluster": ("commands.cluster:cluster", "The workers and queues of run --engine, and its dead letters."),
    "status": ("commands.status:status", "Sources, polls, runs, and what is wrong."),
    "search": ("commands.search:search", "Search the stories."),
    "show": ("commands.show:show", "Show one story with its pictures, teasers and revisions."),
    "diff": ("commands.diff:diff", "Show what changed between two revisions of a story."),
    "merge": ("commands.merge:merge", "Make two stories one that were taken for two."),
    "split": ("commands.merge:split", "Take a name out of a story, or undo a merge."),
    "watch": ("commands.watch:watch", "Saved searches: what is new in them goes out as alerts and Atom."),
    "extract": ("commands.extract:extract", "Read one page into JSON; nothing is stored."),
    "reprocess": ("commands.reprocess:reprocess", "Read what is stored again with the present extractor."),
    "serve": ("commands.serve:serve", "Browse and query the archive (Datasette)."),
    "export": ("commands.export:export", "Write stories, revisions or teasers as JSON lines, CSV or Parquet."),
    "backup": ("commands.backup:backup", "Copy the archive while it is used, and check the copy."),
    "prune": ("commands.prune:prune", "Give space back by rule, or take one story down; shows first what would go."),
    "evidence": ("commands.evidence:evidence", "Write a pack that proves one revision, or check one."),
    "verify": ("commands.verify:verify", "Check the archive: integrity, digests, citations."),
    "demo": ("commands.demo:demo", "The whole job against an invented site, without a network."),
}


class _LazyGroup(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the archive lives [default: $NEWSKEEP_HOME, else ./archive]; may stand last, too.",
)
@click.version_option(program_version(), prog_name="newskeep")
@click.pass_context
def newskeep(ctx: click.Context, home: Path | None) -> None:
    """Follow news sites and keep what they publish.

    \b
    newskeep init                          make a home in ./archive
    newskeep add https://www.example.org   follow a site
    newskeep run                           poll it from now on
    newskeep search 'harbour toll'         find stories
    newskeep serve                         browse them

    For completion in your shell: eval "$(_NEWSKEEP_COMPLETE=bash_source newskeep)" (or zsh_source, fish_source).
    """
    ctx.obj = home


def main(argv: list[str] | None = None) -> None:
    """Run the command and exit: 0 done, 1 something failed, 2 usage."""
    sys.exit(_run(argv))


def _run(argv: list[str] | None) -> int:
    try:
        args = _home_first(sys.argv[1:] if argv is None else argv)
        result: Any = newskeep.main(args=args, prog_name="newskeep", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (UsageError, SearchQueryError) as error:
        return _fail(str(error), 2)
    except NewskeepError as error:
        return _fail(str(error), 1)
    except (click.Abort, KeyboardInterrupt):
        return _fail("stopped", 1)
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain once more while it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("NEWSKEEP_DEBUG"):
            raise
        return _fail(f"a fault of newskeep itself: {type(error).__name__}: {error} (NEWSKEEP_DEBUG=1 shows where)", 1)


def _home_first(args: list[str]) -> list[str]:
    """Let `--home DIR` stand anywhere before a `--`: it belongs to the program, and is given last as often as first."""
    end = args.index("--") if "--" in args else len(args)
    for at, arg in enumerate(args[:end]):
        if arg == "--home" and at + 1 < end:
            return [*args[at : at + 2], *args[:at], *args[at + 2 :]]
        if arg.startswith("--home="):
            return [arg, *args[:at], *args[at + 1 :]]
    return args


def _fail(message: str, code: int) -> int:
    click.echo(f"newskeep: {message}", err=True)
    return code


if __name__ == "__main__":
    main()
