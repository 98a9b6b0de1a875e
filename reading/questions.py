"""Questions that people ask of the archive, as queries with names: Datasette shows the answers, and gives them as CSV.

Each is answered from indexes and within a second at a million stories; what would need every row takes a span of days.
Where a parameter is left empty, it is not asked for.
"""

from __future__ import annotations

from typing import Any

_SINCE = "coalesce(nullif(:since, ''), date('now', '-30 days'))"
_UNTIL = "date(coalesce(nullif(:until, ''), '9999-12-30'), '+1 day')"
_OF_SOURCE = "(:source = '' OR {source} = :source)"

_NEWEST = """
SELECT id, source, headline, byline, section, published_at, first_seen_at, url FROM stories_latest LIMIT 100
"""
_SEARCH = """
SELECT stories.id, stories.source, stories.headline,
    snippet(stories_fts, 2, '[', ']', ' … ', 32) AS snippet, stories.published_at, stories.url
FROM stories_fts JOIN stories ON stories.id = stories_fts.rowid
WHERE stories_fts MATCH '"' || replace(:words, '"', ' ') || '"' ORDER BY rank LIMIT 50
"""
_REVISED = f"""
SELECT revisions.story_id, stories.source, revisions.number AS revision, revisions.captured_at, revisions.weight,
    revisions.changed_fields, revisions.words_added, revisions.words_removed, revisions.headline,
    stories.headline AS current_headline, stories.url
FROM revisions JOIN stories ON stories.id = revisions.story_id
WHERE revisions.number > 1 AND revisions.captured_at >= {_SINCE} AND revisions.captured_at < {_UNTIL}
    AND {_OF_SOURCE.format(source="stories.source")}
ORDER BY revisions.captured_at DESC LIMIT 500
"""
_CORRECTED = f"""
SELECT revisions.story_id, stories.source, revisions.number AS revision, revisions.captured_at, revisions.headline,
    revisions.reason, stories.url
FROM revisions JOIN stories ON stories.id = revisions.story_id
WHERE revisions.weight = 'correction' AND revisions.captured_at >= {_SINCE} AND revisions.captured_at < {_UNTIL}
    AND {_OF_SOURCE.format(source="stories.source")}
ORDER BY revisions.captured_at DESC LIMIT 500
"""
_HEADLINES = f"""
SELECT revisions.story_id, stories.source, revisions.captured_at, before.headline AS headline_before,
    revisions.headline AS headline_after, stories.url
FROM revisions JOIN stories ON stories.id = revisions.story_id
JOIN revisions AS before ON before.story_id = revisions.story_id AND before.number = revisions.number - 1
WHERE revisions.number > 1 AND revisions.captured_at >= {_SINCE} AND revisions.captured_at < {_UNTIL}
    AND before.headline IS NOT revisions.headline AND {_OF_SOURCE.format(source="stories.source")}
ORDER BY revisions.captured_at DESC LIMIT 500
"""
_PROMOTED = f"""
SELECT found.target_story_id AS story_id, stories.source, stories.headline, found.pages, stories.published_at,
    stories.url
FROM (
    SELECT target_story_id, count(*) AS pages FROM (
        SELECT target_story_id FROM teasers
        WHERE page_story_id IS NOT NULL AND target_story_id IS NOT NULL
            AND first_seen_at >= {_SINCE} AND first_seen_at < {_UNTIL}
        ORDER BY first_seen_at DESC LIMIT 200000
    ) GROUP BY target_story_id ORDER BY pages DESC LIMIT 1000
) AS found JOIN stories ON stories.id = found.target_story_id
WHERE {_OF_SOURCE.format(source="stories.source")}
ORDER BY found.pages DESC, stories.id DESC LIMIT 100
"""
_ON_FRONTS = f"""
SELECT teasers.target_story_id AS story_id, stories.source, stories.headline, listings.section AS front,
    teasers.slot AS last_slot, teasers.first_seen_at, teasers.last_seen_at,
    round((julianday(teasers.last_seen_at) - julianday(teasers.first_seen_at)) * 24, 1) AS hours, stories.url
FROM teasers JOIN stories ON stories.id = teasers.target_story_id JOIN listings ON listings.id = teasers.listing_id
WHERE teasers.listing_id IS NOT NULL AND teasers.target_story_id IS NOT NULL
    AND teasers.first_seen_at >= {_SINCE} AND teasers.first_seen_at < {_UNTIL}
    AND {_OF_SOURCE.format(source="stories.source")}
ORDER BY teasers.first_seen_at DESC LIMIT 1000
"""
_COPIED = f"""
SELECT copy_clusters.cluster_id, copy_clusters.story_id, stories.source, stories.headline,
    min(coalesce(stories.published_at, stories.first_seen_at), stories.first_seen_at) AS had_it_at,
    rank() OVER (PARTITION BY copy_clusters.cluster_id
        ORDER BY min(coalesce(stories.published_at, stories.first_seen_at), stories.first_seen_at)) AS place,
    stories.url
FROM (SELECT DISTINCT cluster_id FROM copy_clusters WHERE cluster_id >= unixepoch({_SINCE}) * 1000000
        AND cluster_id < unixepoch({_UNTIL}) * 1000000 ORDER BY cluster_id DESC LIMIT 300) AS found
CROSS JOIN copy_clusters ON copy_clusters.cluster_id = found.cluster_id
JOIN stories ON stories.id = copy_clusters.story_id
ORDER BY copy_clusters.cluster_id DESC, place
"""
_DELETED = f"""
SELECT found.story_id, stories.source, found.presence, found.first_at AS since, stories.headline, stories.published_at,
    found.detail, stories.url
FROM (
    SELECT presence_changes.story_id, presence_changes.presence, presence_changes.first_at, presence_changes.detail
    FROM story_facts CROSS JOIN presence_changes ON presence_changes.story_id = story_facts.story_id
    WHERE story_facts.presence <> 'present' AND presence_changes.presence = story_facts.presence
        AND presence_changes.presence IN ('gone', 'soft_404', 'front', 'unreachable')
        AND presence_changes.first_at >= {_SINCE} AND presence_changes.first_at < {_UNTIL}
        AND {_OF_SOURCE.format(source="story_facts.source")}
    ORDER BY presence_changes.first_at DESC LIMIT 500
) AS found JOIN stories ON stories.id = found.story_id
ORDER BY found.first_at DESC
"""
_SILENT = """
SELECT slug AS source, name, last_story_at,
    round(julianday('now') - julianday(last_story_at), 1) AS days_silent, last_polled_at, failing_listings
FROM (
    SELECT slug, name,
        (SELECT stories.first_seen_at FROM stories
            WHERE stories.id = (SELECT story_id FROM story_facts WHERE source = slug ORDER BY moment DESC LIMIT 1))
            AS last_story_at,
        (SELECT max(last_polled_at) FROM listings WHERE listings.source = slug) AS last_polled_at,
        (SELECT count(*) FROM listings WHERE listings.source = slug AND retired_at IS NULL AND failures > 0)
            AS failing_listings
    FROM sources WHERE enabled AND retired_at IS NULL
)
WHERE last_story_at IS NULL
    OR julianday('now') - julianday(last_story_at) >= CAST(coalesce(nullif(:days, ''), 2) AS REAL)
ORDER BY last_story_at
"""
_COVERAGE = f"""
SELECT source, day, requests, failures, stories, round(100.0 * headlines / nullif(stories, 0)) AS percent_with_headline,
    round(100.0 * authors / nullif(stories, 0)) AS percent_with_authors,
    round(100.0 * dates / nullif(stories, 0)) AS percent_with_date,
    round(100.0 * with_teasers / nullif(stories, 0)) AS percent_with_teasers,
    words / nullif(stories, 0) AS words_a_story, walls
FROM coverage WHERE day >= {_SINCE} AND day < {_UNTIL} AND {_OF_SOURCE.format(source="source")}
ORDER BY day DESC, source LIMIT 2000
"""
_FAILED_RUNS = f"""
SELECT id AS run, source, trigger, status, started_at, requests, failures, missed_polls, reason
FROM runs WHERE status IN ('failed', 'partial', 'interrupted') AND started_at >= {_SINCE} AND started_at < {_UNTIL}
    AND {_OF_SOURCE.format(source="source")}
ORDER BY started_at DESC LIMIT 500
"""
_PER_DAY = f"""
SELECT source, substr(moment, 1, 10) AS day, count(*) AS stories
FROM story_facts WHERE moment >= {_SINCE} AND moment < {_UNTIL} AND {_OF_SOURCE.format(source="source")}
GROUP BY source, day ORDER BY day DESC, source LIMIT 2000
"""
_TROUBLE = """
SELECT outcome, source, count(*) AS requests, max(started_at) AS last_at, max(detail) AS example
FROM (SELECT * FROM requests ORDER BY id DESC LIMIT 100000) WHERE outcome NOT IN ('new_story', 'revised', 'unchanged',
    'different_story', 'not_a_story', 'joined', 'taken_down', 'listed', 'listing_unchanged', 'not_modified')
GROUP BY outcome, source ORDER BY last_at DESC LIMIT 200
"""

