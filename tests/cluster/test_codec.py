"""What travels comes out as it went in, and nothing else comes out."""

from __future__ import annotations

import os
import pickle
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cluster.codec import CodecError, decode, encode, stamp
from cluster.messages import Answer, Brought, Order
from config import parse_config
from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.model import Capture, Listing, ListingKind, SiteMemory, Source
from newskeep.outcomes import Outcome, Trigger
from pipelines.separate import separate
from pipelines.tasks import PageTask
from pipelines.work import Work
from storage.prepared import PreparedPage
from tests.faults.pages import story_page

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
SOURCE = Source(
    slug="post", name="Post", homepage="https://post.example/", listings=(Listing(url="https://post.example/feed", kind=ListingKind.FEED),)
)  # fmt: skip


def read_work() -> Work:
    """A page as a worker sends it: fetched, read, separated."""
    body = story_page("The green crane")
    capture = Capture(
        request_url="https://post.example/1", final_url="https://post.example/1", status=200,
        headers=(("Content-Type", "text/html"),), body=body, captured_at=NOW, payload_digest="0" * 64,
    )  # fmt: skip
    prepared = PageTask(capture=capture, source=SOURCE, memory=SiteMemory(), prepare_for="post").run()
    assert isinstance(prepared, PreparedPage)
    fetch = Fetch(ask=Ask(url=capture.request_url, purpose=Purpose.STORY), started_at=NOW, capture=capture)
    return separate(Work(fetch=fetch, page=prepared.page, prepared=prepared), source_slug="post")


def test_a_page_that_was_read_comes_back_as_it_was() -> None:
    work = read_work()
    assert work.findings
    brought = Brought(order_id="post-1", source="post", worker="w", receipt="w:1", work=work)
    back = decode(encode(brought))
    assert back == brought
    # What was prepared belongs to this very page; by that the archive knows that it need not prepare it anew.
    assert back.work.prepared.page is back.work.page


def test_an_order_comes_back_with_its_settings(tmp_path: Path) -> None:
    text = '[fetch]\nallow_addresses = ["127.0.0.0/8", "::1/128"]\ndelay = "3 s"\n'
    order = Order(
        order_id="post-1", source=SOURCE, asks=(Ask(url="https://post.example/feed", purpose=Purpose.LISTING),),
        config=parse_config(text, path=tmp_path / "newskeep.toml"), trigger=Trigger.SCHEDULED, given_at=NOW,
        memory=SiteMemory(version=7, stories=3, blocks=frozenset([("a", 3)])),
    )  # fmt: skip
    assert decode(encode(order)) == order


@given(st.text(), st.sampled_from(Outcome))
def test_answers_come_back(receipt: str, outcome: Outcome) -> None:
    answer = Answer(receipt=receipt, outcome=outcome, refusal=receipt or None)
    assert decode(encode(answer)) == answer


def packed(value: bytes) -> bytes:
    return stamp() + b"\n" + zstandard.ZstdCompressor().compress(value)


class Runs:
    """What a pickle can do where it is read without care."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


@pytest.mark.parametrize(
    "hostile",
    [
        pickle.dumps(Runs()),
        pickle.dumps(os.getcwd),
        pickle.dumps(eval),
        b"cbuiltins\nexec\n(S'1'\ntR.",
        b"cstorage.archive\nArchive\n.",
        b"cconfig\nload_sources\n.",
        b"cnewskeep.model\ndatetime.fromtimestamp\n.",
        b"\x80\x04\x8c\x0fpipelines.tasks\x8c\x0cPageTask.run\x93.",
    ],
)
def test_what_names_anything_but_a_value_is_not_read(hostile: bytes) -> None:
    with pytest.raises(CodecError):
        decode(packed(hostile))


@given(st.binary(max_size=300))
def test_noise_is_an_error_and_nothing_else(noise: bytes) -> None:
    for data in (noise, stamp() + b"\n" + noise):
        with pytest.raises(CodecError):
            decode(data)
    with suppress(CodecError):  # there are pickles of two bytes
        decode(packed(noise))


def test_another_version_is_refused_by_name() -> None:
    with pytest.raises(CodecError, match=r"packed by newskeep 9\.9\.9 extractor 77, this is"):
        decode(b"9.9.9 extractor 77\n" + encode(1).split(b"\n", 1)[1])
