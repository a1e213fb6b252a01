"""One call that shows something in a chat: in its turn, to where the chat is now, its errors told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import structlog
from aiogram.exceptions import TelegramAPIError, TelegramMigrateToChat, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from hayal import DeliverLater, MessengerError, StorageError, Undeliverable
from hayal.provider import Notes
from hayal_telegram.limits import Limits
from hayal_telegram.session import Line
from hayal_telegram.trouble import Fate, StaleFile, UnfitPhoto, Vanished, fate, sentence

Build: TypeAlias = Callable[[int], TelegramMethod[Any]]
"""Makes the method for a chat's id, which may be another one than the engine knows."""

log = structlog.get_logger("hayal.telegram")


class Calls:
    """Calls to the Bot API on behalf of chats."""

    def __init__(self, line: Line, limits: Limits, notes: Notes) -> None:
        self.limits = limits
        self._line = line
        self._notes = notes
        self._moved: dict[int, int] = {}

    async def chat(self, chat: str) -> int:
        """Where `chat` is now. Raises Undeliverable if it is no id."""
        try:
            number = int(chat)
        except ValueError:
            raise Undeliverable(f'"{chat[:40]}" is not the id of a chat') from None
        if number >= 0 or number <= -1_000_000_000_000:  # only a basic group becomes a supergroup
            return number
        if number not in self._moved:
            note = await self._notes.get(f"moved/{number}")
            self._moved[number] = int(note) if note else number
        return self._moved[number]

    async def moved(self, chat: int, to: int) -> None:
        """A group has another id now."""
        if self._moved.get(chat) == to:
            return
        self._moved[chat] = to
        log.info("a group has become a supergroup")
        try:
            await self._notes.put({f"moved/{chat}": str(to)})
        except StorageError as error:
            log.warning("the new id of a group is not kept", reason=str(error))

    async def call(self, chat: str, build: Build, count: int = 1, *, counts: bool = True) -> Any:
        """The answer's JSON, or None if it was so already.

        Raises DeliverLater, Undeliverable, Vanished, StaleFile, UnfitPhoto, and MessengerError for what passes.
        """
        for _ in range(3):
            where = await self.chat(chat)
            method = build(where)
            try:
                if not counts:
                    return await self._line.ask(method)
                async with self.limits.turn(where, count):
                    return await self._line.ask(method)
            except TelegramMigrateToChat as error:
                await self.moved(where, error.migrate_to_chat_id)
                self._moved[int(chat)] = error.migrate_to_chat_id
            except TelegramAPIError as error:
                self._judge(error, where, method)
                return None
        raise MessengerError("a group says again and again that it has moved")

    def _judge(self, error: TelegramAPIError, chat: int, method: TelegramMethod[Any]) -> None:
        """Raises what `error` means; returns if it means that nothing had to be done."""
        match fate(error):
            case Fate.SAME:
                return
            case Fate.LATER:
                after = float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 1.0
                self.limits.refused(chat, after)
                log.info("told to wait", method=method.__api_method__, seconds=after)
                raise DeliverLater(f"Telegram asks to wait {after:.0f} s", after=after) from None
            case Fate.LOST:
                raise Undeliverable(error.message) from None
            case Fate.VANISHED:
                raise Vanished(error.message) from None
            case Fate.STALE:
                raise StaleFile(error.message) from None
            case Fate.UNFIT:
                raise UnfitPhoto(error.message) from None
            case Fate.WRONG:
                log.error("Telegram cannot take this", method=method.__api_method__, reason=error.message)
                raise Undeliverable(error.message) from None
            case _:
                raise MessengerError(sentence(error, self._line.base)) from None
