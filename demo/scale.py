"""A site of any size for measuring: generated stories in the regular page form, as heavy as real pages.

    python -m demo.scale --pages 2000 --kilobytes 80 [--port N] [--host ADDRESS]

The first line on standard output is the site's address. `/sitemap.xml` names every page, `/feeds/feed.rss` the newest
hundred. All bytes are made before the first request; the style sheets and scripts that make a page heavy are the same
on each and kept once. The stories are generated nonsense, no two alike, the same on every run.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from datetime import timedelta

from demo.edition import Edition, make_edition, open_edition
from demo.feeds import Feed, rss
from demo.layouts.regular import regular_page
from demo.plans import plan_page
from demo.press import Press, iso
from demo.stories import Photo, Piece, PieceKind, Story

_FEED_ITEMS = 100
_FIRST_POST_ID = 2680000000
_WHO = (
    "The harbor council", "A retired general", "The ministry of bridges", "Her deputy", "The pilots' guild",
    "A court in Corvane", "The grain exchange", "A committee of nine", "The opposition", "The central bank",
    "A village above Tolm", "The ferry company", "His predecessor", "The League's auditor", "A team of surveyors",
)  # fmt: skip
_DID = (
    "has put off", "voted to reopen", "refused to sign", "paid twice for", "lost the only copy of", "asked to see",
    "quietly dropped", "will repeat", "found a fault in", "has doubled", "wants to share", "apologized for",
    "has sent back", "promised to explain", "is still counting",
)  # fmt: skip
_WHAT = (
    "the toll on timber", "the night timetable", "a treaty of 1961", "the second reservoir", "the fishing quota",
    "the border survey", "the lamp contract", "the cheese tariff", "a loan for the railway", "the census of sheep",
    "the new constitution", "the opera's roof", "a pipeline to the coast", "the museum of salt", "the orange passport",
)  # fmt: skip
_WHY = (
    "after a night of talks", "because nobody had read the annex", "as prices rose by {n} percent",
    "for the {n}th time since spring", "over the objections of {n} mayors", "with {n} votes to spare",
    "before the winter session begins", "while {n} ships waited outside", "at a cost of {n} million marks",
    "since the lake froze early", "and blamed the weather", "according to a letter of {n} pages",
)  # fmt: skip


class ScaleSite:
    """Generated pages, ready to be sent. `paths` are those of the stories, newest first."""

    def __init__(self, *, pages: int, kilobytes: int, origin: str) -> None:
        """Build `pages` pages of about `kilobytes` each, which call themselves `origin`."""
        edition = _generate_edition(pages)
        self.paths = tuple(story.path for story in edition.stories)
        self._answers: dict[bytes, tuple[bytes, ...]] = {}
        filling = b""
        for serial, story in enumerate(edition.stories):
            press = Press(edition=edition, origin=origin, serial=serial)
            page = regular_page(press, plan_page(edition, story)).encode()
            filling = filling or _heavy_head(kilobytes * 1000 - len(page))
            before, mark, after = page.partition(b"</head>")
            self._add(story.path, "text/html; charset=utf-8", before, filling, mark + after)
        press = Press(edition=edition, origin=origin, serial=0)
        self._add("/sitemap.xml", "application/xml", _sitemap(press).encode())
        feed = Feed(path="/feeds/feed", title="Meridian Post at scale", stories=edition.stories[:_FEED_ITEMS])
        self._add("/feeds/feed.rss", "application/rss+xml", rss(press, feed).encode())
        self._add("/robots.txt", "text/plain", f"User-agent: *\nDisallow:\nSitemap: {origin}/sitemap.xml\n".encode())
        self._missing = _with_head(404, "text/plain", (b"There is no such page.\n",))

    def answer(self, path: bytes) -> tuple[bytes, ...]:
        """The pieces of the answer to a path, head first."""
        return self._answers.get(path, self._missing)

    def _add(self, path: str, content_type: str, *pieces: bytes) -> None:
        self._answers[path.encode()] = _with_head(200, content_type, pieces)


class _Connection(asyncio.Protocol):
    """One keep-alive connection; requests have no body."""

    def __init__(self, site: ScaleSite) -> None:
        self._site = site
        self._waiting = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._waiting = (self._waiting + data).split(b"\r\n\r\n")
        if self._transport is None:
            return
        for request in requests:
            line = request.split(b"\r\n", 1)[0].split(b" ")
            self._transport.writelines(self._site.answer(line[1] if len(line) == 3 else b""))


async def serve(site: ScaleSite, listener: asyncio.Server) -> None:
    """Serve until cancelled."""
    async with listener:
        await listener.serve_forever()


def main() -> int:
    """Build the pages, print the address, serve."""
    parser = argparse.ArgumentParser(prog="python -m demo.scale", description="Serve a site of any size on loopback.")
    parser.add_argument("--pages", type=int, default=2000, help="how many stories (default %(default)s)")
    parser.add_argument("--kilobytes", type=int, default=80, help="about how heavy a page is (default %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes any that is free (default)")
    asked = parser.parse_args()
    try:
        asyncio.run(_run(asked))
    except OSError as error:
        print(f"The site cannot be served on {asked.host}:{asked.port}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


async def _run(asked: argparse.Namespace) -> None:
    sites: list[ScaleSite] = []
    # The pages name the port, so the port is taken before they are made; nobody knows it until it is printed.
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: _Connection(sites[0]), asked.host, asked.port, backlog=512)
    port = listener.sockets[0].getsockname()[1]
    origin = f"http://{asked.host}:{port}"
    sites.append(ScaleSite(pages=asked.pages, kilobytes=asked.kilobytes, origin=origin))
    print(origin, flush=True)
    await serve(sites[0], listener)


def _generate_edition(pages: int) -> Edition:
    return make_edition(1, [_generate_story(number) for number in range(pages)])


def _generate_story(number: int) -> Story:
    chance = random.Random(number)
    headline = _sentence(chance).removesuffix(".")
    slug = "-".join(headline.lower().replace("'", "").split()[:7]) + f"-{number}"
    photo = Photo(
        media_id=70000000 + number,
        scene="harbor",
        alt=f"{chance.choice(_WHO)} before the vote on {chance.choice(_WHAT)}.",
        caption=f"{chance.choice(_WHO)} before the vote on {chance.choice(_WHAT)}, photograph {number}.",
        credit="HALCYON/Petra Nowell",
    )
    pieces = [Piece(kind=PieceKind.PARAGRAPH, text=_paragraph(chance)) for _ in range(chance.randint(6, 12))]
    pieces.insert(3, Piece(kind=PieceKind.CROSSHEAD, text=f"{chance.choice(_WHAT).capitalize()}, again"))
    return Story(
        key=slug,
        post_id=_FIRST_POST_ID + number,
        headline=headline,
        standfirst=_sentence(chance),
        section="news/analysis",
        slug=slug,
        path=f"/news/analysis/{slug}",
        authors=(chance.choice(("Nadia Ferrow", "Owen Trask", "Pia Lindholm", "Rhea Sandover")),),
        published=open_edition(1).closed_at - timedelta(minutes=7 * number + 1),
        modified=None,
        tags=("scale",),
        pieces=tuple(pieces),
        lead=photo,
    )


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _ in range(chance.randint(2, 5)))


def _sentence(chance: random.Random) -> str:
    reason = chance.choice(_WHY).format(n=chance.randint(11, 99))
    return f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.choice(_WHAT)} {reason}."


def _heavy_head(size_bytes: int) -> bytes:
    """Style rules and a script's data, about as many bytes as asked for."""
    chance = random.Random(size_bytes)
    rules, total = [], 0
    while total < size_bytes * 3 // 5:
        one, other = chance.randint(100, 9999), chance.randint(1, 48)
        rule = f".sPost_{one}_0_{other} .widget__head{{margin:{other}px auto {one % 40}px;color:#{one:06x}}}\n"
        rules.append(rule)
        total += len(rule)
    blocks, total = [], 0
    while total < size_bytes * 2 // 5:
        block = f'"block_{chance.randint(10**7, 10**8)}":{{"limit":{chance.randint(1, 30)},"lazy":true}},'
        blocks.append(block)
        total += len(block)
    style = f'<style class="rm-i-styles">{"".join(rules)}</style>\n'
    script = f'<script class="rm-i-script">window.RM_BLOCKS = {{{"".join(blocks)}"end":0}};</script>\n'
    return (style + script).encode()


def _sitemap(press: Press) -> str:
    urls = "".join(
        f"<url><loc>{press.url(story.path)}</loc><lastmod>{iso(story.published)}</lastmod></url>\n"
        for story in press.edition.stories
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{space}">\n{urls}</urlset>\n'


def _with_head(status: int, content_type: str, pieces: tuple[bytes, ...]) -> tuple[bytes, ...]:
    phrase = "OK" if status == 200 else "Not Found"
    length = sum(len(piece) for piece in pieces)
    head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    return (head.encode("ascii"), *pieces)


if __name__ == "__main__":
    sys.exit(main())
