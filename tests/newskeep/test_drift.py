"""Has a share fallen? Sequences of good and bad ones, and what is said of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.drift import NEW_NORMAL, Drift, DriftRule, observe

START = datetime(2026, 9, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULE = DriftRule()


def run(
    drift: Drift, sequence: str | list[bool], *, at: datetime = START, rule: DriftRule = RULE
) -> tuple[Drift, datetime]:
    """Take in one an hour; `+` is good, `-` is not."""
    for one in sequence:
        drift = observe(drift, one in ("+", True), at=at, rule=rule)
        at += HOUR
    return drift, at


def learned(share: float, count: int = 400, seed: int = 1) -> tuple[Drift, datetime]:
    """What is remembered after some weeks."""
    chance = random.Random(seed)
    return run(Drift(), [chance.random() < share for _ in range(count)])


# usual share, how many bad ones in a row at most until it is said
@pytest.mark.parametrize(("share", "most"), [(1.0, 6), (0.97, 8), (0.8, 14), (0.5, 40)])
def test_what_goes_missing_is_said_soon_and_dated(share: float, most: int) -> None:
    drift, began = learned(share)
    at = began
    while not drift.is_raised and at < began + 60 * HOUR:
        drift, at = run(drift, "-", at=at)
    assert drift.is_raised
    assert 3 <= (at - began) / HOUR <= most
    assert drift.since is not None
    assert abs(drift.since - began) <= 12 * HOUR


def test_it_is_over_when_good_ones_come_again_and_not_at_the_first() -> None:
    drift, at = learned(0.97)
    drift, at = run(drift, "-" * 12, at=at)
    usual = drift.share(RULE)
    drift, at = run(drift, "+", at=at)
    assert drift.is_raised
    drift, at = run(drift, "++++", at=at)
    assert not drift.is_raised
    # What was broken was not learned from.
    assert drift.share(RULE) == pytest.approx(usual, abs=0.01)
    drift, at = run(drift, "-+" * 2, at=at)
    assert not drift.is_raised


def test_a_share_that_was_always_low_is_not_watched() -> None:
    drift, at = learned(0.1)
    drift, _ = run(drift, "-" * 100, at=at)
    assert not drift.is_raised


def test_batches_that_are_usual_lift_the_bar() -> None:
    # Every night ten pieces of an agency without a byline.
    day = "+" * 20 + "-" * 10
    drift, at = run(Drift(), day * 8)
    drift, _ = run(drift, day * 40, at=at)
    assert not drift.is_raised


def test_nothing_is_said_before_a_week_was_learned() -> None:
    drift, _ = run(Drift(), "+" * 100 + "-" * 20)
    assert not drift.is_raised


def test_patience_keeps_a_short_outage_from_being_told() -> None:
    patient = DriftRule(learn=0, learn_time=timedelta(), prior=0.97, prior_weight=20, patience=3 * HOUR)
    drift = Drift()
    for _ in range(30):
        drift = observe(drift, False, at=START, rule=patient)
    assert not drift.is_raised
    assert observe(drift, False, at=START + 3 * HOUR, rule=patient).is_raised


def test_what_stays_broken_is_the_new_normal_after_a_month() -> None:
    drift, at = learned(0.97)
    drift, at = run(drift, "-" * 12, at=at)
    drift = observe(drift, False, at=at + NEW_NORMAL, rule=RULE)
    assert (drift.is_raised, drift.was_relearned) == (False, True)
    drift, _ = run(drift, "-" * 400, at=at + NEW_NORMAL)
    assert not drift.is_raised


@pytest.mark.parametrize("share", [0.97, 0.9, 0.7, 0.4])
def test_a_steady_share_is_never_said_in_twenty_thousand(share: float) -> None:
    chance = random.Random(7)
    drift, _ = run(Drift(), [chance.random() < share for _ in range(20_000)])
    assert drift.raised_at is None
    assert drift.share(RULE) == pytest.approx(share, abs=0.08)


@given(st.lists(st.booleans(), max_size=300))
def test_whatever_comes_the_sums_stay_in_their_bounds(sequence: list[bool]) -> None:
    drift, _ = run(Drift(), sequence)
    assert 0 <= drift.good <= drift.total <= 301
    assert drift.score >= 0
    assert drift.back >= 0
    assert 0 < drift.share(RULE) <= RULE.most
