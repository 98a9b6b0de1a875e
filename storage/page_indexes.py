"""Indexes that pages of the reading room are answered from, so that none of them reads texts or counts millions.

Each holds what never or seldom changes: a teaser that is met again moves none of them.
"""

from __future__ import annotations

PAGE_INDEXES = """
CREATE INDEX teasers_on_fronts ON teasers(first_seen_at, target_story_id)
    WHERE listing_id IS NOT NULL AND target_story_id IS NOT NULL;
CREATE INDEX teasers_on_stories ON teasers(first_seen_at, target_story_id)
    WHERE page_story_id IS NOT NULL AND target_story_id IS NOT NULL;
CREATE INDEX stories_timed ON stories(source, published_at) WHERE published_precision <> 'day';
CREATE INDEX story_facts_source_absent ON story_facts(source, presence) WHERE presence <> 'present';
CREATE INDEX story_facts_revised ON story_facts(source, moment) WHERE revision_count > 1;
CREATE INDEX runs_status ON runs(status);
CREATE INDEX runs_trigger ON runs(trigger);
"""
