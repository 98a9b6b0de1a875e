"""Times as people give them to a command."""

from __future__ import annotations

from datetime import datetime

import click

from newskeep.search_query import read_moment


class Moment(click.ParamType[datetime]):
    """A moment, or the first one of a day, month or year, as in a search; UTC where no zone is given."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        moment = read_moment(value)
        if moment is None:
            self.fail(f"{value!r} is no time; write 2026, 2026-11, 2026-11-22 or 2026-11-22T14:30", param, ctx)
        return moment


MOMENT = Moment()
