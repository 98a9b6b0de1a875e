"""Copies: texts that several stories carry; who had each first, who ran it after, how much of it is shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reading.answers import Answer, Ask, AskError, Page
from reading.promotion import source_names
from reading.spans import asked_span
from storage.archive import Archive
from storage.copies_view import (
    ClusterOrder,
    ClustersRequest,
    CopyCluster,
    SourcePart,
    parts_of,
    read_cluster,
    read_clusters,
)
from storage.ids import SEQUENCES
from storage.values import milliseconds

SPANS = {"7d": 7, "30d": 30, "1y": 365, "all": 0}
PAGE_SIZE = 20
SHOWN_MEMBERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesPage:
    """Clusters whose first capture lies from `first` to `last` (None: at any time), and the part of sources in them.

    `next` is the cursor of the next page, None on the last one and where the largest come first.
    """

    order: ClusterOrder
    span: str
    first: date | None
    last: date | None
    source: str | None
    clusters: tuple[CopyCluster, ...]
    parts: tuple[SourcePart, ...]
    next: int | None
    sources: tuple[tuple[str, str], ...]


def copies(archive: Archive, ask: Ask) -> Answer:
    """Clusters of copies.

    Arguments: `order` (`newest`, `largest`), `span` (`7d`, `30d`, `1y`, `all`), `until`, `source`, `before` (a
    cluster's id).
    """
    try:
        order = ClusterOrder(ask.text("order") or ClusterOrder.NEWEST)
    except ValueError as error:
        raise AskError(f"order should be one of {', '.join(ClusterOrder)}") from error
    (newest,) = archive.db.conn.execute("SELECT max(cluster_id) FROM copy_clusters").fetchone()
    span = asked_span(ask, SPANS, default="all" if order is ClusterOrder.NEWEST else "30d", newest=_moment(ask, newest))
    is_whole = span.name == "all"
    source = ask.text("source")
    request = ClustersRequest(
        since=None if is_whole else span.since,
        until=None if is_whole else span.until,
        source=source,
        order=order,
        before=ask.number("before"),
        limit=PAGE_SIZE + 1,
    )
    found = read_clusters(archive, request)
    clusters = found[:PAGE_SIZE]
    data = CopiesPage(
        order=order,
        span=span.name,
        first=None if is_whole else span.first,
        last=None if is_whole else span.last,
        source=source,
        clusters=clusters,
        parts=parts_of(clusters),
        next=clusters[-1].cluster_id if len(found) > PAGE_SIZE and order is ClusterOrder.NEWEST else None,
        sources=source_names(archive),
    )
    return Page(template="copies.html", title="Copies", data=data)


def cluster(archive: Archive, ask: Ask) -> Answer:
    """One cluster, by the id of any of its stories."""
    story_id = ask.number("story")
    assert story_id is not None
    found = read_cluster(archive, story_id)
    return Page(template="cluster.html", title=f"Copies of {found.first.headline or 'a story'}", data=found)


def _moment(ask: Ask, cluster_id: int | None) -> datetime | None:
    """The time of a cluster's first capture, which its id is made of."""
    if cluster_id is None:
        return None
    return ask.now - timedelta(milliseconds=milliseconds(ask.now) - cluster_id // SEQUENCES)
