"""What the pages of the reading room read: sources, promotion, copies, the ledger; and that none reads too much."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from newskeep.errors import RunMissingError, SourceMissingError, StoryMissingError
from newskeep.model import ListingKind, Precision, Teaser, TeaserKind
from newskeep.outcomes import Outcome, RunStatus, Trigger
from storage.archive import Archive
from storage.copies_view import ClusterOrder, ClustersRequest, parts_of, read_cluster, read_clusters
from storage.ledger import LedgerRequest, first_run_of, read_ledger, read_run, runs_by_day
from storage.promotion import Place, PromotionRequest, length_of, read_promotions, read_story_promotion
from storage.runs import RequestRecord
from storage.source_view import read_source, read_sources, stories_by_day, stories_by_hour, stories_by_month
from storage.teasers import Carrier
from tests.storage.builders import (
    BRIDGE,
    BRIDGE_TEXT,
    FERRY,
    FERRY_TEXT,
    HOUR,
    NOW,
    draft,
    ferry,
    source,
    take_story,
    teaser,
)
from tests.storage.builders import (
    date as page_date,
)

DAY = timedelta(days=1)
TODAY = NOW.date()


def follow(archive: Archive, *slugs: str) -> None:
    archive.listings.sync([source(slug) for slug in slugs], now=NOW - 30 * DAY)


def front(archive: Archive, url: str = "https://post.example/") -> int:
    run = archive.db.conn.execute
    sql = "INSERT INTO listings (source, kind, url, interval_seconds, first_seen_at) VALUES ('post', ?, ?, 60, ?)"
    with archive.transaction():
        found = run(sql, (ListingKind.HOME_FRONT, url, NOW.isoformat())).lastrowid
    assert found is not None
    return found


def show_on(archive: Archive, listing: int, at: datetime, *teasers: Teaser) -> None:
    url = f"https://post.example/front/{listing}"
    carrier = Carrier(page_url=url, capture_id=1, seen_at=at, listing_id=listing)
    archive.teasers.save(carrier, teasers)


def show_beside(archive: Archive, story_id: int, at: datetime, *teasers: Teaser) -> None:
    carrier = Carrier(page_url=f"https://post.example/{story_id}", capture_id=1, seen_at=at, story_id=story_id)
    archive.teasers.save(carrier, teasers)


def span(place: Place, **fields: Any) -> PromotionRequest:
    return PromotionRequest(**{"place": place, "since": NOW - DAY, "until": NOW + 7 * DAY, **fields})


# promotion


def test_on_fronts_the_story_that_stood_longest_comes_first(archive: Archive) -> None:
    bridge, ferries = take_story(archive), take_story(archive, FERRY, ferry())
    home, section = front(archive), front(archive, "https://post.example/harbour")
    for hours in (0, 2):
        show_on(archive, home, NOW + hours * HOUR, teaser(BRIDGE, slot=3), teaser(FERRY, slot=1))
    show_on(archive, section, NOW, teaser(BRIDGE, slot=7))
    show_on(archive, section, NOW + HOUR, teaser(BRIDGE, slot=2))
    first, second = read_promotions(archive, span(Place.FRONTS)).stories
    assert (first.story_id, first.pages, first.best_slot, first.seconds) == (bridge, 2, 2, 3 * 3600)
    assert (first.promoted_from, first.promoted_until) == (NOW, NOW + 2 * HOUR)
    assert (second.story_id, second.pages, second.best_slot, second.seconds) == (ferries, 1, 1, 2 * 3600)


def test_beside_stories_the_one_on_most_pages_comes_first(archive: Archive) -> None:
    bridge, ferries = take_story(archive), take_story(archive, FERRY, ferry())
    third = take_story(
        archive, "https://post.example/third", draft("Third", ("A third text of its own, long enough.",))
    )
    show_beside(archive, bridge, NOW, teaser(FERRY))
    show_beside(archive, third, NOW, teaser(FERRY), teaser(BRIDGE))
    show_on(archive, front(archive), NOW, teaser(BRIDGE))
    found = read_promotions(archive, span(Place.STORIES))
    assert [(story.story_id, story.pages) for story in found.stories] == [(ferries, 2), (bridge, 1)]
    assert (found.counted, found.is_capped) == (3, False)


def test_a_span_counts_what_began_in_it(archive: Archive) -> None:
    take_story(archive)
    home = front(archive)
    show_on(archive, home, NOW, teaser(BRIDGE))
    show_on(archive, home, NOW + 3 * DAY, teaser(BRIDGE))
    assert len(read_promotions(archive, span(Place.FRONTS, since=NOW, until=NOW + HOUR)).stories) == 1
    assert read_promotions(archive, span(Place.FRONTS, since=NOW + HOUR)).stories == ()
    assert read_promotions(archive, span(Place.FRONTS, until=NOW)).stories == ()


def test_promotions_of_one_source_alone(archive: Archive) -> None:
    take_story(archive)
    show_on(archive, front(archive), NOW, teaser(BRIDGE), teaser("https://elsewhere.example/not-archived"))
    assert len(read_promotions(archive, span(Place.FRONTS, source="post")).stories) == 1
    assert read_promotions(archive, span(Place.FRONTS, source="other")).stories == ()


def test_more_teasers_than_are_counted_are_told_of(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    take_story(archive)
    take_story(archive, FERRY, ferry())
    show_on(archive, front(archive), NOW, teaser(BRIDGE), teaser(FERRY))
    monkeypatch.setattr("storage.promotion.COUNTED", 1)
    found = read_promotions(archive, span(Place.FRONTS))
    assert (found.counted, found.is_capped) == (1, True)


def test_a_story_knows_where_it_was_shown(archive: Archive) -> None:
    bridge, ferries = take_story(archive), take_story(archive, FERRY, ferry())
    home = front(archive)
    show_on(archive, home, NOW, teaser(FERRY, slot=4, headline="Boats stay", heading="Top"))
    show_on(archive, home, NOW + HOUR, teaser(FERRY, slot=2))
    show_beside(archive, bridge, NOW + HOUR, teaser(FERRY, kind=TeaserKind.POPULAR, heading="Most read"))
    found = read_story_promotion(archive, ferries)
    (on_front,), (beside,) = found.fronts, found.pages
    assert (found.front_count, found.page_count) == (1, 1)
    assert (on_front.page_source, on_front.listing_kind, on_front.slot) == ("post", "home_front", 2)
    assert (on_front.headline, on_front.heading, on_front.page_headline) == ("Boats stay", "Top", None)
    assert (beside.page_story_id, beside.page_headline, beside.kind) == (bridge, "Bridge opens again", "popular")
    assert length_of(found.fronts) == HOUR
    with pytest.raises(StoryMissingError, match="no story 5"):
        read_story_promotion(archive, 5)


# sources


def test_sources_stand_with_their_counts_those_followed_in_front(archive: Archive) -> None:
    follow(archive, "post", "zenith")
    take_story(archive)
    archive.listings.sync([source("post")], now=NOW)
    run_id = archive.runs.start("post", Trigger.SCHEDULED, now=NOW, pid=1, host="h")
    archive.runs.finish(run_id, RunStatus.PARTIAL, now=NOW)
    post, zenith = read_sources(archive)
    assert (post.slug, post.stories, post.last_moment, post.listings) == ("post", 1, NOW, 1)
    assert (post.last_status, post.is_retired, post.failing_listings) == ("partial", False, 0)
    assert (zenith.slug, zenith.is_retired, zenith.last_moment, zenith.last_status) == ("zenith", True, None, None)


def test_a_source_in_full(archive: Archive) -> None:
    follow(archive, "post")
    story = take_story(archive)
    take_story(
        archive, main=draft(text=(*BRIDGE_TEXT[:2], "The toll doubles at once, the mayor now says.")), at=NOW + DAY
    )
    with archive.transaction():
        archive.db.conn.execute("UPDATE stories SET presence = 'gone' WHERE id = ?", (story,))
    found = read_source(archive, "post")
    assert (found.stories, found.revised, found.absent) == (1, 1, {"gone": 1})
    assert (found.first_moment, found.last_moment, found.retired_at) == (NOW, NOW, None)
    assert [(listing.kind, listing.url) for listing in found.listings] == [("feed", "https://post.example/feed")]
    with pytest.raises(SourceMissingError, match="no source nowhere"):
        read_source(archive, "nowhere")


def test_stories_are_counted_by_day_and_month_with_the_empty_ones_between(archive: Archive) -> None:
    days = (date(2026, 10, 31), date(2026, 11, 2), date(2026, 11, 2))
    for number, day in enumerate(days):
        at = datetime(day.year, day.month, day.day, 23 * (number % 2), 59, tzinfo=UTC)
        main = draft(f"Story {number}", (f"A text of number {number} alone.",), published=page_date(at))
        take_story(archive, f"https://post.example/{number}", main)
    by_day = stories_by_day(archive, "post", date(2026, 10, 31), date(2026, 11, 3))
    assert [(one.start.day, one.stories) for one in by_day] == [(31, 1), (1, 0), (2, 2), (3, 0)]
    by_month = stories_by_month(archive, "post", date(2026, 9, 15), date(2026, 11, 3))
    assert [(one.start, one.stories) for one in by_month] == [
        (date(2026, 9, 1), 0),
        (date(2026, 10, 1), 1),
        (date(2026, 11, 1), 2),
    ]
    assert stories_by_day(archive, "other", TODAY, TODAY)[0].stories == 0


def test_hours_count_only_stories_that_state_one(archive: Archive) -> None:
    stated = draft("Stated", ("A text that has its time.",), published=page_date(NOW + HOUR))
    dated = draft("Dated", ("A text that has its day.",), published=page_date(NOW, precision=Precision.DAY))
    take_story(archive, "https://post.example/stated", stated)
    take_story(archive, "https://post.example/dated", dated)
    take_story(archive, "https://post.example/undated", draft("Undated", ("A text without a time.",)))
    assert stories_by_hour(archive, "post", TODAY, TODAY) == {"2026-11-22T11": 1}
    assert stories_by_hour(archive, "post", TODAY + DAY, TODAY + DAY) == {}


# copies


def test_a_cluster_says_who_had_the_text_first_and_what_is_shared(archive: Archive) -> None:
    follow(archive, "post")
    late = draft("Bridge to open", BRIDGE_TEXT, published=page_date(NOW + 5 * HOUR))
    late_id = take_story(archive, "https://post.example/late", late, at=NOW + 6 * HOUR)
    early = draft("Bridge opens again", (*BRIDGE_TEXT, FERRY_TEXT[0]), published=page_date(NOW))
    early_id = take_story(archive, at=NOW + 7 * HOUR)
    take_story(archive, main=early, at=NOW + 8 * HOUR)
    take_story(archive, FERRY, ferry(), at=NOW)
    (cluster,) = read_clusters(archive, ClustersRequest())
    assert cluster == read_cluster(archive, early_id)
    first, second = cluster.members
    assert (cluster.count, first.story_id, second.story_id) == (2, early_id, late_id)
    assert (first.behind_seconds, second.behind_seconds, first.share) == (0, 5 * 3600, None)
    assert (second.shared_sentences, second.sentences, second.first_sentences, second.share) == (3, 3, 4, 1.0)
    with pytest.raises(StoryMissingError, match="no other"):
        read_cluster(archive, 1)


def copied(archive: Archive, name: str, count: int, at: datetime) -> int:
    """A text that so many pages carry; gives the cluster."""
    text = tuple(f"Of the {name} the council said that item number {n} is long overdue by now." for n in range(4))
    return min(
        take_story(archive, f"https://post.example/{name}/{n}", draft(f"{name} {n}", text), at=at) for n in range(count)
    )


def test_clusters_come_newest_first_or_largest_and_in_pages(archive: Archive) -> None:
    follow(archive, "post")
    clusters = [
        copied(archive, name, size, NOW + n * DAY) for n, (name, size) in enumerate((("a", 2), ("b", 3), ("c", 2)))
    ]

    def ids(**fields: Any) -> list[int]:
        return [clusters.index(one.cluster_id) for one in read_clusters(archive, ClustersRequest(**fields))]

    assert ids() == [2, 1, 0]
    assert ids(order=ClusterOrder.LARGEST) == [1, 2, 0]
    assert ids(source="post", order=ClusterOrder.LARGEST) == [1, 2, 0]
    assert ids(source="post", limit=2) == [2, 1]
    assert ids(limit=1, before=clusters[2]) == [1]
    assert ids(since=NOW + HOUR, until=NOW + 2 * DAY) == [1]
    assert ids(source="other") == []
    (part,) = parts_of(read_clusters(archive, ClustersRequest()))
    assert (part.source, part.first, part.after) == ("post", 3, 0)


# runs


def ran(
    archive: Archive, at: datetime, status: RunStatus = RunStatus.FINISHED, *outcomes: Outcome, **fields: Any
) -> int:
    given = {"trigger": Trigger.SCHEDULED, "source": "post", **fields}
    run_id = archive.runs.start(given.pop("source"), given.pop("trigger"), now=at, pid=1, host="h", **given)
    for outcome in outcomes:
        record = RequestRecord(source="post", url=BRIDGE, purpose="story", outcome=outcome, started_at=at)
        archive.runs.record(run_id, record)
    archive.runs.finish(run_id, status, now=at + timedelta(seconds=4), reason=None)
    return run_id


def test_the_ledger_is_read_by_source_status_and_page(archive: Archive) -> None:
    follow(archive, "post", "zenith")
    one = ran(archive, NOW, planned_at=NOW - timedelta(seconds=9), missed_polls=2)
    two = ran(archive, NOW + HOUR, RunStatus.FAILED, source="zenith")
    three = ran(archive, NOW + 2 * HOUR, trigger=Trigger.COMMAND)

    def ids(**fields: Any) -> list[int]:
        return [found.run_id for found in read_ledger(archive, LedgerRequest(**fields))]

    assert ids() == [three, two, one]
    assert ids(source="post") == [three, one]
    assert ids(status=RunStatus.FAILED) == [two]
    assert ids(source="post", status=RunStatus.FAILED) == []
    assert ids(trigger=Trigger.COMMAND) == [three]
    assert ids(before=three, limit=1) == [two]
    found = read_run(archive, one).run
    assert (found.seconds, found.late_seconds, found.missed_polls) == (4.0, 9.0, 2)


def test_a_run_shows_what_failed_in_front(archive: Archive) -> None:
    follow(archive, "post")
    run_id = ran(archive, NOW, RunStatus.PARTIAL, Outcome.UNCHANGED, Outcome.NOT_FOUND, Outcome.UNCHANGED)
    found = read_run(archive, run_id)
    assert found.outcomes == {Outcome.UNCHANGED: 2, Outcome.NOT_FOUND: 1}
    assert [one.outcome for one in found.requests] == [Outcome.NOT_FOUND, Outcome.UNCHANGED, Outcome.UNCHANGED]
    with archive.transaction():
        archive.db.conn.execute("DELETE FROM requests")
        archive.db.conn.execute("UPDATE runs SET is_pruned = 1")
    found = read_run(archive, run_id)
    assert (found.outcomes[Outcome.UNCHANGED], found.requests, found.is_pruned) == (2, (), True)
    with pytest.raises(RunMissingError, match="no run 99"):
        read_run(archive, 99)


def test_runs_are_counted_by_day(archive: Archive) -> None:
    follow(archive, "post", "zenith")
    for number in range(5):
        ran(archive, NOW + number * 12 * HOUR, RunStatus.FAILED if number == 2 else RunStatus.FINISHED, missed_polls=1)
    ran(archive, NOW + 3 * DAY, source="zenith")
    since = first_run_of(archive, NOW + DAY)
    days = runs_by_day(archive, first_run=since, source="post")
    assert [(one.day, one.count, one.missed_polls) for one in days] == [(TODAY + DAY, 2, 2), (TODAY + 2 * DAY, 1, 1)]
    assert days[0].by_status == {RunStatus.FAILED: 1, RunStatus.FINISHED: 1}
    assert sum(one.count for one in runs_by_day(archive, first_run=since)) == 4


@pytest.mark.parametrize(("since", "index"), [(NOW - DAY, 0), (NOW, 0), (NOW + HOUR / 2, 1), (NOW + 9 * HOUR, 3)])
def test_the_first_run_of_a_time_is_found(archive: Archive, since: datetime, index: int) -> None:
    assert first_run_of(archive, since) == 1
    follow(archive, "post")
    ids = [ran(archive, NOW + number * HOUR) for number in range(4)]
    with archive.transaction():
        archive.db.conn.execute("DELETE FROM runs WHERE id = ?", (ids.pop(2),))
    assert first_run_of(archive, since) == ([*ids, ids[-1] + 1][index])
    assert first_run_of(archive, NOW, most=1) == ids[-1]


# costs

READS: dict[str, Callable[[Archive], object]] = {
    "promotions on fronts": lambda a: read_promotions(a, span(Place.FRONTS)),
    "promotions on fronts, a source": lambda a: read_promotions(a, span(Place.FRONTS, source="post")),
    "promotions beside stories": lambda a: read_promotions(a, span(Place.STORIES)),
    "a story's promotion": lambda a: read_story_promotion(a, a.db.conn.execute("SELECT max(id) FROM stories").fetchone()[0]),
    "sources": read_sources,
    "a source": lambda a: read_source(a, "post"),
    "days": lambda a: stories_by_day(a, "post", TODAY - 90 * DAY, TODAY),
    "months": lambda a: stories_by_month(a, "post", TODAY - 90 * DAY, TODAY),
    "hours": lambda a: stories_by_hour(a, "post", TODAY - 90 * DAY, TODAY),
    "clusters": lambda a: read_clusters(a, ClustersRequest()),
    "clusters of a source": lambda a: read_clusters(a, ClustersRequest(source="post")),
    "the ledger": lambda a: read_ledger(a, LedgerRequest(before=9)),
    "the ledger of a source": lambda a: read_ledger(a, LedgerRequest(source="post")),
    "the ledger of a status": lambda a: read_ledger(a, LedgerRequest(status=RunStatus.FAILED)),
    "the ledger of a trigger": lambda a: read_ledger(a, LedgerRequest(trigger=Trigger.COMMAND)),
    "a run": lambda a: read_run(a, 1),
    "runs by day": lambda a: runs_by_day(a, first_run=1),
}  # fmt: skip
LARGE = re.compile(
    r"SCAN (stories|story_facts|teasers|revisions|requests|copies|copy_clusters|own|members)\b(?! USING)"
)


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_no_page_walks_through_a_large_table(archive: Archive, read: Callable[[Archive], object]) -> None:
    follow(archive, "post")
    copied(archive, "a", 2, NOW)
    show_on(archive, front(archive), NOW, teaser("https://post.example/a/1"))
    ran(archive, NOW, RunStatus.FINISHED, Outcome.UNCHANGED)
    asked: list[str] = []
    archive.db.conn.set_trace_callback(asked.append)
    read(archive)
    archive.db.conn.set_trace_callback(None)
    plans = [row[3] for sql in asked for row in archive.db.conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert plans
    assert [plan for plan in plans if LARGE.search(plan)] == []


def test_a_page_that_carries_a_story_twice_is_one_page(archive: Archive) -> None:
    bridge, ferries = take_story(archive), take_story(archive, FERRY, ferry())
    home = front(archive)
    show_on(archive, home, NOW, teaser(FERRY), teaser("https://post.example/amp/ferry", slot=9))
    for number, address in enumerate(("https://post.example/old", "https://post.example/new")):
        carrier = Carrier(page_url=address, capture_id=1, seen_at=NOW + number * HOUR, story_id=bridge)
        archive.teasers.save(carrier, (teaser(FERRY),))
    archive.db.execute("UPDATE teasers SET target_story_id = ?", (ferries,))
    found = read_story_promotion(archive, ferries)
    assert (found.front_count, len(found.fronts)) == (1, 2)
    assert (found.page_count, found.page_stays) == (1, 2)
    for place in Place:
        (story,) = read_promotions(archive, span(place)).stories
        assert story.pages == 1
