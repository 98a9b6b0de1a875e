"""Indexes from which the newest stories of a section, and of a section of a source, are listed and counted."""

from __future__ import annotations

FRONT_INDEXES = """
CREATE INDEX story_facts_section ON story_facts(section, moment) WHERE section IS NOT NULL;
CREATE INDEX story_facts_source_section ON story_facts(source, section, moment) WHERE section IS NOT NULL;
"""
