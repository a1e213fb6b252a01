"""How often a bot may write, measured by the server.

Telegram publishes no exact rules, only these (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits): about 30
messages a second in all, one a second in a chat with short bursts tolerated, 20 a minute in a group. Made exact here:

- all chats: at most `overall` in any second (a sliding window);
- one chat: a bucket of `burst` messages that fills at `per_chat` a second;
- a group or supergroup: besides, at most `group_per_minute` in any minute (a sliding window).

Every message sent counts one, every item of an album counts one, every edit counts one. Deleting, answering a callback
query and chat actions count nothing. What is refused counts nothing either, but whoever comes back before
`retry_after` is over is refused again, and that is on record as not obeyed.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers. `Limits.OFF` in place of them measures nothing."""

    overall: int = 30
    per_chat: float = 1.0
    burst: int = 3
    group_per_minute: int = 20


@dataclass(frozen=True, slots=True)
class Flood:
    """One request that came too soon. `rule` is "overall", "chat" or "group"; `obeyed` is false if the request came
    although the server had told to wait until later."""

    at: float
    method: str
    chat: int
    rule: str
    retry_after: int
    obeyed: bool


@dataclass
class _Bucket:
    level: float
    at: float
    minute: deque[float] = field(default_factory=deque)
    until: float = 0.0
    rule: str = ""


class Meter:
    """Counts messages, and says how long to wait. `floods` is everything that came too soon."""

    def __init__(self, limits: Limits | None, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.floods: list[Flood] = []
        self.busiest = 0
        self._clock = clock
        self._second: deque[float] = deque()
        self._until = 0.0
        self._chats: dict[int, _Bucket] = {}

    def take(self, method: str, chat: int, group: bool, count: int = 1) -> int:
        """Count `count` messages to `chat`. Returns 0, or the seconds to wait if that is too many."""
        limits = self.limits
        if limits is None:
            return 0
        now = self._clock()
        bucket = self._chats.setdefault(chat, _Bucket(limits.burst, now))
        for until, rule in ((self._until, "overall"), (bucket.until, bucket.rule)):
            if now < until:
                return self._refuse(now, method, chat, rule, until - now, obeyed=False)
        _forget(self._second, now - 1.0)
        _forget(bucket.minute, now - 60.0)
        bucket.level = min(float(limits.burst), bucket.level + (now - bucket.at) * limits.per_chat)
        bucket.at = now
        if len(self._second) + count > limits.overall:
            wait = self._refuse(now, method, chat, "overall", 1.0, obeyed=True)
            self._until = now + wait
            return wait
        # an album is one call: it goes through when the bucket is full, however long it is
        cost = min(count, limits.burst)
        if bucket.level < cost - 1e-6:
            bucket.rule = "chat"
            wait = self._refuse(now, method, chat, "chat", (cost - bucket.level) / limits.per_chat, obeyed=True)
            bucket.until = now + wait
            return wait
        if group and len(bucket.minute) + count > limits.group_per_minute:
            bucket.rule = "group"
            oldest = bucket.minute[0] if bucket.minute else now
            wait = self._refuse(now, method, chat, "group", oldest + 60.0 - now, obeyed=True)
            bucket.until = now + wait
            return wait
        self._second.extend([now] * count)
        self.busiest = max(self.busiest, len(self._second))
        bucket.level -= cost
        if group:
            bucket.minute.extend([now] * count)
        return 0

    def _refuse(self, now: float, method: str, chat: int, rule: str, seconds: float, *, obeyed: bool) -> int:
        wait = max(1, math.ceil(seconds))
        self.floods.append(Flood(now, method, chat, rule, wait, obeyed))
        return wait


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
