"""Long polling: an update is confirmed only once its effect, and that of all before it, is stored."""

from __future__ import annotations

from functools import partial
from typing import Any

import anyio
import structlog
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
    TelegramRetryAfter,
)
from aiogram.methods import DeleteWebhook, GetUpdates

from hayal import StorageError
from hayal_telegram.intake import Intake
from hayal_telegram.session import Line
from hayal_telegram.trouble import sentence
from hayal_telegram.updates import WANTED, Malformed, number_of

HOLD = 30
"""Seconds for which Telegram holds a question that has no answer yet."""

GRACE = 15
"""Seconds more until the line counts as dead."""

LIMIT = 100
"""Updates in one answer, the most there can be; also how many are in hand at once."""

LINGER = 0.5
"""Seconds for which the rest of a batch is waited for before those behind it are asked for."""

LONGEST = 30.0
PARTING = 2.0

log = structlog.get_logger("hayal.telegram")


class Polling:
    """Asks for updates. What is asked for again while it is in hand is recognized by its number."""

    def __init__(self, line: Line, intake: Intake) -> None:
        self._line = line
        self._intake = intake
        self._in_hand: set[int] = set()
        self._stored: set[int] = set()
        self._next = 0
        self._confirmed = 0
        self._finished = anyio.Event()
        self._wait = 0.0

    @property
    def offset(self) -> int:
        """The first update that is not to be confirmed yet."""
        return min(self._in_hand, default=self._next)

    async def run(self) -> None:
        """Bring updates to the intake, until cancelled."""
        await self._unhook()
        try:
            while True:
                batch = await self._ask()
                fresh = [raw for raw in batch if await self._offer(raw)]
                if not self._in_hand and not batch:
                    continue
                if fresh and self._in_hand:
                    with anyio.move_on_after(LINGER):
                        await self._all_stored()
                elif self._in_hand:
                    await self._finished.wait()
                elif not fresh:  # nothing that could be confirmed, as without a number: no hurry
                    await anyio.sleep(1.0)
        finally:
            await self._part()

    async def _ask(self) -> list[Any]:
        self._finished = anyio.Event()
        offset = self.offset
        hold = 0 if self._in_hand else HOLD
        method = GetUpdates(offset=offset or None, limit=LIMIT, timeout=hold, allowed_updates=WANTED)
        try:
            result = await self._line.ask(method, hold + GRACE)
        except TelegramAPIError as error:
            await self._rest(error)
            return []
        if self._wait:
            log.info("updates come again")
            self._wait = 0.0
        self._confirmed = offset
        batch = result if isinstance(result, list) else []
        numbers = [number for raw in batch if (number := _number(raw)) is not None]
        self._stored.intersection_update(numbers)
        if numbers:
            self._next = max(numbers) + 1
        return batch

    async def _offer(self, raw: Any) -> bool:
        """Hand an update to the intake, unless it is there or has been; returns whether it was new."""
        number = _number(raw)
        if number is None:
            await self._intake.take(raw, _ignore)
            return False
        if number in self._in_hand or number in self._stored:
            return False
        self._in_hand.add(number)
        await self._intake.take(raw, partial(self._done, number))
        return True

    def _done(self, number: int, error: StorageError | None) -> None:
        if error is not None:
            return  # it stays in hand: never confirmed, so it comes again
        self._in_hand.discard(number)
        self._stored.add(number)
        self._finished.set()

    async def _all_stored(self) -> None:
        while self._in_hand:
            self._finished = anyio.Event()
            await self._finished.wait()

    async def _rest(self, error: TelegramAPIError) -> None:
        """Say once what is wrong, and wait: longer each time."""
        if not self._wait:
            if isinstance(error, TelegramConflictError):
                reason = f"another program asks for this bot's updates with the same token ({error.message})"
            else:
                reason = sentence(error, self._line.base)
            log.error("no updates come; it is tried again", reason=reason)
        self._wait = min(LONGEST, self._wait * 2 or 0.5)
        after = error.retry_after if isinstance(error, TelegramRetryAfter) else 0.0
        if isinstance(error, TelegramConflictError) and "webhook" in error.message.lower():
            await self._unhook()
        await anyio.sleep(max(self._wait, after))

    async def _unhook(self) -> None:
        """While a webhook is set, nobody may ask."""
        try:
            await self._line.ask(DeleteWebhook())
        except TelegramAPIError as error:
            log.warning("the webhook is not taken away", reason=sentence(error, self._line.base))

    async def _part(self) -> None:
        """At the end, confirm what is stored, so that it need not come again; if not, nothing is lost."""
        if self.offset == self._confirmed:
            return
        with anyio.CancelScope(shield=True), anyio.move_on_after(PARTING):
            try:
                await self._line.ask(GetUpdates(offset=self.offset, limit=1, timeout=0, allowed_updates=WANTED))
            except TelegramAPIError as error:
                log.info("the last updates are not confirmed", reason=error.message)


def _number(raw: Any) -> int | None:
    try:
        return number_of(raw)
    except Malformed:
        return None


def _ignore(_error: StorageError | None) -> None:
    return None
