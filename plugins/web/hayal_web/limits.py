"""How often somebody may do something: token buckets, by key."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable


class Buckets:
    """A token bucket for each key: `burst` at once, then `rate` a second. Remembers the `most` recent keys."""

    def __init__(
        self, rate: float, burst: int, *, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._most = most
        self._clock = clock
        self._level: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one token. Returns 0 if there was one, else the seconds until there is."""
        now = self._clock()
        level = self._now(key, now)
        wait = self._until(level)
        self._level.pop(key, None)
        self._level[key] = (level if wait else level - 1, now)
        if len(self._level) > self._most:
            self._level.popitem(last=False)
        return wait

    def wait(self, key: str) -> float:
        """The seconds until there is a token; 0 if there is one. Takes none."""
        return self._until(self._now(key, self._clock()))

    def _now(self, key: str, now: float) -> float:
        level, since = self._level.get(key, (self._burst, now))
        return min(self._burst, level + (now - since) * self._rate)

    def _until(self, level: float) -> float:
        return 0.0 if level >= 1 else (1 - level) / self._rate
