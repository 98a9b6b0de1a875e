"""The number that stands on everything read: raised with each change of what is read.

4: bylines and datelines told by what the page declares, without the paper's name and the time that reading takes.
"""

from __future__ import annotations

EXTRACTOR_VERSION = "4"
