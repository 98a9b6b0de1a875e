"""Is a story still there? Tables of answers, and what must hold for any row of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.model import WallKind
from newskeep.outcomes import Outcome
from newskeep.presence import Doubt, Presence, Sign, Verdict, is_proof, judge, presence_of

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
P, M, G, F, S = Presence.PRESENT, Presence.MOVED, Presence.GONE, Presence.FRONT, Presence.SOFT_404
W, B, U = Presence.WALLED, Presence.BLOCKED, Presence.UNREACHABLE


def play(*answers: tuple[Presence, int] | tuple[Presence, int, bool]) -> list[Verdict]:
    """Judge answers, one an hour: what each says, the run it came in, whether it is proof."""
    known, doubts, verdicts = P, (), []
    for hour, (presence, run_id, *proof) in enumerate(answers):
        sign = Sign(
            presence=presence, at=START + timedelta(hours=hour), run_id=run_id, url="u",
            is_proof=bool(proof and proof[0]) or presence.is_there,
        )  # fmt: skip
        verdict = judge(known, doubts, sign)
        known, doubts = verdict.presence, verdict.doubts
        verdicts.append(verdict)
    return verdicts


# what the address answered, in which run (410 as proof) -> how the story stands after each answer
ROWS = [
    ("always there", [(P, 1), (P, 2)], [P, P]),
    ("one 404", [(G, 1)], [P]),
    ("404 twice in one run", [(G, 1), (G, 1)], [P, P]),
    ("404 in two runs", [(G, 1), (G, 2)], [P, G]),
    ("404, there, 404", [(G, 1), (P, 2), (G, 3)], [P, P, P]),
    ("404, silence, 404", [(G, 1), (U, 2), (G, 3)], [P, P, G]),
    ("410", [(G, 1, True)], [G]),
    ("gone and back", [(G, 1, True), (P, 2)], [G, P]),
    ("front twice", [(F, 1), (F, 2)], [P, F]),
    ("a soft 404, then a 404", [(S, 1), (G, 2)], [P, P]),
    ("soft 404 twice", [(S, 1), (S, 2)], [P, S]),
    ("soft 404, then 404 for good", [(S, 1), (S, 2), (G, 3), (G, 4)], [P, S, S, G]),
    ("a wall once", [(W, 1), (P, 2)], [P, P]),
    ("a wall for good", [(W, 1), (W, 2)], [P, W]),
    ("blocked", [(B, 1), (B, 2)], [P, B]),
    ("silence", [(U, 1), (U, 2)], [P, U]),
    ("silence, then gone", [(U, 1), (U, 2), (G, 3), (G, 4)], [P, U, U, G]),
    ("gone, then silence", [(G, 1, True), (U, 2), (U, 3), (B, 4), (B, 5)], [G, G, G, G, G]),
    ("gone under a wall", [(G, 1, True), (W, 2), (W, 3)], [G, G, G]),
    ("moved, then met there", [(M, 1), (P, 2)], [M, P]),
    ("moved twice", [(M, 1), (M, 2)], [M, M]),
    ("behind a wall, then back", [(W, 1), (W, 2), (P, 3)], [P, W, P]),
]


@pytest.mark.parametrize(("answers", "stands"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_answers_in_a_row(answers: list[tuple[Presence, int]], stands: list[Presence]) -> None:
    assert [verdict.presence for verdict in play(*answers)] == stands


def test_what_is_believed_began_with_the_first_failure() -> None:
    assert [verdict.since for verdict in play((G, 1), (U, 2), (G, 3))] == [None, None, START]


def test_a_return_and_each_move_begin_when_they_are_met() -> None:
    assert [verdict.since for verdict in play((G, 1, True), (P, 2), (M, 3), (M, 4), (P, 5), (P, 6))] == [
        START + timedelta(hours=hour) if hour < 5 else None for hour in range(6)
    ]


def test_a_doubt_says_how_many_runs_met_it_and_when() -> None:
    hour = timedelta(hours=1)
    assert play((W, 1), (W, 1), (B, 2))[-1].doubts == (
        Doubt(presence=W, first_at=START, last_at=START + hour, runs=1, run_id=1),
        Doubt(presence=B, first_at=START + 2 * hour, last_at=START + 2 * hour, runs=1, run_id=2),
    )


def test_the_story_itself_clears_all_doubts() -> None:
    assert play((G, 1), (U, 2), (P, 3))[-1].doubts == ()


ANSWERS = st.lists(st.tuples(st.sampled_from(list(Presence)), st.integers(1, 4)), max_size=12)


@given(ANSWERS)
def test_no_absence_is_claimed_from_the_answers_of_one_run(answers: list[tuple[Presence, int]]) -> None:
    one_run = [(presence, 7) for presence, _ in answers]
    assert all(verdict.presence.is_there for verdict in play(*one_run))


@given(ANSWERS)
def test_the_last_answer_that_shows_the_story_wins(answers: list[tuple[Presence, int]]) -> None:
    last = play(*answers, (P, 9))[-1]
    assert (last.presence, last.doubts) == (P, ())


@given(ANSWERS)
def test_something_begins_exactly_where_the_state_changes_or_moves(answers: list[tuple[Presence, int]]) -> None:
    before = P
    for (presence, _), verdict in zip(answers, play(*answers), strict=True):
        assert (verdict.since is not None) == (verdict.presence is not before or presence is M)
        assert verdict.presence is before or verdict.presence is presence
        before = verdict.presence


@pytest.mark.parametrize(
    ("outcome", "status", "wall", "presence"),
    [
        (Outcome.UNCHANGED, 200, None, P),
        (Outcome.REVISED, 200, None, P),
        (Outcome.NOT_MODIFIED, 304, None, P),
        (Outcome.NOT_FOUND, 404, None, G),
        (Outcome.GONE, 410, None, G),
        (Outcome.REDIRECTED_TO_FRONT, 200, None, F),
        (Outcome.WALLED, 200, WallKind.SOFT_404, S),
        (Outcome.WALLED, 200, WallKind.PAYWALL, W),
        (Outcome.WALLED, 200, WallKind.CONSENT, W),
        (Outcome.WALLED, 200, WallKind.LOGIN, W),
        (Outcome.WALLED, 200, WallKind.BOT_CHECK, B),
        (Outcome.WALLED, 200, None, W),
        (Outcome.CLIENT_ERROR, 401, None, B),
        (Outcome.CLIENT_ERROR, 403, None, B),
        (Outcome.CLIENT_ERROR, 451, None, B),
        (Outcome.CLIENT_ERROR, 400, None, None),
        (Outcome.DISALLOWED, None, None, B),
        (Outcome.SERVER_ERROR, 500, None, U),
        (Outcome.UNAVAILABLE, 503, None, U),
        (Outcome.TIMED_OUT, None, None, U),
        (Outcome.NAME_NOT_FOUND, None, None, U),
        (Outcome.RATE_LIMITED, 429, None, None),
        (Outcome.DIFFERENT_STORY, 200, None, None),
        (Outcome.NOT_A_STORY, 200, None, None),
        (Outcome.CANCELLED, None, None, None),
        (Outcome.FAULT, None, None, None),
        (Outcome.STORAGE_FAILED, None, None, None),
        (Outcome.EXTRACTION_TIMED_OUT, 200, None, None),
        (Outcome.ADDRESS_REFUSED, None, None, None),
    ],
)
def test_what_an_outcome_says_of_the_story(
    outcome: Outcome, status: int | None, wall: WallKind | None, presence: Presence | None
) -> None:
    assert presence_of(outcome, status=status, wall=wall) is presence


def test_only_the_story_and_a_410_are_proof() -> None:
    proofs = {outcome for outcome in Outcome if is_proof(outcome)}
    assert proofs == {Outcome.NEW_STORY, Outcome.REVISED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.GONE}
