"""The archive of a home: both files, opened together, with a store for each kind of thing in them."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from storage.alarms import AlarmStore
from storage.alerts import AlertStore
from storage.captures import CaptureStore
from storage.captures_schema import CAPTURES
from storage.connection import BUSY_TIMEOUT_SECONDS, DatabaseFile, open_file
from storage.copies import CopyStore
from storage.coverage import CoverageStore
from storage.imports import ImportStore
from storage.kept_pictures import KeptPictureStore
from storage.listings import ListingStore
from storage.memory import MemoryStore
from storage.merges import MergeStore
from storage.news_schema import NEWS
from storage.pages import PageStore
from storage.payloads import PayloadStore
from storage.presence import PresenceStore
from storage.receipts import ReceiptStore
from storage.rechecks import RecheckStore
from storage.rereading import RereadingStore
from storage.rhythms import RhythmStore
from storage.runs import RunLedger
from storage.search import SearchStore
from storage.shifts import ShiftStore
from storage.stories import StoryStore
from storage.takedowns import TakedownStore
from storage.teasers import TeaserStore
from storage.watches import WatchStore


class Archive:
    """An open archive. It belongs to the thread that opened it; several processes may have it open at once.

    Any method of its stores can raise StorageError.
    """

    captures: CaptureStore
    listings: ListingStore
    stories: StoryStore
    teasers: TeaserStore
    copies: CopyStore
    memory: MemoryStore
    pages: PageStore
    presence: PresenceStore
    receipts: ReceiptStore
    rechecks: RecheckStore
    rereading: RereadingStore
    merges: MergeStore
    payloads: PayloadStore
    kept_pictures: KeptPictureStore
    imports: ImportStore
    takedowns: TakedownStore
    rhythms: RhythmStore
    runs: RunLedger
    shifts: ShiftStore
    search: SearchStore
    coverage: CoverageStore
    alarms: AlarmStore
    alerts: AlertStore
    watches: WatchStore

    def __init__(
        self, home: Path, *, read_only: bool = False, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS
    ) -> None:
        """Open the archive in a home; where it is not read-only, make what is missing and bring it up to date.

        Raises StorageError: missing (read-only), no archive of ours, made by a newer newskeep, locked, damaged.
        """
        self.home = home
        self._news = open_file(home, NEWS, read_only=read_only, busy_timeout_seconds=busy_timeout_seconds)
        self._captures: DatabaseFile | None = None
        try:
            # A copy of news.db alone is complete for reading; only the bytes are missing then.
            if not read_only or (home / CAPTURES.name).exists():
                self._captures = open_file(
                    home, CAPTURES, read_only=read_only, busy_timeout_seconds=busy_timeout_seconds
                )
        except BaseException:
            self._news.close()
            raise
        self.captures = CaptureStore(self._captures)
        self.listings = ListingStore(self._news)
        self.stories = StoryStore(self._news)
        self.teasers = TeaserStore(self._news)
        self.copies = CopyStore(self._news)
        self.memory = MemoryStore(self._news)
        self.pages = PageStore(self._news)
        self.presence = PresenceStore(self._news)
        self.receipts = ReceiptStore(self._news)
        self.rechecks = RecheckStore(self._news)
        self.rereading = RereadingStore(self._news)
        self.merges = MergeStore(self._news, self.captures)
        self.payloads = PayloadStore(self.captures)
        self.kept_pictures = KeptPictureStore(self._news, self.captures)
        self.imports = ImportStore(self._news, self.captures)
        self.takedowns = TakedownStore(self._news, self.captures)
        self.rhythms = RhythmStore(self._news)
        self.runs = RunLedger(self._news)
        self.shifts = ShiftStore(self._news)
        self.search = SearchStore(self._news)
        self.coverage = CoverageStore(self._news)
        self.alarms = AlarmStore(self._news)
        self.alerts = AlertStore(self._news)
        self.watches = WatchStore(self._news)

    @property
    def db(self) -> Database:
        """`news.db` as sqlite-utils sees it."""
        return self._news.db

    def connections(self) -> tuple[sqlite3.Connection, ...]:
        """The connections to the files that are there, `news.db` first."""
        return tuple(file.connection for file in (self._news, self._captures) if file is not None)

    def transaction(self) -> AbstractContextManager[None]:
        """Do everything in the block on `news.db` or nothing; inside another transaction, a savepoint."""
        return self._news.transaction()

    def writing(self) -> AbstractContextManager[None]:
        """Be part of the transaction that is open, or make one; inside another there is no savepoint."""
        return self._news.writing("write to the archive")

    def close(self) -> None:
        """Close both files; what is not committed is rolled back. Closing twice does no harm."""
        self._news.close()
        if self._captures is not None:
            self._captures.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
