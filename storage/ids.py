"""Ids that sort by time: the milliseconds of a moment, times a thousand, plus a sequence."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from storage.values import milliseconds

SEQUENCES = 1000


def free_id(connection: sqlite3.Connection, table: str, at: datetime) -> int:
    """Give the first id of `table` that is free at this moment; where its thousand are taken, of the next one.

    The caller holds the write lock, so the id stays free. Ids fit into 53 bits until the year 2255, so that programs
    which read numbers as floating point read them right.
    """
    first = milliseconds(at) * SEQUENCES
    while True:
        sql = f"SELECT max(id) FROM {table} WHERE id BETWEEN ? AND ?"
        (taken,) = connection.execute(sql, (first, first + SEQUENCES - 1)).fetchone()
        if taken is None:
            return first
        if taken < first + SEQUENCES - 1:
            return int(taken) + 1
        first += SEQUENCES
