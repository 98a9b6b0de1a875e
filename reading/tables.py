"""How Datasette shows the archive's tables: titles, what each column means, facets, units, and questions people ask."""

from __future__ import annotations

from typing import Any

_NEWEST = """
SELECT id, source, headline, byline, section, published_at, first_seen_at, url FROM stories_latest LIMIT 100
"""
_SEARCH = """
SELECT stories.id, stories.source, stories.headline,
    snippet(stories_fts, 2, '[', ']', ' … ', 32) AS snippet, stories.published_at, stories.url
FROM stories_fts JOIN stories ON stories.id = stories_fts.rowid
WHERE stories_fts MATCH '"' || replace(:words, '"', ' ') || '"' ORDER BY rank LIMIT 50
"""
_REVISED = """
SELECT story_id, source, number AS revision, captured_at, changed_fields, headline, current_headline, url
FROM revisions_with_headlines WHERE number > 1 ORDER BY captured_at DESC LIMIT 200
"""
_PROMOTED = """
SELECT target_story_id AS story_id, max(target_headline) AS headline, count(DISTINCT page_url) AS pages,
    min(slot) AS best_slot, min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at
FROM teasers_with_targets WHERE target_story_id IS NOT NULL
GROUP BY target_story_id ORDER BY pages DESC, best_slot LIMIT 100
"""
_PER_DAY = """
SELECT source, substr(moment, 1, 10) AS day, count(*) AS stories
FROM story_facts GROUP BY source, day ORDER BY day DESC, source LIMIT 500
"""
_TROUBLE = """
SELECT outcome, source, count(*) AS requests, max(started_at) AS last_at, max(detail) AS example
FROM requests WHERE outcome NOT IN
    ('new_story', 'revised', 'unchanged', 'listed', 'listing_unchanged', 'not_modified', 'not_a_story')
GROUP BY outcome, source ORDER BY last_at DESC LIMIT 200
"""


def datasette_metadata(database: str) -> dict[str, Any]:
    """The metadata that the plugin gives Datasette for the archive, under the name it goes by there."""
    return {
        "title": "newskeep",
        "description": "What news sites published: stories apart from teasers, every revision, every answer.",
        "databases": {
            database: {
                "description": "Stories with their revisions, names, pictures and teasers; sources, listings and runs.",
                "tables": _tables(),
                "queries": _queries(),
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


def _queries() -> dict[str, Any]:
    return {
        "newest_stories": {"title": "Newest stories", "sql": _NEWEST, "hide_sql": True},
        "search_stories": {"title": "Search stories, best first, with snippets", "sql": _SEARCH, "hide_sql": True},
        "revised_stories": {"title": "What was changed after publication", "sql": _REVISED, "hide_sql": True},
        "most_promoted": {"title": "What was promoted most", "sql": _PROMOTED, "hide_sql": True},
        "stories_per_day": {"title": "Stories per source and day", "sql": _PER_DAY, "hide_sql": True},
        "trouble": {"title": "Requests that failed, by outcome", "sql": _TROUBLE, "hide_sql": True},
    }
