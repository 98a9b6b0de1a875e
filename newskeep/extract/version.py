"""The number that stands on everything read: raised with each change of what is read.

4: bylines and datelines told by what the page declares, without the paper's name and the time that reading takes; a
heading heads the cards of its list alone, and none across the story's text; a card's title says which of its words are
the headline; credits in more spellings are told from their captions; linked crossheads, labelled facts and repeated
lines of guides are text; the printed byline stands where it names nobody whom the page declares.
"""

from __future__ import annotations

EXTRACTOR_VERSION = "4"
