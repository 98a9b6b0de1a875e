"""`[alerts]` in `newskeep.toml`: who is told what is wrong and what saved searches found, and when."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, time, tzinfo
from zoneinfo import ZoneInfo

from config_tables.values import MIB, duration, either, setting
from newskeep.alerts import Quiet
from newskeep.strict import StrictTable, format_size, quoted

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to tell: an address as apprise takes them, with its secrets left to the environment where the owner wants.

    `label` names it in the archive and on screens. It says nothing of the secrets, and stays as long as the text does.
    """

    text: str = field(repr=False)
    label: str

    def address(self, env: Mapping[str, str]) -> str:
        """The whole address; raises KeyError with the name of a variable that is not set."""
        return _VARIABLE.sub(lambda found: env[found[1] or found[2]], self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsConfig:
    """Who is told, and when. `quiet` None: at any hour. `least_free_bytes` is what the home's disk should have left."""

    targets: tuple[Target, ...] = ()
    digest_seconds: float = 120.0
    quiet: Quiet | None = None
    least_free_bytes: int = 1024 * MIB


def read(table: StrictTable) -> AlertsConfig:
    """Read the table; raises ConfigError where something in it is wrong."""
    default = AlertsConfig()
    zone = table.text("timezone", _zone) or UTC
    hours = table.text("quiet", _hours)
    config = AlertsConfig(
        targets=table.texts("targets", read_target) or (),
        digest_seconds=either(table.seconds("digest", least=0, most=86_400), default.digest_seconds),
        quiet=Quiet(begins=hours[0], ends=hours[1], zone=zone) if hours else None,
        least_free_bytes=either(
            table.size("least_free", least=MIB, most=1024 * 1024 * 1024 * MIB), default.least_free_bytes
        ),
    )
    table.finish()
    return config


def lines() -> list[str]:
    """The table in a new home's file: every key with its default and what it does."""
    alerts = AlertsConfig()
    return [
        "[alerts]",
        "# Whom to tell what is wrong, when it is over, and what saved searches find: mail, ntfy, Slack, a webhook, …",
        "# (https://github.com/caronc/apprise#supported-notifications). $NAME: a variable of the environment.",
        '# targets = ["mailto://desk:$MAIL_PASSWORD@newsroom.example", "ntfys://ntfy.example/newskeep"]',
        setting("digest", duration(alerts.digest_seconds), "what comes up within this time goes as one message"),
        setting("quiet", '"22:00-07:00"', "nothing goes out between these hours; none by default"),
        setting("timezone", '"Europe/Berlin"', "of these hours; UTC by default"),
        setting("least_free", quoted(format_size(alerts.least_free_bytes)), "less free space on the disk is an alarm"),
    ]


def read_target(text: str) -> Target:
    """Read a target; raises ValueError, without its text, which may be a secret."""
    variable = _VARIABLE.fullmatch(text)
    if variable:
        return Target(text=text, label=variable[1] or variable[2])
    if not _ADDRESS.fullmatch(text):
        raise ValueError("is no address of apprise's, like mailto://user:password@host or json://host/path")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Target(text=text, label=f"{text.partition('://')[0].lower()}-{digest[:6]}")


def _zone(text: str) -> tzinfo:
    try:
        return ZoneInfo(text)
    except (ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError of its own
        raise ValueError(f'{quoted(text)} is no time zone; write it like "Europe/Berlin"') from error
    except KeyError as error:
        raise ValueError(f'{quoted(text)} is no time zone; write it like "Europe/Berlin"') from error


def _hours(text: str) -> tuple[time, time]:
    found = _HOURS.fullmatch(text.strip())
    if not found:
        raise ValueError(f'{quoted(text)} are no hours; write them like "22:00-07:00"')
    hour, minute, end_hour, end_minute = map(int, found.groups())
    return time(hour, minute), time(end_hour, end_minute)
