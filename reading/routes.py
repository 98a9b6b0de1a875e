"""Every page of the reading room, with its address."""

from __future__ import annotations

from reading import capture, diff, front, pictures, search, story
from reading.answers import Route
from reading.openapi import openapi_page
from reading.panels import PANELS

CAPTURES = "newskeep-captures"
"""The permission to see what servers sent, which may be more than they show to everybody."""

_PAGES: tuple[Route, ...] = (
    Route(pattern=r"/", page=front.front, has_json=False, label="Front", path="/"),
    Route(pattern=r"/front", page=front.front),
    Route(pattern=r"/search", page=search.search, label="Search", path="/search"),
    Route(pattern=r"/stories", page=story.find_story, has_json=False),
    Route(pattern=r"/stories/(?P<story>\d+)", page=story.story),
    Route(pattern=r"/stories/(?P<story>\d+)/revisions/(?P<revision>\d+)", page=story.story),
    Route(pattern=r"/stories/(?P<story>\d+)/diff", page=diff.newest_diff, has_json=False),
    Route(pattern=r"/stories/(?P<story>\d+)/diff/(?P<a>\d+)/(?P<b>\d+)", page=diff.diff),
    Route(pattern=r"/pictures/(?P<digest>[0-9a-f]{64})", page=pictures.picture, has_json=False),
    Route(pattern=r"/captures/(?P<capture>\d+)", page=capture.capture, action=CAPTURES),
    Route(pattern=r"/captures/(?P<capture>\d+)/bytes", page=capture.download, has_json=False, action=CAPTURES),
    *PANELS,
)
ROUTES = (*_PAGES, Route(pattern=r"/openapi\.json", page=openapi_page(_PAGES), has_json=False))


def navigation() -> tuple[tuple[str, str], ...]:
    """Labels and paths of the navigation, in its order."""
    return tuple((route.label, route.path) for route in ROUTES if route.label and route.path)
