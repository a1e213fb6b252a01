"""What every local server shares: start and stop, faults and ledger as middleware, reading of requests."""

from __future__ import annotations

import argparse
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, Self

import anyio
from aiohttp import web

from .faults import Faults
from .ledger import Ledger, Seen, Upload
from .wire import Handler, enact, given, reset

__all__ = ["BODY", "Server", "Started", "free_closed_port", "given", "json_answer", "main", "reset", "served"]

BODY: web.RequestKey[Any] = web.RequestKey("body", object)
"""Where a handler finds the parsed body: `request[BODY]`. Text that is not JSON is left as bytes."""

_LARGEST = 64 * 2**20


class Server:
    """A local server: its application, the faults ordered of it and the ledger of what it saw.

    A subclass adds routes by `route` in its `__init__`. `key` is the one API key it accepts. `url` is its origin, known
    once it is served. `broken` is every exception of its own handlers: a bug of the server, not of the client.
    """

    def __init__(self, *, key: str = "") -> None:
        self.key = key
        self.url = ""
        self.faults = Faults()
        self.ledger = Ledger()
        self.closing = anyio.Event()
        self.broken: list[Exception] = []
        self.app = web.Application(middlewares=[self._middleware()], client_max_size=_LARGEST)

    @property
    def base_url(self) -> str:
        """What a plugin's `base_url` is set to."""
        return self.url

    def route(self, method: str, path: str, handler: Handler) -> None:
        """Add a route; faults are ordered for it as "METHOD path", with `{name}` for what varies."""
        added = self.app.router.add_route(method, path, handler)
        self.faults.know([f"{method} {added.resource.canonical}"] if added.resource else [])

    def key_of(self, request: web.Request) -> str | None:
        """The API key in the request, wherever it is."""
        bearer = request.headers.get("Authorization", "")
        if bearer:
            return bearer.removeprefix("Bearer ")
        return request.headers.get("x-goog-api-key", request.query.get("key"))

    def refuse(self, request: web.Request) -> web.StreamResponse | None:
        """The answer to a request that is not allowed in at all (a bad key), or None. Asked before every handler."""
        return None

    def no_route(self, request: web.Request, missing: web.HTTPException) -> web.StreamResponse:
        """The answer to a path or method the server does not have."""
        return web.Response(status=missing.status, text=f"{missing.status}: {request.method} {request.path}")

    def _middleware(self) -> Any:
        @web.middleware
        async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
            async def execute(request: web.Request) -> web.StreamResponse:
                try:
                    refused = self.refuse(request)
                    return await handler(request) if refused is None else refused
                except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as missing:
                    return self.no_route(request, missing)
                except Exception as error:
                    self.broken.append(error)
                    raise

            resource = request.match_info.route.resource
            route = f"{request.method} {resource.canonical if resource else request.path}"
            request[BODY] = body = await read(request)
            self.ledger.see(
                Seen(
                    route=route,
                    method=request.method,
                    path=request.path,
                    query=dict(request.query),
                    headers={name.lower(): value for name, value in request.headers.items()},
                    key=self.key_of(request),
                    body=body,
                )
            )
            fault = self.faults.take(route)
            if fault is not None:
                return await enact(fault, request, execute, self.closing)
            return await execute(request)

        return middleware


async def read(request: web.Request) -> Any:
    """The body: parsed JSON, a mapping of form fields, or bytes if it is neither."""
    if request.content_type == "multipart/form-data":
        return await _form(request)
    raw = await request.read()
    if request.content_type == "application/json":
        try:
            return json.loads(raw)
        except ValueError:
            return raw
    return raw


async def _form(request: web.Request) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as file:
                got: Any = Upload(value.filename, value.content_type, file.read())
        else:
            got = value if isinstance(value, str) else bytes(value).decode()
        if name not in fields:
            fields[name] = got
        elif isinstance(fields[name], list):
            fields[name].append(got)
        else:
            fields[name] = [fields[name], got]
    return fields


def json_answer(body: Any, status: int = 200, **headers: str) -> web.Response:
    """An answer in JSON. A header is given as a keyword: `retry_after="2"` is `retry-after: 2`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(
        status=status,
        headers=named,
        body=json.dumps(body, ensure_ascii=False).encode(),
        content_type="application/json",
    )


@asynccontextmanager
async def served(app: web.Application | Server, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback, on a free port unless one is named; gives the origin, "http://127.0.0.1:40123".

    At the end open connections are closed and handlers that still wait are cancelled.
    """
    server = app if isinstance(app, Server) else None
    application = app.app if isinstance(app, Server) else app
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        await web.SockSite(runner, listening, backlog=1024).start()
        url = f"http://{host}:{listening.getsockname()[1]}"
        if server:
            server.url = url
        yield url
    finally:
        if server:
            server.closing.set()
        with anyio.CancelScope(shield=True):
            await runner.cleanup()


class Started(Server):
    """A server that serves itself: `async with OpenAI(key="sk-test") as vendor`. `port` may be set before.

    At the end it raises what broke in it: no test takes a bug of the server for a fault of the vendor.
    """

    port = 0
    _serving: AbstractAsyncContextManager[str] | None = None

    async def __aenter__(self) -> Self:
        self._serving = served(self, port=self.port)
        await self._serving.__aenter__()
        return self

    async def __aexit__(self, *reason: Any) -> None:
        if self._serving:
            await self._serving.__aexit__(*reason)
        if self.broken and reason[0] is None:
            raise ExceptionGroup(f"{type(self).__name__} has a bug", self.broken)


@contextmanager
def free_closed_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections, and that nobody else can take meanwhile."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def main(serve: Callable[[str, int], AbstractAsyncContextManager[Server]]) -> None:
    """Run a server in a process of its own, until interrupted: `python -m servers.openai --port 8000 --key sk-test`.

    Its `base_url` is the one line on standard output.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="test-key")
    asked = parser.parse_args()

    async def run() -> None:
        async with serve(asked.key, asked.port) as server:
            print(server.base_url, flush=True)
            await anyio.sleep_forever()

    try:
        anyio.run(run)
    except KeyboardInterrupt:
        return
