"""Story pages, new ones and known ones revisited. They are read by `newskeep.extract`."""

from __future__ import annotations

from spiders.base import AskingSpider


class StorySpider(AskingSpider):
    """Ask for story pages."""

    name = "story"
    accept = "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.5"
