"""Replayed histories: what a page answered over weeks, and what the archive must say of it, exactly.

All run through the real pipelines, extraction workers and SQLite, on a clock of their own, each on its own host. Answers
are made into fetches as the spider makes them.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request

from config import Config
from config_tables.fetch import FetchConfig
from newskeep.digests import draft_digest
from newskeep.extract.page import extract_page
from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.model import Entry, Imprint, Origin, Source
from newskeep.outcomes import Outcome, Trigger
from newsroom import Newsroom
from pipelines.conveyor import carry
from scheduler import sync_sources
from spiders.answers import fetch_of_response
from storage.archive import Archive
from storage.drafts import read_draft, write_draft
from storage.merges import Decider
from tests.crawl.history_pages import AMP, CONSENT, FERRY, SOFT_404, STORY, page

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer: the path asked for, hours after the start, and what came. `to` is where redirects ended."""

    html: str | None = None
    hour: float = 0
    path: str = "/2026/11/long-bridge-opens"
    status: int = 200
    to: str | None = None
    redirect: int = 301
    guid: str | None = None
    failure: Outcome | None = None
    origin: Origin = Origin.LIVE
    headers: dict[str, str] = field(default_factory=dict)
    purpose: Purpose = Purpose.STORY


Deed = Callable[[Archive, str], None]
"""Something that is done to the archive between two answers, given the address of the site."""


@dataclass(frozen=True, kw_only=True)
class History:
    """A history, and what must come of it.

    `outcomes` are those of its answers. `revisions` are weight and changed fields of each story's revisions, the first
    left out, stories oldest first. `presence` is how each story stands, `intervals` how the first one stood in turn.
    """

    name: str
    steps: Sequence[Answer | Deed]
    outcomes: str
    revisions: list[list[str]]
    presence: list[str] = field(default_factory=lambda: ["present"])
    intervals: list[str] = field(default_factory=list)
    path: str | None = None


NEW_PATH = "/2026/11/bridge-open-at-last"
GONE = replace(Answer(), status=404, html="<html><body><h1>Not here</h1></body></html>")


def at(hour: float, html: str | None = None, **fields: Any) -> Answer:
    return Answer(hour=hour, html=STORY if html is None else html, **fields)


def missing(hour: float, status: int = 404, **fields: Any) -> Answer:
    return replace(GONE, hour=hour, status=status, **fields)


def changed(*pairs: tuple[str, str], **fields: Any) -> str:
    text = page(**fields)
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def read_by_an_older_extractor(archive: Archive, base: str) -> None:
    """The archive as an older newskeep left it: its extractor missed the last paragraph."""
    sql = (
        "SELECT revisions.id, draft, stories.id FROM revisions JOIN stories ON stories.id = story_id"
        " WHERE stories.url LIKE ? ORDER BY revisions.id DESC LIMIT 1"
    )
    revision_id, text, story_id = archive.db.execute(sql, (f"{base}%",)).fetchone()
    draft = read_draft(text)
    draft = replace(draft, blocks=draft.blocks[:-1])
    with archive.transaction():
        archive.db.execute(
            "UPDATE revisions SET extractor_version = 'older', draft = ?, draft_digest = ?, words = 1 WHERE id = ?",
            (write_draft(draft), draft_digest(draft), revision_id),
        )
        archive.db.execute("UPDATE stories SET extractor_version = 'older' WHERE id = ?", (story_id,))


def grow_memory(archive: Archive, base: str) -> None:
    """Thirty other stories of the site carried the same furniture."""
    slug = base.split("//")[1].split(".")[0]
    capture = fetch(Answer(html=STORY), base).capture
    assert capture is not None
    imprint = extract_page(capture, None).imprint
    assert imprint is not None
    for number in range(30):
        archive.memory.learn(slug, Imprint(story=f"{number}", blocks=imprint.blocks), now=START)


def merge_by_hand(archive: Archive, base: str) -> None:
    one, other = (archive.stories.resolve(base + path) for path in (Answer().path, NEW_PATH))
    archive.merges.merge(one, other, by=Decider.HAND, reason="one story", now=START + 5 * HOUR)


