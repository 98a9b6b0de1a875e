"""The operations that are killed: a command line each, the archive it starts from, and what it must leave alone.

An archive is prepared once and copied for every kill. `day one` and `day two` are crawls of the invented site; `stocked`
is larger, and has what `prune` takes: old revisions, unchanged pages, a ledger; `aged` was read by an older extractor.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from demo.site import DemoSite
from newskeep.digests import draft_digest
from newskeep.model import Listing, ListingKind, Source
from newskeep.outcomes import Outcome, RunStatus, Trigger
from newskeep.sources import format_source
from newskeep.text import count_words
from storage.archive import Archive
from storage.drafts import read_draft, write_draft
from storage.runs import RequestRecord
from tests.storage.builders import NOW, capture, draft, page, source, take_in, teaser

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """
[fetch]
allow_addresses = ["127.0.0.0/8"]
delay = "0 s"
concurrency_per_host = 8
timeout = "20 s"
[monitor]
port = 0
[extract]
workers = 1
"""
TAKEN_DOWN = "https://post.example/pier-7"
_STOCK = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A command that may be killed at any moment, and be run again then.

    In `arguments`, `{copies}` stands for a folder beside the home. `site_state` is the state of the invented site while
    it runs. `once` tells that a second run after a finished first one may say, with exit code 1, that it is done.
    """

    name: str
    starts_from: str
    arguments: tuple[str, ...]
    site_state: int = 2
    once: bool = False


OPERATIONS = (
    Operation(name="first crawl", starts_from="empty", arguments=("crawl",), site_state=1),
    Operation(name="next crawl", starts_from="day one", arguments=("crawl",)),
    Operation(name="reprocess", starts_from="aged", arguments=("reprocess",)),
    Operation(
        name="prune",
        starts_from="stocked",
        arguments=("prune", "--unread", "0", "--read", "0", "--typos", "0", "--ledger", "0", "--yes"),
    ),
    Operation(name="compact", starts_from="stocked", arguments=("prune", "--compact", "--yes")),
    Operation(
        name="take-down",
        starts_from="stocked",
        arguments=("prune", "--story", TAKEN_DOWN, "--reason", "by order", "--yes"),
        once=True,
    ),
    Operation(name="backup", starts_from="stocked", arguments=("backup", "{copies}")),
)


class Ground:
    """Where the operations are run: the invented site, and a prepared archive to start each from."""

    def __init__(self, folder: Path, site: DemoSite) -> None:
        self.folder, self.site = folder, site
        self._serial = 0

    def fresh(self, operation: Operation) -> Path:
        """Give a new folder whose `home` is the archive that an operation starts from; the site is in its state."""
        prepared = self.prepared(operation.starts_from)
        self.site.set_state(operation.site_state)
        self._serial += 1
        place = self.folder / f"{operation.name.replace(' ', '-')}-{self._serial}"
        (place / "copies").mkdir(parents=True)
        shutil.copytree(prepared, place / "home")
        return place

    def prepared(self, name: str) -> Path:
        """Give a prepared archive, made when it is first asked for."""
        home = self.folder / "prepared" / name.replace(" ", "-")
        if not home.exists():
            _PREPARATIONS[name](self, home)
        return home


def command(place: Path, arguments: tuple[str, ...]) -> list[str]:
    """Give the command line of newskeep on the home in a place."""
    filled = (argument.format(copies=place / "copies") for argument in arguments)
    return [sys.executable, "-m", "cli", "--home", str(place / "home"), *filled]


def run(place: Path, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run newskeep on the home in a place, to its end."""
    return subprocess.run(command(place, arguments), cwd=ROOT, capture_output=True, text=True, check=False)


def follow(home: Path, base: str) -> Path:
    """Make a home that follows the invented site."""
    (home / "sources").mkdir(parents=True)
    (home / "newskeep.toml").write_text(SETTINGS, encoding="utf-8")
    listings = (
        Listing(url=f"{base}/feeds/feed.rss", kind=ListingKind.FEED),
        Listing(url=f"{base}/feeds/sitemaps/news_1.xml", kind=ListingKind.NEWS_SITEMAP),
        Listing(url=f"{base}/", kind=ListingKind.HOME_FRONT),
    )
    meridian = Source(slug="meridian", name="Meridian Post", homepage=f"{base}/", listings=listings, language="en")
    (home / "sources" / "meridian.toml").write_text(format_source(meridian), encoding="utf-8")
    return home


def _empty(ground: Ground, home: Path) -> None:
    follow(home, ground.site.base_url)


def _day_one(ground: Ground, home: Path) -> None:
    _crawled(ground, home, "empty", state=1)


def _day_two(ground: Ground, home: Path) -> None:
    _crawled(ground, home, "day one", state=2)


def _crawled(ground: Ground, home: Path, before: str, *, state: int) -> None:
    place = ground.folder / f"making-{home.name}"
    shutil.copytree(ground.prepared(before), place / "home")
    ground.site.set_state(state)
    crawl = run(place, ("crawl",))
    if crawl.returncode:
        raise RuntimeError(f"the archive {home.name} could not be prepared: {crawl.stderr}")
    home.parent.mkdir(exist_ok=True)
    (place / "home").rename(home)


def _aged(ground: Ground, home: Path) -> None:
    """Read by an older extractor, which lost every last paragraph."""
    shutil.copytree(ground.prepared("day two"), home)
    with Archive(home) as archive, archive.transaction():
        for revision_id, text in archive.db.execute("SELECT id, draft FROM revisions").fetchall():
            read = read_draft(text)
            lost = replace(read, blocks=read.blocks[:-1] or read.blocks)
            archive.db.execute(
                "UPDATE revisions SET draft = ?, draft_digest = ?, words = ?, extractor_version = '0' WHERE id = ?",
                (write_draft(lost), draft_digest(lost), count_words(lost.text), revision_id),
            )
        for (story_id,) in archive.db.execute("SELECT id FROM stories").fetchall():
            archive.stories.settle(story_id)


def _stocked(_ground: Ground, home: Path) -> None:
    with Archive(home) as archive, archive.transaction():
        archive.listings.sync([source()], NOW)
        run_id = archive.runs.start("post", Trigger.COMMAND, now=NOW, pid=1, host="h")
        for number in range(_STOCK):
            _stock_story(archive, run_id, number)
        archive.runs.finish(run_id, RunStatus.FINISHED, now=NOW)


def _stock_story(archive: Archive, run_id: int, number: int) -> None:
    """A story with a misspelling that was mended, then changed, and a last look at which nothing was new.

    Two neighbours share their text, so that there are clusters.
    """
    url = f"https://post.example/pier-{number}"
    text = tuple(
        f"Pier {number // 2} was mended by crew {part} of the harbour before the ferries came." for part in "ABCD"
    )
    for step, headline in enumerate(("Peir mended", "Pier mended", "Pier mended and opened", "Pier mended and opened")):
        at = NOW + timedelta(hours=step, seconds=number)
        taken = capture(url, at=at)
        said = page(draft(f"{headline} at wharf {number}", text), url, teasers=(teaser(f"{url}0"), teaser(None)))
        _, saved = take_in(archive, taken, said)
        archive.runs.record(
            run_id,
            RequestRecord(
                source="post",
                url=url,
                purpose="story",
                outcome=(Outcome.NEW_STORY, Outcome.REVISED, Outcome.REVISED, Outcome.UNCHANGED)[step],
                started_at=at,
                story_id=saved.story_id if saved else None,
            ),
        )


_PREPARATIONS = {"empty": _empty, "day one": _day_one, "day two": _day_two, "aged": _aged, "stocked": _stocked}
