"""Which addresses a connection may be made to, asked at the moment it is made.

    doors = Doors(parse_networks(("127.0.0.0/8",)))      # what the owner allows beside public addresses
    doors.check("203.0.113.7")                           # RequestRefusedError where it may not be connected to
    reader, writer = await doors.connect(host, port)     # resolves, and connects to what may be connected to

Whatever opens a connection on behalf of a page goes through here: the download handler (`socket` is aiohttp's
`socket_factory`), and a proxy for a browser (`connect`). The rule is `newskeep.addresses`.
"""

from __future__ import annotations

import asyncio
import errno
import socket

from newskeep.addresses import Network, refusal
from newskeep.errors import RequestRefusedError
from newskeep.outcomes import Outcome

MARK = "newskeep refuses this address"
AddressInfo = tuple[int, int, int, str, tuple[object, ...]]
"""One answer of `getaddrinfo`: family, kind, protocol, canonical name, address."""


class Doors:
    """Open to public addresses, and to those in `allowed`."""

    def __init__(self, allowed: tuple[Network, ...] = ()) -> None:
        self._allowed = allowed

    def check(self, address: str) -> None:
        """Raise RequestRefusedError (outcome `address_refused`) where an address may not be connected to.

        `address` is a literal IPv4 or IPv6 address; ValueError where it is none. A name says nothing: it can mean
        another address a moment later.
        """
        reason = refusal(address, self._allowed)
        if reason:
            raise RequestRefusedError(reason, outcome=Outcome.ADDRESS_REFUSED)

    def socket(self, info: AddressInfo) -> socket.socket:
        """Make the socket for an address that is about to be connected to; OSError (EACCES) where it may not be."""
        family, kind, protocol, _, address = info
        reason = refusal(str(address[0]), self._allowed)
        if reason:
            # With a number, so that the text survives when several addresses of a name fail together.
            raise OSError(errno.EACCES, f"{MARK}: {reason}")
        return socket.socket(family=family, type=kind, proto=protocol)

    async def connect(
        self, host: str, port: int, *, seconds: float = 30.0, limit: int = 65_536
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Resolve a host and connect to the first of its addresses that may be connected to and answers.

        `seconds` is for each address, `limit` the reader's buffer. RequestRefusedError where an address may not be
        connected to and no other answers; socket.gaierror where the host cannot be resolved; OSError or TimeoutError
        where none answers.
        """
        loop = asyncio.get_running_loop()
        refused: RequestRefusedError | None = None
        failure: OSError = OSError(errno.EADDRNOTAVAIL, f"{host} has no address")
        for family, kind, protocol, name, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                self.check(str(address[0]))
            except RequestRefusedError as error:
                refused = error
                continue
            made = self.socket((family, kind, protocol, name, address))
            made.setblocking(False)
            try:
                await asyncio.wait_for(loop.sock_connect(made, address), seconds)
                return await asyncio.open_connection(sock=made, limit=limit)
            except OSError as error:  # a TimeoutError is one
                made.close()
                failure = error
            except BaseException:
                made.close()
                raise
        raise refused or failure


def refusal_in(error: BaseException) -> str | None:
    """What a library's error says of an address that `socket` refused; None where it is about something else."""
    text = str(error)
    return text.split(MARK, 1)[1].lstrip(": ").rstrip("]") if MARK in text else None
