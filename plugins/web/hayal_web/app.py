"""The ASGI application: every route of the server."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from hayal import Desk, PluginError
from hayal_web.files import MediaFiles
from hayal_web.guard import Access, Guard
from hayal_web.hub import Hub
from hayal_web.identity import Identities
from hayal_web.links import PATH, Links
from hayal_web.live import Live
from hayal_web.messenger import STATIC
from hayal_web.pages import Pages
from hayal_web.settings import WebSettings
from hayal_web.texts import preferred

OWN = ("ws", "media", "shared", "static", "texts.json", "login", "healthz", "metrics")
LARGEST_FORM = 4096


def make_app(settings: WebSettings, folder: Path, desk: Desk, hub: Hub) -> ASGIApp:
    """The whole server. Raises PluginError if a plugin's route takes a path of ours."""
    identities = Identities(folder, settings.token.get_secret_value() if settings.token else None)
    access = Access(settings, identities)
    pages = Pages(STATIC, desk, access)
    files = MediaFiles(desk, access, Links(folder))
    plugins = [(_route(path), app) for path, app in desk.routes]
    routes: list[BaseRoute] = [
        Route("/", pages.page),
        Route("/static/{version}/{name}", pages.static),
        Route("/texts.json", pages.texts),
        Route("/media/{key:path}", files.__call__),
        Route(PATH + "/{token}/{name}", files.shared),
        Route("/login", Login(pages, access).__call__, methods=["GET", "POST"]),
        WebSocketRoute("/ws", Live(settings, desk, hub, access)),
        *_for_operators(desk, access),
        *(Mount(path, app) for path, app in plugins),
    ]
    return Guard(Starlette(routes=routes), access, [path for path, _ in plugins])


def _route(path: str) -> str:
    first = path.strip("/").partition("/")[0]
    if not first or first in OWN:
        msg = f'a plugin cannot serve "{path}" on the web page: that path is the page\'s own'
        raise PluginError(msg)
    return "/" + path.strip("/")


def _for_operators(desk: Desk, access: Access) -> list[BaseRoute]:
    fresh = {"cache-control": "no-store"}

    def known(request: Request) -> bool:
        here = access.from_here(request.scope, request.headers)
        return here or (access.identities.has_token and access.logged_in(request.scope, request.headers))

    async def healthz(request: Request) -> Response:
        problems = await desk.health()
        body: dict[str, object] = {"ok": not problems}
        if known(request):
            body["problems"] = problems
        return JSONResponse(body, 503 if problems else 200, fresh)

    async def metrics(request: Request) -> Response:
        if not known(request):
            return PlainTextResponse("Metrics are for this machine, or after a login.\n", 403)
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return Response(desk.metrics(), headers={"content-type": kind, **fresh})

    return [Route("/healthz", healthz), Route("/metrics", metrics)]


class Login:
    """The endpoint `/login`: a form, or `?token=`, then away from it so that the token does not stay in the address."""

    def __init__(self, pages: Pages, access: Access) -> None:
        self._pages = pages
        self._access = access

    async def __call__(self, request: Request) -> Response:
        """Show the form, or take the token."""
        language = preferred(request.headers.get("accept-language", ""))
        if not self._access.identities.has_token:
            return RedirectResponse("/", 303)
        if request.method == "POST":
            token = await _form_token(request)
        elif "token" in request.query_params:
            token = request.query_params["token"]
        elif self._access.logged_in(request.scope, request.headers):
            return RedirectResponse("/", 303)
        else:
            return self._pages.login(language)
        wait = self._access.try_token(request.scope, token)
        if wait is None:
            return self._pages.login(language, 403, "web-login-wrong")
        if wait:
            response = self._pages.login(language, 429, "web-login-slow")
            response.headers["retry-after"] = str(int(wait) + 1)
            return response
        secure = self._access.secure(request.scope)
        cookie = self._access.identities.login_header(secure=secure)
        return RedirectResponse("/", 303, {"set-cookie": cookie, "cache-control": "no-store"})


async def _form_token(request: Request) -> str:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM:
                return ""
    except ClientDisconnect:
        return ""
    return parse_qs(body.decode(errors="replace"), max_num_fields=8).get("token", [""])[0]
