"""The bot's commands and descriptions, in every language, set when they have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import structlog
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.methods import SetMyCommands, SetMyDescription, SetMyShortDescription, TelegramMethod
from aiogram.types import BotCommand

from hayal import StorageError
from hayal.provider import Notes
from hayal_telegram.session import Line
from hayal_telegram.trouble import sentence

COMMANDS = (
    "video",
    "selfie",
    "gallery",
    "persona",
    "settings",
    "language",
    "menu",
    "cancel",
    "help",
    "forget",
    "start",
)
"""In the order in which they are offered."""

LANGUAGES = ("", "en", "tr", "ru")
"""The codes that texts are set for; the empty one is for everybody else, and reads English."""

NOTE = "profile"
TRIES = 5

log = structlog.get_logger("hayal.telegram")

Say = Callable[[str, str], str]


def wanted(say: Say) -> Iterator[TelegramMethod[Any]]:
    """The calls that set everything. `say(language, text_id)` gives the texts."""
    for code in LANGUAGES:
        language, who = code or "en", code or None
        commands = [
            BotCommand(command=name, description=say(language, f"telegram-command-{name}")[:256]) for name in COMMANDS
        ]
        yield SetMyCommands(commands=commands, language_code=who)
        yield SetMyDescription(description=say(language, "telegram-description")[:512], language_code=who)
        yield SetMyShortDescription(
            short_description=say(language, "telegram-short-description")[:120], language_code=who
        )


async def introduce(line: Line, notes: Notes, say: Say) -> None:
    """Set what has changed since the last time. That it cannot be set is logged: the bot works without."""
    methods = list(wanted(say))
    digest = hashlib.blake2b(f"{line.bot_id}".encode(), digest_size=16)
    for method in methods:
        digest.update(method.model_dump_json(exclude_unset=True).encode())
    mark = digest.hexdigest()
    try:
        if await notes.get(NOTE) == mark:
            return
        for method in methods:
            await _persist(line, method)
        await notes.put({NOTE: mark})
    except TelegramAPIError as error:
        log.warning("commands and descriptions are not set", reason=sentence(error, line.base))
    except StorageError as error:
        log.warning("that commands and descriptions are set is not noted", reason=str(error))
    else:
        log.info("commands and descriptions are set")


async def _persist(line: Line, method: TelegramMethod[Any]) -> None:
    for left in reversed(range(TRIES)):
        try:
            await line.ask(method)
        except TelegramRetryAfter as error:
            if not left or error.retry_after > 60:
                raise
            await anyio.sleep(error.retry_after)
        else:
            return
