"""Pages as JSON: dataclasses become objects, times ISO 8601 in UTC."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from typing import Any


def to_json(value: object) -> bytes:
    """Write a value as JSON, UTF-8, indented."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2).encode("utf-8", "replace")


def plain(value: object) -> Any:
    """Give a value as dicts, lists, texts and numbers."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value