def split_by_hand(archive: Archive, base: str) -> None:
    story_id = archive.stories.resolve(base + Answer().path)
    archive.merges.split(story_id, base + NEW_PATH, by=Decider.HAND, reason="two stories", now=START + 5 * HOUR)


WORDING = changed(("gulls", "seagulls and crows"))
NUMBER = changed(("12 million", "17 million"))
CORRECTED = changed(("</article>", "<p>Correction: the repairs cost 17 million crowns, not 12 million.</p></article>"))
MANY = [changed(("gulls", f"{word} of gulls")) for word in ("flocks", "dozens", "scores", "crowds", "swarms", "clouds")]

HISTORIES = [
    History(name="unchanged", steps=[at(0), at(1), at(2)], outcomes="new unchanged unchanged", revisions=[[]]),
    History(
        name="edits",
        steps=[at(0), at(1, changed(("piers", "peirs"))), at(2, WORDING), at(3, NUMBER), at(4, CORRECTED)],
        outcomes="new revised revised revised revised",
        revisions=[["typo text", "wording text", "substance text", "correction text"]],
    ),
    History(
        name="edits of headline, byline and caption",
        steps=[
            at(0), at(1, page(headline="Ines Lindqvist gets her way")), at(2, page(byline="By Bo Lin")),
            at(3, page(caption="The bridge at dusk, seen from the old quay")),
        ],
        outcomes="new revised revised revised",
        revisions=[["substance headline", "substance headline,byline,authors", "wording byline,authors,captions"]],
    ),
    History(
        name="furniture, counters, advertisements and teasers change",
        steps=[at(0), at(1, page(furniture=2)), at(2, page(furniture=3)), at(3, page(furniture=4))],
        outcomes="new unchanged unchanged unchanged",
        revisions=[[]],
    ),
    History(
        name="a new design of the whole site",
        steps=[at(0), at(24, page(design=2)), at(48, page(design=2, furniture=2))],
        outcomes="new unchanged unchanged",
        revisions=[[]],
    ),
    History(
        name="an edit together with a new design",
        steps=[at(0), at(24, changed(("12 million", "17 million"), design=2))],
        outcomes="new revised",
        revisions=[["substance text"]],
    ),
    History(
        name="the slug changes, with a redirect",
        steps=[at(0), at(24, page(canonical=NEW_PATH), to=NEW_PATH), at(48, page(canonical=NEW_PATH), path=NEW_PATH)],
        outcomes="new unchanged unchanged",
        revisions=[[]],
        intervals=["present", "moved", "present"],
        path=NEW_PATH,
    ),
    History(
        name="the slug changes without a redirect, the feed keeps its GUID",
        steps=[
            at(0, guid="tag:1"), at(24, page(canonical=NEW_PATH), path=NEW_PATH, guid="tag:1"), missing(25),
            at(25.1, page(canonical=NEW_PATH), path=NEW_PATH), at(48, page(canonical=NEW_PATH), path=NEW_PATH),
        ],
        outcomes="new unchanged not_found unchanged unchanged",
        revisions=[[]],
        intervals=["present", "moved", "present"],
        path=NEW_PATH,
    ),
    History(
        name="the old address fails first, then the feed names a new one with the same GUID",
        steps=[
            at(0, page(canonical=None), guid="tag:1"), missing(24), missing(48),
            at(49, page(canonical=None), path=NEW_PATH, guid="tag:1"),
        ],
        outcomes="new not_found not_found unchanged",
        revisions=[[]],
        presence=["moved"],
        intervals=["present", "gone", "moved"],
        path=NEW_PATH,
    ),
    History(
        name="the slug changes, the number of the post stays",
        steps=[
            at(0, page(canonical=None, post_id="4711")),
            at(24, changed(("gulls", "seagulls"), canonical=NEW_PATH, post_id="4711"), path=NEW_PATH), missing(48),
            at(49, changed(("gulls", "seagulls"), canonical=NEW_PATH, post_id="4711"), path=NEW_PATH),
        ],
        outcomes="new revised not_found unchanged",
        revisions=[["wording text"]],
        presence=["moved"],
        intervals=["present", "moved"],
        path=NEW_PATH,
    ),
    History(
        name="nothing but headline and text tells that it moved, and the old address is gone",
        steps=[at(0), at(24, page(canonical=NEW_PATH), path=NEW_PATH), missing(25), missing(48)],
        outcomes="new new not_found not_found",
        revisions=[["None "]],
        presence=["moved"],
        intervals=["present", "moved"],
        path=NEW_PATH,
    ),
    History(
        name="the old address fails first, then a new one shows the same headline and text",
        steps=[
            at(0), missing(24), at(25, page(canonical=NEW_PATH), path=NEW_PATH),
            at(48, page(canonical=NEW_PATH), path=NEW_PATH),
        ],
        outcomes="new not_found new unchanged",
        revisions=[["None "]],
        intervals=["present", "moved", "present"],
        path=NEW_PATH,
    ),
    History(
        name="split by hand, then the old address fails",
        steps=[
            at(0), at(1, page(canonical=NEW_PATH), path=NEW_PATH), merge_by_hand, split_by_hand, missing(24), missing(48),
        ],
        outcomes="new new not_found not_found",
        revisions=[[], []],
        presence=["gone", "present"],
        intervals=["present", "gone"],
    ),
    History(
        name="one text at two addresses that both answer stays two stories",
        steps=[at(0), at(24, page(canonical=NEW_PATH), path=NEW_PATH), at(25), at(48, page(canonical=NEW_PATH), path=NEW_PATH)],
        outcomes="new new unchanged unchanged",
        revisions=[[], []],
        presence=["present", "present"],
    ),
    History(
        name="two stories with one headline stay two",
        steps=[at(0), at(1, page(text=FERRY, canonical=NEW_PATH), path=NEW_PATH), at(2)],
        outcomes="new new unchanged",
        revisions=[[], []],
        presence=["present", "present"],
    ),
    History(
        name="the story moves to another host, with a redirect",
        steps=[at(0), at(24, page(canonical=None), to="https://harbour-journal.example/long-bridge-opens")],
        outcomes="new unchanged",
        revisions=[[]],
        presence=["moved"],
        intervals=["present", "moved"],
        path="https://harbour-journal.example/long-bridge-opens",
    ),
    History(
        name="another host lends its page for once",
        steps=[at(0), at(24, page(canonical=None), to="https://mirror.example/long-bridge-opens", redirect=302), at(48)],
        outcomes="new unchanged unchanged",
        revisions=[[]],
    ),
    History(
        name="deleted, and back a week later",
        steps=[at(0), missing(24), missing(48), missing(72), at(240)],
        outcomes="new not_found not_found not_found unchanged",
        revisions=[[]],
        intervals=["present", "gone", "present"],
    ),
    History(
        name="one 404 proves nothing", steps=[at(0), missing(24)], outcomes="new not_found", revisions=[[]],
    ),
    History(
        name="gone for good", steps=[at(0), missing(24, 410)], outcomes="new gone", revisions=[[]],
        presence=["gone"], intervals=["present", "gone"],
    ),
    History(
        name="its address leads to the front",
        steps=[at(0), at(24, page(headline="Front"), to="/"), at(48, page(headline="Front"), to="/")],
        outcomes="new redirected_to_front redirected_to_front",
        revisions=[[]],
        presence=["front"],
        intervals=["present", "front"],
    ),
    History(
        name="a page that says there is nothing, with status 200",
        steps=[at(0), at(24, SOFT_404), at(48, SOFT_404)],
        outcomes="new walled walled",
        revisions=[[]],
        presence=["soft_404"],
        intervals=["present", "soft_404"],
    ),
    History(
        name="a consent wall in the middle",
        steps=[at(0), at(1, CONSENT), at(2), at(3, WORDING)],
        outcomes="new walled unchanged revised",
        revisions=[["wording text"]],
    ),
    History(
        name="a wall that stays",
        steps=[at(0), at(1, CONSENT), at(2, CONSENT)],
        outcomes="new walled walled",
        revisions=[[]],
        presence=["walled"],
        intervals=["present", "walled"],
    ),
    History(
        name="kept out, then let in",
        steps=[at(0), missing(24, 403), missing(48, 403), at(72)],
        outcomes="new client_error client_error unchanged",
        revisions=[[]],
        intervals=["present", "blocked", "present"],
    ),
    History(
        name="silence",
        steps=[at(0), Answer(hour=24, failure=Outcome.TIMED_OUT), Answer(hour=48, failure=Outcome.CONNECTION_FAILED)],
        outcomes="new timed_out connection_failed",
        revisions=[[]],
        presence=["unreachable"],
        intervals=["present", "unreachable"],
    ),
    History(
        name="the AMP form is fetched as well",
        steps=[at(0), at(1, AMP, path=Answer().path + "/amp"), at(2), at(3, WORDING)],
        outcomes="new unchanged unchanged revised",
        revisions=[["wording text"]],
    ),
    History(
        name="the AMP form comes first",
        steps=[at(0, AMP, path=Answer().path + "/amp"), at(1), at(2)],
        outcomes="new unchanged unchanged",
        revisions=[[]],
    ),
    History(
        name="the memory of the site has grown",
        steps=[at(0), grow_memory, at(24), at(48, NUMBER)],
        outcomes="new unchanged revised",
        revisions=[["substance text"]],
    ),
    History(
        name="a better extractor, and the page unchanged",
        steps=[at(0), read_by_an_older_extractor, at(24)],
        outcomes="new unchanged",
        revisions=[[]],
    ),
    History(
        name="a better extractor, and an edit",
        steps=[at(0), read_by_an_older_extractor, at(24, NUMBER)],
        outcomes="new revised",
        revisions=[["substance text"]],
    ),
    History(
        name="a sentence that is another at every look",
        steps=[at(0), *(at(hour, html) for hour, html in enumerate(MANY, 1)), at(8, CORRECTED)],
        outcomes="new revised revised revised unchanged unchanged unchanged revised",
        revisions=[["wording text"] * 3 + ["correction text"]],
    ),
    History(
        name="a restless page comes to rest",
        steps=[at(0), *(at(hour, html) for hour, html in enumerate(MANY, 1)), *(at(hour, WORDING) for hour in (8, 9, 10))],
        outcomes="new revised revised revised unchanged unchanged unchanged unchanged unchanged revised",
        revisions=[["wording text"] * 4],
    ),
    History(
        name="two versions in turn",
        steps=[at(hour, (STORY, NUMBER)[hour % 2]) for hour in range(6)],
        outcomes="new revised revised unchanged unchanged unchanged",
        revisions=[["substance text"] * 2],
    ),
    History(
        name="an older capture is imported later",
        steps=[at(24, NUMBER), at(0, origin=Origin.IMPORT), at(48, NUMBER)],
        outcomes="new revised unchanged",
        revisions=[["substance text"]],
    ),
    History(
        name="not modified", steps=[at(0), Answer(hour=24, status=304), at(48)], outcomes="new not_modified unchanged",
        revisions=[[]],
    ),
    History(
        name="merged by hand, and both addresses go on answering",
        steps=[
            at(0), at(1, page(canonical=NEW_PATH), path=NEW_PATH), merge_by_hand, at(6),
            at(7, page(canonical=NEW_PATH), path=NEW_PATH), at(8, WORDING),
        ],
        outcomes="new new unchanged unchanged revised",
        revisions=[["None ", "wording text"]],
    ),
    History(
        name="split by hand, and the page declares the other one as canonical",
        steps=[
            at(0), at(1, path=NEW_PATH), at(2, WORDING, path=NEW_PATH), split_by_hand, at(6, WORDING, path=NEW_PATH), at(7),
        ],
        outcomes="new unchanged revised unchanged unchanged",
        revisions=[[], []],
        presence=["present", "present"],
    ),
    History(
        name="another story takes the address",
        steps=[at(0), at(24, page(headline="Ferry crews walk out", text=FERRY)), at(48)],
        outcomes="new different_story unchanged",
        revisions=[[]],
    ),
]  # fmt: skip


