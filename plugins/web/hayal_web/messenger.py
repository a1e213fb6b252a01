"""The messenger `web`."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from hayal import Activity, Desk, Host, Messenger, MessengerCapabilities, PluginError, Post, Settings
from hayal_web import wire
from hayal_web.hub import Hub
from hayal_web.links import Links
from hayal_web.settings import WebSettings

STATIC = Path(__file__).parent / "static"


class WebMessenger(Messenger):
    """A page in the browser. What it shows is the engine's log; a page that is not open misses nothing."""

    settings_type: ClassVar[type[Settings]] = WebSettings
    capabilities = MessengerCapabilities(buttons=True, edits=True, max_file=None, max_text=4000)
    settings: WebSettings

    def __init__(self, settings: WebSettings, host: Host) -> None:
        super().__init__(settings, host)
        self.hub = Hub(settings.max_sockets, settings.max_sockets_per_chat)
        self.url = ""
        """Where the page is, once it is served."""
        self._links: Links | None = None

    async def check(self) -> None:
        """Whether the port can be had, unless it is ours already. Raises PluginError."""
        if not self.url:
            bind(self.settings.host, self.settings.port).close()

    async def run(self, desk: Desk, ready: Callable[[], None]) -> None:
        """Serve the page until cancelled. Raises PluginError if the port cannot be had."""
        from hayal_web.server import serve

        with bind(self.settings.host, self.settings.port) as listener:

            def serving(url: str) -> None:
                self.url = url
                ready()

            try:
                await serve(listener, self.settings, self.host.folder, desk, self.hub, serving)
            finally:
                self.url = ""

    async def send(self, post: Post) -> str:
        """Push a new message to the chat's open pages."""
        self.hub.push(post.chat, wire.post(post))
        return str(post.seq)

    async def edit(self, post: Post, remote: str) -> None:
        """Push a changed message to the chat's open pages."""
        self.hub.push(post.chat, wire.post(post))

    async def act(self, chat: str, activity: Activity) -> None:
        """Show on the chat's open pages that the persona is busy."""
        self.hub.push(chat, wire.activity(activity))

    def link(self, key: str, seconds: float) -> str | None:
        """A signed address, if people can reach the page at one that the settings name."""
        if not self.settings.origins:
            return None
        self._links = self._links or Links(self.host.folder)
        return self.settings.origins[0] + self._links.path(key, seconds)

    async def forget(self, chat: str) -> None:
        """Clear the chat's open pages."""
        self.hub.forget(chat)


def bind(host: str, port: int) -> socket.socket:
    """A socket listening at `host` and `port`. Raises PluginError with one sentence."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        msg = f'the web page cannot be served: no address is known for host "{host}" of [plugins.web]'
        raise PluginError(msg) from error
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(256)
    except OSError as error:
        listener.close()
        reason = {
            errno.EADDRINUSE: "another program uses that port",
            errno.EACCES: "that port is reserved for the administrator",
            errno.EADDRNOTAVAIL: "this machine does not have that address",
        }.get(error.errno or 0, error.strerror or str(error))
        msg = (
            f"the web page cannot be served at {host} port {port}: {reason}; "
            "choose another `host` or `port` in [plugins.web]"
        )
        raise PluginError(msg) from error
    return listener
