"""Extraction workers: what a page does to its worker costs that page alone."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from newskeep.digests import payload_digest
from newskeep.errors import ExtractionError
from newskeep.model import EMPTY_MEMORY, Capture, PageKind
from newskeep.outcomes import Outcome
from pipelines.tasks import PageTask
from pipelines.workers import PageLostError, WorkerLimits, Workers
from tests.pipelines.hostile import Faulty, Fine, Growing, Hanging, Hungry, Killing, Printing, Refusing

TELLERS = ("pilot", "mayor", "baker", "judge", "sailor", "farmer")
BODY = "<html><body><article><h1>A headline</h1>{}</article></body></html>".format(
    "".join(
        f"<p>The {teller} said that the harbor would open again before the ice came to the coast.</p>"
        for teller in TELLERS
    )
).encode()
CAPTURE = Capture(
    request_url="https://news.example/a",
    final_url="https://news.example/a",
    status=200,
    headers=(("Content-Type", "text/html"),),
    body=BODY,
    captured_at=datetime(2026, 11, 22, tzinfo=UTC),
    payload_digest=payload_digest(BODY),
)


def run(*tasks, count=1, seconds=10.0, memory_bytes=512 * 1024 * 1024):
    """Run tasks together; errors come back as values."""

    async def together():
        workers = Workers(count=count, limits=WorkerLimits(seconds=seconds, memory_bytes=memory_bytes))
        try:
            return await asyncio.gather(*(workers.run(task) for task in tasks), return_exceptions=True)
        finally:
            await workers.close()

    return asyncio.run(together())


def test_a_page_is_read_in_another_process():
    (page,) = run(PageTask(capture=CAPTURE, source=None, memory=EMPTY_MEMORY))
    assert page.kind is PageKind.STORY
    assert page.main.headline == "A headline"


def test_a_worker_is_used_again():
    first, second = run(Fine(capture=CAPTURE), Fine(capture=CAPTURE))
    assert first.extractor_version == second.extractor_version


def test_a_page_that_hangs_is_lost_after_two_tries_and_no_other():
    hanging, *others = run(Hanging(capture=CAPTURE), *[Fine(capture=CAPTURE)] * 5, count=2, seconds=1.5)
    assert isinstance(hanging, PageLostError)
    assert hanging.outcome is Outcome.EXTRACTION_TIMED_OUT
    assert all(page.kind is PageKind.OTHER for page in others)


def test_a_page_that_ends_its_worker_is_lost_and_no_other():
    killing, *others = run(Killing(capture=CAPTURE), *[Fine(capture=CAPTURE)] * 5, count=2)
    assert isinstance(killing, PageLostError)
    assert killing.outcome is Outcome.EXTRACTION_FAILED
    assert all(page.kind is PageKind.OTHER for page in others)


def test_a_page_that_eats_memory_is_lost_and_no_other():
    hungry, fine = run(Hungry(capture=CAPTURE), Fine(capture=CAPTURE), memory_bytes=256 * 1024 * 1024)
    assert isinstance(hungry, PageLostError)
    assert hungry.outcome is Outcome.EXTRACTION_OUT_OF_MEMORY
    assert fine.kind is PageKind.OTHER


def test_a_worker_that_has_grown_is_replaced():
    growing, fine = run(Growing(capture=CAPTURE), Fine(capture=CAPTURE))
    assert growing.extractor_version != fine.extractor_version


def test_an_error_of_the_page_comes_back_as_itself():
    (error,) = run(Refusing(capture=CAPTURE))
    assert isinstance(error, ExtractionError)
    assert (error.url, error.message) == (CAPTURE.final_url, "not to be read")


def test_a_fault_of_ours_is_an_extraction_error_and_its_traceback_is_logged(caplog):
    with caplog.at_level(logging.ERROR):
        (error,) = run(Faulty(capture=CAPTURE))
    assert isinstance(error, ExtractionError)
    assert "ZeroDivisionError: a fault of ours" in str(error)
    assert "in run" in caplog.text


def test_what_a_library_prints_does_not_disturb_the_replies():
    first, second = run(Printing(capture=CAPTURE), Fine(capture=CAPTURE))
    assert first.kind is second.kind is PageKind.OTHER


def test_workers_end_when_they_are_closed():
    async def started():
        workers = Workers(count=2)
        await workers.run(Fine(capture=CAPTURE))
        processes = [worker.process for worker in workers._all]
        await workers.close()
        return [process.returncode for process in processes]

    assert asyncio.run(started()) == [-9]


@pytest.mark.parametrize("count", [1, 3])
def test_no_more_workers_run_than_were_asked_for(count):
    pages = run(*[Fine(capture=CAPTURE)] * 12, count=count)
    assert len({page.extractor_version for page in pages}) <= count
