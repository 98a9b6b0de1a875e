"""XML that unfolds, reads files or asks other servers: feeds, sitemaps and OPML are read without entities."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from newskeep.errors import NewskeepError
from newskeep.listings import parse_listing
from newskeep.model import ListingKind
from newskeep.opml import parse_opml
from newskeep.publishers import Source
from tests.newskeep.captures import answer

SECRET = "the-words-of-a-local-file"
SOURCE = Source(slug="quay", name="Quay", homepage="https://quay.example/", listings=())

# {doctype} stands before the root, {text} where a reader would take a title or an address from.
FORMS = {
    "rss": '<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>{text}</title><item><title>{text}</title>'
    "<link>https://quay.example/{text}</link></item></channel></rss>",
    "atom": '<?xml version="1.0"?>{doctype}<feed xmlns="http://www.w3.org/2005/Atom"><title>{text}</title><entry>'
    '<title>{text}</title><link href="https://quay.example/a"/><summary>{text}</summary></entry></feed>',
    "sitemap": '<?xml version="1.0"?>{doctype}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    "<url><loc>https://quay.example/{text}</loc></url></urlset>",
    "opml": '<?xml version="1.0"?>{doctype}<opml version="2.0"><body><outline text="{text}" type="rss"'
    ' xmlUrl="https://quay.example/feed"/></body></opml>',
}


def laughs(levels: int, times: int) -> str:
    inner = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * times}">' for n in range(1, levels))
    return f'<!DOCTYPE a [<!ENTITY e0 "{"0123456789" * 3}">{inner}]>'


ATTACKS: dict[str, tuple[str, str]] = {
    "billion laughs": (laughs(10, 10), "&e9;"),
    "quadratic": (f'<!DOCTYPE a [<!ENTITY e "{"x" * 100_000}">]>', "&e;" * 20_000),
    "file": ('<!DOCTYPE a [<!ENTITY e SYSTEM "file://{file}">]>', "&e;"),
    "file without a scheme": ('<!DOCTYPE a [<!ENTITY e SYSTEM "{file}">]>', "&e;"),
    "public file": ('<!DOCTYPE a [<!ENTITY e PUBLIC "-//A//B" "file://{file}">]>', "&e;"),
    "parameter entity": (
        '<!DOCTYPE a [<!ENTITY % f SYSTEM "file://{file}"><!ENTITY % all "<!ENTITY e \'%f;\'>">%all;]>',
        "&e;",
    ),
    "server": ('<!DOCTYPE a [<!ENTITY e SYSTEM "http://127.0.0.1:{port}/entity">]>', "&e;"),
    "dtd of a server": ('<!DOCTYPE a SYSTEM "http://127.0.0.1:{port}/a.dtd">', "words"),
    "parameter entity of a server": ('<!DOCTYPE a [<!ENTITY % f SYSTEM "http://127.0.0.1:{port}/f">%f;]>', "words"),
    "entity of itself": ('<!DOCTYPE a [<!ENTITY e "&f;"><!ENTITY f "&e;">]>', "&e;"),
    "include": ("", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/>'),
    "style sheet": ('<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:{port}/a.xsl"?>', "words"),
    "depth": ("", "<b>" * 5_000),
    "many attributes": ("", "<b " + " ".join(f'a{n}="1"' for n in range(2_000)) + "/>"),
}


@pytest.fixture
def asked() -> Iterator[tuple[int, list[object]]]:
    """A port, and who connected to it."""
    callers: list[object] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            callers.append(self.client_address)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.server_address[1], callers
        server.shutdown()


def read(form: str, data: bytes) -> object:
    if form == "opml":
        return parse_opml(data)
    kind = ListingKind.SITEMAP if form == "sitemap" else ListingKind.FEED
    return parse_listing(answer(data, "https://quay.example/listing"), kind=kind, source=SOURCE)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_unfolds_nothing_is_read_nobody_is_asked(
    form: str, attack: str, tmp_path: Path, asked: tuple[int, list[object]]
) -> None:
    port, callers = asked
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    doctype, text = (part.replace("{file}", str(secret)).replace("{port}", str(port)) for part in ATTACKS[attack])
    data = FORMS[form].replace("{doctype}", doctype).replace("{text}", text).encode()
    began = time.process_time()
    came: object = None
    with suppress(NewskeepError):  # to refuse it is as good as to read it without
        came = read(form, data)
    assert time.process_time() - began < 20
    told = repr(came)
    assert SECRET not in told
    assert len(told) < 300_000
    assert callers == []


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_are_read_when_they_are_honest(form: str) -> None:
    data = FORMS[form].replace("{doctype}", "").replace("{text}", "words").encode()
    assert "words" in repr(read(form, data))
