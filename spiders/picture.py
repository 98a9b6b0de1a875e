"""Pictures of stories. What they are is told by `newskeep.picture_files`."""

from __future__ import annotations

from spiders.base import AskingSpider


class PictureSpider(AskingSpider):
    """Ask for pictures, in the formats that are kept."""

    name = "picture"
    accept = "image/avif,image/webp,image/jpeg,image/png,image/gif;q=0.8,*/*;q=0.1"
