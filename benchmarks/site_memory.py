"""What site memory adds: invented sites of thirty pages each, read with a memory of 0, 3, 10 and 29 other pages.

    python -m benchmarks.site_memory

Each layout prints things around its stories that nothing names: notices as plain paragraphs, appeals, agency lines,
author boxes, lists of links inside the text. The truth is known, because the pages are made here. Printed a layout and
memory: F1 of the body's words, blocks that are not the story's and blocks of the story that are missing (a page), and
F1 of the teasers' addresses.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from newskeep.extract import extract_page
from newskeep.model import Capture, ExtractedPage, Imprint, SiteMemory
from newskeep.site_memory import count_blocks
from newskeep.text import words

PAGES = 30
MEMORIES = (0, 3, 10, 29)
_SEED = 20261122

_WHO = (
    "The harbour council",
    "A teacher from Lower Vale",
    "The ferry company",
    "Residents of Mill Street",
    "The regional court",
    "A young engineer",
    "The port's night shift",
    "Two former ministers",
    "The orchestra",
    "The water board",
)
_DID = (
    "rejected",
    "welcomed",
    "postponed",
    "explained",
    "signed",
    "questioned",
    "defended",
    "withdrew",
    "published",
    "measured",
)
_WHAT = (
    "the plan for a second bridge",
    "a budget that nobody had expected",
    "the new timetable",
    "a report of ninety pages",
    "the sale of the old mill",
    "an offer from the north",
    "the rules for small boats",
    "a petition with four thousand names",
    "the results of the spring survey",
    "a loan that runs until 2041",
)
_WHEN = (
    "on Tuesday evening",
    "after a long debate",
    "in front of a full hall",
    "without giving reasons",
    "for the third time this year",
    "a week before the vote",
    "while it rained",
    "at a meeting in Orlen",
    "in a letter to the mayor",
    "against all forecasts",
)
_AND = (
    "which surprised even its friends",
    "and few were content",
    "because the money is short",
    "although the law allows more",
    "as the minutes show",
    "so the work begins in March",
    "and nobody objected",
    "which will cost eleven million",
    "but the doubts remain",
    "and the neighbours were told late",
)
_AUTHORS = ("Ilse Varnhagen", "Tomas Ekdal", "Rita Okonjo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a page is made of, and so what is true of it."""

    number: int
    headline: str
    author: str
    paragraphs: tuple[str, ...]

    @property
    def path(self) -> str:
        """Its address on its site."""
        slug = "-".join(words(self.headline)[:7])
        return f"/news/{slug}-{48210 + self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A site's way to print a story. `teases` are how many of the site's other stories each page points to."""

    name: str
    render: Callable[[Story, Sequence[Story]], str]
    teases: int


@dataclass(slots=True, kw_only=True)
class Score:
    """Sums over the pages of one layout with one memory."""

    body: float = 0.0
    stray: int = 0
    missing: int = 0
    teasers: float = 0.0


def stories(rng: random.Random) -> list[Story]:
    """Thirty stories of three to nine paragraphs."""
    return [
        Story(
            number=number,
            headline=f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)}",
            author=_AUTHORS[number % len(_AUTHORS)],
            paragraphs=tuple(
                " ".join(_sentence(rng) for _ in range(rng.randint(1, 3))) for _ in range(rng.randint(3, 9))
            ),
        )
        for number in range(PAGES)
    ]


def _sentence(rng: random.Random) -> str:
    return f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)} {rng.choice(_WHEN)}, {rng.choice(_AND)}."


def _page(story: Story, body: str, site: str) -> str:
    return (
        f"<html><head><title>{story.headline} | {site}</title><meta property='og:type' content='article'></head><body>"
        "<header><a href='/'>Start</a> <a href='/news'>News</a> <a href='/sport'>Sport</a></header>"
        f"{body}<footer><p>{site} is made by forty people in two rooms.</p></footer></body></html>"
    )


def _paragraphs(texts: Sequence[str], tag: str = "p", names: str = "") -> list[str]:
    attribute = f" class='{names}'" if names else ""
    return [f"<{tag}{attribute}>{text}</{tag}>" for text in texts]


def plain_notices(story: Story, others: Sequence[Story]) -> str:
    """Appeals as paragraphs among the others, one in the middle and two at the end."""
    text = _paragraphs(story.paragraphs)
    middle = len(text) // 2
    text.insert(middle, "<p>This reporting is paid for by its readers. Five marks a month keep the lamps on here.</p>")
    text += [
        "<p>Our rooms in Quay Street are open on weekdays from nine to five, and the coffee is free.</p>",
        "<p>We correct what we get wrong. Write to the desk and a person will answer within a day.</p>",
    ]
    body = f"<main><h1>{story.headline}</h1><p>By {story.author}</p>{''.join(text)}</main>"
    return _page(story, body, "The Orlen Lamp")


def agency_lines(story: Story, others: Sequence[Story]) -> str:
    """An agency's line above and below the text, in the same kind of element."""
    text = _paragraphs(story.paragraphs, "div", "t")
    text.insert(0, "<div class='t'>This report comes from the wire of Nordlicht and was not changed by our desk.</div>")
    text.append("<div class='t'>(c) Nordlicht. Passing it on, also in part, needs the agency's leave in writing.</div>")
    body = f"<div class='w'><h1>{story.headline}</h1>{''.join(text)}</div>"
    return _page(story, body, "Vale Courier")


