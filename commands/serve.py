"""`newskeep serve`: Datasette on the archive, with the reading room."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import click

from commands.homes import home_of
from newskeep.errors import UsageError
from storage.archive import Archive


@click.command()
@click.option("--host", help="Address to listen on [default: 127.0.0.1, this machine alone].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port [default: 8001]; 0 takes any that is free.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Browse and query the archive in a browser, with Datasette. It reads only, also beside a running service.

    \b
    newskeep serve
    newskeep serve --port 9000
    """
    config = home_of(ctx)
    Archive(config.home, read_only=True).close()  # a clear line now, rather than a traceback later
    address = host or config.serve.host
    listener = _listen(address, config.serve.port if port is None else port)
    if not _is_loopback(address):
        click.echo(f"warning: {address} can be reached by others, and there is no login", err=True)
    name = listener.getsockname()
    click.echo(f"the archive is at http://{name[0] if ':' not in name[0] else f'[{name[0]}]'}:{name[1]}/ (Ctrl-C ends)")
    _serve(str(config.home / "news.db"), listener)


def _serve(path: str, listener: socket.socket) -> None:
    import uvicorn  # comes with Datasette, as this does; both take a second that other commands need not spend
    from datasette.app import Datasette

    import reading

    reading.register()
    datasette = Datasette([path])
    asyncio.run(datasette.invoke_startup())
    server = uvicorn.Server(uvicorn.Config(datasette.app(), log_level="warning", lifespan="on"))
    server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; choose another with --port"
        ) from error
    return listener


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
