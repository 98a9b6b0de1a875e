"""The pages of sources, promotion, copies, runs and feeds, for `benchmarks.reading`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from storage.archive import Archive

PagePath = Callable[[int], str]


def panel_paths(archive: Archive) -> dict[str, tuple[PagePath, PagePath | None]]:
    """Each page by name: its path for each round, and that of stock Datasette's nearest page (None: it has none)."""
    run = archive.db.execute
    sources = [slug for (slug,) in run("SELECT slug FROM sources ORDER BY slug LIMIT 200")]
    (largest,) = run("SELECT source FROM story_facts GROUP BY source ORDER BY count(*) DESC LIMIT 1").fetchone()
    (last,) = run("SELECT max(first_seen_at) FROM teasers WHERE page_story_id AND target_story_id").fetchone()
    newest = datetime.fromisoformat(last)
    promoted = _ids(archive, "SELECT target_story_id FROM teasers WHERE target_story_id AND page_story_id LIMIT 4000")
    clusters = _ids(archive, "SELECT DISTINCT cluster_id FROM copy_clusters ORDER BY cluster_id DESC LIMIT 50")

    def until(number: int) -> str:
        return (newest - timedelta(days=number % 20)).date().isoformat()

    def source(number: int) -> str:
        return sources[number % len(sources)]

    found: dict[str, tuple[PagePath, PagePath | None]] = {
        "sources": (lambda n: "/sources", lambda n: "/news/sources"),
        "source": (lambda n: f"/sources/{source(n)}", lambda n: f"/news/stories?source={source(n)}"),
        "source, the largest, 90 days": (lambda n: address(f"/sources/{largest}", until=until(n)), None),
        "source, the largest, a year": (lambda n: address(f"/sources/{largest}", span="1y", until=until(n)), None),
        "source, the largest, all there is": (lambda n: address(f"/sources/{largest}", span="all"), None),
        "promotion on fronts, 7 days": (lambda n: address("/promotion", until=until(n)), None),
        "promotion beside stories, 30 days": (
            lambda n: address("/promotion", place="stories", span="30d", until=until(n)),
            lambda n: "/news/teasers?_facet=target_story_id&target_story_id__notblank=1",
        ),
        "promotion beside stories, a source": (
            lambda n: address("/promotion", place="stories", span="30d", until=until(n), source=source(n)),
            None,
        ),
        "a story's promotion": (lambda n: f"/stories/{promoted[n * 37 % len(promoted)]}/promotion", None),
        "copies": (lambda n: "/copies", lambda n: "/news/copies"),
        "copies, most copied, a year": (lambda n: address("/copies", order="largest", span="1y", until=until(n)), None),
        "copies of a source": (lambda n: address("/copies", source=source(n)), None),
        "runs": (lambda n: "/runs", lambda n: "/news/runs?_sort_desc=id"),
        "runs that failed": (lambda n: address("/runs", status="failed"), lambda n: "/news/runs?status=failed"),
        "runs of a source": (lambda n: address("/runs", source=source(n)), None),
        "Atom, the newest": (lambda n: "/front.atom", None),
        "Atom, a source": (lambda n: f"/sources/{source(n)}.atom", None),
        "most promoted, as a question": (
            lambda n: address("/news/most_promoted.csv", since=until(n + 30), until=until(n), source=""),
            None,
        ),
        "who had it first, as a question": (
            lambda n: address("/news/who_had_it_first.csv", since=until(n + 30), until=until(n), source=""),
            None,
        ),
    }
    if clusters:
        found["copies, one text"] = (lambda n: f"/copies/{clusters[n % len(clusters)]}", None)
    return found


def _ids(archive: Archive, sql: str) -> list[int]:
    return [one for (one,) in archive.db.execute(sql)]


def address(path: str, **args: object) -> str:
    """A path with what is asked of it."""
    return f"{path}?{urlencode(args)}"
