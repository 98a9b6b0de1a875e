"""One poll of one source: its listings that are due, then the stories they name."""

from __future__ import annotations

from newskeep.fetches import Ask, Purpose
from newskeep.model import ListingKind
from spiders.base import AskingSpider
from spiders.feed import FeedSpider
from spiders.front import FrontSpider
from spiders.picture import PictureSpider
from spiders.sitemap import SitemapSpider
from spiders.story import StorySpider

_BY_KIND: dict[ListingKind | None, type[AskingSpider]] = {
    ListingKind.FEED: FeedSpider,
    ListingKind.NEWS_SITEMAP: SitemapSpider,
    ListingKind.SITEMAP: SitemapSpider,
    ListingKind.HOME_FRONT: FrontSpider,
    ListingKind.SECTION_FRONT: FrontSpider,
    None: StorySpider,
}


class SourceSpider(AskingSpider):
    """Ask for listings and stories alike, each in its own manner."""

    name = "source"

    @classmethod
    def headers(cls, ask: Ask) -> dict[str, str]:
        """The headers of the spider that knows this kind of page."""
        spider = PictureSpider if ask.purpose is Purpose.PICTURE else _BY_KIND[ask.kind]
        return spider.headers(ask)
