"""Addresses that may not be connected to, in all their forms."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.addresses import parse_networks, refusal, url_refusal

REFUSED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
    "192.0.0.192", "168.63.129.16", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::10.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:5ef5:79fd:0:59d:80ff:fffe", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "fc00::1",
    "::ffff:0:127.0.0.1", "fd12:3456:789a::1", "ff02::1", "ff0e::1", "2001:db8::1", "100::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450::1",
          "64:ff9b::808:808", "::ffff:8.8.8.8"]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_public_is_refused(address):
    assert refusal(address) is not None


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_allowed(address):
    assert refusal(address) is None


def test_the_reason_names_the_address_and_its_kind():
    assert refusal("127.0.0.1") == "127.0.0.1 is a loopback address"
    assert refusal("fe80::1%eth0") == "fe80::1%eth0 is a link-local address"


def test_the_owners_networks_are_the_only_way_through():
    allowed = parse_networks(("127.0.0.0/8", "fd00::/8"))
    assert refusal("127.3.2.1", allowed) is None
    assert refusal("fd12::1", allowed) is None
    assert refusal("10.0.0.1", allowed) is not None
    assert refusal("::1", allowed) is not None


def test_an_ipv4_network_of_the_owner_covers_its_form_inside_ipv6():
    assert refusal("::ffff:127.0.0.1", parse_networks(("127.0.0.0/8",))) is None


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f.0.0.1", "1.2.3.4.5", "news.example"])
def test_what_is_no_address_is_an_error(text):
    with pytest.raises(ValueError, match="does not appear to be"):
        refusal(text)


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_alike_inside_ipv6(address: IPv4Address):
    assert (refusal(address) is None) == (refusal(f"::ffff:{address}") is None)


@pytest.mark.parametrize(
    "url",
    [
        "https://paper.example/a",
        "http://paper.example.:8080/a",
        "https://user:word@paper.example/a",
        "https://b\u00fccher.example/",
        "https://xn--bcher-kva.example/",
        "https://a_b.paper.example/",
        "http://8.8.8.8/",
        "http://[2606:4700:4700::1111]/",
    ],
)
def test_a_web_address_may_be_tried(url):
    assert url_refusal(url) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://paper.example/a", "ftp is not http or https"),
        ("paper.example/a", "no scheme is not http or https"),
        ("http:///a", "'' is no name of a host"),
        ("http://paper.example:x/", "no address that can be asked for"),
        ("http://pa%70er.example/", "'pa%70er.example' is no name of a host"),
        ("http://paper.example\\@127.0.0.1/", "127.0.0.1 is a loopback address"),
        ("http://a.localhost/", "a.localhost is a loopback address"),
        ("http://[::1]/", "::1 is a loopback address"),
    ],
)
def test_a_url_that_can_be_seen_to_be_wrong_is_refused_with_the_reason(url, reason):
    assert url_refusal(url).startswith(reason)


def test_the_owners_networks_hold_for_urls():
    assert url_refusal("http://localhost:8000/", parse_networks(("127.0.0.0/8",))) is None
    assert url_refusal("http://[::1]/", parse_networks(("127.0.0.0/8",))) is not None
