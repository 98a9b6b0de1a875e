"""When a request may go to a host, whoever asks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.host_pace import (
    GO,
    LONGEST_DELAY_SECONDS,
    Answer,
    HostPace,
    Standing,
    Wish,
    after_answer,
    delay_of,
    mended,
    pace_key,
    standing,
)

NOW = 1_795_000_000.0
GOOD = Answer(status=200, seconds=0.1)
SECOND = Wish(delay_seconds=1, connections=2)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Paper.example/a", "paper.example"),
        ("http://paper.example:80/", "paper.example"),
        ("https://paper.example:443/", "paper.example"),
        ("https://paper.example./a", "paper.example"),
        ("https://user:word@paper.example/a", "paper.example"),
        ("http://paper.example:443/", "paper.example:443"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000"),
        ("http://[::1]:8000/a", "::1:8000"),
    ],
)
def test_a_budget_is_a_hosts(url: str, host: str) -> None:
    assert pace_key(url) == host


@pytest.mark.parametrize("url", ["mailto:desk", "http:///a", "http://host:port/", "/a"])
def test_an_address_without_a_host_has_no_budget(url: str) -> None:
    with pytest.raises(ValueError, match=r"no host|Port"):
        pace_key(url)


@pytest.mark.parametrize(
    ("pace", "wish", "under_way", "unsent", "expected"),
    [
        (HostPace(), SECOND, 0, 0, GO),
        # the delay
        (HostPace(last_at=NOW - 0.4, delay_seconds=1), SECOND, 0, 0, Standing(may_go=False, wait_seconds=0.6)),
        (HostPace(last_at=NOW - 1, delay_seconds=1), SECOND, 1, 0, GO),
        # … is the one that the request before asked for, so that a patient source is not starved by a hasty one
        (HostPace(last_at=NOW - 1, delay_seconds=1), Wish(delay_seconds=9), 0, 0, GO),
        (HostPace(last_at=NOW - 1, delay_seconds=9), Wish(), 0, 0, Standing(may_go=False, wait_seconds=8)),
        # … and is stretched where the host struggles
        (
            HostPace(last_at=NOW - 1, delay_seconds=1, slowness=4),
            SECOND,
            0,
            0,
            Standing(may_go=False, wait_seconds=3),
        ),
        # connections
        (HostPace(), SECOND, 2, 0, Standing(may_go=False)),
        (HostPace(), replace(SECOND, connections=3), 2, 0, GO),
        # nobody knows yet when the one that connects will be at the host
        (HostPace(delay_seconds=1), SECOND, 1, 1, Standing(may_go=False)),
        (HostPace(), Wish(connections=8), 1, 1, GO),
        # Crawl-delay: longer than ours, and one at a time
        (HostPace(last_at=NOW - 1, crawl_delay_seconds=5), SECOND, 0, 0, Standing(may_go=False, wait_seconds=4)),
        (HostPace(last_at=NOW - 9, crawl_delay_seconds=5), SECOND, 1, 0, Standing(may_go=False)),
        (HostPace(last_at=NOW - 1, crawl_delay_seconds=5), replace(SECOND, obeys_crawl_delay=False), 1, 0, GO),
        # a pause comes first
        (
            HostPace(paused_at=NOW - 5, paused_until=NOW + 5, paused_status=503),
            SECOND,
            2,
            1,
            Standing(may_go=False, wait_seconds=5, paused_status=503),
        ),
        (HostPace(paused_at=NOW - 5, paused_until=NOW, paused_status=503), SECOND, 0, 0, GO),
    ],
)
def test_who_may_go(pace: HostPace, wish: Wish, under_way: int, unsent: int, expected: Standing) -> None:
    found = standing(pace, wish, under_way=under_way, unsent=unsent, now=NOW)
    assert found == replace(expected, wait_seconds=expected.wait_seconds and pytest.approx(expected.wait_seconds))


@pytest.mark.parametrize("back", [60.0, 3600.0, 400 * 86_400.0])
def test_a_clock_set_back_is_no_silence(back: float) -> None:
    pace = HostPace(last_at=NOW, delay_seconds=2, paused_at=NOW, paused_until=NOW + 30, paused_status=429)
    then = NOW - back
    pace = mended(pace, now=then)
    assert standing(pace, SECOND, under_way=0, unsent=0, now=then).wait_seconds == 30
    assert standing(pace, SECOND, under_way=0, unsent=0, now=then + 30) == GO


def test_a_clock_that_goes_on_mends_nothing() -> None:
    pace = HostPace(last_at=NOW - 1, paused_at=NOW - 1, paused_until=NOW + 9, paused_status=429)
    assert mended(pace, now=NOW) is pace


def learn(pace: HostPace, *answers: Answer, delay: float = 1.0) -> HostPace:
    for answer in answers:
        pace = after_answer(pace, answer, delay_seconds=delay, now=NOW)
    return pace


@pytest.mark.parametrize(
    "trouble",
    [Answer(status=status, seconds=0.1) for status in (429, 500, 502, 503)] + [Answer(status=None, seconds=30)],
)
def test_a_host_in_trouble_is_asked_half_as_often_each_time(trouble: Answer) -> None:
    assert [learn(HostPace(), *[trouble] * times).slowness for times in (1, 2, 3)] == [2, 4, 8]


@pytest.mark.parametrize("status", [200, 304, 404, 410, 403])
def test_an_answer_in_good_time_changes_nothing(status: int) -> None:
    assert learn(HostPace(), Answer(status=status, seconds=0.9)) == HostPace()


def test_a_slow_host_is_asked_one_thing_at_a_time() -> None:
    pace = learn(HostPace(delay_seconds=1), *[Answer(status=200, seconds=4.0)] * 12)
    assert delay_of(pace) == pytest.approx(4.0, rel=0.01)


def test_a_host_that_recovers_is_asked_as_before() -> None:
    pace = learn(HostPace(), *[Answer(status=503, seconds=0.1)] * 3)
    slownesses = []
    while pace.slowness > 1:
        pace = learn(pace, GOOD)
        slownesses.append(pace.slowness)
    assert slownesses == sorted(slownesses, reverse=True)
    assert 5 <= len(slownesses) <= 25


def test_who_asks_without_delay_slows_nobody_down() -> None:
    assert learn(HostPace(), *[Answer(status=500, seconds=9)] * 9, delay=0) == HostPace()


@given(
    answers=st.lists(
        st.builds(Answer, status=st.sampled_from([None, 200, 304, 404, 429, 500, 503]), seconds=st.floats(0, 600)),
        max_size=60,
    ),
    delay=st.floats(min_value=0.001, max_value=3600),
)
def test_the_delay_stays_between_the_delay_and_a_minute(answers: list[Answer], delay: float) -> None:
    pace = learn(HostPace(delay_seconds=delay), *answers, delay=delay)
    assert delay <= delay_of(pace) <= max(delay, LONGEST_DELAY_SECONDS) * 1.000001


def test_a_pause_is_kept_and_a_shorter_one_does_not_cut_it_short() -> None:
    pace = learn(HostPace(), Answer(status=429, seconds=0.1, pause_seconds=600), delay=0)
    assert (pace.paused_at, pace.paused_until, pace.paused_status) == (NOW, NOW + 600, 429)
    assert learn(pace, Answer(status=503, seconds=0.1, pause_seconds=5), delay=0) == pace
    assert learn(pace, Answer(status=503, seconds=0.1, pause_seconds=900), delay=0).paused_until == NOW + 900


def test_only_a_refusal_pauses() -> None:
    assert learn(HostPace(), Answer(status=200, seconds=0.1, pause_seconds=600)) == HostPace()
