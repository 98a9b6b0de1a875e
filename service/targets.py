"""Handing messages to people, by apprise. The owner chose the targets: no guard of addresses stands between.

Nothing of a target's address is ever said or logged: it holds passwords and tokens.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from config_tables.alerts import Target
from newskeep.alerts import Message

_STATUS = re.compile(r"\berror=(\d{3})\b")


class NotTakenError(Exception):
    """A target did not take a message; the text says why, without its address."""


class Hand(Protocol):
    """Hands a message to a target; raises NotTakenError. It may take its time: it is called in a thread."""

    def __call__(self, target: Target, message: Message, env: Mapping[str, str]) -> None:
        """Hand it over, once."""


def hand_over(target: Target, message: Message, env: Mapping[str, str]) -> None:
    """Hand a message to a target; raises NotTakenError. Blocks until the target has answered."""
    import apprise  # a second of imports that only those with something to tell need spend

    try:
        address = target.address(env)
    except KeyError as error:
        raise NotTakenError(f"the variable {error.args[0]} is not set in the environment") from error
    in_memory = apprise.PersistentStoreMode.MEMORY
    asset = apprise.AppriseAsset(app_id="newskeep", app_desc="newskeep", storage_mode=in_memory)
    with _overheard() as said:
        # One service in this very thread: several at once would each get a thread of its own.
        service = apprise.Apprise.instantiate(address, asset=asset)
        if service is None:
            raise NotTakenError("apprise cannot make sense of its address")
        is_taken = service.notify(title=message.title, body=message.body, body_format=apprise.NotifyFormat.TEXT)
    if not is_taken:
        status = next(filter(None, map(_STATUS.search, said)), None)
        raise NotTakenError(f"it answered with HTTP {status[1]}" if status else "it could not be reached, or refused")


class _Ear(logging.Handler):
    """Keeps what one thread logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.said.append(record.getMessage())


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """Hear what apprise logs. It goes nowhere else, nor does what its HTTP library logs: there are addresses in it."""
    ear = _Ear()
    loggers = [logging.getLogger(name) for name in ("apprise", "urllib3")]
    for logger in loggers:
        logger.propagate = False
        logger.addHandler(ear)
    try:
        yield ear.said
    finally:
        for logger in loggers:
            logger.removeHandler(ear)
