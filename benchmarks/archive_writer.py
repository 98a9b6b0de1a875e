"""A writer at work: invented stories into an archive, twenty every half second, until it is told to stop.

    python -m benchmarks.archive_writer HOME

Each is written as the pipeline's last stage writes it. `benchmarks.reading` runs it beside the pages it times.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from benchmarks.archive import _file
from benchmarks.invented_stories import invented
from newskeep.outcomes import Trigger
from storage.archive import Archive

_BATCH, _PAUSE_SECONDS = 20, 0.5
_MOST, _AHEAD = 1_000_000, 10_000


def main() -> None:
    """Write until SIGTERM."""
    stopped: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.append(number)

    signal.signal(signal.SIGTERM, stop)
    with Archive(Path(sys.argv[1])) as archive:
        run_id = archive.runs.start(None, Trigger.COMMAND, now=datetime.now(UTC), pid=os.getpid(), host="benchmark")
        # A few invented stories are filed as others: the number of those that are there says little of the last one.
        first = (archive.stories.count() // _AHEAD + 1) * _AHEAD
        with invented(2, first, first + _MOST, batch=_BATCH) as batches:
            for batch in batches:
                with archive.transaction():
                    for story in batch:
                        _file(archive, run_id, story)
                if stopped:
                    return
                time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()
