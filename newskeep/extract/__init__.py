"""From a captured page to everything it says: the story, its pictures, the teasers, the metadata."""

from __future__ import annotations

from newskeep.extract.page import extract_page
from newskeep.extract.version import EXTRACTOR_VERSION

__all__ = ["EXTRACTOR_VERSION", "extract_page"]
