"""Which hosts a server of ours answers for: what a browser says it asks (`Host`), held against what the owner calls it.

A page of another site can let its own name lead to this machine a moment after it was loaded (DNS rebinding). The
browser then takes our answers for that page's own and lets it read them. What such a page cannot change is the name
that the browser says it asks. So names are answered that always mean this machine, and those that the owner lists. An
address in digits leads nowhere but to itself and is always answered.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import ip_address

ANY = "*"
"""In place of a name: whatever is asked for is answered."""

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s\[\]:/@?#\\,]+))(?::\d{1,5})?", re.IGNORECASE)
_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*")


def asked_host(header: str) -> str | None:
    """The name or address in a `Host` header, in small letters and without its port; None where it is none."""
    found = _HOST.fullmatch(header.strip())
    if found is None:
        return None
    if found[1] is not None:
        return found[1].lower() if _is_address(found[1]) else None
    name = found[2].lower().removesuffix(".")
    return name if _is_address(name) or _NAME.fullmatch(name) else None


def is_answered(host: str, allowed: Collection[str]) -> bool:
    """Is a host, as `asked_host` gives it, one to answer for? `allowed` are the owner's, as `parse_host` gives them."""
    if host == "localhost" or host.endswith(".localhost") or ANY in allowed:
        return True
    return host in allowed or _is_address(host)


def parse_host(text: str) -> str:
    """A name that the owner lists, as browsers send it; ValueError where it is none."""
    name = text.strip().lower()
    if name == ANY or _is_address(name.strip("[]")):
        return name.strip("[]")
    try:
        sent = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        sent = ""
    host = asked_host(sent)
    if host is None or host != sent.removesuffix("."):
        raise ValueError(f'"{text}" is no name of a host; write it like "archive.example", without https:// and port')
    return host


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
