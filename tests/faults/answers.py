"""The faults, one function each. The first part of a path is the fault's name: `/bad-gzip`, `/status/418`, …

An answer returns True where the connection may be used again. `ANSWERS` lists them all by name, `ROBOTS` the answers to
/robots.txt by the name a test gives the server.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import cache

from tests.faults import pages
from tests.faults.wire import Wire

Answer = Callable[[Wire], bool]

LARGE_BYTES = 50 * 1024 * 1024
BOMB_BYTES = 200 * 1024 * 1024
_CHUNK = b"<p>" + b"x" * 65_530 + b"</p>"


def story(wire: Wire) -> bool:
    """`/story/N`: an ordinary page, for control."""
    return wire.answer(pages.story_page(wire.request.path.rpartition("/")[2]))


def missing(wire: Wire) -> bool:
    return wire.answer(b"<h1>Not found</h1>", status="404 Not Found")


def status(wire: Wire) -> bool:
    """`/status/N`: that status with a short page."""
    return wire.answer(b"<h1>No luck</h1>", status=f"{wire.request.path.rpartition('/')[2]} Status")


# Connections that end or stall.


def drop(wire: Wire) -> bool:
    """The connection ends without a byte."""
    return False


def drop_after_head(wire: Wire) -> bool:
    wire.head("200 OK", "Content-Type: text/html", "Content-Length: 5000")
    return False


def partial(wire: Wire) -> bool:
    """Half of the promised body."""
    body = pages.story_page("partial")
    wire.head("200 OK", "Content-Type: text/html; charset=utf-8", f"Content-Length: {2 * len(body)}")
    wire.send(body)
    return False


def partial_chunked(wire: Wire) -> bool:
    """A chunked body without its last chunk."""
    wire.head("200 OK", "Content-Type: text/html; charset=utf-8", "Transfer-Encoding: chunked")
    body = pages.story_page("partial-chunked")
    wire.send(b"%x\r\n%s\r\n" % (len(body), body))
    return False


def drip(wire: Wire) -> bool:
    """A byte at a time of a page of ordinary size."""
    wire.head("200 OK", "Content-Type: text/html", "Content-Length: 100000")
    while not wire.server.wait(min(0.05, wire.server.wait_seconds)):
        wire.send(b"x")
    return False


def silent(wire: Wire) -> bool:
    """The request is taken, and no answer comes."""
    return wire.hold()


def slow(wire: Wire) -> bool:
    """A good page after `wait_seconds`."""
    return not wire.server.wait(wire.server.wait_seconds) and wire.answer(pages.story_page("slow"))


# Answers that lie about themselves.


def short_length(wire: Wire) -> bool:
    """More bytes than promised."""
    body = pages.story_page("short-length")
    wire.head("200 OK", "Content-Type: text/html; charset=utf-8", f"Content-Length: {len(body) // 2}")
    wire.send(body)
    return False


def two_lengths(wire: Wire) -> bool:
    """Two lengths that disagree."""
    body = pages.story_page("two-lengths")
    wire.head("200 OK", "Content-Type: text/html", f"Content-Length: {len(body)}", "Content-Length: 7")
    wire.send(body)
    return False


def not_http(wire: Wire) -> bool:
    wire.send(b"220 mail.example ESMTP ready\r\n")
    return False


def bad_gzip(wire: Wire) -> bool:
    """Bytes that are said to be gzip and are none."""
    return wire.answer(pages.story_page("bad-gzip"), "Content-Encoding: gzip")


def cut_gzip(wire: Wire) -> bool:
    """The first half of a gzip stream, with an honest length."""
    packed = gzip.compress(pages.story_page("cut-gzip") * 50)
    return wire.answer(packed[: len(packed) // 2], "Content-Encoding: gzip")


def gzip_bomb(wire: Wire) -> bool:
    """A small body that unpacks to `BOMB_BYTES`."""
    return wire.answer(_bomb(), "Content-Encoding: gzip")


def endless_headers(wire: Wire) -> bool:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
    number = 0
    while not wire.server.wait(0):
        number += 1
        wire.send(f"X-More-{number}: {'y' * 1000}\r\n".encode())
    return False


def huge_header(wire: Wire) -> bool:
    """One header of a megabyte."""
    return wire.answer(pages.story_page("huge-header"), f"X-Huge: {'y' * 1024 * 1024}")


# Redirects.


def redirect_loop(wire: Wire) -> bool:
    return _redirect(wire, wire.request.path)


def redirect_chain(wire: Wire) -> bool:
    """`/redirect-chain/N`: N redirects, then a story."""
    left = int(wire.request.path.rpartition("/")[2])
    return _redirect(wire, f"/redirect-chain/{left - 1}" if left > 1 else "/story/chain")


def redirect_to(wire: Wire) -> bool:
    """`/redirect-to?url=…`: to whatever address a test wants to see refused or followed."""
    return _redirect(wire, wire.request.parameter("url"))


def redirect_nowhere(wire: Wire) -> bool:
    """A redirect without a Location."""
    return wire.answer(b"", status="302 Found")


# Servers that ask for patience.


def retry_seconds(wire: Wire) -> bool:
    """`/retry-seconds/STATUS`: 429 or 503 with the wait in seconds; from the second time on a story."""
    return _ask_for_patience(wire, str(max(1, round(wire.server.wait_seconds))))


def retry_date(wire: Wire) -> bool:
    """`/retry-date/STATUS`: 429 or 503 with the wait as a date; from the second time on a story."""
    return _ask_for_patience(wire, formatdate(time.time() + max(1, wire.server.wait_seconds), usegmt=True))


def retry_nonsense(wire: Wire) -> bool:
    """`/retry-nonsense/STATUS`: a Retry-After nobody can read."""
    return _ask_for_patience(wire, "soon")


def flapping(wire: Wire) -> bool:
    """500 every second time, beginning with a good answer."""
    if wire.times % 2:
        return wire.answer(pages.story_page("flapping"))
    return wire.answer(b"<h1>Internal error</h1>", status="500 Internal Server Error")


# Bodies that are not what they should be.


def feed(wire: Wire) -> bool:
    """A good feed, for control."""
    return wire.answer(pages.feed(wire.server.base_url), content_type="application/rss+xml")


def feed_of_html(wire: Wire) -> bool:
    """A page where a feed should be."""
    return wire.answer(pages.story_page("feed-of-html"))


def feed_turning(wire: Wire) -> bool:
    """A good feed the first time, a page of HTML from then on."""
    return feed(wire) if wire.times == 1 else feed_of_html(wire)


def feed_bomb(wire: Wire) -> bool:
    """A feed whose entities would unfold to gigabytes."""
    return wire.answer(pages.entity_bomb(), content_type="application/rss+xml")


def feed_of_files(wire: Wire) -> bool:
    """A feed with an external entity that names a local file."""
    return wire.answer(pages.file_entity(), content_type="application/rss+xml")


def captcha(wire: Wire) -> bool:
    """A bot check, with 200."""
    return wire.answer(pages.captcha())


def captcha_turning(wire: Wire) -> bool:
    """A story the first time, a bot check from then on."""
    return wire.answer(pages.story_page("captcha-turning")) if wire.times == 1 else captcha(wire)


def pdf(wire: Wire) -> bool:
    return wire.answer(pages.PDF, content_type="application/pdf")


def pdf_as_html(wire: Wire) -> bool:
    """A PDF that is said to be a page."""
    return wire.answer(pages.PDF)


def large(wire: Wire) -> bool:
    """A page of `LARGE_BYTES` with an honest length."""
    wire.head("200 OK", "Content-Type: text/html", f"Content-Length: {LARGE_BYTES // len(_CHUNK) * len(_CHUNK)}")
    for _ in range(LARGE_BYTES // len(_CHUNK)):
        wire.send(_CHUNK)
    return True


def large_chunked(wire: Wire) -> bool:
    """The same without a length beforehand."""
    wire.head("200 OK", "Content-Type: text/html", "Transfer-Encoding: chunked")
    for _ in range(LARGE_BYTES // len(_CHUNK)):
        wire.send(b"%x\r\n%s\r\n" % (len(_CHUNK), _CHUNK))
    wire.send(b"0\r\n\r\n")
    return True


def wrong_charset(wire: Wire) -> bool:
    """Windows-1252 bytes declared as UTF-8."""
    return wire.answer(pages.accented_page().encode("cp1252"))


def unknown_charset(wire: Wire) -> bool:
    """UTF-8 bytes in a charset that does not exist."""
    return wire.answer(pages.accented_page().encode(), content_type="text/html; charset=x-meridian-7")


def noise(wire: Wire) -> bool:
    """Bytes of no meaning, said to be a page."""
    return wire.answer(bytes(range(256)) * 40)


def empty(wire: Wire) -> bool:
    return wire.answer(b"")


def one_byte(wire: Wire) -> bool:
    return wire.answer(b"x")


def robots_txt(wire: Wire) -> bool:
    """/robots.txt, as the server was told to answer it."""
    return ROBOTS[wire.server.robots](wire)


def _robots(body: str) -> Answer:
    return lambda wire: wire.answer(body.encode(), content_type="text/plain")


def _slow_disallow(wire: Wire) -> bool:
    wire.server.wait(wire.server.wait_seconds)
    return _robots("User-agent: *\nDisallow: /\n")(wire)


def _robots_error(wire: Wire) -> bool:
    return wire.answer(b"", status="500 Internal Server Error")


def _redirect(wire: Wire, location: str) -> bool:
    # In UTF-8, as servers do that do not write it in ASCII.
    return wire.answer(b"", f"Location: {location.encode().decode('latin-1')}", status="302 Found")


def _ask_for_patience(wire: Wire, retry_after: str) -> bool:
    if wire.times > 1:
        return wire.answer(pages.story_page("patience"))
    code = wire.request.path.rpartition("/")[2]
    return wire.answer(b"<h1>Later, please</h1>", f"Retry-After: {retry_after}", status=f"{code} Later")


@cache
def _bomb() -> bytes:
    # gzip streams may follow one another, so a small one is enough to make.
    piece = gzip.compress(b"\0" * (4 * 1024 * 1024), mtime=0)
    return piece * (BOMB_BYTES // (4 * 1024 * 1024))


ROBOTS: dict[str, Answer] = {
    "missing": missing,
    "allow": _robots("User-agent: *\nDisallow:\n"),
    "disallow": _robots("User-agent: *\nDisallow: /\n"),
    "slow_disallow": _slow_disallow,
    "crawl_delay": _robots("User-agent: *\nCrawl-delay: 1\nDisallow: /private/\n"),
    "error": _robots_error,
    "silent": silent,
    "drop": drop,
    "html": lambda wire: wire.answer(pages.story_page("robots")),
    "huge": _robots("User-agent: *\nDisallow: /private/\n" + "# filling\n" * 600_000 + "Disallow: /story/\n"),
    "redirect_loop": redirect_loop,
}

ANSWERS: dict[str, Answer] = {
    "robots.txt": robots_txt,
    **{
        function.__name__.replace("_", "-"): function
        for function in (
            story, missing, status, drop, drop_after_head, partial, partial_chunked, drip, silent, slow, short_length,
            two_lengths, not_http, bad_gzip, cut_gzip, gzip_bomb, endless_headers, huge_header, redirect_loop,
            redirect_chain, redirect_to, redirect_nowhere, retry_seconds, retry_date, retry_nonsense, flapping, feed,
            feed_of_html, feed_turning, feed_bomb, feed_of_files, captcha, captcha_turning, pdf, pdf_as_html, large,
            large_chunked, wrong_charset, unknown_charset, noise, empty, one_byte,
        )
    },
}  # fmt: skip
