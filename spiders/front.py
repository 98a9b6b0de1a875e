"""Home and section fronts. They are read by `newskeep.fronts`."""

from __future__ import annotations

from newskeep.fetches import Ask
from spiders.base import AskingSpider


class FrontSpider(AskingSpider):
    """Ask for fronts, past any cache on the way: what stands on them is news for minutes."""

    name = "front"
    accept = "text/html,application/xhtml+xml,*/*;q=0.5"

    @classmethod
    def headers(cls, ask: Ask) -> dict[str, str]:
        """Besides the common ones: no cache may answer for the publisher."""
        return super().headers(ask) | {"Cache-Control": "no-cache"}
