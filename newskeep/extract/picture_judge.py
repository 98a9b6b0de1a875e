"""Which pictures of a page are the story's own: a small learned score, and the one taken where none is sure.

The score is a sum of small decision trees in the generated module `picture_trees`, which `training/train_pictures.py`
writes. Not here: what it is made of (`picture_features`).
"""

from __future__ import annotations

from math import exp

from newskeep.extract.picture_features import Candidate
from newskeep.extract.picture_trees import FALLBACK, THRESHOLD, margin


def choose_pictures(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates that are the story's, in page order; they must have been described."""
    candidates = [candidate for candidate in candidates if not candidate.is_other]
    scores = [_probability(margin(candidate.features)) for candidate in candidates]
    chosen = [one for one, score in zip(candidates, scores, strict=True) if score >= THRESHOLD]
    if chosen:
        return chosen
    # Hardly a story is without any picture: the likeliest one, unless it is unlikely indeed.
    hopeful = [(score, -at) for at, score in enumerate(scores) if not candidates[at].is_doubtful]
    score, at = max(hopeful, default=(0.0, 0))
    return [candidates[-at]] if score >= FALLBACK else []


def _probability(score: float) -> float:
    return 1.0 / (1.0 + exp(-score)) if score > -700 else 0.0
