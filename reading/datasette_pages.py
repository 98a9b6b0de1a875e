"""Datasette's own pages on an archive of a million stories.

Its database page counts every row of every table at each visit, and its table pages look for facets in every column:
minutes in all. Here tables are counted up to a cap, and those facets are shown that are named (`reading.tables`).
"""

from __future__ import annotations

from typing import Any

COUNT_CAP = 10_000
SETTINGS = {
    "default_page_size": 50,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 800,
    # Suggesting facets reads every column of every table page anew; those worth having are named in the metadata.
    "suggest_facets": False,
}
"""Datasette's settings for an archive."""


def quicken(datasette: Any) -> None:
    """Give Datasette these settings, where it still has its own defaults."""
    from datasette.app import DEFAULT_SETTINGS

    for name, value in SETTINGS.items():
        if datasette._settings.get(name) == DEFAULT_SETTINGS[name]:
            datasette._settings[name] = value
    datasette.sql_time_limit_ms = datasette.setting("sql_time_limit_ms")
    datasette.page_size = datasette.setting("default_page_size")


async def capped_counts(database: Any) -> dict[str, int | None]:
    """Count the rows of each table up to `COUNT_CAP`; None, shown as "many rows", where there are more."""
    counts: dict[str, int | None] = {}
    for table in await database.table_names():
        escaped = table.replace('"', '""')
        sql = f'SELECT count(*) FROM (SELECT 1 FROM "{escaped}" LIMIT {COUNT_CAP + 1})'
        try:
            found = (await database.execute(sql)).rows[0][0]
        except Exception:  # a table of a module that is not there, or an interrupted count: no reason to show no page
            found = None
        counts[table] = None if found is None or found > COUNT_CAP else found
    return counts
