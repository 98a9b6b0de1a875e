"""Telling systemd that the service is ready, alive, and about to stop (sd_notify); nothing where it is not asked for.

A datagram to the socket that NOTIFY_SOCKET names is all there is to it. With `WatchdogSec=` in the unit, a service that
gives no sign of life is ended and started again.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping


def notify(env: Mapping[str, str], message: str) -> None:
    """Tell systemd something, such as `READY=1`; a fault in that is none of the service's."""
    address = env.get("NOTIFY_SOCKET")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect(address)
        line.sendall(message.encode())
