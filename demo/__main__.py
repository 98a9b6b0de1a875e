"""Serve the invented site by itself: `python -m demo [--port N] [--state N] [--host ADDRESS]`.

The first line on standard output is the site's address. Ctrl-C or SIGTERM ends it.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from demo.edition import STATES
from demo.site import STATE_PATH, DemoSite


def main() -> int:
    """Serve until told to stop; 2 where the address or the port cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Serve the invented Meridian Post on loopback.")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes any that is free (default)")
    parser.add_argument("--state", type=int, default=1, choices=STATES, help="day of the site (default 1)")
    asked = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        site = DemoSite(state=asked.state, host=asked.host, port=asked.port)
        site.start()
    except (OSError, ValueError) as error:
        print(f"The demo site cannot be served on {asked.host}:{asked.port}: {error}", file=sys.stderr)
        return 2
    print(site.base_url, flush=True)
    print(f"state {site.state}; to switch: curl -d 2 {site.base_url}{STATE_PATH}", file=sys.stderr)
    stop.wait()
    site.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
