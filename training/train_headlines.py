"""Learn the weights that choose a page's headline and write `newskeep/extract/headline_weights.py`.

    python -m training.train_headlines DATA [--check]

A page is a choice: of the headlines it offers (`newskeep.extract.headline_judge`), those that say what the label says
are right. Weights are those of a conditional logit, held near the weights a hand would give (`BY_HAND`), since the
pages on which the offers differ are few. Needs numpy and scipy beside the package's own requirements. `--check` writes
nothing: it learns once for each fold without that fold's pages and prints how many headlines are right on them.

Labels of the news set are what hand-written parsers take, mostly what the page declares; those of the other set are
what it prints. The features of a page that declares a news story therefore have a second weight of their own.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy ships no types

from newskeep.errors import PageError
from newskeep.extract.decode import decode_html
from newskeep.extract.headline import read_headlines, read_offers
from newskeep.extract.headline_judge import Place, describe_offer, is_news_story, slug_words
from newskeep.extract.site_names import read_site_names
from newskeep.extract.structured import read_structured
from newskeep.extract.tree import parse_html
from newskeep.text import comparison_key

FOLDS = range(5)
BY_HAND: dict[str, float] = {
    Place.HEADING: 2.5, Place.TRAIL: 0.5, Place.SECOND: 2.5, Place.STRUCTURED: 2.0, Place.OPEN_GRAPH: 2.0,
    Place.TWITTER: 0.5, Place.TITLE: 0.6, Place.META: 0.5,
}  # fmt: skip
# What the two sets may weigh differently: who is believed. How a headline looks is the same everywhere.
NEWS_FEATURES = frozenset((
    Place.HEADING, Place.TRAIL, Place.SECOND, Place.STRUCTURED, Place.OPEN_GRAPH, Place.TWITTER,
    "open graph + structured", "open graph + twitter", "with kicker", "without kicker",
))  # fmt: skip
STIFFNESS = 2.0
"""How strongly a weight is held where the hand put it (a second weight: at 0)."""
SET_WEIGHTS = {"news": 1.0, "wcxb": 0.6}
OUTPUT = Path(__file__).resolve().parents[1] / "newskeep/extract/headline_weights.py"


class Choice(NamedTuple):
    """A labelled page on which the headlines offered differ, and which of them are right."""

    page: str
    fold: int
    weight: float
    set: str
    rows: list[dict[str, float]]
    right: list[bool]


def load(data: Path, *, without_fold: int | None) -> list[Choice]:
    choices = []
    for line in (data / "labels.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n"):
        label = json.loads(line)
        if label.get("headline") and label["fold"] != without_fold:
            choice = read(label, gzip.decompress((data / "pages" / f"{label['id']}.html.gz").read_bytes()))
            choices += [choice] if choice is not None else []
    return sorted(choices)


def read(label: dict[str, Any], body: bytes) -> Choice | None:
    try:
        page = parse_html(decode_html(body, None).text, url=label["url"])
    except PageError:
        return None
    structured = read_structured(page)
    offers = read_offers(read_headlines(page, structured, read_site_names(page, structured)))
    slug = slug_words(page.url)
    is_news = is_news_story(structured.story)
    rows = []
    for offer in offers:
        found = describe_offer(offer, offers, slug)
        news = {f"news {name}": value for name, value in found.items() if is_news and name in NEWS_FEATURES}
        rows.append({str(name): value for name, value in found.items()} | news)
    wanted = comparison_key(label["headline"])
    right = [offer.key == wanted for offer in offers]
    return Choice(label["id"], label["fold"], SET_WEIGHTS[label["set"]], label["set"], rows, right)


def learn(choices: list[Choice]) -> dict[str, float]:
    """The weight of each feature; those of pages that declare a news story begin with `news `."""
    usable = [choice for choice in choices if any(choice.right) and not all(choice.right)]
    names = sorted({name for choice in usable for row in choice.rows for name in row})
    place = {name: at for at, name in enumerate(names)}
    start = np.array([BY_HAND.get(name, 0.0) for name in names])
    tables = [table(choice, place) for choice in usable]

    def loss(weights: Any) -> tuple[float, Any]:
        moved = weights - start
        total, slope = STIFFNESS / 2 * float(moved @ moved), STIFFNESS * moved
        for choice, rows in zip(usable, tables, strict=True):
            scores = rows @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            wanted = shares * np.array(choice.right)
            total -= choice.weight * float(np.log(wanted.sum()))
            slope = slope - choice.weight * (rows.T @ (wanted / wanted.sum() - shares))
        return total, slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return {name: round(float(weight), 2) for name, weight in zip(names, found, strict=True)}


def table(choice: Choice, place: dict[str, int]) -> Any:
    rows = np.zeros((len(choice.rows), len(place)))
    for at, row in enumerate(choice.rows):
        for name, value in row.items():
            rows[at, place[name]] = value
    return rows


def check(choices: list[Choice]) -> None:
    right: dict[tuple[str, int], list[bool]] = {}
    for fold in FOLDS:
        weights = learn([choice for choice in choices if choice.fold != fold])
        for choice in choices:
            if choice.fold == fold:
                scores = [sum(weights.get(name, 0.0) * value for name, value in row.items()) for row in choice.rows]
                is_right = bool(scores) and choice.right[scores.index(max(scores))]
                right.setdefault((choice.set, fold), []).append(is_right)
    for name in SET_WEIGHTS:
        folds = [right.get((name, fold), []) for fold in FOLDS]
        for title, part in (("all folds", folds), ("folds 0-2", folds[:3]), ("folds 3-4", folds[3:])):
            print(f"{name}, {title}: {np.mean([one for fold in part for one in fold]):.4f}")


def as_module(weights: dict[str, float]) -> str:
    common = {name: weight for name, weight in weights.items() if not name.startswith("news ")}
    news = {name.removeprefix("news "): weight for name, weight in weights.items() if name.startswith("news ")}
    return f'''"""Generated by training/train_headlines.py: what speaks for a headline, in log-odds.

The names are those of `newskeep.extract.headline_judge`; `NEWS` is added on pages that declare a news story.
"""

from __future__ import annotations

COMMON: dict[str, float] = {as_dict(common)}
NEWS: dict[str, float] = {as_dict(news)}
'''


def as_dict(weights: dict[str, float]) -> str:
    lines = "".join(f'    "{name}": {weight},\n' for name, weight in sorted(weights.items()) if weight)
    return f"{{\n{lines}}}"


def learn_module(data: Path, *, without_fold: int | None) -> str:
    """Return the source text of the module, learned without the pages of that fold."""
    return as_module(learn(load(data, without_fold=without_fold)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    if args.check:
        check(load(args.data, without_fold=None))
    else:
        OUTPUT.write_text(learn_module(args.data, without_fold=None), encoding="utf-8")


if __name__ == "__main__":
    main()
