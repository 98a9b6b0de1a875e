"""`/.well-known/tdmrep.json`: where on its site a publisher reserves text and data mining.

A list of rules, each with a pattern of paths (`location`, as in robots.txt: the beginning of a path, `*` for anything,
`$` for the end) and whether mining is reserved there. Where several match, the longest pattern counts, as there,
and of equals the one that reserves.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

MOST_RULES = 1000
_LONGEST_PATTERN = 2000


@dataclass(frozen=True, slots=True)
class TdmRule:
    """Whether mining is reserved for the paths that match a pattern."""

    pattern: str
    is_reserved: bool


def parse_tdm_rules(body: bytes) -> tuple[TdmRule, ...]:
    """Read the file; what cannot be read holds no rules, and neither does an entry of another shape."""
    try:
        entries = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ()
    if not isinstance(entries, list):
        return ()
    rules = []
    for entry in entries[:MOST_RULES]:
        location = entry.get("location") if isinstance(entry, dict) else None
        if isinstance(location, str) and len(location) <= _LONGEST_PATTERN:
            rules.append(TdmRule(location, str(entry.get("tdm-reservation")) == "1"))
    return tuple(rules)


def is_mining_reserved(rules: tuple[TdmRule, ...], path: str) -> bool:
    """Tell whether mining is reserved for a path (with its query, `/` at least)."""
    matching = [rule for rule in rules if _matches(rule.pattern, path)]
    if not matching:
        return False
    longest = max(len(rule.pattern) for rule in matching)
    return any(rule.is_reserved for rule in matching if len(rule.pattern) == longest)


def _matches(pattern: str, path: str) -> bool:
    """Match piece by piece, in linear time: a pattern is the publisher's, and may be hostile."""
    is_to_the_end = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(others):
        if is_to_the_end and number == len(others) - 1:
            return path.endswith(piece) and len(path) - len(piece) >= at
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not is_to_the_end or at == len(path)
