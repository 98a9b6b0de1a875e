"""`newskeep serve`: Datasette on the archive, with the reading room."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from commands.homes import home_of
from newskeep.addresses import is_loopback_host
from newskeep.asked_hosts import parse_host
from newskeep.errors import UsageError
from storage.archive import Archive

_METADATA = ("metadata.yml", "metadata.yaml", "metadata.json")


@click.command()
@click.option("--host", help="Address to listen on [default: 127.0.0.1, this machine alone].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port [default: 8001]; 0 takes any that is free.")
@click.option(
    "--allow-host", "allow_hosts", multiple=True, metavar="NAME", help="A further name it may be asked for; repeatable."
)
@click.option("--root", "as_root", is_flag=True, help="Print an address that logs you in as root, once.")
@click.option("--mcp", "as_mcp", is_flag=True, help="Speak MCP over standard input and output instead.")
@click.pass_context
def serve(
    ctx: click.Context, host: str | None, port: int | None, allow_hosts: tuple[str, ...], as_root: bool, as_mcp: bool
) -> None:
    """Read, search and query the archive in a browser, with Datasette. It reads only, also beside a running service.

    A metadata.yml (or .json) in the home is Datasette's: who may see what, plugins, titles.

    \b
    newskeep serve
    newskeep serve --port 9000
    newskeep serve --mcp

    With --mcp, a language model's program starts it and asks it over standard input and output (docs/reading.md). That
    needs `pip install 'newskeep[mcp]'`.
    """
    config = home_of(ctx)
    Archive(config.home, read_only=True).close()  # a clear line now, rather than a traceback later
    if as_mcp:
        if host is not None or port is not None or allow_hosts or as_root:
            message = "--mcp speaks over standard input and output; leave out --host, --port, --allow-host and --root"
            raise UsageError(message)
        _serve_mcp(config.home)
        return
    metadata = _metadata(config.home)
    address = host or config.serve.host
    listener = _listen(address, config.serve.port if port is None else port)
    _allow(metadata, (address, *config.serve.allow_hosts, *allow_hosts))
    if not is_loopback_host(address) and "allow" not in metadata:
        message = f"warning: {address} can be reached by others, and there is no login (docs/reading.md says how)"
        click.echo(message, err=True)
    name = listener.getsockname()
    base = f"http://{name[0] if ':' not in name[0] else f'[{name[0]}]'}:{name[1]}/"
    click.echo(f"the archive is at {base} (Ctrl-C ends)")
    _serve(str(config.home / "news.db"), metadata, listener, base=base if as_root else None)


def _metadata(home: Path) -> dict[str, Any]:
    """Datasette's metadata of a home; empty where there is none."""
    from datasette.utils import BadMetadataError, parse_metadata

    path = next((path for name in _METADATA if (path := home / name).is_file()), None)
    if path is None:
        return {}
    try:
        found = parse_metadata(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadMetadataError) as error:
        raise UsageError(f"{path}: {error}") from error
    if not isinstance(found, dict):
        raise UsageError(f"{path}: it should hold keys such as `allow` and `plugins`")
    return found


def _allow(metadata: dict[str, Any], names: Iterable[str]) -> None:
    """Let the reading room answer for these names, beside those that the metadata lists."""
    settings: Any = metadata
    for key in ("plugins", "newskeep"):
        settings = settings.setdefault(key, {})
        if not isinstance(settings, dict):
            raise UsageError(f"metadata: `{key}` should hold keys")
    listed = settings.get("allow_hosts") or []
    settings["allow_hosts"] = [*([listed] if isinstance(listed, str) else listed), *names]
    for name in settings["allow_hosts"]:
        try:
            parse_host(str(name))
        except ValueError as error:
            raise UsageError(f"allow_hosts: {error}") from error


def _serve(path: str, metadata: dict[str, Any], listener: socket.socket, *, base: str | None) -> None:
    import uvicorn  # comes with Datasette, as this does; both take a second that other commands need not spend
    from datasette.app import Datasette

    import reading

    reading.register()
    # What an operator sets for logins to outlive a restart is Datasette's own variable.
    datasette = Datasette([path], metadata=metadata, secret=os.environ.get("DATASETTE_SECRET"))
    if base is not None:
        click.echo(f"log in as root at {base}-/auth-token?token={datasette._root_token}")
    asyncio.run(datasette.invoke_startup())
    server = uvicorn.Server(uvicorn.Config(datasette.app(), log_level="warning", lifespan="on"))
    server.run(sockets=[listener])


def _serve_mcp(home: Path) -> None:
    try:
        from reading.mcp_server import serve as serve_mcp
    except ImportError as error:
        raise UsageError("--mcp needs the MCP library: `pip install 'newskeep[mcp]'` (or `pip install mcp`)") from error
    serve_mcp(home)


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
