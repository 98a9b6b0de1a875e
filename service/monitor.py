"""The service's own port: `/-/health` for whoever restarts it, `/metrics` for Prometheus.

Nothing is read from the archive to answer: a round leaves what is shown, so that a scrape costs nothing and an archive
that hangs cannot hang the answer that says so.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from newskeep.upkeep import OVERDUE_AFTER
from newskeep.vitals import Vitals, ailments
from storage.archive import Archive

MOST_SOURCES = 500
"""So many sources have series of their own; those that come after share one, named `_other`."""
_OTHER = "_other"
_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a round saw of the archive, for `/metrics`. `waiting` counts alerts by target."""

    sources: int = 0
    overdue: int = 0
    alarms: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    queued_revisions: int = 0
    file_bytes: Mapping[str, int] = field(default_factory=dict)
    free_bytes: int = 0


def look(now: datetime, free_bytes: int, archive: Archive) -> Sight:
    """See what `/metrics` shows of an archive."""
    dues = archive.alarms.dues(now)
    files = [path for path in archive.home.glob("*.db*") if path.is_file() and path.suffix != ".db-shm"]
    return Sight(
        sources=len(archive.alarms.followed()),
        overdue=sum(now - due.at > OVERDUE_AFTER for due in dues),
        alarms=Counter(alarm.kind for alarm in archive.alarms.open()),
        waiting={one.target: one.waiting for one in archive.alerts.targets()},
        queued_revisions=archive.watches.waiting(),
        file_bytes={path.name: path.stat().st_size for path in files},
        free_bytes=free_bytes,
    )


@dataclass(slots=True, kw_only=True, eq=False)
class Monitor(Collector):
    """Mutable: counts what happens, and answers for it."""

    version: str
    steady: Callable[[], float] = time.monotonic
    sight: Sight = field(default_factory=Sight)
    trouble: str | None = None
    cluster: Mapping[str, int] = field(default_factory=dict)
    _beat: float = 0.0
    _written: float = 0.0
    _outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    _runs: Counter[str] = field(default_factory=Counter)
    _seconds: float = 0.0
    _bytes: int = 0
    _named: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._beat = self._written = self.steady()

    def beat(self) -> None:
        """The scheduler gives a sign of life."""
        self._beat = self.steady()

    def wrote(self, sight: Sight) -> None:
        """The archive was written, and seen."""
        self._written, self.trouble, self.sight = self.steady(), None, sight

    def could_not_write(self, why: str) -> None:
        """The archive could not be written."""
        self.trouble = why

    def count(self, *, source: str, status: str, outcomes: Mapping[str, int], seconds: float, size: int) -> None:
        """A run of a source ended; `size` in bytes."""
        if source not in self._named and len(self._named) < MOST_SOURCES:
            self._named.add(source)
        label = source if source in self._named else _OTHER
        for outcome, count in outcomes.items():
            self._outcomes[label, str(outcome)] += count
        self._runs[status] += 1
        self._seconds += seconds
        self._bytes += size

    def ailments(self) -> tuple[str, ...]:
        """What is wrong with the service, a line each."""
        vitals = Vitals(
            beat=self._beat,
            written=self._written,
            trouble=self.trouble,
            sources=self.sight.sources,
            overdue=self.sight.overdue,
        )
        return ailments(vitals, now=self.steady())

    def collect(self) -> Iterable[Metric]:
        """Everything for Prometheus."""
        sight = self.sight
        yield InfoMetricFamily("newskeep_build", "The program.", value={"version": self.version})
        yield _counter("newskeep_requests", "Requests that ended, by source and outcome.", ("source", "outcome"),
                       self._outcomes.items())  # fmt: skip
        yield _counter(
            "newskeep_runs",
            "Runs that ended, by status.",
            ("status",),
            (((status,), count) for status, count in self._runs.items()),
        )
        yield CounterMetricFamily("newskeep_run_seconds", "Time that runs took, together.", value=self._seconds)
        yield CounterMetricFamily("newskeep_received_bytes", "Bytes received.", value=self._bytes)
        yield _gauge("newskeep_alarms_open", "Alarms that are open, by kind.", "kind", sight.alarms)
        yield _gauge("newskeep_alerts_waiting", "Alerts that wait, by target.", "target", sight.waiting)
        yield _gauge("newskeep_archive_bytes", "Sizes of the archive's files.", "file", sight.file_bytes)
        for what, count in self.cluster.items():
            yield GaugeMetricFamily(f"newskeep_cluster_{what}", f"Of a cluster: {what.replace('_', ' ')}.", value=count)
        for name, text, value in (
            ("newskeep_sources", "Sources that are polled.", sight.sources),
            ("newskeep_sources_overdue", "Sources whose poll is long past its time.", sight.overdue),
            ("newskeep_watch_queue", "Revisions that no saved search has seen.", sight.queued_revisions),
            ("newskeep_disk_free_bytes", "Free space on the home's disk.", sight.free_bytes),
            ("newskeep_heartbeat_age_seconds", "Since the scheduler's last sign of life.", self.steady() - self._beat),
            ("newskeep_written_age_seconds", "Since the archive was last written.", self.steady() - self._written),
            ("newskeep_healthy", "1 where /-/health says so.", int(not self.ailments())),
        ):
            yield GaugeMetricFamily(name, text, value=value)

    def application(self) -> web.Application:
        """The web application that answers."""
        registry = CollectorRegistry()
        registry.register(self)
        ProcessCollector(registry=registry)

        async def metrics(request: web.Request) -> web.Response:
            return web.Response(body=generate_latest(registry), headers={"Content-Type": _CONTENT_TYPE})

        async def health(request: web.Request) -> web.Response:
            found = self.ailments()
            body = {"healthy": not found, "troubles": list(found)}
            return web.json_response(body, status=503 if found else 200, headers={"Cache-Control": "no-store"})

        application = web.Application()
        application.add_routes([web.get("/metrics", metrics), web.get("/-/health", health)])
        return application


async def listen(monitor: Monitor, *, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Answer on a port; gives what `cleanup` ends, and the port. Raises OSError where it cannot be had."""
    runner = web.AppRunner(monitor.application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, runner.addresses[0][1]


def _counter(name: str, text: str, labels: tuple[str, ...], counts: Iterable[tuple[tuple[str, ...], int]]) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, count in sorted(counts):
        family.add_metric(values, count)
    return family


def _gauge(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for value, count in sorted(values.items()):
        family.add_metric((value,), count)
    return family
