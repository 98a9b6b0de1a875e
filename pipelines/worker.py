"""One extraction worker: a process of its own, so that a page which hangs or eats memory costs that page alone.

Started as `python -m pipelines.worker SECONDS BYTES`; reads tasks from standard input and writes replies to standard
output, each pickled behind its length. It imports neither Scrapy nor SQLite, opens no file and no connection, and ends
when its parent does, however that ended.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import struct
import sys
import traceback
from dataclasses import replace
from typing import BinaryIO

from newskeep.errors import ExtractionError, PageError
from pipelines import garbage
from pipelines.memory import MemoryShelf
from pipelines.tasks import PageTask, Reply, Task

HEADER = struct.Struct(">Q")
# The parent ends a page that takes too long; this only makes sure of it where the parent is gone.
_GRACE_SECONDS = 5.0


def main(argv: list[str]) -> None:
    """Answer tasks until standard input ends."""
    seconds, limit_bytes = float(argv[1]), int(argv[2])
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not land among the replies
    # The service decides when its workers end: it closes their input. Ctrl-C and a stop of the unit reach it, not them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    garbage.spare_what_is_loaded()
    limit_memory(limit_bytes)
    # Imports are done: from now on the clock runs for pages alone.
    replies.write(HEADER.pack(0))
    replies.flush()
    shelf = MemoryShelf()
    while (task := _read(sys.stdin.buffer)) is not None:
        _alarm(seconds + _GRACE_SECONDS)
        if isinstance(task, PageTask):
            task = replace(task, memory=shelf.unpack(task.memory))
        with garbage.held_off():
            reply = answer(task)
        _alarm(0)
        body = pickle.dumps(reply, pickle.HIGHEST_PROTOCOL)
        replies.write(HEADER.pack(len(body)) + body)
        replies.flush()


def answer(task: Task) -> Reply:
    """Run a task; whatever goes wrong with it is part of the reply."""
    try:
        return Reply(answer=task.run(), resident_bytes=resident_bytes())
    except PageError as error:
        return Reply(error=error, resident_bytes=resident_bytes())
    except MemoryError:
        return Reply(out_of_memory=True, resident_bytes=resident_bytes())
    except Exception as error:
        fault = ExtractionError(f"{type(error).__name__}: {error}", url=task.capture.final_url)
        return Reply(error=fault, trace=traceback.format_exc(), resident_bytes=resident_bytes())


def limit_memory(limit_bytes: int) -> None:
    """Let this process hold so much more than it holds now. Only where the system enforces it (Linux)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # there is none on Windows

        now = _mapped_bytes()
        if now is not None:
            resource.setrlimit(resource.RLIMIT_AS, (now + limit_bytes, now + limit_bytes))


def resident_bytes() -> int:
    """The memory this process holds; 0 where the system does not tell."""
    return _statm(1) or 0


def _mapped_bytes() -> int | None:
    return _statm(0)


def _statm(column: int) -> int | None:
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[column]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return None


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _read(stream: BinaryIO) -> Task | None:
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    body = stream.read(length)
    if len(body) < length:
        return None
    task: Task = pickle.loads(body)
    return task


if __name__ == "__main__":
    main(sys.argv)
