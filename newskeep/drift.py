"""Has a share fallen? A sequential test over observations that are each good or bad, one source's own past the measure.

It is a cumulative sum of log-likelihood ratios (CUSUM) between the source's usual share of good ones and a broken one.
The sum cannot fall below zero, so its last zero is when the change began; it passes the bar `raise_at` by chance once
in e^`raise_at` observations at most (Lorden's bound, for observations that do not hang together). Real ones do: copy
from an agency comes in batches without a byline. Therefore the highest sum met while the source was learned lifts the
bar, by half of it again. What is broken is no longer learned from; it is over when the sum has come back the other
way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log

NEW_NORMAL = timedelta(days=30)
"""What has been otherwise for so long is how it is: the usual share is learned anew."""
_MEMORY = 300.0
_HIGHEST_PEAK = 30.0
_PEAK_MARGIN = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRule:
    """What is watched, and how patiently.

    `prior` and `prior_weight` are the share believed before anything is seen, and how many observations that counts as.
    `learn` observations over `learn_time` at least are learned from before anything is said. Shares above `most` are
    taken for it, those below `least` are not watched. Broken is `broken` times the usual share. An alarm needs the sum
    `raise_at` and that it is off for `patience`; it ends at the sum `fix_at`.
    """

    prior: float = 0.5
    prior_weight: float = 1.0
    learn: int = 40
    learn_time: timedelta = timedelta(days=7)
    most: float = 0.97
    least: float = 0.25
    broken: float = 0.25
    raise_at: float = 13.0
    fix_at: float = 5.0
    patience: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What is remembered of one share.

    `good` of `total` are its past, `pending_good` of `pending` what came since the sum last was zero. `since` is when
    that was, None while it is zero; `back` the sum on the way out of an alarm, which stands from `raised_at` on.
    `was_relearned` is True right after an alarm was taken for the new normal.
    """

    good: float = 0.0
    total: float = 0.0
    score: float = 0.0
    back: float = 0.0
    peak: float = 0.0
    pending_good: int = 0
    pending: int = 0
    first_at: datetime | None = None
    since: datetime | None = None
    raised_at: datetime | None = None
    was_relearned: bool = False

    @property
    def is_raised(self) -> bool:
        """Is the share broken?"""
        return self.raised_at is not None

    def share(self, rule: DriftRule) -> float:
        """The usual share of good ones."""
        share = (self.good + rule.prior * rule.prior_weight) / (self.total + rule.prior_weight)
        return min(share, rule.most)


def observe(drift: Drift, is_good: bool, *, at: datetime, rule: DriftRule) -> Drift:
    """Take in one observation; those of one share come in the order of their times."""
    drift = replace(drift, first_at=drift.first_at or at, was_relearned=False)
    usual = drift.share(rule)
    broken = usual * rule.broken
    surprise = log(broken / usual) if is_good else log((1 - broken) / (1 - usual))
    if drift.raised_at is not None:
        return _on_the_way_out(drift, surprise, at=at, raised_at=drift.raised_at, rule=rule)
    drift = replace(
        drift,
        score=max(0.0, drift.score + surprise),
        pending=drift.pending + 1,
        pending_good=drift.pending_good + is_good,
    )
    if drift.score == 0.0:
        return _learn(replace(drift, since=None))
    drift = replace(drift, since=drift.since or at)
    assert drift.since is not None
    assert drift.first_at is not None
    if drift.total + drift.pending < rule.learn or at - drift.first_at < rule.learn_time:
        return _learn(replace(drift, peak=min(max(drift.peak, drift.score), _HIGHEST_PEAK)))
    bar = max(rule.raise_at, drift.peak * _PEAK_MARGIN)
    if usual >= rule.least and drift.score >= bar and at - drift.since >= rule.patience:
        return replace(drift, raised_at=at, back=0.0)
    return drift


def _on_the_way_out(drift: Drift, surprise: float, *, at: datetime, raised_at: datetime, rule: DriftRule) -> Drift:
    back = max(0.0, drift.back - surprise)
    if back >= rule.fix_at:
        return replace(drift, score=0.0, back=0.0, pending=0, pending_good=0, since=None, raised_at=None)
    if at - raised_at >= NEW_NORMAL:
        return Drift(first_at=at, was_relearned=True)
    return replace(drift, back=back)


def _learn(drift: Drift) -> Drift:
    good, total = drift.good + drift.pending_good, drift.total + drift.pending
    fading = min(1.0, _MEMORY / total)
    return replace(drift, good=good * fading, total=total * fading, pending=0, pending_good=0)
