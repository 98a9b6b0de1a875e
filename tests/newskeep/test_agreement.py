"""Whether two readings tell one story."""

from __future__ import annotations

import pytest

from newskeep.agreement import Telling, clearly_agree, headline_share, partly_agree, text_share

BRIDGE = (
    "The council of Hamaville voted on Monday to open the long bridge over the river to carts and cyclists again. "
    "Engineers had closed it in spring, when two of its piers were found to have sunk by the width of a hand."
)
FERRY = (
    "Ferry crews in the northern ports walked out at dawn, and the morning boats to the islands stayed in harbour. "
    "The owners called the walkout unlawful and asked a court to end it before the weekend brings its crowds."
)
JAPANESE = "市議会は月曜日、川に架かる長い橋を荷車と自転車に再び開放することを決めた。技術者は春に橋を閉鎖していた。"


def tell(headline: str | None, text: str = "") -> Telling:
    """A telling."""
    return Telling(headline=headline, text=text)


# two tellings, do they clearly agree, do they agree in anything
CASES = [
    (tell("Bridge opens", BRIDGE), tell("Bridge opens", BRIDGE), True, True),
    (tell("Bridge opens", BRIDGE), tell("Council votes", BRIDGE), True, True),
    (tell("Bridge opens", BRIDGE), tell("Bridge opens", BRIDGE[:100]), True, True),
    (tell("Bridge opens", BRIDGE), tell("Bridge opens", BRIDGE + " " + FERRY), True, True),
    (tell("Bridge opens", BRIDGE), tell("Bridge opens", FERRY), False, True),
    (tell("Bridge opens", BRIDGE), tell("Ferry crews walk out", FERRY), False, False),
    (tell("Bridge opens", BRIDGE), tell(None, FERRY), False, False),
    (tell("Bridge opens", BRIDGE), tell("Bridge opens"), True, True),
    (tell("Bridge opens", BRIDGE), tell("The bridge opens"), False, True),
    (tell("Bridge opens", BRIDGE), tell("Ferry crews walk out"), False, False),
    (tell("Bridge opens"), tell("BRIDGE OPENS!"), True, True),
    (tell(None), tell(None), False, True),
    (tell(None, BRIDGE), tell("Bridge opens"), False, True),
    (tell("橋が再開", JAPANESE), tell("市が決定", JAPANESE[:40]), True, True),
    (
        tell("橋が再開", JAPANESE),
        tell("船員の退出", "船員は夜明けに港を去り、島への朝の便は動かなかった。"),
        False,
        False,
    ),
]


@pytest.mark.parametrize(("a", "b", "clearly", "partly"), CASES)
def test_what_agrees(a: Telling, b: Telling, clearly: bool, partly: bool) -> None:
    assert (clearly_agree(a, b), clearly_agree(b, a)) == (clearly, clearly)
    assert (partly_agree(a, b), partly_agree(b, a)) == (partly, partly)


def test_shares_are_of_the_shorter_one() -> None:
    assert text_share(BRIDGE, BRIDGE[:100]) == pytest.approx(1.0, abs=0.1)
    assert text_share(BRIDGE, FERRY) == 0.0
    assert text_share(BRIDGE, "Too short") is None
    assert headline_share("Bridge opens", "The bridge opens to carts") == 1.0
    assert headline_share("Bridge opens", None) is None


def test_short_words_do_not_make_headlines_agree() -> None:
    assert headline_share("What is in the box", "Why is it in the sea") == 0.0
