"""Learn the weights of the teaser judge from labelled pages: the module `newskeep/extract/teaser_trees.py`.

    python -m training.train_teasers DATA

DATA holds `labels.jsonl` (a page a line: id, url, fold, teasers[{url}], not_teasers[url], teasers_unsure[url]) and
`pages/<id>.html.gz`. The command writes nothing: it learns once for each fold without that fold's pages and prints the
mean F1 on them, the figure for unknown sites; `training.learn` writes the module that ships.

The second score is trained on first scores that were made without the page's own fold, as it will meet them later.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urldefrag, urljoin

import lightgbm
import numpy as np

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.body import read_body
from newskeep.extract.decode import decode_html
from newskeep.extract.link_features import FIRST_FEATURES, HOPELESS, SECOND_FEATURES, describe_alone, describe_among
from newskeep.extract.metadata import read_metadata
from newskeep.extract.sites import find_regions
from newskeep.extract.story_urls import read_address
from newskeep.extract.teaser_rules import is_out
from newskeep.extract.tree import Element, Page, parse_html
from newskeep.model import Capture

SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
FOLDS = range(5)
THRESHOLD = 0.45
TREES: dict[str, Any] = {
    "n_estimators": 15, "learning_rate": 0.25, "num_leaves": 12, "min_child_samples": 20, "reg_lambda": 2.0,
    "feature_fraction": 0.4, "extra_trees": True, "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 63,
    "n_jobs": 1, "verbose": -1, "deterministic": True,
}  # fmt: skip
FIRST_SEEDS, SECOND_SEEDS = (1, 2), (1, 2, 3, 4)
"""Both scores are the mean of several small models: on so few sites a single one depends on chance."""
UNLABELLED_WEIGHT = 0.3
"""Links that were no candidates for labels are mostly navigation."""
LINK_SHARE = FIRST_FEATURES.index("link_share")
RUN = 4


Models: TypeAlias = "list[lightgbm.LGBMClassifier]"


class Variant(NamedTuple):
    """A way to read a labelled page that makes another page of it."""

    name: str
    weight: float
    is_front: bool = False
    is_nameless: bool = False
    share: float = 1.0


VARIANTS = (
    Variant("story pages", 1.0),
    # On a front the page's own address tells nothing.
    Variant("as fronts", 0.3, is_front=True),
    # Other sites have other class names, or names that machines made.
    Variant("without names", 0.3, is_nameless=True),
    # Small sites have pages with few links.
    Variant("few links", 0.3, share=0.35),
    Variant("plain fronts", 0.2, is_front=True, is_nameless=True, share=0.5),
)


class Labelled(NamedTuple):
    """A page with its labels; `alone` are the first features of each group."""

    fold: int
    variant: Variant
    survey: Survey
    groups: list[Group]
    alone: list[list[float]]
    teasers: frozenset[str]
    others: frozenset[str]
    unsure: frozenset[str]


def key(url: str) -> str:
    return read_address(urldefrag(url)[0]).key


def load(data: Path, *, without_fold: int | None = None) -> list[Labelled]:
    pages: list[Labelled] = []
    for line in (data / "labels.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n"):
        label = json.loads(line)
        if "teasers" not in label or label["fold"] == without_fold:
            continue
        body = gzip.decompress((data / "pages" / f"{label['id']}.html.gz").read_bytes())
        pages += [read(label, body, variant) for variant in VARIANTS]
    return pages


def story_elements(page: Page, body: bytes) -> tuple[Element, ...]:
    """The elements of the page's story as the extraction finds them."""
    capture = Capture(
        request_url=page.url,
        final_url=page.url,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=body,
        captured_at=SOME_TIME,
        payload_digest="",
    )
    return read_body(page, read_metadata(page, capture), find_regions(page)).elements


def read(label: dict[str, Any], body: bytes, variant: Variant) -> Labelled:
    text = decode_html(body, None).text
    page = parse_html(text, url=urljoin(label["url"], "/") if variant.is_front else label["url"])
    story = () if variant.is_front else story_elements(page, body)
    if variant.is_nameless:
        for element in page.root.iter():
            for name in ("class", "id", "role"):
                if name in element.attrib:
                    del element.attrib[name]
    survey = Survey(page, story)
    if variant.share < 1:
        survey.groups = some(survey.groups, variant.share, seed=label["id"])
    groups = [group for group in survey.groups if not is_out(group, survey)]
    describe_alone(survey, groups)
    return Labelled(
        label["fold"],
        variant,
        survey,
        groups,
        [list(group.features) for group in groups],
        frozenset(key(teaser["url"]) for teaser in label["teasers"]),
        frozenset(map(key, label["not_teasers"])),
        frozenset([*map(key, label["teasers_unsure"]), key(label["url"])]),
    )


def some(groups: list[Group], share: float, *, seed: str) -> list[Group]:
    """Runs of neighbours that together are about this share of the groups: a page with few links."""
    chance = random.Random(seed)
    runs = [groups[at : at + RUN] for at in range(0, len(groups), RUN)]
    return [group for run in runs if chance.random() < share for group in run]


