"""The number that stands on everything read: raised with each change of what is read."""

from __future__ import annotations

EXTRACTOR_VERSION = "3"
