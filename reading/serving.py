"""From Datasette's request to a page's answer: permission, a thread to read in, HTML or JSON, errors in one place."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from datasette.utils.asgi import Forbidden, Response

from newskeep.errors import (
    ArchiveLockedError,
    CaptureMissingError,
    NewskeepError,
    RunMissingError,
    SearchQueryError,
    SourceMissingError,
    StorageError,
    StoryMissingError,
)
from reading.answers import Answer, Ask, AskError, NotThereError, Page, Raw, Redirect, Route
from reading.headers import METHODS, STRICT
from reading.jsonable import to_json
from reading.readers import Readers, TooSlowError
from reading.rendering import Renderer
from storage.archive import Archive

log = logging.getLogger("newskeep.reading")

View = Callable[[Any, Any], Awaitable[Any]]
_STATUS: tuple[tuple[type[NewskeepError], int], ...] = (
    (SearchQueryError, 400),
    (AskError, 400),
    (NotThereError, 404),
    (StoryMissingError, 404),
    (SourceMissingError, 404),
    (RunMissingError, 404),
    (CaptureMissingError, 404),
    (TooSlowError, 503),
    (ArchiveLockedError, 503),
    (StorageError, 503),
)
_NAMES = {400: "That cannot be understood", 403: "Not for you", 404: "Not here", 405: "Reading only",
          500: "That went wrong", 503: "Not now"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An error as a page: what went wrong, in words."""

    ok: bool
    status: int
    error: str


class Room:
    """The reading room of one Datasette: its archive, its templates."""

    def __init__(self, datasette: Any, database: Any, readers: Readers, renderer: Renderer) -> None:
        self._datasette, self._database = datasette, database
        self._readers, self._renderer = readers, renderer

    def view(self, route: Route) -> View:
        """Datasette's view of a route."""

        async def view(request: Any, datasette: Any) -> Any:
            return await self.answer(route, request)

        return view

    async def answer(self, route: Route, request: Any) -> Any:
        """Answer a request for this route. Raises Forbidden alone; whatever else goes wrong is a page."""
        await self._permit(request, route.action)
        ask = self.ask(request)
        as_json = ask.path.endswith(".json") and route.has_json
        if request.method not in METHODS:
            return self.trouble(ask, 405, "the archive is read here, never written", as_json=as_json)
        context = self._context(request)

        def work(archive: Archive) -> Any:
            return self._respond(route.page(archive, ask), ask, context, as_json=as_json)

        try:
            return await self._readers.read(work)
        except NewskeepError as error:
            status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
            message = getattr(error, "message", None) or str(error)
            return self.trouble(ask, status, message, as_json=as_json, context=context)
        except Exception:
            return self.broken(ask, as_json=as_json)

    def ask(self, request: Any) -> Ask:
        """What a request asks for."""
        base = self._datasette.setting("base_url")
        kwargs = (request.scope.get("url_route") or {}).get("kwargs") or {}
        query = request.query_string
        host = request.host if all(c.isalnum() or c in ".-:[]_" for c in request.host) else "localhost"
        return Ask(
            path=request.path,
            names={name: unquote(value, errors="replace") for name, value in kwargs.items() if value is not None},
            args=parse_qs(query, errors="replace", max_num_fields=None) if query.count("&") < 100 else {},
            origin=f"{request.scheme}://{host}",
            base=base,
            now=datetime.now(UTC),
        )

    def trouble(
        self, ask: Ask, status: int, message: str, *, as_json: bool, context: dict[str, Any] | None = None
    ) -> Any:
        """An error as a page, or as JSON."""
        text = message[:1].upper() + message[1:]
        data = Trouble(ok=False, status=status, error=text if text.endswith((".", "?", "!")) else f"{text}.")
        page = Page(template="trouble.html", title=_NAMES.get(status, "Error"), data=data, status=status)
        return self._respond(page, ask, context or {"actor": None}, as_json=as_json)

    def broken(self, ask: Ask, *, as_json: bool) -> Any:
        """A fault of ours: the log has the traceback, the reader a word to find it by."""
        name = secrets.token_hex(4)
        log.exception("page %s failed (%s)", ask.path, name)
        message = f"This page has a fault. The server's log has more under {name}."
        return self.trouble(ask, 500, message, as_json=as_json)

    async def _permit(self, request: Any, action: str | None) -> None:
        name = self._database.name
        await self._datasette.ensure_permissions(
            request.actor, [("view-table", (name, "stories")), ("view-database", name), "view-instance"]
        )
        if action and not await self._datasette.permission_allowed(request.actor, action, default=True):
            raise Forbidden(action)

    def _context(self, request: Any) -> dict[str, Any]:
        return {"actor": request.actor}

    def _respond(self, answer: Answer, ask: Ask, context: dict[str, Any], *, as_json: bool) -> Any:
        match answer:
            case Redirect():
                status = 301 if answer.is_permanent else 302
                return Response("", status=status, headers={"Location": answer.location})
            case Raw():
                headers = {"Cache-Control": "no-cache", **answer.headers}
                if answer.filename is not None:
                    # Whatever the bytes are: saved, never shown.
                    headers |= {
                        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(answer.filename, safe='')}",
                        "Content-Security-Policy": "sandbox; default-src 'none'",
                    }
                return Response(answer.body, headers=headers, content_type=answer.content_type)
            case Page():
                headers = {"Cache-Control": "no-cache"}
                if as_json:
                    kind = "application/json; charset=utf-8"
                    return Response(to_json(answer.data), status=answer.status, headers=headers, content_type=kind)
                html = self._renderer.render(answer, ask, {"database": self._database, **context})
                body = html.encode("utf-8", "replace")
                kind = "text/html; charset=utf-8"
                headers["Content-Security-Policy"] = STRICT
                return Response(body, status=answer.status, headers=headers, content_type=kind)


def refusal(room: Room, request: Any) -> Any:
    """The page for somebody who may not see what was asked for."""
    ask = room.ask(request)
    message = "you may not see this; log in, or ask whoever runs this archive"
    return room.trouble(ask, 403, message, as_json=request.path.endswith(".json"))
