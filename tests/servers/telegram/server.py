"""A strict local Telegram Bot API server."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import anyio
from aiohttp import web

from servers.base import served
from servers.faults import Faults

from .answering import Answering
from .chats import Chat, Json, User
from .errors import CHAT_NOT_FOUND, Refusal, flood
from .files import Files, Stored
from .limits import Flood, Limits, Meter
from .records import Call, Query
from .spec import Spec, Uploaded, spec
from .updates import Updates
from .user import TelegramUser

TOKEN = "1234567890:AAtest-token-of-a-bot-of-no-body-123"


class TelegramServer:
    """One bot's side of Telegram, and the people who write to it.

    `violations` is what the real server might let pass but nobody should send; a test ends with
    `assert not server.violations`. `refusals` is every call answered with an error, `floods` every one that came too
    soon. `faults` are ordered by method: `server.faults.add("sendVideo", faults.RESET_AFTER)`.

    `strict=False` neither checks nor keeps anything: for benchmarks.
    """

    def __init__(
        self,
        folder: Path,
        *,
        token: str = TOKEN,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        privacy: bool = True,
        strict: bool = True,
        retry: float = 0.05,
    ) -> None:
        self.token, self.clock, self.privacy, self.strict = token, clock, privacy, strict
        self.url = ""
        self.spec: Spec = spec()
        self.files = Files(folder)
        self.meter = Meter(limits, clock)
        self.updates = Updates(retry)
        self.faults = Faults()
        self.faults.know(self.spec.methods)
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.queries: dict[str, Query] = {}
        self.query_life = 30.0
        self.chats: dict[int, Chat] = {}
        self.frozen: dict[int, set[int]] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.about: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int, Json] = {}
        self.facts: dict[str, tuple[Any, Stored | None]] = {}
        self.paths: dict[str, Path] = {}
        self.closing = anyio.Event()
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "hayal",
            "username": "hayal_test_bot",
        }
        self._numbers = itertools.count(100_001)
        self._people = itertools.count(500_001)
        self._called = anyio.Event()
        self.app = web.Application(client_max_size=2**21)
        answering = Answering(self)
        self.app.router.add_route("*", "/bot{token}/{method}", answering.bot)
        self.app.router.add_get("/file/bot{token}/{path:.+}", answering.file)
        self.updates.answer = answering.from_webhook

    # what tests look at

    @property
    def floods(self) -> list[Flood]:
        """Everything that came too soon."""
        return self.meter.floods

    @property
    def uploads(self) -> list[Uploaded]:
        """Every file that was uploaded: what was sent again by file_id is not here."""
        return self.files.uploads

    @property
    def refusals(self) -> list[Call]:
        """Calls that were answered with an error."""
        return [call for call in self.calls if not call.ok]

    def called(self, method: str) -> list[Call]:
        """Calls of one method."""
        return [call for call in self.calls if call.method == method]

    def unanswered(self) -> list[Query]:
        """Taps that were never answered."""
        return [query for query in self.queries.values() if query.answered is None]

    async def until(self, wanted: Callable[[TelegramServer], bool], seconds: float = 20.0) -> None:
        """Wait until `wanted(server)` holds after some call."""
        with anyio.fail_after(seconds):
            while not wanted(self):
                await self._called.wait()

    # who is there

    def person(
        self, name: str = "Kim", language: str = "en", *, username: str = "", started: bool = False, number: int = 0
    ) -> TelegramUser:
        """Somebody new, in a private chat with the bot. Until `started`, the bot may not write first."""
        user = User(number or next(self._people), name, language, username)
        chat = self.chats[user.id] = Chat(user.id, user=user, started=started, keeps=self.strict)
        return TelegramUser(self, user, chat)

    def group(self, title: str = "Friends", kind: str = "supergroup") -> Chat:
        """A group the bot is in: "supergroup", or "group" for a basic one that can be upgraded."""
        number = next(self._people)
        chat = Chat(-number if kind == "group" else -1_000_000_000_000 - number, kind, title, started=True)
        self.chats[chat.id] = chat
        return chat

    def upgrade(self, chat: Chat) -> Chat:
        """Make a basic group a supergroup: another id, and the old one is refused with where it went."""
        new = self.group(chat.title)
        chat.migrated = new.id
        for where, note in ((chat, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": chat.id})):
            body = where.fresh({"id": 1087968824, "is_bot": True, "first_name": "Group"}, note)
            self.updates.put("message", body, where.id)
        return new

    def inject(self, update: Json, chat: int | None = None) -> int:
        """Give the bot any JSON as an update, well-formed or not. Returns its update_id."""
        return self.updates.put_raw(update, chat)

    # what handlers use

    def chat(self, number: int | str) -> Chat:
        """The chat a request names."""
        chat = self.chats.get(number) if isinstance(number, int) else None
        if chat is None:
            raise Refusal(CHAT_NOT_FOUND)
        return chat

    def open(self, given: Json) -> Chat:
        """The chat this request writes to, if the bot may."""
        chat = self.chat(given["chat_id"])
        chat.open_to_bot()
        return chat

    def count(self, method: str, chat: Chat, messages: int = 1) -> None:
        """Count messages, and refuse what comes too soon."""
        wait = self.meter.take(method, chat.id, chat.group, messages)
        if wait:
            raise flood(wait)

    def heard(self) -> None:
        """A call has been answered."""
        self._called.set()
        self._called = anyio.Event()

    def number(self) -> int:
        """A number nothing else has."""
        return next(self._numbers)

    def sizes(self, photo: Stored) -> list[Stored]:
        """A photo as the server keeps it: small and whole, each with a file_id of its own."""
        if max(photo.width, photo.height) <= 320:
            return [photo]
        small = self.files.keep("photo", photo.upload)
        scale = 320 / max(photo.width, photo.height)
        small = replace(small, width=round(photo.width * scale), height=round(photo.height * scale))
        return [small, photo]


@asynccontextmanager
async def telegram_server(
    *,
    token: str = TOKEN,
    limits: Limits | None = Limits(),  # noqa: B008 - frozen
    clock: Callable[[], float] = time.monotonic,
    privacy: bool = True,
    strict: bool = True,
    retry: float = 0.05,
    port: int = 0,
) -> AsyncIterator[TelegramServer]:
    """A server on loopback; `server.url` is its `api_base`. `limits=None` lets the bot write as fast as it can."""
    with tempfile.TemporaryDirectory(prefix="telegram-") as folder:
        server = TelegramServer(
            Path(folder), token=token, limits=limits, clock=clock, privacy=privacy, strict=strict, retry=retry
        )
        async with aiohttp.ClientSession() as session, anyio.create_task_group() as group:
            server.updates.begin(group, session)
            async with served(server.app, port=port) as url:
                server.url = url
                try:
                    yield server
                finally:
                    server.closing.set()
                    group.cancel_scope.cancel()
