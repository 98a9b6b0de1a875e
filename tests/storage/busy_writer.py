"""A program that writes stories as fast as it can and prints the address of each when it is acknowledged."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from newskeep.model import Capture
from storage.archive import Archive
from storage.writer import ArchiveWriter
from tests.storage.builders import NOW, capture, draft, page, take_in, teaser


def main(home: Path, round_number: int) -> None:
    """Write until killed."""
    asyncio.run(_write(home, round_number))


async def _write(home: Path, round_number: int) -> None:
    with ArchiveWriter(home) as writer:
        await asyncio.gather(*(_write_some(writer, round_number, lane) for lane in range(4)))


async def _write_some(writer: ArchiveWriter, round_number: int, lane: int) -> None:
    number = 0
    while True:
        # Every fifth is an edit of a story of the round before.
        whose = round_number - 1 if number % 5 == 4 else round_number
        url = f"https://post.example/{whose}-{lane}-{number}"
        taken = capture(url, at=NOW + timedelta(minutes=round_number))
        await writer.keep(taken, source="post", purpose="story")
        await writer.do(partial(_take, taken, f"Bridge {round_number}"))
        print(url, flush=True)
        number += 1


def _take(taken: Capture, headline: str, archive: Archive) -> None:
    teasers = (teaser(f"{taken.request_url}-next"), teaser(None, heading=headline))
    take_in(archive, taken, page(draft(headline), taken.request_url, teasers=teasers))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
