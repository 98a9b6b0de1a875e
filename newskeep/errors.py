"""Every error newskeep raises on purpose.

    NewskeepError
    ├─ ConfigError(path, key)          a file the owner wrote is wrong
    │   └─ SourceError                 … a source's
    ├─ UsageError                      a command was asked for something that cannot be
    ├─ RequestRefusedError(outcome)    we will not send this request
    ├─ PageError(url)                  one page cannot be read; that page alone is given up
    │   ├─ UndecodableError
    │   ├─ ListingFormatError          a feed or sitemap that is none
    │   └─ ExtractionError
    └─ StorageError(operation)         the archive cannot be read or written; the run stops
        ├─ ArchiveLockedError
        ├─ ArchiveFullError
        ├─ ArchiveReadOnlyError
        ├─ ArchiveCorruptError
        ├─ ArchiveMissingError
        ├─ ForeignFileError            the file is no archive of ours
        ├─ SchemaVersionError          made by a newer newskeep
        ├─ CaptureMissingError
        ├─ StoryMissingError
        └─ SearchQueryError            [also ValueError] nothing in the query can be searched

What is expected (a 304, a 404, a wall, a page that is no story) is no error but a value of `newskeep.outcomes`.
`str(error)` is one line that says what is wrong, with what, and, where somebody can mend it, how.
"""

from __future__ import annotations

from pathlib import Path

from newskeep.outcomes import Outcome


class NewskeepError(Exception):
    """Root of all errors raised on purpose."""


class UsageError(NewskeepError):
    """A command was asked for something that does not exist or does not fit."""


class ConfigError(NewskeepError):
    """A configuration file is wrong. `key` is the dotted key, None where the file as a whole is."""

    def __init__(self, message: str, *, path: Path | str, key: str | None = None) -> None:
        self.path, self.key, self.message = Path(path), key, message
        where = f"{path}: {key}" if key else f"{path}"
        super().__init__(f"{where}: {message}")


class SourceError(ConfigError):
    """A source's TOML file is wrong."""


class RequestRefusedError(NewskeepError):
    """A request that we ourselves will not send, or an answer we will not take.

    `outcome` is the request's named end. `wait_seconds` is how long its host asked to be left alone, None if not.
    """

    def __init__(self, message: str, *, outcome: Outcome, wait_seconds: float | None = None) -> None:
        self.outcome, self.wait_seconds = outcome, wait_seconds
        super().__init__(message)


class PageError(NewskeepError):
    """One page cannot be read."""

    def __init__(self, message: str, *, url: str) -> None:
        self.url, self.message = url, message
        super().__init__(f"{message} ({url})")

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross from extraction workers by pickle, which does not know of keyword-only arguments.
        return (_rebuild_page_error, (type(self), self.message, self.url))


def _rebuild_page_error(kind: type[PageError], message: str, url: str) -> PageError:
    return kind(message, url=url)


class UndecodableError(PageError):
    """The bytes are no text in any encoding that was declared or found."""


class ListingFormatError(PageError):
    """A listing is not what it should be: a feed that is HTML, a sitemap that is empty."""


class ExtractionError(PageError):
    """The extractor could not finish with this page."""


class StorageError(NewskeepError):
    """The archive cannot be read or written. `operation` says what was being done."""

    def __init__(self, message: str, *, operation: str) -> None:
        self.operation, self.message = operation, message
        super().__init__(f"{operation}: {message}")


class ArchiveLockedError(StorageError):
    """Another process holds the archive."""


class ArchiveFullError(StorageError):
    """No space is left on the disk."""


class ArchiveReadOnlyError(StorageError):
    """The archive's files cannot be written."""


class ArchiveCorruptError(StorageError):
    """SQLite found the file damaged."""


class ArchiveMissingError(StorageError):
    """There is no archive in this home."""


class ForeignFileError(StorageError):
    """The file is a database, or no database, but not an archive of ours."""


class SchemaVersionError(StorageError):
    """The archive was made by a newer newskeep."""


class CaptureMissingError(StorageError):
    """The capture is not in captures.db (pruned, or the file is absent)."""


class StoryMissingError(StorageError):
    """No story has this id, URL or alias."""


class SourceMissingError(StorageError):
    """No source has this slug."""


class RunMissingError(StorageError):
    """No run has this id."""


class SearchQueryError(StorageError, ValueError):
    """Nothing in the query can be searched."""
