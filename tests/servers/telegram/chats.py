"""Chats as the server keeps them: who is in them, and every message with all its versions."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import anyio

from .errors import BLOCKED, DEACTIVATED, KICKED, NOT_STARTED, Refusal, upgraded
from .files import Stored

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody on Telegram."""

    id: int
    name: str
    language: str = "en"
    username: str = ""

    def json(self) -> Json:
        """As updates show them."""
        body: Json = {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}
        return body | {"username": self.username} if self.username else body


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it is at one moment. `body` is its JSON as the bot gets it.

    `streaming`: the bot said supports_streaming. `mine`: the bot wrote it.
    """

    id: int
    body: Json
    mine: bool
    media: Stored | None = None
    thumbnail: Stored | None = None
    streaming: bool = False
    edited: int = 0
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """Change number `at` of a chat: a message appeared, changed or was deleted."""

    at: int
    message: Kept


@dataclass(eq=False)
class Chat:
    """A chat. `keyboard` is the reply keyboard at the bottom; `actions` what the bot was seen doing."""

    id: int
    kind: str = "private"
    title: str = ""
    user: User | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    kicked: bool = False
    migrated: int = 0
    keyboard: Json | None = None
    keeps: bool = True
    messages: dict[int, Kept] = field(default_factory=dict)
    history: list[Version] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _changed: anyio.Event = field(default_factory=anyio.Event)

    @property
    def group(self) -> bool:
        """Whether there are several people."""
        return self.kind != "private"

    def json(self) -> Json:
        """As messages show it."""
        if self.user:
            body: Json = {"id": self.id, "type": "private", "first_name": self.user.name}
            return body | {"username": self.user.username} if self.user.username else body
        return {"id": self.id, "type": self.kind, "title": self.title}

    def open_to_bot(self) -> None:
        """Raise what the bot is told if it may not write here."""
        if self.migrated:
            raise upgraded(self.migrated)
        if self.deactivated:
            raise Refusal(DEACTIVATED)
        if self.blocked:
            raise Refusal(BLOCKED)
        if self.kicked:
            raise Refusal(KICKED)
        if not self.group and not self.started:
            raise Refusal(NOT_STARTED)

    def fresh(self, sender: Json, content: Json) -> Json:
        """The JSON of a new message with the next number."""
        date = int(time.time())
        return {"message_id": next(self._numbers), "from": sender, "chat": self.json(), "date": date, **content}

    def add(self, message: Kept) -> Kept:
        """A message appears."""
        if self.keeps:
            self._put(message)
        return message

    def change(self, message: Kept, **changes: Any) -> Kept:
        """The bot edits a message of its own."""
        changed = replace(message, edited=message.edited + 1, **changes)
        self._put(changed)
        return changed

    def delete(self, message: Kept) -> None:
        """A message is gone."""
        self._put(replace(message, deleted=True))

    def _put(self, message: Kept) -> None:
        self.messages[message.id] = message
        self.history.append(Version(len(self.history) + 1, message))
        self._tell()

    def act(self, action: str) -> None:
        """The bot is seen doing something."""
        self.actions.append(action)
        self._tell()

    def get(self, number: int) -> Kept | None:
        """A message that is there."""
        kept = self.messages.get(number)
        return None if kept is None or kept.deleted else kept

    def screen(self) -> list[Kept]:
        """What is there now, oldest first."""
        return [kept for kept in self.messages.values() if not kept.deleted]

    def _tell(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait, with the caller's limit, until `wanted` holds after some change."""
        while not wanted():
            await self._changed.wait()