def fetch(answer: Answer, base: str) -> Fetch:
    """What the spider makes of an answer."""
    now, url = START + timedelta(hours=answer.hour), base + answer.path
    entry = Entry(url=url, position=1, guid=answer.guid) if answer.guid else None
    ask = Ask(url=url, purpose=answer.purpose, entry=entry)
    if answer.failure is not None:
        return Fetch(ask=ask, started_at=now, outcome=answer.failure, detail="no answer")
    meta = {"redirect_urls": [url], "redirect_reasons": [answer.redirect]} if answer.to else {}
    final = url if answer.to is None else answer.to if "://" in answer.to else base + answer.to
    body = (answer.html or "").replace("https://site.example", base).encode()
    response = HtmlResponse(
        final, status=answer.status, headers={"Content-Type": "text/html; charset=utf-8"} | answer.headers, body=body,
        request=Request(final, meta=meta), encoding="utf-8",
    )  # fmt: skip
    found = fetch_of_response(ask, response, started_at=now, now=now)
    if found.capture is not None:
        found = replace(found, capture=replace(found.capture, origin=answer.origin))
    return found


@dataclass(frozen=True)
class Played:
    """What came of all histories: the outcomes of each, and the archive."""

    home: Path
    outcomes: dict[str, list[str]]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.home / 'news.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All histories, played once."""
    home = tmp_path_factory.mktemp("histories")
    config = replace(Config.load(home, {}), fetch=FetchConfig(delay_seconds=0))
    outcomes: dict[str, list[str]] = {}

    async def play(newsroom: Newsroom, history: History, slug: str) -> None:
        base = f"https://{slug}.example"
        source = Source(slug=slug, name=slug, homepage=f"{base}/", listings=(), language="en")
        found = outcomes.setdefault(history.name, [])
        for step in history.steps:
            if not isinstance(step, Answer):
                await newsroom.writer.do(lambda archive, step=step: step(archive, base))  # type: ignore[misc]  # bound now
                continue
            trigger = Trigger.IMPORT if step.origin is Origin.IMPORT else Trigger.COMMAND
            context = await newsroom.open_run(source, trigger)
            found.append(str(await carry(context, fetch(step, base))).removesuffix("_story"))
            await newsroom.close_run(context, started_at=START)

    async def play_all() -> None:
        async with Newsroom(config) as newsroom:
            await sync_sources(newsroom, ())
            await asyncio.gather(*(play(newsroom, one, f"site{number}") for number, one in enumerate(HISTORIES)))

    asyncio.run(play_all())
    return Played(home, outcomes)


