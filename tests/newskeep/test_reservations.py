"""What publishers write where a page is not to be kept, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.outcomes import Outcome
from newskeep.reservations import LONGEST_HEAD_BYTES, Obedience, agent_name, reservation_of

US = Obedience(agent="newskeep")


def outcome(headers=(), body=b"", obedience=US):
    found = reservation_of(headers, body, obedience)
    return None if found is None else found.outcome


def page(head: str, body: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>Quay</title>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("value", "is_reserved"),
    [
        ("noarchive", True),
        ("NoArchive", True),
        ("noindex, noarchive", True),
        ("noindex,noarchive,nosnippet", True),
        ("newskeep: noarchive", True),
        ("NewsKeep: nofollow, noarchive", True),
        ("unavailable_after: 25 Jun 2027 15:00:00 PST, noarchive", True),
        ("max-snippet: 20, noarchive", True),
        ("googlebot: nofollow, newskeep: noarchive", True),
        ("noindex, nofollow", False),
        ("none", False),
        ("googlebot: noarchive", False),
        ("googlebot: noindex, noarchive", False),
        ("newskeep: nofollow, googlebot: noarchive", False),
        ("noarchived", False),
        ("", False),
    ],
)
def test_a_robots_header(value: str, is_reserved: bool) -> None:
    headers = [("Content-Type", "text/html"), ("X-Robots-Tag", value)]
    assert outcome(headers) == (Outcome.NOARCHIVE if is_reserved else None)


def test_one_of_several_robots_headers_is_enough() -> None:
    assert outcome([("x-robots-tag", "noindex"), ("x-robots-tag", "noarchive")]) is Outcome.NOARCHIVE


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="robots" content="noarchive">',
        "<META NAME='ROBOTS' CONTENT='NOINDEX,NOARCHIVE'/>",
        '<meta content="index, noarchive" name=robots>',
        "<meta name=robots content=noarchive>",
        '<meta data-a="x>y" name="robots" content="noarchive">',
        '<meta name="newskeep" content="noarchive">',
        '<meta\nname="robots"\ncontent="noarchive">',
        '<meta name="robots" content="&#110;oarchive"><!-- noarchive -->',
        '<script>var a = "<!--";</script><meta name="robots" content="noarchive">',
    ],
)
def test_a_meta_element_that_asks_not_to_be_archived(head: str) -> None:
    assert outcome(body=page(head)) is Outcome.NOARCHIVE


@pytest.mark.parametrize(
    "body",
    [
        page('<meta name="robots" content="noindex, follow">'),
        page('<meta name="googlebot" content="noarchive">'),
        page('<meta name="description" content="noarchive">'),
        page('<!-- <meta name="robots" content="noarchive"> -->'),
        page("", '<p>Write &lt;meta name="robots" content="noarchive"&gt;</p><meta name="robots" content="noarchive">'),
        page('<meta name="tdm-reservation" content="0">'),
        b"",
        b"noarchive",
        b"\x89PNG noarchive",
    ],
)
def test_what_only_looks_like_it(body: bytes) -> None:
    assert outcome(body=body) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_in_any_encoding(encoding: str) -> None:
    body = page('<meta name="robots" content="noarchive">', "Gr\u00fc\u00dfe").decode().encode(encoding)
    assert outcome(body=body) is Outcome.NOARCHIVE


def test_mining_may_be_reserved_in_a_header_or_in_the_head() -> None:
    assert outcome([("TDM-Reservation", "1"), ("TDM-Policy", "https://a/p.json")]) is Outcome.TDM_RESERVED
    assert outcome([("TDM-Reservation", "0")]) is None
    assert outcome(body=page('<meta name="tdm-reservation" content="1">')) is Outcome.TDM_RESERVED


def test_each_of_the_two_words_can_be_passed_over() -> None:
    headers = [("X-Robots-Tag", "noarchive"), ("tdm-reservation", "1")]
    assert outcome(headers, obedience=Obedience(agent="newskeep", noarchive=False)) is Outcome.TDM_RESERVED
    assert outcome(headers, obedience=Obedience(agent="newskeep", tdm_reservation=False)) is Outcome.NOARCHIVE
    assert outcome(headers, obedience=Obedience(agent="a", noarchive=False, tdm_reservation=False)) is None


def test_the_evidence_is_short_and_on_one_line() -> None:
    found = reservation_of([("X-Robots-Tag", "noarchive,\n" + "x" * 500)], b"", US)
    assert found is not None
    assert found.evidence.startswith("X-Robots-Tag: noarchive, xxx")
    assert len(found.evidence) < 100


def test_only_the_beginning_of_a_page_is_looked_at() -> None:
    late = page(" " * LONGEST_HEAD_BYTES + '<meta name="robots" content="noarchive">')
    assert outcome(body=late) is None


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("newskeep/0.1.0 (+desk@news.example)", "newskeep"),
        ("Desk-Bot", "desk-bot"),
        ("Mozilla/5.0 (x)", "mozilla"),
        ("", ""),
    ],
)
def test_the_name_publishers_speak_to_us_by(user_agent: str, name: str) -> None:
    assert agent_name(user_agent) == name


@given(body=st.binary(max_size=400), value=st.text(max_size=80))
def test_nothing_that_is_sent_breaks_it(body: bytes, value: str) -> None:
    reservation_of([("X-Robots-Tag", value)], b"<meta name=robots noarchive content=" + body, US)
