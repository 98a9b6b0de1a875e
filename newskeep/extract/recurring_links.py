"""Links to other stories that stand in the midst of a text, on page after page of a site: teasers that only site memory
can tell from running text.
"""

from __future__ import annotations

from urllib.parse import urldefrag

from newskeep.extract.anchors import count_link_words
from newskeep.extract.story_urls import looks_like_story_url
from newskeep.extract.stretch import Reading
from newskeep.extract.tree import Element, text_of
from newskeep.model import Teaser, TeaserKind
from newskeep.urls import same_site, url_key

_FEWEST_WORDS = 3
_MOST = 40


def read_recurring(reading: Reading) -> tuple[Teaser, ...]:
    """Give a teaser for each passage inside the story that recurs on other stories and whose link names a story."""
    line, stretch = reading.line, reading.stretch
    marked = reading.judgement.recurring
    if not any(marked):
        return ()
    teasers: dict[str, Teaser] = {}
    for at in range(stretch.first, stretch.end):
        passage = line.passages[at]
        if not (marked[at] and passage.link_count) or len(teasers) == _MOST:
            continue
        for link in passage.element.iter("a"):
            target = _story_of(reading, link)
            if target is not None:
                standfirst = passage.text.removeprefix(text_of(link)).strip(" .:–—-") or None
                teaser = Teaser(
                    kind=TeaserKind.RELATED,
                    slot=len(teasers) + 1,
                    block=1,
                    target_url=target,
                    headline=text_of(link),
                    standfirst=standfirst if standfirst != passage.text else None,
                )
                teasers.setdefault(url_key(target), teaser)
                break
    return tuple(teasers.values())


def _story_of(reading: Reading, link: Element) -> str | None:
    """The story a link leads to, where its words are a headline's; None for the page itself and for other sites."""
    target = reading.page.join(link.get("href"))
    if target is None or count_link_words(text_of(link)) < _FEWEST_WORDS:
        return None
    target = urldefrag(target)[0]
    if not looks_like_story_url(target) or not same_site(target, reading.page.url):
        return None
    return target if url_key(target) != url_key(reading.url) else None
