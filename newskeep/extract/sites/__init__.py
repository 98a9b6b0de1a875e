"""Families of sites that need code: which one made a page, and where on it the story and the teasers stand.

A family is a module with `NAME`, `VERSION`, `recognise(page) -> bool` and `read_regions(page) -> Regions`. It is listed
in `FAMILIES`; the first that recognises a page reads it. Raise a family's VERSION with every change of what it finds.
A page no family knows is read by the general reader alone.
"""

from __future__ import annotations

from typing import Protocol

from newskeep.extract.sites import amp, rebelmouse
from newskeep.extract.sites.regions import FurtherRegion, Regions, TeaserBlock
from newskeep.extract.tree import Page

__all__ = ["FAMILIES", "FurtherRegion", "Regions", "TeaserBlock", "find_regions"]


class Family(Protocol):
    """What a module of this package has to offer."""

    NAME: str
    VERSION: str

    def recognise(self, page: Page) -> bool:
        """Is this page of the family?"""

    def read_regions(self, page: Page) -> Regions:
        """Tell where on it things stand."""


FAMILIES: tuple[Family, ...] = (amp, rebelmouse)


def find_regions(page: Page) -> Regions | None:
    """Read a page's regions with the family its source names, else the first that recognises it; None for no family."""
    wanted = page.source.family if page.source is not None else None
    for family in FAMILIES:
        if wanted == family.NAME or (wanted is None and family.recognise(page)):
            return family.read_regions(page)
    return None
