"""What a turn at a host costs: CPU of taking and giving back, in a home's book and in one that nobody else reads.

    python -m benchmarks.turns [--turns 3000] [--rounds 3]

The second is what the waiting itself costs; the difference is the file. Beside it stands what a whole page costs
(`benchmarks.crawl`).
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from middlewares.turns import Turns
from newskeep.host_pace import Wish


def main() -> None:
    """Run the rounds and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--turns", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    for number in range(asked.rounds):
        with tempfile.TemporaryDirectory(prefix="newskeep-turns-") as home:
            shared = asyncio.run(_cost(Path(home), asked.turns))
        alone = asyncio.run(_cost(None, asked.turns))
        print(f"round {number + 1}  hosts.db {shared:6.1f} µs CPU a turn  in memory {alone:6.1f}  {shared / alone:.2f}")


async def _cost(home: Path | None, count: int) -> float:
    turns = Turns.open(home)
    wish = Wish(connections=8, obeys_crawl_delay=False)
    began = time.process_time()
    for _ in range(count):
        async with turns.take("https://quay.example/a", wish, lease_seconds=40) as leave:
            leave.answered(200, seconds=0.1)
    spent = time.process_time() - began
    turns.close()
    return spent / count * 1e6


if __name__ == "__main__":
    main()