def _cases() -> list[Any]:
    return [pytest.param(one, f"site{number}", id=one.name) for number, one in enumerate(HISTORIES)]


@pytest.mark.parametrize(("history", "slug"), _cases())
def test_every_answer_has_its_outcome(played: Played, history: History, slug: str) -> None:
    assert " ".join(played.outcomes[history.name]) == history.outcomes.replace("different_story", "different")


@pytest.mark.parametrize(("history", "slug"), _cases())
def test_revisions_are_exactly_the_edits(played: Played, history: History, slug: str) -> None:
    stories = played.rows("SELECT id FROM stories WHERE source = ? ORDER BY first_seen_at, id", slug)
    found = [
        [
            f"{weight} {','.join(json.loads(fields or '[]'))}"
            for weight, fields in played.rows(
                "SELECT weight, changed_fields FROM revisions WHERE story_id = ? ORDER BY number", story_id
            )[1:]
        ]
        for (story_id,) in stories
    ]
    assert found == history.revisions


@pytest.mark.parametrize(("history", "slug"), _cases())
def test_presence_is_what_was_seen(played: Played, history: History, slug: str) -> None:
    found = played.rows("SELECT id, presence, url FROM stories WHERE source = ? ORDER BY first_seen_at, id", slug)
    assert [presence for _, presence, _ in found] == history.presence
    intervals = played.rows(
        "SELECT presence, first_at, coalesce(last_at, '9') FROM presence_changes WHERE story_id = ? ORDER BY number",
        found[0][0],
    )
    assert [presence for presence, _, _ in intervals] == history.intervals
    times = [moment for _, first_at, last_at in intervals for moment in (first_at, last_at)]
    assert times == sorted(times)
    path = history.path or Answer().path
    assert found[0][2] == (path if "://" in path else f"https://{slug}.example{path}")


def test_what_filters_of_a_search_see_is_in_step(played: Played) -> None:
    stale = played.rows(
        "SELECT stories.id FROM stories JOIN story_facts ON story_id = stories.id"
        " WHERE stories.presence <> story_facts.presence OR marks NOT LIKE '%' || 'ː' || replace(stories.presence, '_', 'ˑ') || '%'"
    )
    assert stale == []
