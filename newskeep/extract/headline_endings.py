"""What is cut off a headline's ends: the site's name, and the section or date that stands between.

Titles carry them behind a stroke or a dash, and a headline may hold a stroke or a dash of its own. So an end goes only
where it says the site's name, or where what is left is a headline that the page gives elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from newskeep.extract.site_names import SiteNames
from newskeep.text import comparison_key, count_words, plain_words

LONGEST_HEADLINE = 500

_SEPARATOR = re.compile(r"\s+[|–—\-·•»«~/:]+\s+|\s*[|｜]\s*|\s*：\s*|\s+::\s+|:\s+(?=\S)")
_MAY_SEPARATE = re.compile(r"[|｜：–—·•»«~/:-]")
_HARD_SEPARATOR = re.compile(r"^\s*[|｜»·•]|::")
_DATE_LIKE = re.compile(r"^[\d.,:/\s\-]{6,}$")


def clean_headline(text: str, site: SiteNames, anchors: Iterable[str] = ()) -> str:
    """Cut the site's name, section and date off a headline's ends.

    `anchors` are comparison keys of other headlines of the page: what is left when an end is cut may be one of them,
    and then the cut was right whatever the end says.
    """
    text = plain_words(text)[:LONGEST_HEADLINE]
    if not _MAY_SEPARATE.search(text):
        return text
    cuts = list(_SEPARATOR.finditer(text))
    if not cuts:
        return text
    known = frozenset(anchors)
    for cut in cuts:
        rest, end = text[: cut.start()].strip(), text[cut.end() :].strip()
        is_headline = cut[0].strip() != ":" and is_long_enough(rest) and comparison_key(rest) in known
        # An end that is itself a headline elsewhere (`Section - Headline`) stays.
        if is_headline and comparison_key(end) not in known:
            return rest
    return _without_prefix(_without_suffix(text, cuts, site), site)


def is_long_enough(text: str) -> bool:
    """Is a text long enough for a headline: two words, or a word as long as two?"""
    return count_words(text) >= 2 or len(text) >= 12


def _without_suffix(text: str, cuts: list[re.Match[str]], site: SiteNames) -> str:
    end = len(text)
    was_cut = False
    for cut in reversed(cuts):
        segment = text[cut.end() : end].strip()
        rest = text[: cut.start()].strip()
        if not is_long_enough(rest):
            break
        is_hard = _HARD_SEPARATOR.search(cut[0]) is not None
        is_short = is_hard and count_words(segment) <= 3
        is_name = site.has(segment) or (is_short and site.is_part_of_host(segment))
        if not (is_name or _DATE_LIKE.match(segment) or (was_cut and is_short)):
            break
        was_cut = True
        end = cut.start()
    return text[:end].strip()


def _without_prefix(text: str, site: SiteNames) -> str:
    cut = _SEPARATOR.search(text)
    if cut and site.is_exactly(text[: cut.start()]) and is_long_enough(text[cut.end() :]):
        return text[cut.end() :].strip()
    return text
