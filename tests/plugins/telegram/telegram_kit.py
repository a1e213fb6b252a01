"""An engine with a bot on the strict local Telegram, and the parts of the plugin on their own."""

from __future__ import annotations

import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from hayal_null import film, picture

import hayal_telegram
from harness import BASE, engine_at, write
from hayal import Attachment, Message, Post
from hayal.engine import Engine
from hayal_telegram.messenger import TelegramMessenger
from servers.telegram import TelegramServer


def table(server: TelegramServer, more: str = "") -> str:
    """`[plugins.telegram]` for a bot of this server."""
    return f'[plugins.telegram]\ntoken = "{server.token}"\napi_base = "{server.url}"\n{more}\n'


LOCALES = Path(hayal_telegram.__file__).parent / "locales"

UNLIMITED = "messages_per_second = 0"
"""For tests about something else than limits, on a server that measures none."""


def configured(folder: Path, server: TelegramServer, more: str = "", engine: str = "") -> Path:
    """config.toml for this server's bot, with providers that answer at once."""
    base = BASE.replace('messengers = ["null"]', f'messengers = ["telegram"]\n{engine}')
    return write(folder, f"\n{table(server, more)}", base)


@asynccontextmanager
async def bot_at(folder: Path, server: TelegramServer, more: str = "", engine: str = "") -> AsyncIterator[Engine]:
    """A running engine whose messenger is a bot of this server."""
    async with engine_at(configured(folder, server, more, engine)) as running:
        yield running


def messenger_of(engine: Engine) -> TelegramMessenger:
    messenger = engine.messengers["telegram"]
    assert isinstance(messenger, TelegramMessenger)
    return messenger


def assert_clean(server: TelegramServer) -> None:
    """Nothing was sent that nobody should send, nothing too soon, and every tap was answered."""
    assert not server.violations
    assert not server.floods
    assert not server.unanswered()


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


_numbers = itertools.count(1)


def post(chat: int | str, message: Message, *, key: str = "", rev: int = 1, again: bool = False) -> Post:
    """A post as the engine hands it over."""
    number = next(_numbers)
    return Post(number, key or f"post-{number}", str(chat), message, rev, datetime.now(UTC), again)


async def picture_in(engine: Engine, key: str, width: int = 90, height: int = 120) -> Attachment:
    """A picture in the media store."""
    data = picture(width, height)
    await engine.services.media.put(key, data)
    return Attachment(kind="image", key=key, mime="image/jpeg", width=width, height=height, bytes=len(data))


async def film_in(engine: Engine, key: str) -> Attachment:
    """A video of 2 seconds, 144x256, in the media store, with its poster."""
    data, poster = film(144, 256, 2), key.replace(".mp4", "-poster.jpg")
    await engine.services.media.put(key, data)
    await engine.services.media.put(poster, picture(144, 256))
    facts = {"width": 144, "height": 256, "bytes": len(data), "seconds": 2.0}
    return Attachment(kind="video", key=key, mime="video/mp4", poster=poster, **facts)
