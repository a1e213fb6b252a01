"""A page without a browser: speaks the protocol over a real WebSocket."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed


class Page:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.welcome: dict[str, Any] = {}
        self.posts: dict[int, dict[str, Any]] = {}

    async def send(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def hear(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await self.socket.recv())
        for post in [*frame.get("posts", []), *([frame["post"]] if frame.get("post") else [])]:
            if post["rev"] >= self.posts.get(post["seq"], post)["rev"]:
                self.posts[post["seq"]] = post
        return frame

    async def until(self, kind: str, where: Callable[[dict[str, Any]], bool] = lambda frame: True) -> dict[str, Any]:
        """Hear frames until one of this type comes."""
        while True:
            frame = await self.hear()
            if frame["type"] == kind and where(frame):
                return frame

    async def hello(self, after: int = 0, language: str = "en") -> None:
        await self.send(type="hello", after=after, language=language)
        self.welcome = await self.until("welcome")
        await self.until("ready")

    async def say(self, text: str, update: str | None = None) -> dict[str, Any]:
        """Say something and hear what becomes of it."""
        update = update or str(uuid.uuid4())
        await self.send(type="say", id=update, text=text)
        while True:
            frame = await self.hear()
            if frame["type"] in {"ack", "nack"} and frame["id"] == update:
                return frame

    async def tap(self, tap: str) -> dict[str, Any]:
        update = str(uuid.uuid4())
        await self.send(type="tap", id=update, tap=tap)
        return await self.until("ack", lambda frame: bool(frame["id"] == update))

    async def closed(self) -> int:
        """The code the server closes with."""
        try:
            while True:
                await self.socket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    @property
    def texts(self) -> list[str]:
        return [self.posts[seq].get("text", "") for seq in sorted(self.posts)]


@asynccontextmanager
async def open_page(
    url: str, client: httpx2.AsyncClient | None = None, *, origin: str | None = "", name: str = "", **options: Any
) -> AsyncIterator[Page]:
    """Open `/ws`; `origin` is the page's own unless given, and `name` what the server is called."""
    address = urlsplit(url)
    options |= {"host": address.hostname, "port": address.port} if name else {}
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items()) if client else ""
    headers = {"Cookie": cookies} if cookies else {}
    async with connect(
        f"ws://{name or address.netloc}/ws",
        origin=url if origin == "" else origin,  # type: ignore[arg-type]
        additional_headers={**headers, **options.pop("headers", {})},
        proxy=None,
        **options,
    ) as socket:
        yield Page(socket)
