"""Where things stand on a page, as a family of sites sees it."""

from __future__ import annotations

from dataclasses import dataclass

from newskeep.extract.tree import Element
from newskeep.model import Teaser


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FurtherRegion:
    """Another whole story on the page: its elements, its address and post id where the page states them."""

    elements: tuple[Element, ...]
    url: str | None = None
    post_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeaserBlock:
    """A stretch of the page that holds teasers, under one heading (None where it has none)."""

    heading: str | None
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regions:
    """Where things stand on a page, as a family sees it.

    `main` are the elements of the main story in order; `further` whole other stories; `teaser_blocks` where teasers
    stand, in page order; `cards` the teasers the family read there itself, complete, in page order (then nobody reads
    those elements again: they are `claimed`). `rest` is furniture: nothing in it is story or teaser.
    """

    family: str
    version: str
    post_id: str | None = None
    main: tuple[Element, ...] = ()
    further: tuple[FurtherRegion, ...] = ()
    teaser_blocks: tuple[TeaserBlock, ...] = ()
    cards: tuple[Teaser, ...] = ()
    claimed: tuple[Element, ...] = ()
    rest: tuple[Element, ...] = ()
