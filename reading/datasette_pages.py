"""Datasette's own pages on an archive of a million stories.

Its database page counts every row of every table at each visit, and its table pages look for facets in every column:
minutes in all. Here tables are counted up to a cap, and those facets are shown that are named (`reading.tables`).
"""

from __future__ import annotations

import sqlite3
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
    """Count the rows of each table up to `COUNT_CAP`; None, shown as "many rows", where there are more.

    Tables that Datasette hides are not counted: an index's own hold large rows, and nobody looks at their number.
    """
    hidden = set(await database.hidden_table_names())
    tables = await database.table_names()

    def count(connection: sqlite3.Connection) -> dict[str, int | None]:
        return {table: None if table in hidden else _capped_count(connection, table) for table in tables}

    counts: dict[str, int | None] = await database.execute_fn(count)
    return counts


def _capped_count(connection: sqlite3.Connection, table: str) -> int | None:
    escaped = table.replace('"', '""')
    sql = f'SELECT count(*) FROM (SELECT 1 FROM "{escaped}" LIMIT {COUNT_CAP + 1})'
    try:
        (found,) = connection.execute(sql).fetchone()
    except sqlite3.Error:  # a table of a module that is not there: no reason to show no page
        return None
    return None if found > COUNT_CAP else int(found)
