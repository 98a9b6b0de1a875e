"""Errors say what is wrong, with what, in one line; and cross from workers as themselves."""

from __future__ import annotations

import pickle

import pytest

from newskeep.errors import (
    ConfigError,
    ExtractionError,
    ListingFormatError,
    NewskeepError,
    PageError,
    RequestRefusedError,
    SearchQueryError,
    SourceError,
    StorageError,
    UndecodableError,
)
from newskeep.outcomes import Outcome


@pytest.mark.parametrize("kind", [PageError, UndecodableError, ListingFormatError, ExtractionError])
def test_a_page_error_survives_pickling(kind):
    error = pickle.loads(pickle.dumps(kind("cannot be read", url="https://news.example/a")))
    assert (type(error), error.message, error.url) == (kind, "cannot be read", "https://news.example/a")
    assert str(error) == "cannot be read (https://news.example/a)"


def test_a_config_error_names_file_and_key():
    assert str(ConfigError("is no number", path="x.toml", key="fetch.delay")) == "x.toml: fetch.delay: is no number"
    assert str(SourceError("is empty", path="y.toml")) == "y.toml: is empty"


def test_a_storage_error_names_what_was_being_done():
    assert str(StorageError("the disk is full", operation="keep a capture")) == "keep a capture: the disk is full"


def test_a_query_error_is_a_value_error_too():
    assert issubclass(SearchQueryError, ValueError)
    assert issubclass(SearchQueryError, NewskeepError)


def test_a_refused_request_carries_its_outcome():
    error = RequestRefusedError("robots.txt forbids it", outcome=Outcome.DISALLOWED)
    assert (error.outcome, error.wait_seconds) == (Outcome.DISALLOWED, None)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_that_may_pass_is_no_success(outcome):
    assert not (outcome.is_success and outcome.is_transient)
