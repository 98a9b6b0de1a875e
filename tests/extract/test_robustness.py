"""No page, however broken, costs more than itself: no exception but PageError, no strange characters, bounded time.

The long form is `python -m benchmarks.fuzz_extraction --pages 10000` (`make soak`).
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_extraction import Fuzzer, seeds_of, wrong_with
from benchmarks.hostile_pages import HOSTILE, URL, hostile_page, story_page
from benchmarks.mutations import LARGEST_BYTES, MUTATIONS, mutate
from benchmarks.saved_pages import SavedPage, capture_of, find_pages
from newskeep.errors import ExtractionError, PageError
from newskeep.extract import extract_page
from newskeep.model import PageKind
from newskeep.text import word_set

_SEED = 20261122
_SECONDS = 5.0
"""Far above what any of these takes: what grows with the square of a page takes minutes. Soak holds the real limit."""
_GOLDEN = Path(__file__).resolve().parent / "pages"

_tags = st.sampled_from(
    sorted(
        word_set("""
    div p span a b h1 h2 ul li table td figure figcaption img time article section template script blockquote iframe
    header footer nav aside main picture source video amp-img svg title meta link base br noscript form
""")
    )
)
_names = st.sampled_from(
    ("byline", "author", "related", "teaser card", "caption", "credit", "headline", "date", "x", "")
)
_values = st.one_of(
    st.sampled_from(
        ("/news/a-story-of-many-words", "https://a.example/i.jpg", "2026-11-22T08:00:00Z", "NewsArticle", "0")
    ),
    st.text(max_size=12),
)
_attributes = st.dictionaries(
    st.sampled_from(
        sorted(word_set("href src srcset datetime content property name itemprop itemscope rel type id alt"))
    ),
    _values,
    max_size=3,
)
_texts = st.one_of(
    st.sampled_from(
        ("By Ilse Varnhagen", "Photo: A. B./Reuters", "Read more:", "22.11.2026", "The council met. " * 12)
    ),
    st.text(max_size=30),
)


@st.composite
def _elements(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    tag, name, attributes = draw(_tags), draw(_names), draw(_attributes)
    written = "".join(f' {key}="{value.replace(chr(34), "")}"' for key, value in attributes.items())
    closing = f"</{tag}>" if draw(st.booleans()) else ""
    return f'<{tag} class="{name}"{written}>{"".join(draw(st.lists(inner, max_size=4)))}{closing}'


_markup = st.recursive(_texts, _elements, max_leaves=25)


@given(st.lists(_markup, max_size=6).map("".join), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_markup_is_read_or_refused(markup: str, in_story: bool) -> None:
    text = story_page(inside=markup) if in_story else markup
    _read(text.encode("utf-8", "replace"))


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    _read(body)


def test_mutated_pages_are_read_or_refused() -> None:
    golden = [SavedPage(name=path.stem, url=URL, file=path) for path in sorted(_GOLDEN.glob("*.html"))]
    fuzzer = Fuzzer([*seeds_of(None), *golden], _SEED)
    readings = [fuzzer.read(number, limit=_SECONDS) for number in range(200)]
    assert [(one.number, one.fault) for one in readings if one.fault is not None] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_read_in_bounded_time(name: str) -> None:
    begun = time.process_time()
    _read(hostile_page(name, share=0.03))
    assert time.process_time() - begun < _SECONDS


@pytest.mark.parametrize("tag", ["h²", "h٣", "h0", "h9", "h"])
def test_what_is_only_like_a_heading_is_none(tag: str) -> None:
    """`int` does not read all that `isdigit` holds to be digits."""
    odd = f"<{tag}>The lamps of the outer harbor return</{tag}>"
    _read(story_page(before=odd).encode())
    _read(story_page().replace("</p>", f"</p>{odd}").encode())


def test_a_story_is_found_in_the_page_that_hostile_things_are_put_into() -> None:
    page = extract_page(capture_of(SavedPage(name="", url=URL), story_page().encode()), None)
    assert (page.kind, page.main.headline, len(page.main.blocks)) == (PageKind.STORY, "Harbor lamps return", 16)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_every_mutation_breaks_pages(mutation: Any) -> None:
    body = find_pages(None)[1].body()
    broken = [mutation(body, random.Random(seed)) for seed in range(6)]
    assert any(one != body for one in broken)
    assert broken == [mutation(body, random.Random(seed)) for seed in range(6)]


def test_mutated_pages_do_not_grow_without_end() -> None:
    body = b"<p>" + b"x" * 1_900_000
    assert max(len(mutate(body, random.Random(seed), [body])) for seed in range(40)) <= LARGEST_BYTES


def test_a_page_of_a_seed_is_always_the_same() -> None:
    first, second = (Fuzzer(seeds_of(None)[:9], 7) for _ in range(2))
    assert [first.capture(number) for number in range(9)] == [second.capture(number) for number in reversed(range(9))][
        ::-1
    ]


def _read(body: bytes) -> None:
    try:
        page = extract_page(capture_of(SavedPage(name="", url=URL), body), None)
    except ExtractionError:
        raise
    except PageError:
        return
    assert list(wrong_with(page)) == []
