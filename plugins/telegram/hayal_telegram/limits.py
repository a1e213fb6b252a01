"""How often Telegram lets a bot write, kept so that it never has to say so.

Telegram's own words (core.telegram.org/bots/faq#my-bot-is-hitting-limits): about 30 messages a second in all, one a
second in a chat with short bursts tolerated, 20 a minute in a group. Here: a window of 30 in any second, a bucket of 3
for each chat that fills by one a second, a window of 20 in any minute for a group. An edit counts like a message, an
album counts all its pictures (for the bucket of its chat, at most a full one).

When a request arrives at Telegram's side is not known; it is some time between its start and its answer. So what is
under way counts all the time, the second (or minute) begins with the answer, and a bucket does not fill meanwhile:
then no count made at the other end can be above the limit.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio

from hayal import DeliverLater

OVERALL = 30
"""Messages in a second, over all chats."""

BURST = 3
"""Messages to one chat at once, after a rest; then one a second."""

GROUP = 20
"""Messages in a minute to one group."""

FOR_PROGRESS = 2 / 3
"""The share of the messages in a second up to which progress is shown; the rest is for answers."""

PATIENCE = 1.2
"""Seconds that are waited for one chat's turn; for more, the message is put off and others go first."""

MOST_CHATS = 20_000


class Window:
    """At most `limit` in any `seconds`, counted from the answer; what is under way counts too."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self.under_way = 0
        self._ended: deque[float] = deque()

    def begin(self, count: int) -> None:
        """`count` messages go out."""
        self.under_way += count

    def end(self, now: float, count: int) -> None:
        """They have been answered."""
        self.under_way -= count
        self._ended.extend([now] * count)

    def used(self, now: float) -> int:
        """How many count now."""
        before = now - self.seconds
        while self._ended and self._ended[0] <= before:
            self._ended.popleft()
        return self.under_way + len(self._ended)

    def wait(self, now: float, count: int) -> float:
        """Seconds until there is room for `count`: 0 for now, infinity if that is up to what is under way."""
        count = min(count, self.limit)
        over = self.used(now) + count - self.limit
        if over <= 0:
            return 0.0
        if over > len(self._ended):
            return math.inf
        return self._ended[over - 1] + self.seconds - now + 0.001


class Bucket:
    """`burst` at once, filling by one a second while nothing is under way."""

    __slots__ = ("at", "level", "under_way")

    def __init__(self, now: float) -> None:
        self.level = float(BURST)
        self.at = now
        self.under_way = 0

    def wait(self, now: float, count: int) -> float:
        """Seconds until there is room for `count`."""
        self._fill(now)
        lack = min(count, BURST) - self.level
        return 0.0 if lack <= 1e-9 else lack + 0.001

    def begin(self, now: float, count: int) -> None:
        """`count` messages go out."""
        self._fill(now)
        self.level -= min(count, BURST)
        self.under_way += 1

    def end(self, now: float) -> None:
        """They have been answered."""
        self._fill(now)
        self.under_way -= 1

    def _fill(self, now: float) -> None:
        if not self.under_way:
            self.level = min(float(BURST), self.level + now - self.at)
        self.at = now


class _Chat:
    __slots__ = ("bucket", "minute", "until")

    def __init__(self, now: float, group: bool) -> None:
        self.bucket = Bucket(now)
        self.minute = Window(GROUP, 60.0) if group else None
        self.until = 0.0

    def wait(self, now: float, count: int) -> float:
        wait = max(self.until - now, self.bucket.wait(now, count))
        return max(wait, self.minute.wait(now, count)) if self.minute else wait


class Limits:
    """The turns of messages to Telegram, `overall` in a second; 0 for no limits at all."""

    def __init__(self, overall: int = OVERALL, clock: Callable[[], float] = anyio.current_time) -> None:
        self._clock = clock
        self._unlimited = overall == 0
        self._second = Window(overall, 1.0)
        self._chats: dict[int, _Chat] = {}
        self._until = 0.0
        self._told: tuple[int, float] = (0, -math.inf)
        self._line = anyio.Lock()
        self._ended = anyio.Event()

    def _chat(self, chat: int) -> _Chat:
        known = self._chats.get(chat)
        if known is None:
            now = self._clock()
            if len(self._chats) >= MOST_CHATS:
                self._tidy(now)
            known = self._chats[chat] = _Chat(now, group=chat < 0)
        return known

    def _tidy(self, now: float) -> None:
        """Forget chats that have rested."""
        for number, chat in list(self._chats.items()):
            rested = not chat.bucket.under_way and chat.until <= now and not chat.bucket.wait(now, BURST)
            if rested and not (chat.minute and chat.minute.used(now)):
                del self._chats[number]

    def wait(self, chat: int, count: int = 1) -> float:
        """Seconds until there is room for `count` messages in `chat`, as far as that chat goes."""
        return self._chat(chat).wait(self._clock(), count)

    def spare(self, chat: int) -> bool:
        """Whether there is room for something nobody waits for."""
        now = self._clock()
        return (
            now >= self._until
            and not self._line.locked()
            and (
                self._unlimited
                or (self._second.used(now) < self._second.limit * FOR_PROGRESS and not self._chat(chat).wait(now, 1))
            )
        )

    @asynccontextmanager
    async def turn(self, chat: int, count: int = 1) -> AsyncIterator[None]:
        """Wait for a turn of `count` messages to `chat`, first come, first served; it lasts until the answer.

        Raises DeliverLater if the chat's own turn is far away.
        """
        if self._unlimited:
            wait = self._until_allowed(chat)
            if wait > 0:
                raise DeliverLater("Telegram has asked to wait", after=wait)
            yield
            return
        own = self._chat(chat)
        while True:
            wait = own.wait(self._clock(), count)
            if wait > PATIENCE:
                raise DeliverLater("this chat has had its messages for now", after=min(wait, 60.0))
            if wait > 0:
                await anyio.sleep(wait)
            elif self._line.locked() or self._busy(count):
                await self._stand_in_line(count)
                if not own.wait(self._clock(), count):
                    break
            else:
                break
        self._second.begin(count)
        own.bucket.begin(self._clock(), count)
        if own.minute:
            own.minute.begin(count)
        try:
            yield
        finally:
            now = self._clock()
            self._second.end(now, count)
            own.bucket.end(now)
            if own.minute:
                own.minute.end(now, count)
            if self._line.locked():
                self._ended.set()

    async def _stand_in_line(self, count: int) -> None:
        async with self._line:
            while (wait := self._busy(count)) > 0:
                self._ended = anyio.Event()
                with anyio.move_on_after(min(wait, 60.0)):
                    await self._ended.wait()

    def _until_allowed(self, chat: int) -> float:
        known = self._chats.get(chat)
        return max(self._until, known.until if known else 0.0) - self._clock()

    def _busy(self, count: int) -> float:
        now = self._clock()
        return max(self._until - now, self._second.wait(now, count))

    def paused(self, chat: int) -> bool:
        """Whether Telegram has asked for silence in this chat, or altogether."""
        now = self._clock()
        known = self._chats.get(chat)
        return now < self._until or (known is not None and now < known.until)

    def refused(self, chat: int, after: float) -> None:
        """Telegram said 429 to a message to `chat`: silence there for `after` seconds.

        It does not say whether the chat has had too much or the bot has. If another chat was told the same a moment
        ago, or this one had only just begun, it is the bot: silence everywhere.
        """
        now = self._clock()
        own = self._chat(chat)
        own.until = max(own.until, now + after)
        other, at = self._told
        self._told = (chat, now)
        if (other != chat and now - at < 2.0) or (own.bucket.level > BURST - 1.5 and after <= 10):
            self._until = max(self._until, now + after)
