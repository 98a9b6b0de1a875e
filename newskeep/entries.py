"""What feeds and sitemaps share in making their entries: which to keep, in which order, under which address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from newskeep.model import Entry
from newskeep.urls import canonicalize, is_asset_url, is_front_url, url_key


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntries:
    """The entries that name pages, positions from 1, and sentences about what was left out."""

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...]


def keep_entries(found: Iterable[Entry | None]) -> KeptEntries:
    """Keep the first entry of every address in the listing's order.

    None stands for an entry without the address of a page. Entries that point to a home page or to a file (a picture,
    a sound) name no story; both are left out and counted in a warning, repetitions are left out silently.
    """
    kept: dict[str, Entry] = {}
    without_address = not_pages = 0
    for entry in found:
        if entry is None:
            without_address += 1
        elif is_front_url(entry.url) or is_asset_url(entry.url):
            not_pages += 1
        else:
            kept.setdefault(url_key(entry.url), entry)
    warnings = []
    if without_address:
        warnings.append(f"{_entries(without_address)} without an address left out")
    if not_pages:
        warnings.append(f"{_entries(not_pages)} that point to the home page or to a file left out")
    entries = tuple(replace(entry, position=position) for position, entry in enumerate(kept.values(), 1))
    return KeptEntries(entries=entries, warnings=tuple(warnings))


def first_url(candidates: Iterable[str | None], *, base: str) -> str | None:
    """Give the first candidate that is the address of a page, in normal form; None where there is none."""
    for candidate in candidates:
        if candidate:
            try:
                return canonicalize(candidate, base=base)
            except ValueError:
                continue
    return None


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
