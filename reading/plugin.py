"""What Datasette is told: routes, headers, and how its own pages stay fast on a large archive.

The plugin does nothing in a Datasette without an archive of newskeep's.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Generator
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import datasette as datasette_package
from datasette.utils import actor_matches_allow
from datasette.utils.asgi import Response

from newskeep.asked_hosts import parse_host
from reading.answers import Route
from reading.asked_hosts import with_known_hosts
from reading.datasette_pages import capped_counts, quicken
from reading.headers import App, with_headers
from reading.readers import Readers
from reading.rendering import STATIC, Renderer, static_digest
from reading.routes import CAPTURES, ROUTES, navigation
from reading.serving import Room, refusal
from reading.tables import datasette_metadata
from storage.news_schema import NEWS

F = TypeVar("F", bound=Callable[..., Any])


def _regex(route: Route) -> str:
    return route.pattern + (r"(?:\.json)?$" if route.has_json else "$")


_ASSETS = r"/-/newskeep/(?P<name>[\w.-]+)$"
_OURS = [re.compile(_regex(route)) for route in ROUTES]
_rooms: WeakKeyDictionary[Any, Room | None] = WeakKeyDictionary()


def hook(**options: bool) -> Callable[[F], F]:
    """Datasette's mark of a plugin's functions, typed."""
    mark: Callable[[F], F] = datasette_package.hookimpl(**options)
    return mark


def archive_database(datasette: Any) -> Any:
    """The first of Datasette's databases that is the `news.db` of an archive; None where there is none."""
    return next((one for one in datasette.databases.values() if one.path and _is_archive(str(one.path))), None)


def room_of(datasette: Any) -> Room | None:
    """The reading room of this Datasette; None where it shows no archive."""
    if datasette not in _rooms:
        database = archive_database(datasette)
        _rooms[datasette] = None if database is None else _room(datasette, database)
    return _rooms[datasette]


def _room(datasette: Any, database: Any) -> Room:
    title = (datasette._metadata_local or {}).get("title") or "newskeep"
    renderer = Renderer(navigation(), title=title, template_dir=datasette.template_dir)
    return Room(datasette, database, Readers(Path(database.path).absolute().parent), renderer)


@lru_cache(maxsize=64)
def _is_archive(path: str) -> bool:
    if Path(path).name != NEWS.name:
        return False
    try:
        connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
        try:
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return False
    return bool(mark == NEWS.application_id)


@hook()
def startup(datasette: Any) -> None:
    """Make Datasette's own pages fit for a large archive."""
    database = archive_database(datasette)
    if database is not None:
        quicken(datasette)
        database.table_counts = lambda limit=10: capped_counts(database)


@hook()
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Our pages. They come before Datasette's own, so `/` is ours."""
    room = room_of(datasette)
    if room is None:
        return []
    return [*((_regex(one), room.view(one)) for one in ROUTES), (_ASSETS, _asset)]


@hook()
def permission_allowed(datasette: Any, actor: dict[str, Any] | None, action: str) -> bool | None:
    """Who may see captures: `plugins: newskeep: captures` of the metadata, an `allow` block as Datasette has them."""
    if action != CAPTURES:
        return None
    block = (datasette.plugin_config("newskeep") or {}).get("captures")
    return None if block is None else bool(actor_matches_allow(actor, block))


@hook(trylast=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Answer for known hosts only, and put our headers on every answer."""

    def wrap(app: App) -> App:
        if archive_database(datasette) is None:
            return app
        return with_headers(with_known_hosts(app, _allowed_hosts(datasette)), _is_ours(datasette))

    return wrap


def _allowed_hosts(datasette: Any) -> frozenset[str]:
    """What the owner calls this server: `plugins: newskeep: allow_hosts` of the metadata."""
    listed = (datasette.plugin_config("newskeep") or {}).get("allow_hosts") or []
    return frozenset(parse_host(str(name)) for name in ([listed] if isinstance(listed, str) else listed))


@hook()
def get_metadata(datasette: Any, key: str | None, database: str | None, table: str | None) -> dict[str, Any]:
    """Titles, descriptions and queries for Datasette's own pages."""
    archive = archive_database(datasette) if getattr(datasette, "databases", None) else None
    return {} if archive is None else datasette_metadata(archive.name)


@hook()
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    """What our versions of Datasette's templates need."""
    room = room_of(datasette)
    if room is None:
        return {"newskeep_asset": None}
    return {"newskeep_asset": lambda name: f"{datasette.setting('base_url')}-/newskeep/{name}?v={static_digest(name)}"}


@hook()
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """The way from Datasette's pages to ours."""
    room = room_of(datasette)
    return [] if room is None else [{"href": datasette.urls.path(path), "label": label} for label, path in navigation()]


@hook(hookwrapper=True)
def handle_exception(datasette: Any, request: Any, exception: BaseException) -> Generator[None, Any, None]:
    """Show errors of any address in our own page; Datasette's way would print every 404 with its variables."""
    outcome = yield
    room = room_of(datasette)
    if room is None:
        return
    others = [one for one in outcome.get_result() if getattr(one, "__module__", "") != "datasette.handle_exception"]

    async def ours() -> Any:
        as_json = request.path.partition("?")[0].endswith(".json")
        status = getattr(exception, "status", 500)
        if status == 500:
            return room.broken(room.ask(request), as_json=as_json)
        message = getattr(exception, "message", None) or (str(exception.args[0]) if exception.args else "")
        message = "there is nothing at this address" if message in ("404", "") else message
        return room.trouble(room.ask(request), status, message, as_json=as_json)

    outcome.force_result([*others, ours])


@hook(hookwrapper=True)
def forbidden(datasette: Any, request: Any, message: str) -> Generator[None, Any, None]:
    """Show what somebody may not see in our own page."""
    outcome = yield
    room = room_of(datasette)
    if room is not None:
        others = [one for one in outcome.get_result() if getattr(one, "__module__", "") != "datasette.forbidden"]

        async def ours() -> Any:
            return refusal(room, request)

        outcome.force_result([*others, ours])


def _is_ours(datasette: Any) -> Callable[[str], bool]:
    base = datasette.setting("base_url")

    def is_ours(path: str) -> bool:
        local = "/" + path[len(base) :] if base != "/" and path.startswith(base) else path
        return local.startswith("/-/newskeep/") or any(pattern.match(local) for pattern in _OURS)

    return is_ours


async def _asset(request: Any) -> Any:
    name = request.scope["url_route"]["kwargs"]["name"]
    if name not in {path.name for path in STATIC.iterdir()}:
        return Response("there is no such file", status=404, content_type="text/plain; charset=utf-8")
    kind = guess_type(name)[0] or "application/octet-stream"
    is_named = request.args.get("v") == static_digest(name)
    caching = "public, max-age=31536000, immutable" if is_named else "no-cache"
    return Response((STATIC / name).read_bytes(), headers={"Cache-Control": caching}, content_type=kind)
