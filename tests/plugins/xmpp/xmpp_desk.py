"""The messenger `xmpp` with an engine that only writes down what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
from pydantic import SecretStr

import hayal_xmpp
from hayal import Host, Media, Message, Post, StorageError, Update
from hayal.provider import Notes, Scratchpad
from hayal.texts import Texts
from hayal_xmpp.messenger import XmppMessenger
from hayal_xmpp.settings import XmppSettings
from xmpp.prosody import Prosody

TEXTS = Texts([Path(hayal_xmpp.__file__).parent / "locales"])


@dataclass
class Listener:
    """A desk. `gate` holds updates back while it is there; `failures` is how many are refused at first."""

    media: Media
    updates: list[Update] = field(default_factory=list)
    failures: int = 0
    gate: anyio.Event | None = None
    address: str | None = None
    asked: int = 0
    routes: Sequence[tuple[str, Any]] = ()
    _more: anyio.Event = field(default_factory=anyio.Event)

    async def receive(self, update: Update) -> Post | None:
        self.asked += 1
        self._wake()
        if self.gate is not None:
            await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise StorageError("the disk is full")
        self.updates.append(update)
        self._wake()
        return post(update.chat, Message(text=update.text, by="person"), key=f"in{len(self.updates)}")

    async def heard(self, count: int) -> list[Update]:
        """Wait for so many updates."""
        await self._until(lambda: len(self.updates) >= count)
        return self.updates

    async def begun(self, count: int) -> None:
        """Wait until so many updates were handed over, stored or not."""
        await self._until(lambda: self.asked >= count)

    async def _until(self, done: Any) -> None:
        with anyio.fail_after(20):
            while not done():
                self._more = anyio.Event()
                await self._more.wait()

    def _wake(self) -> None:
        self._more.set()

    async def log(self, chat: str, *, after: int = 0, before: int | None = None, limit: int = 50) -> list[Post]:
        return []

    async def owns(self, chat: str, key: str) -> bool:
        return True

    def link(self, key: str, seconds: float = 86_400) -> str | None:
        return f"{self.address}/{key}" if self.address else None

    def say(self, language: str, text_id: str, /, **values: Any) -> str:
        return TEXTS.say(language or "en", text_id, **values)

    async def health(self) -> dict[str, str]:
        return {}

    def metrics(self) -> bytes:
        return b""


def post(chat: str, message: Message, key: str = "k", *, rev: int = 1, again: bool = False) -> Post:
    """A post, as the engine hands it over."""
    return Post(1, key, chat, message, rev, datetime.now(UTC), again)


def settings_for(server: Prosody, **given: Any) -> XmppSettings:
    """The bot's account on a server of the tests, in plain text on loopback."""
    base = {"jid": server.jid("bot"), "password": SecretStr(server.password("bot")), "nickname": "Ayla"}
    return XmppSettings(**(base | {"host": server.host, "port": server.port, "tls": "none", "rate": 1000} | given))


@asynccontextmanager
async def running(
    folder: Path, server: Prosody, desk: Listener, notes: Notes | None = None, **given: Any
) -> AsyncIterator[XmppMessenger]:
    """The messenger, connected; cancelled at the end."""
    messenger = XmppMessenger(settings_for(server, **given), Host("xmpp", folder, notes or Scratchpad()))
    async with anyio.create_task_group() as group:
        ready = anyio.Event()
        group.start_soon(messenger.run, desk, ready.set)
        with anyio.fail_after(20):
            await ready.wait()
        try:
            yield messenger
        finally:
            group.cancel_scope.cancel()
