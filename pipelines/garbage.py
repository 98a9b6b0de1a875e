"""The garbage collector, held off while a page is read.

Reading a page makes tens of thousands of small objects, nearly all of which go when the last name for them does. The
collector would look them through again and again, for a fifteenth of the time a page takes. What is left in circles is
picked up once, when the page is done.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 1


@contextmanager
def held_off() -> Iterator[None]:
    """Collect nothing inside, and the young objects when it is over."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(_YOUNG)
        if was_on:
            gc.enable()


def spare_what_is_loaded() -> None:
    """Let no later collection look at the modules and tables that are loaded by now."""
    gc.collect()
    gc.freeze()
