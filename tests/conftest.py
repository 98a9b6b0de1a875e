"""What all tests share. Each room's own builders stand in that room's folder."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Machines are shared: how long an example takes says more of the neighbours than of the code.
settings.register_profile("newskeep", deadline=None)
settings.load_profile("newskeep")


@pytest.fixture(autouse=True)
def log_levels_end_with_the_test() -> Iterator[None]:
    """A command that runs in this process sets levels and handlers for good; the next test must not inherit them."""
    root = logging.getLogger()
    handlers, root_level = list(root.handlers), root.level
    levels = {name: one.level for name, one in root.manager.loggerDict.items() if isinstance(one, logging.Logger)}
    yield
    for name, one in root.manager.loggerDict.items():
        if isinstance(one, logging.Logger):
            one.setLevel(levels.get(name, logging.NOTSET))
    root.setLevel(root_level)
    for handler in root.handlers[:]:
        if handler not in handlers and not type(handler).__module__.startswith("_pytest"):
            root.removeHandler(handler)
