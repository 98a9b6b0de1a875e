"""The round that sends alerts: what waits for a target goes as one message, when its time has come.

Before a target is asked, its alerts are marked as being sent; after it took them, as sent. Between the two a kill
leaves them marked: whether the target took them nobody knows, so they go again. Everything else goes once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from config import Config
from config_tables.alerts import Target
from newskeep.alerts import Delivery, is_hopeless, is_time, message, next_try
from service.targets import Hand, NotTakenError, hand_over
from storage.archive import Archive
from storage.writer import ArchiveWriter

logger = logging.getLogger(__name__)

_KEEP_SENT = timedelta(days=90)
_PATIENCE_SECONDS = 120.0
_NOT_LISTED = "the target is no longer in newskeep.toml"
_TOO_OLD = "it was tried for too long"


@dataclass(slots=True, kw_only=True)
class AlertSender:
    """Sends what waits. `at_once` leaves out the digest's wait, for commands that end when they are done."""

    writer: ArchiveWriter
    config: Callable[[], Config]
    clock: Callable[[], datetime]
    env: Mapping[str, str]
    hand: Hand = hand_over
    at_once: bool = False

    async def do(self) -> int:
        """Send to every target whose time has come; gives how many messages were taken. Raises StorageError."""
        targets = {target.label: target for target in self.config().alerts.targets}
        await self.writer.do(partial(_clear, frozenset(targets), self.clock()))
        # Side by side: one that does not answer must not keep the others waiting.
        taken = await asyncio.gather(*(self._serve(target) for target in targets.values()))
        return sum(taken)

    async def _serve(self, target: Target) -> bool:
        alerts, now = self.config().alerts, self.clock()
        waiting = await self.writer.do(lambda archive: archive.alerts.waiting(target.label))
        digest = timedelta(seconds=0 if self.at_once else alerts.digest_seconds)
        if not is_time(waiting, now=now, digest=digest, quiet=alerts.quiet):
            return False
        await self.writer.do(lambda archive: archive.alerts.sending(waiting))
        text = message([one.alert for one in waiting], home=str(self.config().home))
        try:
            await asyncio.wait_for(asyncio.to_thread(self.hand, target, text, self.env), _PATIENCE_SECONDS)
        except (NotTakenError, TimeoutError) as error:
            await self._keep(target, waiting, str(error) or "it did not answer in time")
            return False
        except Exception as error:
            # Whatever a library throws may hold the address: its kind alone is said.
            await self._keep(target, waiting, f"a fault in sending ({type(error).__name__})")
            return False
        await self.writer.do(lambda archive: archive.alerts.sent(waiting, now=self.clock()))
        logger.info("alerts sent target=%s alerts=%d", target.label, len(waiting))
        return True

    async def _keep(self, target: Target, waiting: Sequence[Delivery], trouble: str) -> None:
        now, attempts = self.clock(), max(one.attempts for one in waiting) + 1
        at = next_try(attempts, now=now)
        await self.writer.do(lambda archive: archive.alerts.failed(waiting, next_try_at=at, trouble=trouble))
        logger.warning("alerts not sent target=%s alerts=%d reason=%s", target.label, len(waiting), trouble)


def _clear(labels: frozenset[str], now: datetime, archive: Archive) -> None:
    """Let go what has no target any more, or is too old to be news."""
    for status in archive.alerts.targets():
        if not status.waiting:
            continue
        waiting = archive.alerts.waiting(status.target)
        if status.target not in labels:
            archive.alerts.give_up(waiting, now=now, trouble=_NOT_LISTED)
        else:
            old = [one for one in waiting if is_hopeless(one.alert, now=now)]
            archive.alerts.give_up(old, now=now, trouble=_TOO_OLD)
    archive.alerts.forget(before=now - _KEEP_SENT)
