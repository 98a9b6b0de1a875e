"""`[poll]` in `newskeep.toml`: how often listings are asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from config_tables.values import duration, either, setting
from newskeep.polling import Pace
from newskeep.sources import DEFAULT_INTERVAL_SECONDS
from newskeep.strict import StrictTable


@dataclass(frozen=True, slots=True, kw_only=True)
class PollConfig:
    """How often listings are asked. `interval_seconds` is for sources that name none.

    `adaptive` tells whether polls follow the rhythm of what a listing names. `rechecks` is how many archived stories of
    a source are looked at again in one poll, at most, `crawls` how many sources the service polls at once.
    """

    interval_seconds: int = DEFAULT_INTERVAL_SECONDS
    pace: Pace = field(default_factory=Pace)
    rechecks: int = 30
    adaptive: bool = True
    crawls: int = 16


def read(table: StrictTable) -> PollConfig:
    """Read the table; raises ConfigError where something in it is wrong."""
    default = PollConfig()
    year = 366 * 86_400
    interval = either(table.whole_seconds("interval", least=1, most=year), default.interval_seconds)
    pace = Pace(
        floor_seconds=either(table.whole_seconds("floor", least=1, most=86_400), default.pace.floor_seconds),
        cap_seconds=either(table.whole_seconds("cap", least=60, most=year), default.pace.cap_seconds),
        slow_seconds=either(table.whole_seconds("slow", least=60, most=year), default.pace.slow_seconds),
        jitter_share=either(table.share("jitter"), default.pace.jitter_share),
    )
    rechecks = either(table.integer("rechecks", least=0, most=10_000), default.rechecks)
    adaptive = either(table.flag("adaptive"), default.adaptive)
    crawls = either(table.integer("crawls", least=1, most=200), default.crawls)
    table.finish()
    # A cap below the floor would make every wait the cap, and the floor a lie.
    for shorter, longer, name in (
        (pace.floor_seconds, pace.cap_seconds, "cap"),
        (pace.cap_seconds, pace.slow_seconds, "slow"),
    ):
        if shorter > longer:
            raise table.problem("is too short: floor, cap and slow must each be at least the one before", name)
    return PollConfig(interval_seconds=interval, pace=pace, rechecks=rechecks, adaptive=adaptive, crawls=crawls)


def lines() -> list[str]:
    """The table in a new home's file: every key with its default and what it does."""
    poll = PollConfig()
    return [
        "[poll]",
        setting("interval", duration(poll.interval_seconds), "for sources that name none"),
        setting("adaptive", "true", "polls follow the rhythm of what is published; false: always the interval"),
        setting("crawls", poll.crawls, "sources that are polled at once"),
        setting("rechecks", poll.rechecks, "stories of a source looked at again in one poll, at most; 0: none"),
        setting("floor", duration(poll.pace.floor_seconds), "no listing is asked more often than this"),
        setting(
            "cap", duration(poll.pace.cap_seconds), "the longest wait for a listing that is expected to bring something"
        ),
        setting("slow", duration(poll.pace.slow_seconds), "between two looks at a listing that seems dead"),
        setting("jitter", poll.pace.jitter_share, "every wait grows at random by up to this share"),
    ]
