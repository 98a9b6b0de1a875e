"""How Datasette shows the archive's tables: titles, what each column means, facets, units, and questions people ask."""

from __future__ import annotations

from typing import Any

from reading.questions import queries


def datasette_metadata(database: str) -> dict[str, Any]:
    """The metadata that the plugin gives Datasette for the archive, under the name it goes by there."""
    return {
        "title": "newskeep",
        "description": "What news sites published: stories apart from teasers, every revision, every answer.",
        "databases": {
            database: {
                "description": "Stories with their revisions, names, pictures and teasers; sources, listings and runs.",
                "tables": _tables(),
                "queries": queries(),
            }
        },
    }


def _tables() -> dict[str, Any]:
    return {
        "stories": {
            "title": "Stories",
            "description": "One row a story, as its newest revision reads. The id is the time of its first capture.",
            "sort_desc": "id",
            "label_column": "headline",
            "size": 50,
            "facets": ["source", "section", "language"],
            "fts_table": "stories_fts",
            "fts_pk": "id",
        },
        "revisions": {
            "title": "Revisions",
            "description": "Each state of a story's words, with the capture it was read from.",
            "sort_desc": "captured_at",
            "size": 50,
        },
        "teasers": {
            "title": "Teasers",
            "description": "Which page promoted which story: under which heading, in which slot, from when to when.",
            "sort_desc": "last_seen_at",
            "label_column": "headline",
            "facets": ["kind"],
            "fts_table": "teasers_fts",
            "fts_pk": "id",
        },
        "pictures": {
            "title": "Pictures",
            "description": "Those of the current revisions, caption and credit apart.",
        },
        "aliases": {"title": "Aliases", "description": "Every name a story goes by, and why it was believed."},
        "presence_changes": {
            "title": "Presence",
            "description": "When stories that did not always answer were seen at their addresses, and when not.",
            "sort_desc": "first_at",
            "facets": ["presence"],
        },
        "identity_changes": {
            "title": "Merges and splits",
            "description": "Stories that were made one or parted: by whom, when and why.",
            "sort_desc": "id",
        },
        "rechecks": {"title": "Rechecks", "description": "When stories are looked at again.", "sort": "next_check_at"},
        "listings": {"title": "Listings", "sort": "next_poll_at", "units": {"interval_seconds": "s"}},
        "entries": {"title": "Entries", "description": "Stories as listings name them."},
        "runs": {
            "title": "Runs",
            "description": "The ledger: every poll with what came of it.",
            "sort_desc": "id",
            "facets": ["status", "trigger"],
            "units": {"body_bytes": "B"},
        },
        "requests": {
            "title": "Requests",
            "description": "Every request with the one outcome it ended in.",
            "sort_desc": "id",
            "facets": ["outcome"],
            "units": {"elapsed_seconds": "s", "body_bytes": "B"},
        },
        "_sqlite_migrations": {"hidden": True},
    }
