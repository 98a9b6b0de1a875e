"""Days and weeks in seconds: what goes wrong is said in time, nothing else is, and "fixed" follows."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import Config
from newskeep.alarms import AlarmKind
from service.alarm_round import AlarmRound
from storage.archive import Archive
from storage.writer import ArchiveWriter
from tests.service.newspapers import DAY, Desk, Newspaper, Replay, around_the_clock, by_day, in_the_office, weekly

MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def learned(
    home: Path, papers: list[Newspaper], *, weeks: int, seed: int
) -> tuple[Replay, Archive, ArchiveWriter]:
    """Newspapers that were followed for some weeks, on a Monday."""
    writer = ArchiveWriter(home)
    writer.start()
    archive = Archive(home)
    desk = Desk(archive, MONDAY - weeks * 7 * DAY, papers, random.Random(seed))
    desk.follow()
    alarms = AlarmRound(
        writer=writer,
        config=lambda: Config(home=home),
        clock=lambda: desk.now,
        every_seconds=None,
        free_bytes=lambda config: 10**12,
    )
    replay = Replay(desk, writer, alarms)
    await replay.until(MONDAY, every=DAY)
    return replay, archive, writer


def test_a_day_in_which_four_sources_go_wrong(tmp_path: Path) -> None:
    stops, captcha, byline, moves = (Newspaper(slug, by_day(40)) for slug in ("stops", "captcha", "byline", "moves"))
    healthy = [Newspaper("healthy", around_the_clock(30)), Newspaper("office", in_the_office(20))]

    async def play() -> tuple[Replay, list[str]]:
        replay, archive, writer = await learned(tmp_path, [stops, captcha, byline, moves, *healthy], weeks=3, seed=12)
        assert replay.happened == []
        await replay.until(MONDAY + 10 * HOUR)
        rate, stops.rate = stops.rate, lambda at: 0.0
        captcha.is_walled, byline.byline_share, moves.moved_to = True, 0.0, "https://new.example/feed"
        await replay.until(MONDAY + 24 * HOUR)
        stops.rate, captcha.is_walled, byline.byline_share, moves.moved_to = rate, False, 0.97, None
        await replay.until(MONDAY + 48 * HOUR)
        summaries = [alarm.summary for alarm in reversed(archive.alarms.latest())]
        archive.close()
        await writer.aclose()
        return replay, summaries

    replay, summaries = asyncio.run(play())
    said = {(what, kind, slug, subject): at - MONDAY for at, what, kind, slug, subject in replay.happened}
    wrong = [
        (AlarmKind.SILENT, "stops", ""),
        (AlarmKind.WALLS, "captcha", ""),
        (AlarmKind.EXTRACTION, "byline", "authors"),
        (AlarmKind.MOVED, "moves", "https://moves.example/feed"),
    ]
    assert set(said) == {(what, *one) for what in ("raised", "fixed") for one in wrong}
    assert len(replay.happened) == 8
    raised = {kind: said["raised", kind, slug, subject] - 10 * HOUR for kind, slug, subject in wrong}
    # 40 stories a day are about two an hour.
    assert 3 * HOUR < raised[AlarmKind.SILENT] <= 14 * HOUR
    assert raised[AlarmKind.WALLS] <= 4 * HOUR
    assert raised[AlarmKind.EXTRACTION] <= 6 * HOUR
    assert raised[AlarmKind.MOVED] <= 2 * HOUR
    fixed = {kind: said["fixed", kind, slug, subject] - 24 * HOUR for kind, slug, subject in wrong}
    # At midnight all of them pause until six.
    assert max(fixed.values()) <= 14 * HOUR
    assert any("no new story since 2026-09-07 " in text for text in summaries)


def test_a_week_of_thirty_healthy_sources_is_quiet(tmp_path: Path) -> None:
    papers = [
        Newspaper(f"{name}-{number}-{minutes}", rate(volume), minutes=minutes)
        for name, rate, volumes in (
            ("clock", around_the_clock, (1, 3, 8, 20, 30)),
            ("day", by_day, (1, 3, 8, 20, 30)),
            ("office", in_the_office, (2, 8, 20)),
            ("weekly", weekly, (6, 12)),
        )
        for number, volume in enumerate(volumes)
        for minutes in (60, 180)
    ]
    assert len({paper.slug for paper in papers}) == 30

    async def play() -> Replay:
        replay, archive, writer = await learned(tmp_path, papers, weeks=3, seed=3)
        await replay.until(MONDAY + 7 * DAY, every=2 * HOUR, step=HOUR)
        archive.close()
        await writer.aclose()
        return replay

    assert asyncio.run(play()).happened == []


@pytest.mark.parametrize("seed", [1])
def test_a_short_outage_is_nothing_to_tell_a_long_one_is(tmp_path: Path, seed: int) -> None:
    paper = Newspaper("harbour", by_day(30))

    async def play() -> Replay:
        replay, archive, writer = await learned(tmp_path, [paper], weeks=3, seed=seed)
        await replay.until(MONDAY + 10 * HOUR)
        paper.is_down = True
        await replay.until(MONDAY + 11 * HOUR)
        paper.is_down = False
        await replay.until(MONDAY + 34 * HOUR)
        assert replay.happened == []
        paper.is_down = True
        await replay.until(MONDAY + 44 * HOUR)
        paper.is_down = False
        await replay.until(MONDAY + 60 * HOUR)
        archive.close()
        await writer.aclose()
        return replay

    replay = asyncio.run(play())
    assert [(what, kind) for _, what, kind, _, _ in replay.happened] == [
        ("raised", AlarmKind.ERRORS),
        ("fixed", AlarmKind.ERRORS),
    ]
    assert replay.happened[0][0] - (MONDAY + 34 * HOUR) <= 4 * HOUR