def examples(pages: list[Labelled], *, among: bool) -> tuple[Any, Any, Any]:
    """Features, answers and weights; a page counts by the square root of its links."""
    rows: list[list[float]] = []
    answers: list[int] = []
    weights: list[float] = []
    for page in pages:
        start = len(weights)
        by_key: dict[str, list[int]] = {}
        for at, group in enumerate(page.groups):
            by_key.setdefault(group.address.key, []).append(at)
        for address, places in by_key.items():
            if address in page.unsure:
                continue
            is_teaser = address in page.teasers
            # An address that is teased and also cited in the text is a teaser where it stands as a card.
            has_card = is_teaser and any(page.alone[at][LINK_SHARE] > 0.6 for at in places)
            for at in places:
                if among and page.groups[at].first_score < HOPELESS:
                    continue
                if has_card and page.alone[at][LINK_SHARE] < 0.6:
                    continue
                rows.append(page.groups[at].features if among else page.alone[at])
                answers.append(int(is_teaser))
                weight = 1.0 if is_teaser or address in page.others else UNLABELLED_WEIGHT
                weights.append(weight / len(places) ** 0.5)
        total = sum(weights[start:])
        weights[start:] = [page.variant.weight * weight / total**0.5 for weight in weights[start:]]
    return np.array(rows, float), np.array(answers), np.array(weights)


def learn(pages: list[Labelled], *, among: bool) -> Models:
    rows, answers, weights = examples(pages, among=among)
    weights /= weights.mean()
    return [
        lightgbm.LGBMClassifier(**TREES, random_state=seed).fit(rows, answers, sample_weight=weights)
        for seed in (SECOND_SEEDS if among else FIRST_SEEDS)
    ]


def predict(models: Models, rows: list[list[float]]) -> list[float]:
    margins = np.mean([model.predict(np.array(rows, float), raw_score=True) for model in models], axis=0)
    return [float(score) for score in 1 / (1 + np.exp(-margins))]


def put_first_scores(pages: list[Labelled], models: Models) -> None:
    for page in pages:
        if page.groups:
            for group, score in zip(page.groups, predict(models, page.alone), strict=True):
                group.first_score = score
            for group, alone in zip(page.groups, page.alone, strict=True):
                group.features = list(alone)
            describe_among(page.survey, page.groups)


def learn_both(pages: list[Labelled]) -> tuple[Models, Models]:
    for fold in {page.fold for page in pages}:
        model = learn([page for page in pages if page.fold != fold], among=False)
        put_first_scores([page for page in pages if page.fold == fold], model)
    second = learn(pages, among=True)
    return learn(pages, among=False), second


def page_f1(page: Labelled, threshold: float) -> float:
    known = page.teasers | page.others
    got = {group.address.key for group in page.groups if group.score >= threshold} & known
    wanted = page.teasers
    if page.variant.share < 1:
        wanted = wanted & {group.address.key for group in page.groups}
    total = len(got) + len(wanted)
    return 2 * len(got & wanted) / total if total else 1.0


def check(pages: list[Labelled]) -> None:
    for fold in FOLDS:
        first, second = learn_both([page for page in pages if page.fold != fold])
        left_out = [page for page in pages if page.fold == fold]
        put_first_scores(left_out, first)
        for page in left_out:
            if page.groups:
                for group in page.groups:
                    group.score = 0.0
                hopeful = [group for group in page.groups if group.first_score >= HOPELESS]
                rows = [group.features for group in hopeful]
                for group, score in zip(hopeful, predict(second, rows) if rows else [], strict=True):
                    group.score = score
    for variant in VARIANTS:
        kind = [page for page in pages if page.variant is variant]
        for threshold in (0.35, 0.4, 0.45, 0.5, 0.55):
            scores = [page_f1(page, threshold) for page in kind]
            folds = [
                np.mean([f1 for f1, page in zip(scores, kind, strict=True) if page.fold == fold]) for fold in FOLDS
            ]
            by_fold = " ".join(f"{f1:.3f}" for f1 in folds)
            print(f"{variant.name}, threshold {threshold}: mean F1 {np.mean(scores):.4f}, by fold {by_fold}")


def as_expression(node: dict[str, Any], share: float) -> str:
    if "leaf_value" in node:
        return f"{node['leaf_value'] * share:.4f}"
    left, right = as_expression(node["left_child"], share), as_expression(node["right_child"], share)
    return f"({left} if f[{node['split_feature']}] <= {node['threshold']:.6g} else {right})"


def as_function(name: str, doc: str, models: Models) -> str:
    trees = [
        as_expression(tree["tree_structure"], 1 / len(models))
        for model in models
        for tree in model.booster_.dump_model()["tree_info"]
    ]
    lines = "\n".join(f"    z += {tree}" for tree in trees)
    return f'def {name}(f: list[float]) -> float:\n    """{doc}"""\n    z = 0.0\n{lines}\n    return z\n'


def learn_module(data: Path, *, without_fold: int | None) -> str:
    """Return the source text of newskeep/extract/teaser_trees.py, learned without the pages of that fold."""
    first, second = learn_both(load(data, without_fold=without_fold))
    return f'''"""Generated by training/train_teasers.py: the decision trees of the teaser judge.

`f` are the features named in `newskeep.extract.link_features`, in that order; the result is the log-odds of a teaser.
"""
# ruff: noqa: E501 - generated, one tree a line
# fmt: off

from __future__ import annotations

FEATURES = ({len(FIRST_FEATURES)}, {len(SECOND_FEATURES)})
THRESHOLD = {THRESHOLD}


{as_function("first_margin", "Score a link by itself.", first)}

{as_function("second_margin", "Score a link among its neighbours.", second)}'''


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    check(load(parser.parse_args().data))


if __name__ == "__main__":
    main()
