"""An archive that has something for each page of sources, promotion, copies and runs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from newskeep.model import TeaserKind
from newskeep.outcomes import Outcome, RunStatus, Trigger
from newskeep.watches import MatchReason, Watch
from storage.archive import Archive
from storage.runs import RequestRecord
from storage.teasers import Carrier
from tests.storage.builders import BRIDGE, BRIDGE_TEXT, FERRY, HOUR, NOW, date, draft, ferry, source, take_story, teaser

HOSTILE = '</title><script>alert(1)</script><img src=x onerror=alert(2)> \u202eevil" onmouseover="x'


def make_home(home: Path) -> None:
    """Make an archive with copies, promotions, a failed run, a saved search, and words that mean harm."""
    with Archive(home) as archive:
        archive.listings.sync([source("post"), source("zenith")], now=NOW - timedelta(days=3))
        first = take_story(archive, main=draft(HOSTILE, BRIDGE_TEXT, published=date(NOW), standfirst=HOSTILE))
        second = take_story(
            archive, f"{BRIDGE}/2", draft("Copied", BRIDGE_TEXT, published=date(NOW + 3 * HOUR)), at=NOW + 4 * HOUR
        )
        take_story(archive, FERRY, ferry())
        changed = draft(
            "Copied, changed",
            (*BRIDGE_TEXT, "A new sentence that was not there before."),
            published=date(NOW + 3 * HOUR),
        )
        take_story(archive, f"{BRIDGE}/2", changed, at=NOW + 9 * HOUR)
        run = archive.db.conn.execute
        with archive.transaction():
            sql = "INSERT INTO listings (source, kind, section, url, interval_seconds, first_seen_at) VALUES (?, ?, ?, ?, 60, ?)"
            front = run(
                sql, ("post", "section_front", HOSTILE, "https://post.example/harbour", NOW.isoformat())
            ).lastrowid
            run(
                "UPDATE listings SET failures = 3, last_outcome = 'server_error' WHERE kind = 'feed' AND source = 'post'"
            )
        for at in (NOW, NOW + 6 * HOUR):
            carrier = Carrier(page_url="https://post.example/harbour", capture_id=1, seen_at=at, listing_id=front)
            archive.teasers.save(carrier, (teaser(BRIDGE, headline=HOSTILE, heading=HOSTILE),))
        carrier = Carrier(page_url=FERRY, capture_id=1, seen_at=NOW, story_id=second)
        archive.teasers.save(carrier, (teaser(BRIDGE, kind=TeaserKind.POPULAR, heading=HOSTILE, headline="Most read"),))
        run_id = archive.runs.start(
            "post", Trigger.CATCH_UP, now=NOW, pid=1, host="h", planned_at=NOW - HOUR, missed_polls=3
        )
        for outcome, url in ((Outcome.NEW_STORY, BRIDGE), (Outcome.TIMED_OUT, "javascript:alert(3)")):
            record = RequestRecord(
                source="post",
                url=url,
                purpose="story",
                outcome=outcome,
                started_at=NOW,
                detail=HOSTILE,
                body_bytes=2048,
                story_id=first,
            )
            archive.runs.record(run_id, record)
        archive.runs.finish(run_id, RunStatus.PARTIAL, now=NOW + timedelta(seconds=7), reason=HOSTILE)
        archive.watches.add(Watch(name="bridges", query="bridge", created_at=NOW))
        (revision,) = run("SELECT id FROM revisions WHERE story_id = ? AND number = 2", (second,)).fetchone()
        archive.watches.found("bridges", revision, MatchReason.REVISED, now=NOW + 9 * HOUR)
