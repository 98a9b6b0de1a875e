"""What must hold between the rows of `news.db`, each as a query that gives the rows for which it does not.

What needs more than SQL to be worked out anew stands in `storage.derived_checks`; that every row referred to is there
is left to SQLite (`PRAGMA foreign_key_check`, run by `storage.verify`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from newskeep.site_memory import WINDOW_STORIES
from storage.findings import MAX_FINDINGS_A_CHECK, Finding


def check_rows(news: sqlite3.Connection) -> Iterator[Finding]:
    """Give what does not hold between the rows of `news.db`."""
    for check, message, sql in _ROW_CHECKS:
        for values in news.execute(f"{sql} LIMIT {MAX_FINDINGS_A_CHECK}"):
            yield Finding(check=check, message=message.format(*values))


def check_index_ids(news: sqlite3.Connection) -> Iterator[Finding]:
    """Give the rows that a search index lacks, and those that only it has; cheap in any archive."""
    for table in ("stories", "teasers"):
        for sql, message in (
            (f"SELECT id FROM {table} EXCEPT SELECT id FROM {table}_fts_docsize", "is not in its search index"),
            (f"SELECT id FROM {table}_fts_docsize EXCEPT SELECT id FROM {table}", "is in the search index only"),
        ):
            for (row_id,) in news.execute(f"{sql} LIMIT {MAX_FINDINGS_A_CHECK}"):
                yield Finding(check="index", message=f"row {row_id} of {table} {message}")


_REVISIONS = (
    (
        "revision count",
        "story {0} says it has {1} revisions and has {2}",
        "SELECT stories.id, revision_count, count(revisions.id) AS found FROM stories"
        " LEFT JOIN revisions ON story_id = stories.id GROUP BY stories.id HAVING found <> revision_count",
    ),
    (
        "current revision",
        "story {0} shows revision {1}, which does not exist or says otherwise",
        "SELECT stories.id, current_revision FROM stories LEFT JOIN revisions"
        " ON story_id = stories.id AND number = current_revision WHERE revisions.id IS NULL"
        " OR (stories.headline, stories.standfirst, stories.byline, stories.published_at, stories.words)"
        " IS NOT (revisions.headline, revisions.standfirst, revisions.byline, revisions.published_at, revisions.words)",
    ),
    (
        "newest revision",
        "story {0} shows revision {1}, and a later capture made another",
        "SELECT stories.id, current_revision FROM stories JOIN revisions AS shown"
        " ON shown.story_id = stories.id AND shown.number = current_revision WHERE EXISTS (SELECT 1 FROM revisions"
        " WHERE story_id = stories.id AND (captured_at, number) > (shown.captured_at, shown.number))",
    ),
    (
        "page",
        "page {2} of story {0}, revision {1}, belongs to no revision",
        "SELECT story_id, revision, page FROM revision_pages WHERE NOT EXISTS (SELECT 1 FROM revisions"
        " WHERE revisions.story_id = revision_pages.story_id AND number = revision)",
    ),
)

_STORIES = (
    (
        "facts",
        "the facts of story {0} in story_facts are not those in stories",
        "SELECT stories.id FROM stories LEFT JOIN story_facts AS facts ON facts.story_id = stories.id WHERE"
        " (facts.source, facts.moment, facts.section, facts.language, facts.form, facts.presence, facts.words,"
        " facts.revision_count) IS NOT (stories.source, coalesce(stories.published_at, stories.first_seen_at),"
        " stories.section, stories.language, stories.form, stories.presence, stories.words, stories.revision_count)",
    ),
    (
        "facts",
        "story {0} was last seen at {1}, and a revision was captured at {2}",
        "SELECT facts.story_id, last_seen_at, max(captured_at) AS newest FROM story_facts AS facts JOIN revisions"
        " ON revisions.story_id = facts.story_id GROUP BY facts.story_id HAVING newest > last_seen_at",
    ),
    (
        "name",
        "story {0} has no name at all",
        "SELECT id FROM stories WHERE NOT EXISTS (SELECT 1 FROM aliases WHERE story_id = stories.id)",
    ),
    (
        "teaser link",
        "teaser {0} is not linked to story {1}, which it points to",
        "SELECT teasers.id, aliases.story_id FROM teasers JOIN aliases ON aliases.key = teasers.target_key"
        " WHERE target_story_id IS NOT aliases.story_id",
    ),
    (
        "run",
        "run {0} says it made {1} requests and made {2}",
        "SELECT runs.id, runs.requests, count(requests.id) AS found FROM runs LEFT JOIN requests"
        " ON run_id = runs.id WHERE runs.status <> 'running' AND NOT is_pruned"
        " GROUP BY runs.id HAVING found <> runs.requests",
    ),
)

_PRESENCE = (
    (
        "presence",
        "story {0} is {1}, and its history ends with {2}",
        "SELECT stories.id, stories.presence, coalesce(last.presence, 'nothing') FROM stories"
        " LEFT JOIN presence_changes AS last ON story_id = stories.id"
        " AND number = (SELECT max(number) FROM presence_changes WHERE story_id = stories.id)"
        " WHERE stories.presence <> coalesce(last.presence, 'present')",
    ),
    (
        "presence",
        "the history of story {0} has {1} intervals, numbered up to {2}",
        "SELECT story_id, count(*) AS found, max(number) AS last FROM presence_changes"
        " GROUP BY story_id HAVING found <> last",
    ),
    (
        "presence",
        "interval {1} in the history of story {0} ends before it begins",
        "SELECT story_id, number FROM presence_changes WHERE last_at < first_at",
    ),
    (
        "presence",
        "interval {1} in the history of story {0} has no end, and is not the last of a story that is there",
        "SELECT story_id, number FROM presence_changes AS one WHERE last_at IS NULL"
        " AND (presence NOT IN ('present', 'moved')"
        " OR EXISTS (SELECT 1 FROM presence_changes WHERE story_id = one.story_id AND number > one.number))",
    ),
)

_COPIES = (
    (
        "sentences",
        "sentences of story {0} are in the index of copies, and there is no such story",
        "SELECT DISTINCT story_id FROM sentence_hashes WHERE NOT EXISTS"
        " (SELECT 1 FROM stories WHERE id = sentence_hashes.story_id)",
    ),
    (
        "copies",
        "stories {0} and {1} are said to share {2} of sentences, and their numbers say otherwise",
        "SELECT story_id, other_id, round(share, 3) FROM copies"
        " WHERE shared_sentences > min(sentences, other_sentences)"
        " OR abs(share - 1.0 * shared_sentences / max(1, min(sentences, other_sentences))) > 0.000001",
    ),
)

_MEMORY = (
    (
        "memory",
        "revision {1} of story {0} was read with site memory {2}, which is not there",
        "SELECT story_id, number, memory_version FROM revisions WHERE memory_version <> 0"
        " AND NOT EXISTS (SELECT 1 FROM site_memories WHERE version = memory_version)",
    ),
    (
        "memory",
        f"source {{0}} has {{1}} stories in its window, {{2}} that were met, and room for {WINDOW_STORIES}",
        "SELECT imprints.source, count(*) AS found, coalesce(learning.stories, 0) AS met FROM site_imprints AS imprints"
        " LEFT JOIN site_learning AS learning ON learning.source = imprints.source GROUP BY imprints.source"
        f" HAVING found > met OR found > {WINDOW_STORIES}",
    ),
    (
        "memory",
        "site memory {0} of {1} was cut from {2} stories, and more were never met, or none",
        "SELECT version, memories.source, memories.stories FROM site_memories AS memories LEFT JOIN site_learning"
        " AS learning ON learning.source = memories.source"
        f" WHERE memories.stories NOT BETWEEN 1 AND min({WINDOW_STORIES}, coalesce(learning.stories, 0))",
    ),
    (
        "memory",
        "site memory {0} of {1} says that a passage stands in {2} of {3} stories",
        "SELECT version, source, block.value ->> 1 AS found, stories FROM site_memories, json_each(blocks) AS block"
        " WHERE found NOT BETWEEN 1 AND stories",
    ),
)

_ROW_CHECKS = (*_REVISIONS, *_STORIES, *_PRESENCE, *_COPIES, *_MEMORY)
"""The fixed word of the finding, its line, and the query whose columns are put into the line."""