_SPAN = "`since` and `until` are days such as 2026-11-22, both included; left empty, the last 30 days."
_QUESTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("newest_stories", "Newest stories", "", _NEWEST),
    ("search_stories", "Search stories, best first, with snippets", "`words` are looked for side by side.", _SEARCH),
    ("revised_stories", "What was changed after publication", _SPAN, _REVISED),
    ("changed_headlines", "Which headlines were changed, from what to what", _SPAN, _HEADLINES),
    ("corrections", "What was corrected, and owned up to", _SPAN, _CORRECTED),
    ("most_promoted", "What was promoted most beside other stories", _SPAN, _PROMOTED),
    ("on_fronts", "What stood on fronts, and how long", _SPAN, _ON_FRONTS),
    ("who_had_it_first", "Who had a text first, and who ran it after", _SPAN, _COPIED),
    ("deletions", "What was taken off its address", _SPAN, _DELETED),
    ("silent_sources", "Which sources have gone silent", "`days` without a new story; left empty, two.", _SILENT),
    ("coverage", "What new stories came with, by day", _SPAN, _COVERAGE),
    ("stories_per_day", "Stories per source and day", _SPAN, _PER_DAY),
    ("failed_runs", "Runs that failed, or in part", _SPAN, _FAILED_RUNS),
    ("trouble", "Requests that failed, by outcome", "Of the last 100,000 requests.", _TROUBLE),
)


def queries() -> dict[str, Any]:
    """The questions as Datasette's canned queries."""
    return {
        name: {"title": title, "description": description, "sql": sql, "hide_sql": True}
        for name, title, description, sql in _QUESTIONS
    }
