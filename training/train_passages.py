"""Learn which passages of a page are its story's text: the module `newskeep.extract.passage_trees`.

A passage counts as text where most of its words stand in the labelled text in the same order. What the hand-made
reading says of it is one feature among many, so the trees learn where that reading is wrong.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np

from newskeep.extract.blocks import Passage
from newskeep.extract.body import find_story, lay_out
from newskeep.extract.decode import decode_html
from newskeep.extract.header import find_headline
from newskeep.extract.metadata import read_metadata
from newskeep.extract.passage_features import FEATURES, describe
from newskeep.extract.sites import find_regions
from newskeep.extract.tree import parse_html
from newskeep.text import words

TREES: dict[str, Any] = {
    "n_estimators": 45, "learning_rate": 0.16, "num_leaves": 14, "min_child_samples": 30, "reg_lambda": 5.0,
    "feature_fraction": 0.3, "extra_trees": True, "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 63,
    "n_jobs": 1, "verbose": -1, "deterministic": True, "random_state": 1,
}  # fmt: skip
MARGIN = -0.3
"""The log-odds from which a passage is text."""
NEWS_WEIGHT = 4.0
"""The product reads news; its pages are fewer in the labels than guides and blogs."""
RUN = 4
"""Words in a row that are compared."""
MOST_STRANGE = 0.8
"""Where a page keeps so much more than its label says, the label was cut short."""
STRANGE_WEIGHT = 0.2


class Labelled(NamedTuple):
    """The passages of a page: features, whether each is text, and how much each counts."""

    fold: int
    rows: Any
    answers: Any
    weights: Any


def learn_module(data: Path, *, without_fold: int | None) -> str:
    """Return the source text of newskeep/extract/passage_trees.py, learned without the pages of that fold."""
    return as_module(learn([page for page in load(data, without_fold=without_fold) if page.fold != without_fold]))


def load(data: Path, *, without_fold: int | None) -> list[Labelled]:
    """Read every labelled page that the general reader reads, but those of the fold."""
    pages = []
    for line in (data / "labels.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n"):
        label = json.loads(line)
        if label["fold"] != without_fold:
            body = gzip.decompress((data / "pages" / f"{label['id']}.html.gz").read_bytes())
            page = read(label, decode_html(body, None).text)
            if page is not None:
                pages.append(page)
    return pages


def read(label: dict[str, Any], text: str) -> Labelled | None:
    """Lay a page out and hold its passages against the label; None where a family or nothing reads it."""
    page = parse_html(text, url=label["url"])
    metadata, regions = read_metadata(page), find_regions(page)
    if regions is not None and regions.main:
        return None
    line = lay_out(page, regions)
    headline_at = find_headline(line, metadata.headline)
    judgement, stretch = find_story(line, page, metadata, headline_at)
    if stretch is None:
        return None
    rows = describe(page, line, judgement, stretch, headline_at=headline_at, metadata=metadata)
    if not rows.places:
        return None
    told = Told(label["text"])
    shares = np.array([told.share(line.passages[at]) for at in rows.places])
    sizes = np.array([len(words(line.passages[at].text)) for at in rows.places], float)
    answers = (shares >= 0.6).astype(int)
    # A page counts by its passages' words, softened twice: neither long passages nor long pages may drown the rest.
    weights = (sizes + 2) ** 0.7
    weights[(shares > 0.3) & (shares < 0.6)] *= 0.3
    weights /= weights.sum() ** 0.75
    if label["set"] == "news":
        weights *= NEWS_WEIGHT
    kept = np.array([row[FEATURES.index("is_kept")] for row in rows.features])
    right, strange = (sizes * answers * kept).sum(), (sizes * (1 - answers) * kept).sum()
    if strange > MOST_STRANGE * max(1, right) and right > 0.9 * (sizes * answers).sum():
        weights *= STRANGE_WEIGHT
    return Labelled(label["fold"], np.array(rows.features, float), answers, weights)


class Told:
    """A labelled text, asked for the passages in it."""

    def __init__(self, text: str) -> None:
        listed = words(text)
        self.runs = {tuple(listed[at : at + RUN]) for at in range(len(listed) - RUN + 1)}
        self.flat = f" {' '.join(listed)} "
        self.lines = set()
        for piece in text.replace("|", "\n").split("\n"):
            line = words(piece)
            self.lines.add(" ".join(line))
            if line and line[0].isdigit():
                self.lines.add(" ".join(line[1:]))

    def share(self, passage: Passage) -> float:
        """The part of a passage that stands in the text, 0 to 1; a half for a few words in the midst of a line."""
        listed = words(passage.text)
        if not listed:
            return 0.0
        if len(listed) <= RUN:
            joined = " ".join(listed)
            return 1.0 if joined in self.lines else 0.5 * (f" {joined} " in self.flat)
        runs = [tuple(listed[at : at + RUN]) for at in range(len(listed) - RUN + 1)]
        return sum(run in self.runs for run in runs) / len(runs)


def learn(pages: list[Labelled]) -> lightgbm.LGBMClassifier:
    """Fit the trees to all passages of the pages."""
    weights = np.concatenate([page.weights for page in pages])
    return lightgbm.LGBMClassifier(**TREES).fit(
        np.concatenate([page.rows for page in pages]),
        np.concatenate([page.answers for page in pages]),
        sample_weight=weights / weights.mean(),
    )


def as_module(model: lightgbm.LGBMClassifier) -> str:
    """Write the trees as Python."""
    trees = "\n".join(
        f"    z += {_expression(tree['tree_structure'])}" for tree in model.booster_.dump_model()["tree_info"]
    )
    return f'''"""Generated by training/train_passages.py: the decision trees of the passage judge.

`f` are the features named in `newskeep.extract.passage_features`, in that order; the result is the log-odds of text.
"""
# ruff: noqa: E501 - generated, one tree a line
# fmt: off

from __future__ import annotations

FEATURE_COUNT = {len(FEATURES)}
MARGIN = {MARGIN}


def margin(f: list[float]) -> float:
    """Score a passage."""
    z = 0.0
{trees}
    return z
'''


def _expression(node: dict[str, Any]) -> str:
    if "leaf_value" in node:
        return f"{node['leaf_value']:.4f}"
    left, right = _expression(node["left_child"]), _expression(node["right_child"])
    return f"({left} if f[{node['split_feature']}] <= {node['threshold']:.6g} else {right})"