def author_boxes(story: Story, others: Sequence[Story]) -> str:
    """A few lines on the author behind the text, and names of elements that say nothing."""
    about = {
        _AUTHORS[
            0
        ]: "Ilse Varnhagen has followed ports and rivers for twenty years and once sailed to Reykjavik alone.",
        _AUTHORS[1]: "Tomas Ekdal writes on courts. Before that he was a lawyer, which he was glad to leave behind.",
        _AUTHORS[2]: "Rita Okonjo covers schools and has taught mathematics. Her book on fractions came out in May.",
    }[story.author]
    text = _paragraphs(story.paragraphs, "p", "css-1x2y3z")
    text.append(f"<p class='css-1x2y3z'>{about}</p>")
    body = f"<div class='css-9q'><div class='css-8r'><h1>{story.headline}</h1>{''.join(text)}</div></div>"
    return _page(story, body, "Marsh Weekly")


def linked_lists(story: Story, others: Sequence[Story]) -> str:
    """The same three stories recommended in the midst of every text, each with a sentence of its own."""
    items = "".join(
        f"<p><a href='{one.path}'>{one.headline}</a> {one.paragraphs[0].split('.')[0]}.</p>" for one in others[:3]
    )
    text = _paragraphs(story.paragraphs)
    text.insert(2, f"<div>{items}</div>")
    body = f"<article><h1>{story.headline}</h1>{''.join(text)}</article>"
    return _page(story, body, "Lower Vale Post")


def mixed(story: Story, others: Sequence[Story]) -> str:
    """Lines parted by breaks, an appeal after the first of them, terms of use below, a list of links between."""
    items = "".join(f"<li><a href='{one.path}'>{one.headline}</a></li>" for one in others[:3])
    first, *rest = story.paragraphs
    lines = [
        first,
        "You read this for nothing. If it was of use to you, tell a neighbour, or send us the price of a bun.",
        *rest,
        "Comments are closed at night. What is said there is not the view of the house.",
    ]
    text = "<br>\n<br>\n".join(lines[:3]) + f"<ul>{items}</ul>" + "<br>\n<br>\n".join(lines[3:])
    body = f"<div id='c'><h1>{story.headline}</h1><div>{text}</div></div>"
    return _page(story, body, "Harbour Sheet")


LAYOUTS = (
    Layout(name="plain notices", render=plain_notices, teases=0),
    Layout(name="agency lines", render=agency_lines, teases=0),
    Layout(name="author boxes", render=author_boxes, teases=0),
    Layout(name="linked lists", render=linked_lists, teases=3),
    Layout(name="mixed", render=mixed, teases=3),
)


def read(html: str, url: str, memory: SiteMemory) -> ExtractedPage:
    """Read a page with a memory."""
    body = html.encode()
    capture = Capture(
        request_url=url,
        final_url=url,
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body,
        captured_at=datetime(2026, 11, 22, tzinfo=UTC),
        payload_digest=hashlib.sha256(body).hexdigest(),
    )
    return extract_page(capture, None, memory)


def measure(layout: Layout, seed: int = _SEED) -> dict[int, Score]:
    """Read every page of an invented site with each size of memory."""
    site = stories(random.Random(seed))
    origin = "https://www.lamp.example"
    teased = site[: layout.teases + 1]
    others = [[one for one in teased if one is not story][: layout.teases or 0] for story in site]
    pages = [layout.render(story, rest) for story, rest in zip(site, others, strict=True)]
    first = [read(html, origin + story.path, SiteMemory()) for html, story in zip(pages, site, strict=True)]
    scores = {}
    for size in MEMORIES:
        score = scores[size] = Score()
        for at, story in enumerate(site):
            memory = _memory([first[(at + 1 + step) % PAGES].imprint for step in range(size)])
            page = first[at] if not size else read(pages[at], origin + story.path, memory)
            _add(score, page, story, {origin + one.path for one in others[at]})
    return scores


def _memory(imprints: Sequence[Imprint | None]) -> SiteMemory:
    blocks = [imprint.blocks for imprint in imprints if imprint is not None]
    return SiteMemory(version=1, stories=len(blocks), blocks=count_blocks(blocks)) if blocks else SiteMemory()


def _add(score: Score, page: ExtractedPage, story: Story, teased: set[str]) -> None:
    draft = page.main
    found = [block.text for block in draft.blocks] if draft else []
    if draft and draft.standfirst:
        found.insert(0, draft.standfirst)
    score.body += _f1(Counter(words(" ".join(found))), Counter(words(" ".join(story.paragraphs))))
    score.stray += sum(text not in story.paragraphs for text in found)
    score.missing += sum(text not in found for text in story.paragraphs)
    targets = {teaser.target_url for teaser in page.teasers if teaser.target_url}
    score.teasers += _f1(Counter(targets), Counter(teased)) if targets or teased else 1.0


def _f1(found: Counter[str], wanted: Counter[str]) -> float:
    common = (found & wanted).total()
    return 2 * common / max(1, found.total() + wanted.total())


def main() -> None:
    """Print the table."""
    print(f"{PAGES} pages a layout, seed {_SEED}; memory: other pages of the site that were read before\n")
    print(f"{'layout':<15}{'memory':>7}{'body F1':>9}{'stray':>7}{'missing':>9}{'teaser F1':>11}")
    totals = {size: Score() for size in MEMORIES}
    for layout in LAYOUTS:
        for size, score in measure(layout).items():
            _print(layout.name, size, score, PAGES)
            total = totals[size]
            total.body += score.body
            total.stray += score.stray
            total.missing += score.missing
            total.teasers += score.teasers
    for size, total in totals.items():
        _print("all", size, total, PAGES * len(LAYOUTS))


def _print(name: str, size: int, score: Score, pages: int) -> None:
    print(
        f"{name:<15}{size:>7}{score.body / pages:>9.3f}{score.stray / pages:>7.2f}{score.missing / pages:>9.2f}"
        f"{score.teasers / pages:>11.3f}"
    )


if __name__ == "__main__":
    main()
