"""The learned modules of newskeep, in the order in which they are learned.

Each is generated Python that holds numbers only. The gate learns every one of them again without each fold of the
labelled pages, so a module that is not listed here would be scored on pages it has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedModule:
    """A generated module and the script that learns it."""

    name: str
    """Short name for the command line and for reports."""
    script: str
    """Dotted name of the training script; it has `learn_module(data, *, without_fold)`."""
    module: str
    """Dotted name of the module that the script's text becomes."""

    @property
    def path(self) -> Path:
        """Where the shipped module stands."""
        return ROOT.joinpath(*self.module.split(".")).with_suffix(".py")

    def learn(self, data: Path, *, without_fold: int | None) -> str:
        """Return the module's source text, learned from `data` without the pages of that fold."""
        text = import_module(self.script).learn_module(data, without_fold=without_fold)
        if not isinstance(text, str):
            raise TypeError(f"{self.script}.learn_module must return the module's text, not {type(text).__name__}")
        return text


LEARNED: tuple[LearnedModule, ...] = (
    # A module whose features read what another one chose stands below it.
    LearnedModule(
        name="headlines",
        script="training.train_headlines",
        module="newskeep.extract.headline_weights",
    ),
    LearnedModule(
        name="passages",
        script="training.train_passages",
        module="newskeep.extract.passage_trees",
    ),
    LearnedModule(
        name="teasers",
        script="training.train_teasers",
        module="newskeep.extract.teaser_trees",
    ),
    LearnedModule(
        name="pictures",
        script="training.train_pictures",
        module="newskeep.extract.picture_trees",
    ),
)
