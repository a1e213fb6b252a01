"""A web messenger that really serves, on a free port, with an engine in memory behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import httpx2
from web_client import Page, open_page
from web_desk import MemoryDesk

from hayal import Host, Media
from hayal_web.messenger import WebMessenger
from hayal_web.settings import WebSettings


@dataclass
class Web:
    """A running web messenger, and visitors to it."""

    folder: Path
    desk: MemoryDesk
    messenger: WebMessenger
    clients: list[httpx2.AsyncClient] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.messenger.url.rstrip("/")

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def client(self, **options: Any) -> httpx2.AsyncClient:
        """A browser without a page: keeps cookies."""
        client = httpx2.AsyncClient(base_url=self.url, trust_env=False, **options)
        self.clients.append(client)
        return client

    async def visitor(self) -> tuple[httpx2.AsyncClient, str]:
        """Somebody who has opened the page, and their chat."""
        client = self.client()
        await client.get("/")
        return client, self.chat(client)

    async def raw(self, path: str) -> int:
        """The status of a GET of exactly this path, which clients and browsers would tidy first."""
        async with await anyio.connect_tcp(*self.address) as stream:
            await stream.send(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nConnection: close\r\n\r\n".encode())
            return int((await stream.receive()).split()[1])

    @property
    def address(self) -> tuple[str, int]:
        name, _, port = self.host.rpartition(":")
        return name, int(port)

    def chat(self, client: httpx2.AsyncClient) -> str:
        value = next(value for name, value in client.cookies.items() if "login" not in name)
        return value.split(".")[0]

    @asynccontextmanager
    async def page(self, client: httpx2.AsyncClient, after: int = 0, language: str = "en") -> AsyncIterator[Page]:
        """An open page of a visitor, after its hello."""
        async with open_page(self.url, client) as page:
            await page.hello(after, language)
            yield page


@asynccontextmanager
async def serving(folder: Path, desk: MemoryDesk | None = None, **settings: Any) -> AsyncIterator[Web]:
    """Run a web messenger for the length of the block."""
    desk = desk or MemoryDesk(Media.at("media", folder))
    messenger = WebMessenger(WebSettings(**{"port": 0, **settings}), Host("web", folder / "web"))
    desk.messenger = messenger
    web = Web(folder, desk, messenger)
    ready = anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(messenger.run, desk, ready.set)
        await ready.wait()
        try:
            yield web
        finally:
            for client in web.clients:
                await client.aclose()
            group.cancel_scope.cancel()
