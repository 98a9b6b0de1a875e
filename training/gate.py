"""The gate: score the extraction on the labelled pages and fail where a score fell under its floor.

    python -m training.gate [--quick] [--pin]      (`make gate`)

Shipped modules are scored on all pages. Then everything learned is learned again without each fold and scored on that
fold, as if its sites were unknown (not done with --quick). The floors stand in training/floors.toml; --pin raises them
to a little under what was just seen.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from typing import TypeAlias

from training.learn import learn_into
from training.registry import ROOT
from training.scoring import Row, find_labels, mean, measures, score_pages

Floors: TypeAlias = dict[str, dict[str, dict[str, float]]]
"""Kind of floor, set, measure: the limit."""

FLOORS = ROOT / "training/floors.toml"
SETS = ("news", "wcxb")
FOLDS = range(5)
SLACK = 0.004
"""How far under the present score a floor is pinned: less than one page of the news set."""
FOLD_SLACK = 0.02
"""The same for one fold, of which a page is five times the part."""

_HEAD = """\
# Floors of `make gate`: a mean over pages under its floor fails (a *_leak over it). Raised as the extraction rises by
# `python -m training.gate --pin`, which lowers none; who lowers one by hand says why in CHANGELOG.md.
#
# shipped.*    all pages, with the modules as they ship
# left_out.*   all pages, each with modules learned without its fold: the figure for sites nobody has seen
# each_fold.*  the least of the five folds, with modules learned without it
# bar.*        what the extraction is to reach; shown beside the scores, never failed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the table: which rows it is the mean of, and the table of floors it is held against, if any."""

    title: str
    rows: list[Row]
    floors: str | None = None


def main() -> None:
    """Score, print the table, and fail where a floor is broken."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="the shipped modules alone; nothing is learned")
    parser.add_argument("--pin", action="store_true", help="raise the floors to this run")
    asked = parser.parse_args()
    labels = find_labels()
    if labels is None:
        print("gate: no labelled pages here, so nothing was scored (NEWSKEEP_LABELS names the folder that holds them)")
        return
    shipped = score_pages(labels)
    left_out: list[Row] = []
    if not asked.quick:
        with tempfile.TemporaryDirectory() as directory:
            for fold in FOLDS:
                modules = Path(directory) / f"without-{fold}"
                learn_into(modules, labels.data, without_fold=fold)
                left_out += score_pages(labels, fold=fold, modules=modules)
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    if asked.pin:
        floors = pinned(floors, shipped, left_out)
        FLOORS.write_text(as_toml(floors), encoding="utf-8")
    broken = [line for name in SETS for line in report(name, shipped, left_out, floors)]
    print("\n! under its floor (a leak over it)   * short of the bar")
    for line in broken:
        print(f"gate: {line}", file=sys.stderr)
    sys.exit(bool(broken))


def columns(shipped: list[Row], left_out: list[Row]) -> list[Column]:
    """The columns of the table for the rows of one set."""
    found = [
        Column(title="shipped", rows=shipped, floors="shipped"),
        Column(title="0-2", rows=_of(shipped, (0, 1, 2))),
        Column(title="3-4", rows=_of(shipped, (3, 4))),
    ]
    if left_out:
        found += [
            Column(title="left out", rows=left_out, floors="left_out"),
            Column(title="0-2", rows=_of(left_out, (0, 1, 2))),
            Column(title="3-4", rows=_of(left_out, (3, 4))),
        ]
        found += [Column(title=f"fold {fold}", rows=_of(left_out, (fold,)), floors="each_fold") for fold in FOLDS]
    return found


def is_under(measure: str, score: float, limit: float) -> bool:
    """Is a score worse than its limit? Leaks are better when lower."""
    return score > limit if measure.endswith("_leak") else score < limit


def pinned(floors: Floors, shipped: list[Row], left_out: list[Row]) -> Floors:
    """The floors raised to these scores; a floor that stands higher, and the bars, stay as they are."""
    found = {kind: {name: dict(table) for name, table in of_set.items()} for kind, of_set in floors.items()}
    for name in SETS:
        for kind, parts, slack in (
            ("shipped", [_named(shipped, name)], SLACK),
            ("left_out", [_named(left_out, name)], SLACK),
            ("each_fold", [_of(_named(left_out, name), (fold,)) for fold in FOLDS], FOLD_SLACK),
        ):
            if any(parts):
                table = found.setdefault(kind, {}).setdefault(name, {})
                for measure, limit in _pins(parts, slack):
                    if is_under(measure, table.get(measure, limit), limit):
                        table[measure] = limit
                    table.setdefault(measure, limit)
    return found


def _pins(parts: list[list[Row]], slack: float) -> Iterator[tuple[str, float]]:
    for measure in measures(parts[0]):
        scores = [score for rows in parts if (score := mean(rows, measure)) is not None]
        if measure.endswith("_leak"):
            yield measure, ceil(1000 * (max(scores) + slack)) / 1000
        else:
            yield measure, max(0.0, floor(1000 * (min(scores) - slack)) / 1000)


def as_toml(floors: Floors) -> str:
    """The floors as the text of their file."""
    tables = (
        f"[{kind}.{name}]\n" + "".join(f"{measure} = {value:g}\n" for measure, value in table.items())
        for kind, of_set in floors.items()
        for name, table in of_set.items()
    )
    return "\n".join((_HEAD, *tables))


def report(name: str, shipped: list[Row], left_out: list[Row], floors: Floors) -> list[str]:
    """Print the table of one set; return a line for each floor that is broken."""
    table = columns(_named(shipped, name), _named(left_out, name))
    bars = floors.get("bar", {}).get(name, {})
    print(
        f"\n{name}: {len(_named(shipped, name))} pages" + f"{'bar':>14} " + "".join(f"{one.title:>10}" for one in table)
    )
    broken = []
    for measure in measures(row for one in table for row in one.rows):
        bar = bars.get(measure)
        cells = []
        for one in table:
            score = mean(one.rows, measure)
            limit = floors.get(one.floors or "", {}).get(name, {}).get(measure)
            fails = score is not None and limit is not None and is_under(measure, score, limit)
            if fails:
                broken.append(f"{name} {measure}, {one.title}: {score:.4f}, the floor is {limit:g}")
            short = score is not None and bar is not None and is_under(measure, score, bar)
            cells.append(f"{'–' if score is None else f'{score:.3f}'}{'!' if fails else '*' if short else ' '}")
        print(f"  {measure:<18}{'' if bar is None else f'{bar:g}':>10} " + "".join(f"{cell:>10}" for cell in cells))
    return broken


def _named(rows: list[Row], name: str) -> list[Row]:
    return [row for row in rows if row["set"] == name]


def _of(rows: list[Row], folds: tuple[int, ...]) -> list[Row]:
    return [row for row in rows if row["fold"] in folds]


if __name__ == "__main__":
    main()
