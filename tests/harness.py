"""An engine on a temporary folder, and a person who talks to it over the messenger `null`."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from hayal_null import NullMessenger

from hayal import Post, Update
from hayal.config import load
from hayal.engine import Engine, open_engine
from hayal.texts import Texts

BASE = """
[engine]
messengers = ["null"]
prompt = "null"
image = "null"
video = "null"
spare_prompt = ""
[video]
size = "144x256"
seconds = 2
poll_interval = 0.01
[personas.ayla]
name = "Ayla"
age = 27
gender = "woman"
look = "long dark hair"
[personas.deniz]
name = "Deniz"
age = 29
gender = "man"
look = "short dark hair, a beard"
"""

TEXTS = Texts()

_numbers = itertools.count(1)


@dataclass
class Person:
    """Somebody in a chat with the engine. `seen` is what has been shown, by key, as it looks now."""

    messenger: NullMessenger
    name: str = "p"
    language: str = "en"
    at: int = field(default=0)

    async def do(self, *, text: str = "", tap: str = "", update: str = "") -> Post | None:
        """Write a text or tap a button; `update` delivers an earlier one again."""
        number = update or f"u{next(_numbers)}"
        return await self.messenger.desk.receive(
            Update(id=number, chat=self.name, user=self.name, text=text, tap=tap, language=self.language)
        )

    async def begin(self, persona: str = "ayla") -> None:
        """Become somebody who is 18 or more and has a persona."""
        await self.do(text="/start")
        await self.do(tap="adult yes")
        await self.do(tap=f"persona {persona}")

    def posts(self) -> list[Post]:
        """Everything shown in this chat, in order, as it looks now."""
        mine = [post for post in self.messenger.seen.values() if post.chat == self.name]
        return sorted(mine, key=lambda post: post.seq)

    def texts(self) -> list[str]:
        """The texts of everything shown."""
        return [post.message.text for post in self.posts()]

    async def until(self, wanted: Callable[[Post], bool]) -> Post:
        """Wait until something like `wanted` is shown in this chat."""
        return await self.messenger.until(lambda post: post.chat == self.name and wanted(post))

    async def shown(self, text: str) -> Post:
        """Wait for a message that contains `text`."""
        return await self.until(lambda post: text in post.message.text)

    def text(self, text_id: str, /, **values: object) -> str:
        """A text of the engine, in this person's language; a value left out stands for anything."""
        return TEXTS.say(self.language, text_id, **values)

    async def told(self, text_id: str, /, **values: object) -> Post:
        """Wait for a text of the engine."""
        text = self.text(text_id, **values)
        return await self.until(lambda post: post.message.text == text)

    async def media(self, kind: str, count: int = 1) -> Post:
        """Wait for the picture or video number `count`."""

        def enough(_post: Post) -> bool:
            return len(self.all_media(kind)) >= count

        await self.until(enough)
        return self.all_media(kind)[count - 1]

    def all_media(self, kind: str) -> list[Post]:
        """Every picture or video shown."""
        return [p for p in self.posts() if p.message.attachment is not None and p.message.attachment.kind == kind]


def write(folder: Path, more: str = "", base: str = BASE) -> Path:
    """Write config.toml: the base, with tables of `more` put in place of or after it."""
    path = folder / "config.toml"
    path.write_text(base + more)
    return path


@asynccontextmanager
async def engine_at(path: Path, environment: dict[str, str] | None = None) -> AsyncIterator[Engine]:
    """A running engine; stopped in order at the end."""

    async with open_engine(load(path, environment or {})) as engine:
        stop = anyio.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(engine.run, stop)
            with anyio.fail_after(30):
                await engine.ready.wait()
            try:
                yield engine
            finally:
                stop.set()


@asynccontextmanager
async def person_at(path: Path, environment: dict[str, str] | None = None) -> AsyncIterator[Person]:
    """A person in a chat with a running engine."""
    async with engine_at(path, environment) as engine:
        messenger = engine.messengers["null"]
        assert isinstance(messenger, NullMessenger)
        yield Person(messenger)
