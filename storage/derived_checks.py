"""What the archive works out of a story's words and keeps beside them, worked out anew: is it the same?

The words a story shows, its marks, the neighbours of close scripts, its sentences in the index of copies, and the
clusters. A story of it costs about as much as writing it, so `storage.verify` leaves all but the clusters to a thorough
check where the archive is large.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter

from newskeep.near_duplicates import components, sentence_hashes, sketch
from newskeep.neighbours import neighbours
from newskeep.text import count_words
from storage.drafts import read_draft
from storage.findings import MAX_FINDINGS_A_CHECK, Finding
from storage.marks import marks_now
from storage.story_rows import STORY_COLUMNS, story_columns
from storage.values import row


def check_derived(news: sqlite3.Connection) -> Iterator[Finding]:
    """Give the stories and teasers beside which something else is kept than their words give."""
    for check in (_misshown, _mismarked, _misspelled_teasers, _misindexed):
        yield from islice(check(news), MAX_FINDINGS_A_CHECK)


def check_clusters(news: sqlite3.Connection) -> Iterator[Finding]:
    """Give the stories that are not in the cluster their copies make; cheap in any archive."""
    news.execute("BEGIN")  # both tables as of one moment, whoever writes meanwhile
    try:
        pairs = news.execute("SELECT story_id, other_id FROM copies WHERE kind = 'same_text'").fetchall()
        kept = dict(news.execute("SELECT story_id, cluster_id FROM copy_clusters").fetchall())
    finally:
        news.execute("ROLLBACK")
    links: dict[int, list[int]] = {}
    for one, other in pairs:
        links.setdefault(one, []).append(other)
        links.setdefault(other, []).append(one)
    right = {one: min(cluster) for cluster in components(links) for one in cluster}
    wrong = sorted(one for one in right.keys() | kept.keys() if right.get(one) != kept.get(one))
    for one in wrong[:MAX_FINDINGS_A_CHECK]:
        said, should = kept.get(one, "no cluster"), right.get(one, "no cluster")
        yield Finding(check="cluster", message=f"story {one} is kept in {said}, and its copies say {should}")


# The columns of which the search index is made; the others are compared by `storage.row_checks`.
_SHOWN = ("headline", "standfirst", "text", "captions", "headline_neighbours", "neighbours")


def _misshown(news: sqlite3.Connection) -> Iterator[Finding]:
    rows = news.execute(
        f"SELECT draft, stories.id, {', '.join(f'stories.{column}' for column in _SHOWN)} FROM stories"
        " JOIN revisions ON story_id = stories.id AND number = current_revision"
    )
    for text, story_id, *shown in rows:
        try:
            draft = read_draft(text)
        except (ValueError, KeyError, TypeError):
            continue  # the check of drafts says it
        body = draft.text
        columns = row(story_columns(draft, text=body, word_count=count_words(body)))
        said = dict(zip(STORY_COLUMNS, columns, strict=True))
        wrong = [column for column, value in zip(_SHOWN, shown, strict=True) if value != said[column]]
        if wrong:
            message = f"story {story_id} does not show what its current revision says: {', '.join(wrong)}"
            yield Finding(check="shown", message=message)


def _mismarked(news: sqlite3.Connection) -> Iterator[Finding]:
    for story_id, marks in news.execute("SELECT id, marks FROM stories"):
        if marks != marks_now(news, story_id):
            message = f"story {story_id} is not found by what is known of it: its marks are of another state"
            yield Finding(check="marks", message=message)


def _misspelled_teasers(news: sqlite3.Connection) -> Iterator[Finding]:
    rows = news.execute("SELECT id, neighbours, headline, standfirst, caption, heading FROM teasers")
    for teaser_id, kept, *words in rows:
        if kept != neighbours(words):
            message = f"teaser {teaser_id} is not found by its words: its neighbours are of others"
            yield Finding(check="neighbours", message=message)


def _misindexed(news: sqlite3.Connection) -> Iterator[Finding]:
    """Stories with sentences in the index of copies that are not theirs. That some lack is right: formulas do."""
    rows = news.execute("SELECT story_id, hash FROM sentence_hashes ORDER BY story_id")
    for story_id, group in groupby(rows, key=itemgetter(0)):
        found = news.execute("SELECT text FROM stories WHERE id = ?", (story_id,)).fetchone()
        if found and not {one for _, one in group} <= set(sketch(sentence_hashes(found[0]))):
            message = f"story {story_id} is in the index of copies with sentences it does not have"
            yield Finding(check="sentences", message=message)
