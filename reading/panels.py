"""The addresses of sources, promotion, copies, runs and feeds; `reading.routes` puts them after its own."""

from __future__ import annotations

from reading import atom_feeds, copies, promotion, runs, sources
from reading.answers import Route

PANELS: tuple[Route, ...] = (
    Route(pattern=r"/sources", page=sources.sources, label="Sources", path="/sources"),
    Route(pattern=r"/sources/(?P<slug>[\w-]+)", page=sources.source),
    Route(pattern=r"/promotion", page=promotion.promotion, label="Promotion", path="/promotion"),
    Route(pattern=r"/stories/(?P<story>\d+)/promotion", page=promotion.story_promotion),
    Route(pattern=r"/copies", page=copies.copies, label="Copies", path="/copies"),
    Route(pattern=r"/copies/(?P<story>\d+)", page=copies.cluster),
    Route(pattern=r"/runs", page=runs.runs, label="Runs", path="/runs"),
    Route(pattern=r"/runs/(?P<run>\d+)", page=runs.run),
    Route(pattern=r"/front\.atom", page=atom_feeds.front_feed, has_json=False),
    Route(pattern=r"/sources/(?P<slug>[\w-]+)\.atom", page=atom_feeds.source_feed, has_json=False),
    Route(pattern=r"/search\.atom", page=atom_feeds.search_feed, has_json=False),
    Route(pattern=r"/watches/(?P<watch>[\w-]+)\.atom", page=atom_feeds.watch_feed, has_json=False),
)
