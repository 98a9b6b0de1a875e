"""`newskeep prune`: giving space back by rule, and taking one story down."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click
from rich.filesize import decimal

from commands.homes import check_slug, home_of
from commands.screen import console, print_json, progress
from newskeep.errors import UsageError
from newskeep.text import counted
from storage.archive import Archive
from storage.home_lock import KeepingLock
from storage.prune import Pruned, PruneRule, compact, free_bytes, plan
from storage.prune import prune as prune_by_rule
from storage.takedowns import Burden

_DAYS = click.IntRange(0)


@click.command()
@click.option("--unread", type=_DAYS, metavar="DAYS", help="Bytes of listings and unchanged pages older than this.")
@click.option("--read", type=_DAYS, metavar="DAYS", help="Bytes that revisions were read from, older than this, too.")
@click.option("--pictures", type=_DAYS, metavar="DAYS", help="Kept pictures older than this.")
@click.option("--typos", type=_DAYS, metavar="DAYS", help="Revisions that only mended a misspelling, older than this.")
@click.option("--ledger", type=_DAYS, metavar="DAYS", help="Single requests of runs that ended longer ago.")
@click.option("--source", metavar="SLUG", help="Of one source only.")
@click.option("--story", metavar="ID|URL", help="Take one story down for good, with --reason.")
@click.option("--reason", help="Why the story is taken down; kept on its tombstone.")
@click.option("--compact", "is_compact", is_flag=True, help="Give the free space back to the disk (stop the service).")
@click.option("--yes", is_flag=True, help="Do it; without this, only what would go is shown.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def prune(
    ctx: click.Context,
    /,
    story: str | None,
    reason: str | None,
    is_compact: bool,
    yes: bool,
    as_json: bool,
    **days: object,
) -> int:
    """Give space back, or take one story down. Shows what would go; with --yes it goes.

    Stories stay readable and searchable: what goes is raw bytes. Their digests stay, so it can still be proved that a
    copy from elsewhere is the one that was read.

    \b
    newskeep prune --unread 30                        what would that give back?
    newskeep prune --unread 30 --ledger 400 --yes
    newskeep prune --story 1795341600000000 --reason 'court order 4 O 12/26' --yes
    newskeep prune --compact --yes

    A story taken down leaves a tombstone with its names, so that it is never archived again. Pages that promoted it may
    still name it in their bytes.
    """
    rule = _rule(datetime.now(UTC), **days)  # type: ignore[arg-type]  # click checked them
    has_rule = (rule.unread, rule.read, rule.pictures, rule.typos, rule.ledger) != (None,) * 5
    if not (has_rule or story or is_compact):
        raise UsageError("say what may go, for example `newskeep prune --unread 30`; --help has the rules")
    if story is not None and not reason:
        raise UsageError("a take-down needs a reason, for its tombstone: --reason TEXT")
    home = home_of(ctx).home
    with Archive(home, read_only=not yes) as archive:
        check_slug(archive, rule.source)
        told: dict[str, object] = {"done": yes}
        if not yes:
            told |= _preview(archive, rule, story)
            told |= {"free_bytes": free_bytes(archive)} if is_compact else {}
        else:
            with KeepingLock(home, now=datetime.now(UTC)):
                told |= _do(archive, rule, story, reason, is_compact=is_compact, has_rule=has_rule)
    if as_json:
        print_json(told)
    else:
        _tell(told)
    return 0


def _rule(
    now: datetime,
    *,
    unread: int | None,
    read: int | None,
    pictures: int | None,
    typos: int | None,
    ledger: int | None,
    source: str | None,
) -> PruneRule:
    def before(days: int | None) -> datetime | None:
        return None if days is None else now - timedelta(days=days)

    return PruneRule(
        unread=before(unread),
        read=before(read),
        pictures=before(pictures),
        typos=before(typos),
        ledger=before(ledger),
        source=source,
    )


def _preview(archive: Archive, rule: PruneRule, story: str | None) -> dict[str, object]:
    told: dict[str, object] = asdict(plan(archive, rule))
    if story is not None:
        view = archive.stories.show(story)
        told |= {"story": view.story_id, "headline": view.draft.headline}
        told |= {"burden": asdict(archive.takedowns.weigh(view.story_id))}
    return told


def _do(
    archive: Archive, rule: PruneRule, story: str | None, reason: str | None, *, is_compact: bool, has_rule: bool
) -> dict[str, object]:
    told: dict[str, object] = {}
    if story is not None:
        view = archive.stories.show(story)
        told |= {"story": view.story_id, "burden": asdict(archive.takedowns.weigh(view.story_id))}
        archive.takedowns.take_down(view.story_id, reason=str(reason), now=datetime.now(UTC))
    with progress("pruning", None) as bar:

        def tell(step: str, done: int) -> None:
            bar.update(bar.task_ids[0], description=step, completed=done)

        gone = prune_by_rule(archive, rule, progress=tell) if has_rule else Pruned()
        told |= asdict(gone)
        if is_compact:
            bar.update(bar.task_ids[0], description="compacting")
            told |= {"returned_bytes": compact(archive)}
    return told


def _tell(told: dict[str, object]) -> None:
    screen = console()
    verb = "gone" if told["done"] else "would go"
    if "story" in told:
        named = f" ({told['headline']})" if told.get("headline") else ""
        burden = Burden(**told["burden"])  # type: ignore[arg-type]  # made of one above
        screen.print(
            f"{verb}: story {told['story']}{named}, with {counted(burden.revisions, 'revision')} and"
            f" {counted(burden.payloads, 'payload')}"
            f" ({decimal(burden.payload_bytes)}) that no other story was read from",
            markup=False,
        )
    is_more = "story" in told or "free_bytes" in told or "returned_bytes" in told
    if not is_more or told["payloads"] or told["revisions"] or told["requests"]:
        size = decimal(_number(told, "payload_bytes"))
        screen.print(
            f"{verb}: {counted(_number(told, 'payloads'), 'payload')} ({size}),"
            f" {counted(_number(told, 'revisions'), 'revision')}, {counted(_number(told, 'requests'), 'request')}"
        )
    if "returned_bytes" in told:
        screen.print(f"the files are {decimal(_number(told, 'returned_bytes'))} smaller")
    if "free_bytes" in told:
        screen.print(f"{decimal(_number(told, 'free_bytes'))} in the files are free and would go back to the disk")
    if not told["done"]:
        screen.print("nothing was changed; add --yes to do it", style="dim")


def _number(told: dict[str, object], name: str) -> int:
    return int(str(told[name]))
