"""Which network addresses may be connected to.

A page can name any address; following it into the owner's own network would turn the crawler into somebody's hands
there. So only public addresses are allowed, but for the networks the owner names. The check is made on the address that
is being connected to (`middlewares.doors`), never on a name, which can resolve differently the next moment.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SCHEMES = ("http", "https")
# What a host's name is made of, once it is no longer written for people; anything else is read differently by different
# programs. `%` is left out on purpose: some undo it before they look the name up.
_NAME = re.compile(r"[\w.-]+")

# Forms in which an IPv6 address carries an IPv4 one that the kernel or a gateway on the way will really connect to.
# NAT64, and IPv4-translated (RFC 2765).
_CARRYING = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("::ffff:0:0:0/96"))
# The IPv4-compatible range is obsolete (RFC 4291 2.5.5.1) and some systems still route it.
_IPV4_COMPATIBLE = ip_network("::/96")
# Python counts these as global; they are shared or special, and nothing public lives there. 192.0.0.192 and
# 168.63.129.16 are where two clouds tell a machine its secrets.
_SPECIAL = (
    ip_network("100.64.0.0/10"),
    ip_network("168.63.129.16/32"),
    ip_network("192.0.0.0/24"),
    ip_network("192.88.99.0/24"),
    ip_network("fec0::/10"),
)


def is_loopback_host(host: str) -> bool:
    """Can what listens on this host be reached from this machine alone? A name other than localhost counts as no."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parse_networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """Read networks or single addresses in CIDR form; ValueError names the first that is none."""
    return tuple(ip_network(text, strict=False) for text in texts)


def url_refusal(url: str, allowed: tuple[Network, ...] = ()) -> str | None:
    """Say why a URL may not be asked for, as far as it can be seen from the URL; None where it may be tried.

    Refused are schemes other than http and https, hosts that are an address which may not be connected to, `localhost`
    in its forms, and hosts that are neither an address nor a name. What a name resolves to is not known here.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return f"no address that can be asked for ({error})"
    if parts.scheme not in _SCHEMES:
        return f"{parts.scheme or 'no scheme'} is not http or https"
    name = host.rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return refusal("127.0.0.1", allowed) and f"{host} is a loopback address"
    try:
        return refusal(host, allowed)
    except ValueError:
        return None if _NAME.fullmatch(name) else f"{host!r} is no name of a host"


def refusal(address: str | Address, allowed: tuple[Network, ...] = ()) -> str | None:
    """Say why an address may not be connected to; None where it may.

    `address` may carry an IPv6 scope (`fe80::1%eth0`). ValueError where it is no address at all.
    """
    parsed = ip_address(address.split("%", 1)[0]) if isinstance(address, str) else address
    real = _carried(parsed)
    if any(parsed in network or real in network for network in allowed if network.version):
        return None
    for one in (parsed, real):
        reason = _reason(one)
        if reason:
            return f"{address} is {reason}"
    return None


def _carried(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64, compatible), else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if any(address in network for network in _CARRYING) or (address in _IPV4_COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _reason(address: Address) -> str | None:
    if address.is_unspecified:
        return "the unspecified address"
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast:
        return "a multicast address"
    if any(address in network for network in _SPECIAL):
        return "a special-purpose address"
    if address.is_private or not address.is_global:
        return "a private address"
    return None
