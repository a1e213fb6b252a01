"""What is seen of the bot at once: a tap is heard, the persona is typing."""

from __future__ import annotations

import time

import anyio
import structlog
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, SendChatAction

from hayal import Activity, HayalError
from hayal_telegram.calling import Calls
from hayal_telegram.session import Line

ACTIONS = {Activity.TYPING: "typing", Activity.PHOTO: "upload_photo", Activity.VIDEO: "record_video"}

UPLOADING = "upload_video"

SHOWN = 4.0
"""Seconds for which a chat action is not said again; clients show it for five."""

MOST = 10_000

log = structlog.get_logger("hayal.telegram")


class Presence:
    """Chat actions and answers to taps: best effort, and none of them counts as a message."""

    def __init__(self, line: Line, calls: Calls) -> None:
        self._line = line
        self._calls = calls
        self._busy: dict[tuple[str, str], float] = {}

    async def answer(self, query: str) -> None:
        """Stop the little clock on a button; if Telegram wants a rest first, once more after it."""
        for _ in range(2):
            try:
                await self._line.ask(AnswerCallbackQuery(callback_query_id=query), 10)
            except TelegramRetryAfter as error:
                await anyio.sleep(min(error.retry_after, 10))
            except TelegramAPIError as error:
                log.debug("a tap is not answered", reason=error.message)
                return
            else:
                return

    async def uploading(self, chat: str) -> None:
        """A video is on its way."""
        await self.act(chat, UPLOADING)

    async def act(self, chat: str, action: str) -> None:
        """Show what the bot is doing, unless it is shown already or Telegram wants silence."""
        now = time.monotonic()
        if now - self._busy.get((chat, action), 0.0) < SHOWN:
            return
        if len(self._busy) >= MOST:
            self._busy.clear()
        self._busy[(chat, action)] = now
        try:
            where = await self._calls.chat(chat)
            if not self._calls.limits.paused(where):
                await self._line.ask(SendChatAction(chat_id=where, action=action), 5)
        except TelegramRetryAfter as error:
            self._busy[(chat, action)] = now + error.retry_after
        except (TelegramAPIError, HayalError) as error:
            log.debug("a chat action is not shown", reason=str(error))
