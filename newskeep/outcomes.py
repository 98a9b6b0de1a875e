"""The named ends of things: one outcome for every request, one status for every run.

The same word stands in the log line, in the counter and in the archive's `requests.outcome`. Whether an outcome is
worth another try is decided here and nowhere else.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How one request ended."""

    # a story page
    NEW_STORY = "new_story"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    DIFFERENT_STORY = "different_story"
    """The address answers with a story that shares neither headline nor text with the one known under it."""
    NOT_A_STORY = "not_a_story"
    JOINED = "joined"
    """A further page of a story over several; its text went into the story."""
    TAKEN_DOWN = "taken_down"
    """The story was taken down here for good; nothing of it is kept."""
    NOARCHIVE = "noarchive"
    """The publisher asks that the page is not archived (`noarchive`); nothing of it is kept."""
    TDM_RESERVED = "tdm_reserved"
    """The publisher reserves text and data mining (TDMRep); nothing of the page is kept."""
    WALLED = "walled"
    REDIRECTED_TO_FRONT = "redirected_to_front"
    # a listing
    LISTED = "listed"
    LISTING_UNCHANGED = "listing_unchanged"
    MALFORMED_LISTING = "malformed_listing"
    # a picture of a story
    PICTURE_KEPT = "picture_kept"
    # all of them
    NOT_MODIFIED = "not_modified"
    """304: the server says nothing changed."""
    NOT_FOUND = "not_found"
    GONE = "gone"
    CLIENT_ERROR = "client_error"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNAVAILABLE = "unavailable"
    """503."""
    # no usable answer
    DISALLOWED = "disallowed"
    """robots.txt forbids it; no request was sent."""
    ADDRESS_REFUSED = "address_refused"
    """Not a public address, or a scheme other than http and https; no connection was made."""
    NAME_NOT_FOUND = "name_not_found"
    CONNECTION_FAILED = "connection_failed"
    CERTIFICATE_REFUSED = "certificate_refused"
    TIMED_OUT = "timed_out"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BROKEN_RESPONSE = "broken_response"
    """Cut short, a wrong length, a broken compression, or no HTTP at all."""
    EMPTY = "empty"
    UNSUPPORTED_TYPE = "unsupported_type"
    UNDECODABLE = "undecodable"
    # ours
    EXTRACTION_FAILED = "extraction_failed"
    EXTRACTION_TIMED_OUT = "extraction_timed_out"
    EXTRACTION_OUT_OF_MEMORY = "extraction_out_of_memory"
    STORAGE_FAILED = "storage_failed"
    FAULT = "fault"
    """A fault of newskeep itself, with its traceback in the log."""
    CANCELLED = "cancelled"
    """The run was stopped before this request was done; it comes again."""

    @property
    def is_success(self) -> bool:
        """Did the request bring what it was sent for?"""
        return self in _SUCCESSES

    @property
    def is_transient(self) -> bool:
        """Is the same request worth trying again soon?"""
        return self in _TRANSIENT


_SUCCESSES = frozenset(
    {
        Outcome.NEW_STORY,
        Outcome.REVISED,
        Outcome.UNCHANGED,
        Outcome.DIFFERENT_STORY,
        Outcome.NOT_A_STORY,
        Outcome.JOINED,
        Outcome.TAKEN_DOWN,
        Outcome.NOARCHIVE,
        Outcome.TDM_RESERVED,
        Outcome.LISTED,
        Outcome.LISTING_UNCHANGED,
        Outcome.PICTURE_KEPT,
        Outcome.NOT_MODIFIED,
    }
)

_TRANSIENT = frozenset(
    {
        Outcome.RATE_LIMITED,
        Outcome.SERVER_ERROR,
        Outcome.UNAVAILABLE,
        Outcome.NAME_NOT_FOUND,
        Outcome.CONNECTION_FAILED,
        Outcome.TIMED_OUT,
        Outcome.BROKEN_RESPONSE,
        Outcome.EMPTY,
        Outcome.STORAGE_FAILED,
        Outcome.FAULT,
        Outcome.CANCELLED,
        Outcome.WALLED,
    }
)


class RunStatus(StrEnum):
    """How one crawl of one source stands."""

    RUNNING = "running"
    FINISHED = "finished"
    PARTIAL = "partial"
    """Some of its requests failed."""
    FAILED = "failed"
    """None of its listings could be read, or the archive could not be written."""
    INTERRUPTED = "interrupted"
    """The process ended while it ran; found at the next start."""


class Trigger(StrEnum):
    """Why a run was started."""

    SCHEDULED = "scheduled"
    CATCH_UP = "catch_up"
    """Scheduled, and so late that other polls fell out before it; it makes up for them all."""
    COMMAND = "command"
    """A poll that somebody asked for."""
    FETCH = "fetch"
    """Single stories that somebody asked for; no poll, and no news of how the source is doing."""
    IMPORT = "import"
    REPROCESS = "reprocess"
