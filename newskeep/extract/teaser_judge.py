"""Which links of a page are teasers: two small learned scores, and what no link may be.

The first score sees each link by itself; the second sees it among its neighbours, for what stands in a list of
teasers is one. Both are sums of small decision trees in the generated module `teaser_trees`, which
`training/train_teasers.py` writes.
"""

from __future__ import annotations

from math import exp

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.link_features import HOPELESS, describe_alone, describe_among, settle_blocks
from newskeep.extract.teaser_rules import is_announced, is_out
from newskeep.extract.teaser_trees import THRESHOLD, first_margin, second_margin


def judge_teasers(survey: Survey) -> list[Group]:
    """The groups of links that are teasers, in page order, with `score`, `block` and `heading` settled."""
    groups = [group for group in survey.groups if not is_out(group, survey)]
    describe_alone(survey, groups)
    for group in groups:
        group.first_score = _probability(first_margin(group.features))
    describe_among(survey, groups)
    hopeful = [group for group in groups if group.first_score >= HOPELESS]
    for group in hopeful:
        group.score = _probability(second_margin(group.features))
        # A line of its own in the text has no neighbours that could speak for it.
        if group.score < THRESHOLD <= group.first_score and is_announced(group, survey):
            group.score = group.first_score
    chosen = [group for group in hopeful if group.score >= THRESHOLD]
    # What turned out to be none parts no blocks, and a linked heading that looked like a card heads its list.
    settle_blocks(survey, chosen)
    return chosen


def settle_cards(survey: Survey, groups: list[Group]) -> list[Group]:
    """Settle `block` and `heading` of groups that are known to be teasers without a judge."""
    for group in groups:
        group.first_score = group.score = 1.0
    settle_blocks(survey, groups)
    return groups


def _probability(margin: float) -> float:
    return 1.0 / (1.0 + exp(-margin)) if margin > -700 else 0.0
