"""Keep the schema of a release: a small invented archive as SQL text, for `tests/storage/test_upgrades.py`.

    python -m tests.storage.schemas.release 0.1.0

writes `0.1.0.news.sql` and `0.1.0.captures.sql` beside this file. Run once for each version that changes a schema, before
it is released, and never again: what is released is what people have.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from newskeep.alarms import AlarmKind, Finding
from newskeep.alerts import AlertKind
from newskeep.coverage import add_up
from newskeep.fetches import Rendering
from newskeep.outcomes import Outcome, RunStatus, Trigger
from newskeep.presence import Presence, Sign
from newskeep.site_memory import Imprint
from newskeep.watches import MatchReason, Watch
from storage.archive import Archive
from storage.captures_schema import CAPTURES
from storage.merges import Decider
from storage.news_schema import NEWS
from storage.pages import CitedPage
from storage.runs import RequestRecord
from storage.stories import SavedStory
from tests.storage.builders import (
    BRIDGE,
    BRIDGE_TEXT,
    FERRY,
    HOUR,
    NOW,
    capture,
    date,
    draft,
    entry,
    ferry,
    page,
    picture,
    source,
    take_in,
    take_story,
    teaser,
)

FOLDER = Path(__file__).parent
TOKYO = "https://post.example/tokyo"
COPY = "https://post.example/bridge-again"
TAKEN_DOWN = "https://post.example/by-order"


def fill(archive: Archive) -> None:
    """Put something into every kind of table: revisions, copies, presence, pages, memory, merges, take-downs, runs."""
    archive.listings.sync([source()], NOW)
    archive.listings.triage(1, [entry(BRIDGE), entry(FERRY, position=2, headline="Ferries")], NOW)
    run_id = archive.runs.start("post", Trigger.COMMAND, now=NOW, pid=1, host="h")
    shown = draft(pictures=(picture(),), byline="By Ines Lindqvist", authors=("Ines Lindqvist",), published=date(NOW))
    said = page(shown, teasers=(teaser(), teaser(TOKYO, headline="東京都"), teaser(None)))
    _, bridge = take_in(archive, capture(), said)
    assert bridge is not None
    take_in(archive, capture(at=NOW + HOUR), page(draft("Bridge opens at last", pictures=(picture(),))))
    take_story(archive, COPY, draft("Long bridge open", BRIDGE_TEXT), at=NOW + HOUR)
    gone = take_story(archive, FERRY, ferry(), at=NOW + HOUR)
    for hour in (2, 3):
        sign = Sign(presence=Presence.GONE, at=NOW + hour * HOUR, run_id=hour, url=FERRY)
        archive.presence.observe(gone, sign)
    tokyo = take_story(archive, TOKYO, draft("東京都の橋", ("東京都は新しい橋を開いた。",)), at=NOW + HOUR)
    again = take_story(archive, f"{TOKYO}-2", draft("東京の橋", ("新しい橋が開いた。",)), at=NOW + HOUR)
    archive.merges.merge(tokyo, again, by=Decider.HAND, reason="one story", now=NOW + HOUR)
    second = archive.captures.add(capture(f"{TOKYO}?page=2"), source="post", purpose="story")
    cited = CitedPage(capture_id=second.capture_id, payload_digest=capture(f"{TOKYO}?page=2").payload_digest)
    archive.pages.cite(SavedStory(story_id=bridge.story_id, revision=1), [cited])
    archive.imports.finish(second.capture_id)
    archive.receipts.note("worker:000000001", b"what it was answered", NOW)
    archive.kept_pictures.record("https://post.example/lost.jpg", Outcome.NOT_FOUND, source="post", now=NOW)
    for number in range(3):
        archive.memory.learn("post", Imprint(story=str(number), blocks=("a" * 16, str(number) * 16)), now=NOW)
    order = take_story(archive, TAKEN_DOWN, draft("By order", ("Nobody may read of this in the harbour again.",)))
    archive.takedowns.take_down(order, reason="court order 4 O 12/26", now=NOW + HOUR)
    record = RequestRecord(source="post", url=BRIDGE, purpose="story", outcome=Outcome.NEW_STORY, started_at=NOW)
    record = replace(record, rendering=Rendering(requests=3, body_bytes=900, seconds=1.5))
    archive.runs.record(run_id, record)
    archive.runs.finish(run_id, RunStatus.FINISHED, now=NOW)
    for hour in (0, 5):
        archive.shifts.begin(NOW + hour * HOUR, pid=1, host="h", version="0")
    watch_over(archive)


def watch_over(archive: Archive) -> None:
    """Put something into the tables of alarms, coverage, alerts and saved searches."""
    answers, last = archive.coverage.answers(0, limit=10)
    archive.coverage.add(add_up(answers), answers)
    archive.coverage.remember({"post": "{}"}, version=1)
    archive.coverage.set_mark("alarms", reached=last, now=NOW)
    archive.coverage.follow_move(1, "https://elsewhere.example/feed", now=NOW)
    finding = Finding(kind=AlarmKind.SILENT, source="post", subject="", began_at=NOW, summary="no story since noon")
    alarm = archive.alarms.begin(finding, now=NOW)
    told = {"title": "post is silent", "body": "no story since noon", "targets": ["mail"], "now": NOW}
    archive.alerts.add(AlertKind.RAISED, **told, alarm_id=alarm.alarm_id)
    archive.watches.add(Watch(name="tolls", query="toll", created_at=NOW))
    take_story(archive, f"{BRIDGE}-toll", draft("Toll stays", ("The toll of the long bridge stays as it is.",)))
    (queued,) = archive.watches.queued(limit=10)
    archive.watches.found("tolls", queued.revision_id, MatchReason.NEW, now=NOW)


def dump_file(path: Path) -> str:
    """Give a database as SQL text, with the marks that say whose it is and of which version.

    A search index is written as SQLite keeps it, in its own tables, so that an upgrade meets an index of its time.
    """
    with closing(sqlite3.connect(path)) as file:
        tables = file.execute(f"{_SCHEMA} AND type = 'table' ORDER BY rowid").fetchall()
        others = file.execute(f"{_SCHEMA} AND type <> 'table' ORDER BY rowid").fetchall()
        lines = ["PRAGMA foreign_keys = OFF;", "BEGIN;", "PRAGMA writable_schema = ON;"]
        for name, sql in tables:
            if sql.startswith("CREATE VIRTUAL"):
                (quoted,) = file.execute("SELECT quote(?)", (sql,)).fetchone()
                lines.append(f"INSERT INTO sqlite_schema VALUES ('table', '{name}', '{name}', 0, {quoted});")
            else:
                lines += [f"{sql};", *_rows(file, name)]
        lines += [f"{sql};" for _, sql in others]
        lines += ["PRAGMA writable_schema = OFF;", "COMMIT;"]
        lines += [f"PRAGMA {name} = {file.execute(f'PRAGMA {name}').fetchone()[0]};" for name in _MARKS]
        return "\n".join([*lines, ""])


def _rows(file: sqlite3.Connection, table: str) -> list[str]:
    columns = [column for _, column, *_ in file.execute(f"PRAGMA table_info('{table}')")]
    quoted = " || ', ' || ".join(f'quote("{column}")' for column in columns)
    return [
        f"INSERT INTO '{table}' VALUES ({values});" for (values,) in file.execute(f"SELECT {quoted} FROM '{table}'")
    ]


def load_file(text: str, path: Path) -> None:
    """Make a database from its SQL text."""
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.executescript(text)


_SCHEMA = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite^_%' ESCAPE '^'"
_MARKS = ("application_id", "user_version")


def main(version: str) -> None:
    """Write the two files of a version."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Archive(home) as archive:
            fill(archive)
        for layout in (NEWS, CAPTURES):
            target = FOLDER / f"{version}.{Path(layout.name).stem}.sql"
            if target.exists():
                raise SystemExit(f"{target.name} is there: what was released is not written anew")
            target.write_text(dump_file(home / layout.name), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
