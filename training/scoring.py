"""Scores of the extraction on labelled pages, page by page, from the scoring tool that lies beside them.

The tool is run as it is, as a process; the labels, the pages and the tool are no part of this repository.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from training.registry import ROOT

Row: TypeAlias = dict[str, object]
"""The scores of one page, with its `id`, `set` and `fold`; a score it has no label for is absent or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Where the labelled pages lie: `home`/data/extraction and `home`/tools/score_extraction.py."""

    home: Path

    @property
    def data(self) -> Path:
        """The folder with labels.jsonl and pages/."""
        return self.home / "data/extraction"

    @property
    def tool(self) -> Path:
        """The scoring tool."""
        return self.home / "tools/score_extraction.py"


def find_labels() -> Labels | None:
    """The labelled pages that NEWSKEEP_LABELS names, else those beside the repository; None where there are none."""
    labels = Labels(home=Path(os.environ.get("NEWSKEEP_LABELS") or ROOT.parent / "shared").resolve())
    return labels if labels.tool.is_file() and (labels.data / "labels.jsonl").is_file() else None


def score_pages(labels: Labels, *, fold: int | None = None, modules: Path | None = None) -> list[Row]:
    """Score all pages or one fold, with the shipped modules or those in `modules`. Raises SystemExit where it fails."""
    extract = ["commands.extract"] if modules is None else ["training.left_out", str(modules)]
    only = [] if fold is None else ["--fold", str(fold)]
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "rows.jsonl"
        command = [sys.executable, str(labels.tool), "--out", str(out), *only]
        done = subprocess.run(
            [*command, "--", sys.executable, "-m", *extract, "--jsonl"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise SystemExit(f"scoring failed with status {done.returncode}:\n{done.stdout}")
        return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def measures(rows: Iterable[Row]) -> list[str]:
    """The names of all scores in the rows, sorted."""
    return sorted({name for row in rows for name, value in row.items() if isinstance(value, float)})


def mean(rows: Iterable[Row], measure: str) -> float | None:
    """The mean of a score over the pages that have it; None where no page has."""
    values = [value for row in rows if isinstance(value := row.get(measure), float)]
    return statistics.fmean(values) if values else None
