"""Hostile addresses and tricks, and a resolver that a test tells what names mean.

`{port}` stands for the port of a real server on loopback, so that whatever came through would be seen in its log.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from middlewares.download import GuardedDownloadHandler

# Names as an attacker's own name server would answer them. Several rounds of answers: each look-up gets the next.
NAMES: dict[str, list[list[str]]] = {
    "loopback.attacker.example": [["127.0.0.1"]],
    "loopback6.attacker.example": [["::1"]],
    "mapped.attacker.example": [["::ffff:127.0.0.1"]],
    "private.attacker.example": [["10.0.0.7"]],
    "several.attacker.example": [["10.0.0.7", "fd00::7", "127.0.0.1"]],
    "linklocal.attacker.example": [["fe80::1"]],
    "zero.attacker.example": [["0.0.0.0"]],
    "nat64.attacker.example": [["64:ff9b::7f00:1"]],
    "sixtofour.attacker.example": [["2002:7f00:1::"]],
    "teredo.attacker.example": [["2001:0:5ef5:79fd:0:59d:80ff:fffe"]],
    "metadata.google.internal": [["169.254.169.254"]],
    "instance-data.ec2.internal": [["169.254.169.254", "fd00:ec2::254"]],
    "metadata.azure.internal": [["168.63.129.16", "169.254.169.254"]],
    "127.0.0.1.nip.example": [["127.0.0.1"]],
    "xn--bcher-kva.attacker.example": [["192.168.1.1"]],
}

LITERAL = [
    # IPv4 in all the ways that some system reads
    "http://127.0.0.1:{port}/",
    "http://127.0.0.2:{port}/",
    "http://127.255.255.254:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0X7F.0x0.0x0.0x1:{port}/",
    "http://017700000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0177.0.0.01:{port}/",
    "http://00000177.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://10.0.0.1:{port}/",
    "http://172.16.0.1:{port}/",
    "http://192.168.0.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://192.0.2.1:{port}/",
    "http://198.18.0.1:{port}/",
    "http://224.0.0.1:{port}/",
    "http://255.255.255.255:{port}/",
    "http://240.0.0.1:{port}/",
    # IPv6, and IPv4 inside it
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:5ef5:79fd:0:59d:80ff:fffe]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://[fe80::1%lo]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://[fc00::1]:{port}/",
    "http://[fd12:3456:789a::1]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://[2001:db8::1]:{port}/",
    # the machines that tell a cloud's secrets
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9.0xfe.0xa9.0xfe/latest/",
    "http://[fd00:ec2::254]/latest/",
    "http://[::ffff:a9fe:a9fe]/latest/",
    "http://100.100.100.200/latest/",
    "http://192.0.0.192/opc/",
    # what is read in one way here and in another there
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://news.example@127.0.0.1:{port}/",
    "http://news.example:80@127.0.0.1:{port}/",
    "http://news.example%40127.0.0.1@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@news.example/",
    "http://127.0.0.1:{port}\\@news.example/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://127%2e0%2e0%2e1:{port}/",
    "http://１２７.０.０.１:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127。0。0。1:{port}/",
    "https://127.0.0.1:{port}/",
    "http://127.0.0.1:22/",
    "http://127.0.0.1:25/%0d%0aHELO",
    "http:\\\\127.0.0.1:{port}\\",
    "http:/127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "http://[::1]%00.news.example:{port}/",
    "http://127.0.0.1:{port}:80/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:{port}/\r\nX-Injected: 1",
    "http://127.0.0.1\r\n:{port}/",
    "\thttp://127.0.0.1:{port}/",
]
NAMED = [f"http://{name}:{{port}}/" for name in NAMES]
OTHER_SCHEMES = [
    "file:///etc/passwd",
    "file:/etc/passwd",
    "file://127.0.0.1/etc/passwd",
    "ftp://127.0.0.1/x",
    "gopher://127.0.0.1:{port}/_GET",
    "dict://127.0.0.1:{port}/info",
    "ldap://127.0.0.1:{port}/",
    "data:text/html,<p>words</p>",
    "javascript:alert(1)",
    "view-source:http://127.0.0.1:{port}/",
    "jar:http://127.0.0.1:{port}/a.jar!/",
    "s3://bucket/key",
    "ws://127.0.0.1:{port}/",
    "about:blank",
    "mailto:desk@news.example",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}/",
]


class Names(AbstractResolver):
    """Answers for `NAMES` as told, and for the rest as the system does (which reads odd forms of numbers)."""

    def __init__(self) -> None:
        self._system = ThreadedResolver()
        self._rounds: dict[str, Iterator[list[str]]] = {}

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[Any]:
        answers = NAMES.get(host.rstrip("."))
        if answers is None:
            return await self._system.resolve(host, port, family)
        rounds = self._rounds.setdefault(host, iter(answers))
        addresses = next(rounds, answers[-1])
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        await self._system.close()


class ToldHandler(GuardedDownloadHandler):
    """The real download handler with names of ours."""

    def _resolver(self) -> Names:
        return Names()


TOLD = dict.fromkeys(("http", "https"), ToldHandler) | dict.fromkeys(("data", "file", "ftp", "s3"))
