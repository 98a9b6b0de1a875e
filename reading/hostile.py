"""What a page wrote is shown as words and links, never as markup, and never out of its place.

Jinja escapes markup. Here go the signs that change the direction of text beyond their own place, the control
characters, and heaps of marks over one letter; and addresses that are no web addresses.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Embeddings, overrides and isolates: a headline that begins one and does not end it turns the line around it. The plain
# marks (U+200E, U+200F, U+061C) only set a direction where they stand, and Arabic and Hebrew texts need them.
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufff9-\ufffb\ufffe\uffff"
_UNWANTED = re.compile(f"[{_DIRECTIONS}{_CONTROLS}\\U000e0000-\\U000e007f]")
_ABOVE = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_HEAP = re.compile(f"([{_ABOVE}]{{4}})[{_ABOVE}]+")


def calm(text: str) -> str:
    """Take out of a text what would act on the text around it."""
    if text.isascii() and text.isprintable():
        return text
    return _HEAP.sub(r"\1", _UNWANTED.sub("", text))


def web_link(url: str | None) -> str | None:
    """Give an address that may be followed: http or https, with a host. None for any other."""
    if not url or len(url) > 8000:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() or not c.isprintable() for c in url):
        return None
    return url
