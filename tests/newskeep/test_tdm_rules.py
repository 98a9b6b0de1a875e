"""Where a publisher's file reserves mining."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.tdm_rules import MOST_RULES, TdmRule, is_mining_reserved, parse_tdm_rules


def rules(*pairs: tuple[str, int]) -> tuple[TdmRule, ...]:
    return parse_tdm_rules(json.dumps([{"location": at, "tdm-reservation": yes} for at, yes in pairs]).encode())


@pytest.mark.parametrize(
    ("pairs", "path", "is_reserved"),
    [
        ([], "/a", False),
        ([("/", 1)], "/a?b=c", True),
        ([("*", 1)], "/a", True),
        ([("/", 0)], "/a", False),
        ([("/money", 1)], "/money/a", True),
        ([("/money", 1)], "/sport", False),
        ([("/", 1), ("/open/", 0)], "/open/a", False),
        ([("/open/", 0), ("/", 1)], "/open/a", False),
        ([("/a", 0), ("/a", 1)], "/a", True),
        ([("/*/paid/", 1)], "/2026/paid/a", True),
        ([("/*/paid/", 1)], "/2026/free/a", False),
        ([("/*.html$", 1)], "/2026/a.html", True),
        ([("/*.html$", 1)], "/2026/a.html?b", False),
        ([("/a$", 1)], "/a", True),
        ([("/a$", 1)], "/ab", False),
        ([("/a*b*c$", 1)], "/a-b-c-c", True),
        ([("/ab*b$", 1)], "/ab", False),
    ],
)
def test_the_longest_pattern_decides(pairs: list[tuple[str, int]], path: str, is_reserved: bool) -> None:
    assert is_mining_reserved(rules(*pairs), path) is is_reserved


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"null", b"<html>", b"[1, null, []]", b'[{"location": 7, "tdm-reservation": 1}]', b"[" * 100_000,
     b'[{"tdm-reservation": 1}]', b"\xff\xfe["],
)  # fmt: skip
def test_what_is_no_such_file_holds_no_rules(body: bytes) -> None:
    assert parse_tdm_rules(body) == ()


def test_numbers_and_words_mean_the_same_and_a_mark_in_front_does_no_harm() -> None:
    body = b'\xef\xbb\xbf[{"location": "/", "tdm-reservation": "1", "tdm-policy": "https://a/p.json"}]'
    assert parse_tdm_rules(body) == (TdmRule("/", True),)


def test_a_hostile_file_takes_no_time() -> None:
    found = rules(*[("/" + "*a" * 900 + "$", 1)] * (MOST_RULES + 5))
    assert len(found) == MOST_RULES
    began = time.process_time()
    assert not is_mining_reserved(found, "/" + "a" * 2000 + "b")
    assert time.process_time() - began < 5


@given(pattern=st.text(alphabet="/ab*$", max_size=12), path=st.text(alphabet="/ab", max_size=12))
def test_any_pattern_can_be_held_against_any_path(pattern: str, path: str) -> None:
    held = is_mining_reserved(rules((pattern, 1)), path)
    if "*" not in pattern:
        plain = pattern.removesuffix("$")
        assert held is (path == plain if pattern.endswith("$") else path.startswith(plain))
