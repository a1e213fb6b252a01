"""The endpoint `/ws`: one open page. See `hayal_web.wire` for what is said."""

from __future__ import annotations

import uuid

import anyio
import structlog
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from hayal import Desk, Post, StorageError, Update
from hayal_web import wire
from hayal_web.guard import Access
from hayal_web.hub import Crowded, Hub, Line
from hayal_web.limits import Buckets
from hayal_web.settings import WebSettings
from hayal_web.texts import known

log = structlog.get_logger("hayal.web")

HELLO_SECONDS = 15
RECENT = 30
"""Newest entries that every page gets again, as they may have been edited while it was away."""
PAGE = 50
"""Entries of a first look, and of each look further back."""
MISSED = 200
"""Entries a page may have missed before it starts afresh instead."""
BATCH = 25
"""Entries in one frame."""


class Live:
    """The ASGI endpoint: who comes in, and how every page ends."""

    def __init__(self, settings: WebSettings, desk: Desk, hub: Hub, access: Access) -> None:
        self._desk = desk
        self._hub = hub
        self._access = access
        self._said = Buckets(settings.rate, settings.burst)
        self._asked = Buckets(rate=4, burst=30)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one page until it goes, or is sent away."""
        websocket = WebSocket(scope, receive, send)
        try:
            await websocket.accept()
            code = await self._serve(websocket)
            if code is not None:
                with anyio.move_on_after(2):
                    await websocket.close(code)
        except WebSocketDisconnect:
            return

    async def _serve(self, websocket: WebSocket) -> int | None:
        headers = websocket.headers
        chat = self._access.chat(headers)
        if chat is None or not self._access.logged_in(websocket.scope, headers):
            return wire.NO_IDENTITY
        try:
            with anyio.fail_after(HELLO_SECONDS):
                hello = wire.parse(await _receive(websocket))
            if not isinstance(hello, wire.Hello):
                return wire.BAD_FRAME
            with self._hub.join(chat, websocket.scope["state"]["cut"]) as line:
                page = _Page(websocket, line, hello, self._desk, self._hub, self._said, self._asked)
                await page.catch_up(hello.after, self._access.identities.mark(chat))
                await page.talk()
                return None
        except wire.BadFrame:
            return wire.BAD_FRAME
        except _BinaryFrame:
            return wire.BINARY
        except TimeoutError:
            return wire.NO_HELLO
        except Crowded:
            return wire.CROWDED
        except StorageError:
            return wire.LATER
        except WebSocketDisconnect:
            return None
        except Exception:
            log.exception("an open page failed")
            return wire.FAULT


class _BinaryFrame(Exception):
    pass


async def _receive(websocket: WebSocket) -> str:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None:
        raise _BinaryFrame
    return str(text)


class _Page:
    def __init__(
        self,
        websocket: WebSocket,
        line: Line,
        hello: wire.Hello,
        desk: Desk,
        hub: Hub,
        said: Buckets,
        asked: Buckets,
    ) -> None:
        self._websocket = websocket
        self._line = line
        self._chat = line.chat
        self._browser_language = hello.language
        self._language = known(hello.language)
        self._desk = desk
        self._hub = hub
        self._said = said
        self._asked = asked

    async def catch_up(self, after: int, mark: str) -> None:
        """Send what the page lacks. What happens meanwhile waits in the line, so nothing is missed in between."""
        entries, reset, more = await self._missing(after)
        start = not entries and reset and self._hub.pages(self._chat) == 1
        send = self._websocket.send_text
        await send(wire.welcome(mark, reset=reset, more=more, start=start))
        for first in range(0, len(entries), BATCH):
            await send(wire.posts(entries[first : first + BATCH]))
        await send(wire.ready())
        if entries:
            self._language = known(entries[-1].message.language)

    async def _missing(self, after: int) -> tuple[list[Post], bool, bool]:
        """The entries to send, whether they are all the page may show, and whether there are older ones."""
        if after and await self._desk.log(self._chat, after=after - 1, before=after + 1, limit=1):
            missed = await self._desk.log(self._chat, after=after, limit=MISSED)
            if len(missed) < MISSED:
                recent = await self._desk.log(self._chat, limit=RECENT)
                entries = {entry.seq: entry for entry in missed + recent}
                return [entries[seq] for seq in sorted(entries)], False, False
        # A first look; or the page was away too long, or has what has been deleted.
        newest = await self._desk.log(self._chat, limit=PAGE)
        return newest, True, len(newest) == PAGE

    async def talk(self) -> None:
        """Push to the page and hear it, until it goes or says something wrong: both raise."""
        ended: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(self._write)
            try:
                await self._read()
            except (WebSocketDisconnect, wire.BadFrame, _BinaryFrame, StorageError) as error:
                ended = error
            group.cancel_scope.cancel()
        if ended is not None:
            raise ended

    async def _write(self) -> None:
        try:
            async for frame in self._line.frames():
                await self._websocket.send_text(frame)
        except WebSocketDisconnect:
            return  # The reader hears of it too.

    async def _read(self) -> None:
        while True:
            match wire.parse(await _receive(self._websocket)):
                case wire.Did() as did:
                    self._line.push(await self._did(did))
                case wire.Earlier(before):
                    await anyio.sleep(self._asked.take(self._chat))
                    entries = await self._desk.log(self._chat, before=before, limit=PAGE)
                    self._line.push(wire.earlier(entries, more=len(entries) == PAGE))
                case wire.Ping():
                    self._line.push(wire.pong())
                case wire.Hello():
                    raise wire.BadFrame

    async def _did(self, did: wire.Did) -> str:
        wait = self._said.take(self._chat)
        if wait:
            return wire.nack(did.id, self._desk.say(self._language, "web-slow-down"), wait)
        update = Update(
            id=str(uuid.uuid5(uuid.UUID(self._chat), did.id)),
            chat=self._chat,
            user=self._chat,
            text=did.text,
            tap=did.tap,
            language=self._browser_language,
        )
        try:
            post = await self._desk.receive(update)
        except StorageError:
            log.warning("an update could not be stored; the page will send it again", update=update.id)
            return wire.nack(did.id, self._desk.say(self._language, "web-not-stored"), 1)
        except Exception:
            log.exception("an update failed; the page will send it again", update=update.id)
            return wire.nack(did.id, self._desk.say(self._language, "web-not-stored"), 5)
        if post is not None:
            self._language = known(post.message.language)
            self._hub.push(self._chat, wire.post(post), but=self._line)
        return wire.ack(did.id, post)
