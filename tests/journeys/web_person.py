"""Somebody at the web page, over its own protocol: a `journeys.person.Person`."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import av
import httpx2
from PIL import Image
from websockets.asyncio.client import ClientConnection, connect

from journeys.person import WAIT, Kind, Picture, Received, Shown, Wanted, matches, pick
from journeys.process import cookies_of


class WebPerson:
    """What the page shows is `posts`, by number; every version of what the other side said is in `history`."""

    def __init__(self, url: str, cookies: dict[str, str], language: str) -> None:
        self.url, self.cookies, self.language = url, cookies, language
        self.posts: dict[int, dict[str, Any]] = {}
        self.history: list[Shown] = []
        self.menu: list[str] = []
        self.ready = anyio.Event()
        self._socket: ClientConnection | None = None
        self._changed = anyio.Event()

    async def listen(self, socket: ClientConnection) -> None:
        """Take in what the page is sent, until cancelled."""
        self._socket = socket
        async for frame in socket:
            data = json.loads(frame)
            for post in [*data.get("posts", []), *([data["post"]] if data.get("post") else [])]:
                known = self.posts.get(post["seq"])
                if known is None or post["rev"] > known["rev"]:
                    self._take(post, 0 if known is None else post["rev"])
            if data["type"] == "ready":
                self.ready.set()
            self._changed.set()
            self._changed = anyio.Event()

    def _take(self, post: dict[str, Any], edited: int) -> None:
        self.posts[post["seq"]] = post
        if post.get("by") == "person":
            return
        if post.get("menu"):
            self.menu = [label for row in post["menu"] for label in row]
        pictures = [post["attachment"]] if post.get("attachment") else []
        pictures += [card["picture"] for card in post.get("cards", ()) if card.get("picture")]
        self.history.append(
            Shown(
                str(post["seq"]),
                len(self.history) + 1,
                "\n".join([post.get("text", ""), *(card["title"] for card in post.get("cards", ()))]).strip(),
                tuple(button["label"] for button in _buttons(post)),
                tuple(
                    Picture(one["kind"], one["key"], one["width"], one["height"], one.get("seconds") or 0.0)
                    for one in pictures
                ),
                edited,
            )
        )

    @property
    def now(self) -> int:
        """The number of the last change."""
        return len(self.history)

    @property
    def screen(self) -> list[Shown]:
        """The last version of everything the other side said."""
        return sorted({one.id: one for one in self.history}.values(), key=lambda one: int(one.id))

    @property
    def status(self) -> str:
        """The newest message that has changed and has no media."""
        return next((one.text for one in reversed(self.screen) if one.edited and not one.media), "")

    async def say(self, text: str) -> None:
        """Write a text."""
        await self._send("say", text=text)

    async def choose(self, option: str | int) -> None:
        """Tap a button, or one of the menu."""
        await self._until(lambda: self._offered(option) is not None, f"choose {option!r}")
        kind, what = self._offered(option) or ("", "")
        await self._send("tap" if kind == "tap" else "say", **{kind: what})

    def _offered(self, option: str | int) -> tuple[str, str] | None:
        for one in reversed(self.screen):
            place = pick(one.choices, option)
            if place is not None:
                return "tap", _buttons(self.posts[int(one.id)])[place]["tap"]
            if one.choices and isinstance(option, int):
                return None
        place = pick(self.menu, option)
        return None if place is None else ("text", self.menu[place])

    async def sees(self, wanted: Wanted, *, since: int = 0) -> Shown:
        """Wait until it has been shown after `since`."""

        def find() -> Shown | None:
            return next((one for one in self.history[since:] if matches(one, wanted)), None)

        await self._until(lambda: find() is not None, f"see {wanted!r}")
        found = find()
        assert found is not None
        return found

    async def receives(self, kind: Kind, *, since: int = 0) -> Received:
        """Wait for media, fetch it and open it."""
        one = await self.sees(lambda one: any(picture.kind == kind for picture in one.media), since=since)
        name = next(picture.name for picture in one.media if picture.kind == kind)
        async with httpx2.AsyncClient(cookies=self.cookies) as client:
            answer = await client.get(f"{self.url}/media/{name}")
            data = answer.raise_for_status().content
        digest = hashlib.sha256(data).hexdigest()
        if kind == "image":
            with Image.open(io.BytesIO(data)) as picture:
                picture.load()
                size, codec = picture.size, (picture.format or "").lower()
            return Received(kind, len(data), digest, *size, 0.0, codec, one)
        with av.open(io.BytesIO(data), "r") as film:
            frame = next(film.decode(film.streams.video[0]))
            seconds, codec = float((film.duration or 0) / av.time_base), film.streams.video[0].codec_context.name
        return Received(kind, len(data), digest, frame.width, frame.height, seconds, codec, one)

    async def _send(self, kind: str, **fields: str) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps({"type": kind, "id": str(uuid.uuid4()), **fields}))

    async def _until(self, wanted: Callable[[], bool], what: str) -> None:
        with anyio.move_on_after(WAIT):
            while not wanted():
                await self._changed.wait()
            return
        screen = "\n".join(f"  [{one.id}] {one.text!r} {one.choices} {one.media}" for one in self.screen)
        raise TimeoutError(f"the person at the page did not {what}. On the screen:\n{screen}")


def _buttons(post: dict[str, Any]) -> list[dict[str, str]]:
    rows = [*post.get("buttons", ()), *(card.get("buttons", ()) for card in post.get("cards", ()))]
    return [button for row in rows for button in row]


@asynccontextmanager
async def web_person(url: str, language: str = "en") -> AsyncIterator[WebPerson]:
    """Somebody new at the page of a running hayal."""
    person = WebPerson(url, await cookies_of(url), language)
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    headers = {"Cookie": cookie, "Origin": url}
    async with (
        connect(url.replace("http", "ws", 1) + "/ws", additional_headers=headers, open_timeout=WAIT) as socket,
        anyio.create_task_group() as group,
    ):
        group.start_soon(person.listen, socket)
        await socket.send(json.dumps({"type": "hello", "after": 0, "language": language}))
        with anyio.fail_after(WAIT):
            await person.ready.wait()
        yield person
        group.cancel_scope.cancel()
