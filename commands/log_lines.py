"""Log lines for programs: one JSON object a line, with the fields of the message apart.

A message is written as `alerts sent target=%s alerts=%d`: its words are the event, its named places are fields.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

_FIELD = re.compile(r"(\w+)=%[\d.]*\w")


class JsonFormatter(logging.Formatter):
    """Writes a record as JSON: `at` (UTC), `level`, `logger`, `event`, the message's fields, `message` in full."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as one line."""
        template = str(record.msg)
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _FIELD.split(template)[0].strip() if _FIELD.search(template) else record.getMessage(),
            "message": record.getMessage(),
        }
        names = _FIELD.findall(template)
        values = record.args if isinstance(record.args, tuple) else ()
        # Places without a name stand before those with one, if there are any.
        for name, value in zip(reversed(names), reversed(values), strict=False):
            line.setdefault(name, value if isinstance(value, int | float | bool) else str(value))
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
