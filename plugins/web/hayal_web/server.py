"""Runs uvicorn inside the engine's own task."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import structlog
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from hayal import Desk
from hayal_web.app import make_app
from hayal_web.hub import Hub
from hayal_web.settings import WebSettings
from hayal_web.wire import MAX_FRAME

log = structlog.get_logger("hayal.web")

GRACE = 1
"""Seconds that running requests get at shutdown."""

PING = 20.0
"""Seconds between pings, and how long a page may take to answer one."""


class _WebSocket(WebSocketsSansIOProtocol):
    """uvicorn's, which can also be cut off at once, whatever still waits to be read at the other end."""

    async def run_asgi(self) -> None:
        self.scope["state"]["cut"] = self.transport.abort
        await super().run_asgi()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()


class _Server(uvicorn.Server):
    """uvicorn's, without signal handlers, and without waking up ten times a second."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._stop = anyio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        self._ready()
        await self._stop.wait()

    def stop(self) -> None:
        self.should_exit = True
        self._stop.set()

    def cut_all(self) -> None:
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()


async def serve(
    listener: socket.socket,
    settings: WebSettings,
    folder: Path,
    desk: Desk,
    hub: Hub,
    serving: Callable[[str], None],
) -> None:
    """Serve until cancelled; then close open pages, let requests end for a moment, and return."""
    url = _url(settings.host, listener)

    def ready() -> None:
        log.info("the chat is open", url=url, login="needed" if settings.token else "not needed")
        serving(url)

    config: dict[str, Any] = {
        "log_config": None,
        "log_level": "warning",
        "access_log": False,
        "lifespan": "off",
        "http": "h11",
        "ws": _WebSocket,
        "ws_max_size": MAX_FRAME,
        "ws_ping_interval": PING,
        "ws_ping_timeout": PING,
        "ws_per_message_deflate": False,
        "server_header": False,
        "date_header": False,
        "proxy_headers": bool(settings.proxies),
        "forwarded_allow_ips": list(settings.proxies),
        "limit_concurrency": settings.max_sockets + 256,
        "timeout_graceful_shutdown": GRACE,
    }
    server = _Server(uvicorn.Config(make_app(settings, folder, desk, hub), **config), ready)
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(_stop_when_cancelled, server)
            with anyio.CancelScope(shield=True):
                await server.serve(sockets=[listener])
            group.cancel_scope.cancel()
        # It is the caller who wanted the end: raise what ends it.
        await anyio.lowlevel.checkpoint()
    finally:
        server.cut_all()


async def _stop_when_cancelled(server: _Server) -> None:
    try:
        await anyio.sleep_forever()
    finally:
        server.stop()


def _url(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    name = "127.0.0.1" if host == "0.0.0.0" else "[::1]" if host == "::" else host  # noqa: S104
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return f"http://{name}:{port}/"
