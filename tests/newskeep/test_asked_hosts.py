"""Which hosts a server answers for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.asked_hosts import ANY, asked_host, is_answered, parse_host

NAMES = st.from_regex(r"[a-z0-9_]([a-z0-9-]{0,5}[a-z0-9])?(\.[a-z]{2,6}){0,2}", fullmatch=True)


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("localhost", "localhost"), ("LocalHost:8001", "localhost"), ("archive.example.", "archive.example"),
        ("127.0.0.1:8001", "127.0.0.1"), ("[::1]:8001", "::1"), ("[::1]", "::1"), (" a.example ", "a.example"),
        ("a_b:80", "a_b"), ("", None), (":80", None), ("::1", None), ("[::1", None), ("[a.example]", None),
        ("a.example:x", None), ("a.example:", None), ("a.example, b.example", None), ("u@a.example", None),
        ("a.example/..", None), ("a..example", None), ("-", "-"), ("a b", None), ("a\x00b", None), ("\xe4.example", "\xe4.example"),
    ],
)  # fmt: skip
def test_what_a_browser_asks_is_read_without_the_port(header: str, host: str | None) -> None:
    assert asked_host(header) == host


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("localhost", True), ("news.localhost", True), ("127.0.0.1", True), ("::1", True), ("192.168.1.7", True),
        ("203.0.113.9", True), ("archive.example", True), ("rebound.example", False), ("notlocalhost", False),
        ("localhost.rebound.example", False), ("127.0.0.1.rebound.example", False), ("sub.archive.example", False),
        ("0x7f.1", False), ("2130706433", False),
    ],
)  # fmt: skip
def test_names_of_this_machine_addresses_and_the_owners_names_are_answered(host: str, is_ours: bool) -> None:
    assert is_answered(host, ["archive.example"]) is is_ours
    assert is_answered(host, [ANY])


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Archive.Example", "archive.example"), ("bücher.example", "xn--bcher-kva.example"), ("*", "*"),
        ("0.0.0.0", "0.0.0.0"), ("::", "::"), ("[::1]", "::1"), ("archive.example.", "archive.example"), (" a ", "a"),
    ],
)  # fmt: skip
def test_an_owner_lists_names_as_people_write_them(text: str, host: str) -> None:
    assert parse_host(text) == host


@pytest.mark.parametrize("text", ["", "https://a.example", "a.example:80", "*.example", "a b", "a..b", "ä" * 80])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no name of a host; write it like"):
        parse_host(text)


@given(name=NAMES, port=st.none() | st.integers(0, 65_535))
def test_a_name_that_is_listed_is_answered_at_any_port_and_in_any_spelling(name: str, port: int | None) -> None:
    asked = asked_host(name.upper() + ("" if port is None else f":{port}"))
    assert asked == name
    assert is_answered(asked, [parse_host(name)])


@given(name=NAMES, listed=st.lists(NAMES, max_size=4))
def test_a_name_that_nobody_listed_is_answered_only_where_it_leads_to_this_machine_alone(
    name: str, listed: list[str]
) -> None:
    rebound = f"{name}.rebound.example"
    assert not is_answered(rebound, [one for one in listed if one != rebound])


@given(text=st.text(max_size=30))
def test_whatever_is_sent_is_a_host_or_none(text: str) -> None:
    host = asked_host(text)
    assert host is None or (host and host == host.lower() and not set(host) & set(" /@?#\\,\n"))


@given(text=st.text(max_size=30))
def test_whatever_an_owner_lists_is_what_a_browser_can_ask_or_refused(text: str) -> None:
    try:
        host = parse_host(text)
    except ValueError:
        return
    assert host in {ANY, asked_host(host), asked_host(f"[{host}]")}
    assert parse_host(host) == host
