"""What all tests share. Each room's own builders stand in that room's folder."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Machines are shared: how long an example takes says more of the neighbours than of the code.
settings.register_profile("newskeep", deadline=None)
settings.load_profile("newskeep")

Levels = dict[str, int]

_LONGEST = ("cluster", "service", "crawl", "benchmarks", "reading")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The rooms that take longest come first: a file that a process begins last is waited for by all others."""
    place = {name: at for at, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: place.get(item.path.parent.name, len(place)))


def loggers() -> dict[str, logging.Logger]:
    """Every logger there is, the root as ""."""
    root = logging.getLogger()
    named = {name: one for name, one in root.manager.loggerDict.items() if isinstance(one, logging.Logger)}
    return {"": root, **named}


def set_logging_back(levels: Levels) -> None:
    """Levels as they were, a logger made since without one; no handler but pytest's own."""
    root = logging.getLogger()
    for name, one in loggers().items():
        one.setLevel(levels.get(name, logging.NOTSET))
        one.disabled = False
    for handler in root.handlers[:]:
        if not type(handler).__module__.startswith("_pytest"):
            root.removeHandler(handler)


@pytest.fixture(scope="session", autouse=True)
def first_levels() -> Levels:
    """The loggers' levels before any test."""
    return {name: one.level for name, one in loggers().items()}


@pytest.fixture(autouse=True)
def logging_as_at_first(first_levels: Levels) -> Iterator[None]:
    """A command that runs in this process sets levels and handlers for good, in a test as in what many tests share."""
    set_logging_back(first_levels)
    yield
    set_logging_back(first_levels)
