"""How small pages become in `captures.db`: alone, and with two earlier pages of their site as a dictionary.

    python -m benchmarks.captures [PLACE]

PLACE is a folder of saved pages, or one with labels.jsonl; without it, the demo's invented site is taken. Of every site
with three pages and more, the first two are the dictionary and the others are measured, packed as `storage.packing`
packs them. CPU is that of packing alone, both ways in turn.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path

import zstandard

from benchmarks.saved_pages import find_pages
from newskeep.urls import host_of
from storage.packing import LEVEL

_SAMPLES = 2


def main() -> None:
    """Print ratios and CPU, both ways."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("place", type=Path, nargs="?")
    asked = parser.parse_args()
    sites: dict[str, list[bytes]] = defaultdict(list)
    for page in find_pages(asked.place):
        sites[host_of(page.url)].append(page.body())
    plain = zstandard.ZstdCompressor(level=LEVEL)
    raw = alone = helped = count = 0
    alone_seconds = helped_seconds = 0.0
    for bodies in sites.values():
        if len(bodies) <= _SAMPLES:
            continue
        content = b"".join(bodies[:_SAMPLES])
        dictionary = zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary)
        for body in bodies[_SAMPLES:]:
            begin = time.process_time()
            alone += len(plain.compress(body))
            between = time.process_time()
            helped += len(compressor.compress(body))
            alone_seconds += between - begin
            helped_seconds += time.process_time() - between
            raw, count = raw + len(body), count + 1
    if not count:
        raise SystemExit("no site has three pages here; name another place")
    print(f"{count} pages of {len(sites)} sites, {raw / count / 1000:,.0f} KB each, zstd level {LEVEL}")
    print(f"  alone             {raw / alone:5.2f} times smaller, {alone_seconds / count * 1000:.2f} CPU ms a page")
    print(f"  with a dictionary {raw / helped:5.2f} times smaller, {helped_seconds / count * 1000:.2f} CPU ms a page")


if __name__ == "__main__":
    main()
