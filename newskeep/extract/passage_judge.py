"""Which passages are the story's text, judged once more: what a small learned score says of the hand-made reading.

The rules of `stretch` and `boxes` name what they find; on pages built unlike a news story they take a list of links for
teasers, or a box of the story's own for a stranger. A sum of small decision trees (`passage_trees`, written by
`training/train_passages.py`) sees their answer among many other signs and overrules it where it is sure enough.
"""

from __future__ import annotations

from dataclasses import replace

from newskeep.extract.blocks import Outline
from newskeep.extract.judge import TEXT_ROLES, Judgement, Role, text_mass
from newskeep.extract.metadata import Metadata
from newskeep.extract.passage_features import declares_news, describe
from newskeep.extract.passage_trees import MARGIN, margin
from newskeep.extract.stretch import Stretch, drop_repeated, role_in_text
from newskeep.extract.tree import Page

_LITTLE_TEXT = 600
_NEWS = 0.2
"""How far above the margin the text of a news page is: its builds are the ones that the rules know."""
_SURE = 1.2
"""How far above the margin a passage must be that rules hold to be furniture of a news page."""


_FIRM = frozenset((Role.BIOGRAPHY, Role.EMBED, Role.NAVIGATION))
"""What elements are named after is hardly ever text."""


def overrule(
    page: Page, line: Outline, judgement: Judgement, stretch: Stretch, *, headline_at: int | None, metadata: Metadata
) -> Stretch:
    """Give the stretch with the roles that the learned score would have otherwise; itself where it agrees."""
    if text_mass(line, judgement) < _LITTLE_TEXT:
        # Pages of a few sentences are none that the trees could have learned from.
        return stretch
    rows = describe(page, line, judgement, stretch, headline_at=headline_at, metadata=metadata)
    is_news = declares_news(metadata)
    least = MARGIN + (_NEWS if is_news else 0)
    changed: dict[int, Role] = {}
    for at, features in zip(rows.places, rows.features, strict=True):
        role = stretch.role(at)
        above = margin(features) - least
        if role in TEXT_ROLES:
            if above < 0:
                changed[at] = Role.OTHER
        elif not judgement.recurring[at] and role not in _FIRM:
            is_loose = role is Role.NOTICE or not stretch.first <= at < stretch.end
            if above >= (_SURE if is_news and is_loose else 0):
                changed[at] = role_in_text(line, judgement, at)
    return with_roles(line, judgement, stretch, changed, is_news=is_news) if changed else stretch


def with_roles(
    line: Outline, judgement: Judgement, stretch: Stretch, changed: dict[int, Role], *, is_news: bool
) -> Stretch:
    """Give the stretch with other roles at some places, widened to hold them; itself where no text would be left.

    Guides say "What we like" under each of their wares: short lines that are met again count only on a news page as
    furniture, elsewhere the score has heard of them.
    """
    first, end = min(stretch.first, *changed), max(stretch.end, max(changed) + 1)
    roles = [changed.get(at) or stretch.role(at) for at in range(first, end)]
    drop_repeated(line, judgement, roles, first, short=is_news)
    text = [first + at for at, role in enumerate(roles) if role in TEXT_ROLES]
    if not text:
        return stretch
    span = stretch.span
    while line.spans[span].parent >= 0 and not (line.spans[span].first <= text[0] and text[-1] < line.spans[span].end):
        span = line.spans[span].parent
    core_at = stretch.core_at if stretch.core_at in text else text[0]
    return replace(stretch, span=span, first=first, end=end, roles=roles, core_at=core_at)
