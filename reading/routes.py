"""Every page of the reading room, with its address."""

from __future__ import annotations

from reading import front
from reading.answers import Route

ROUTES: tuple[Route, ...] = (
    Route(pattern=r"/", page=front.front, has_json=False, label="Front", path="/"),
    Route(pattern=r"/front", page=front.front),
)


def navigation() -> tuple[tuple[str, str], ...]:
    """Labels and paths of the navigation, in its order."""
    return tuple((route.label, route.path) for route in ROUTES if route.label and route.path)
