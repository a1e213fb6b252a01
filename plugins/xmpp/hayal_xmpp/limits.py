"""How much one person may send, and what is remembered of the past: everything here is bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A mapping that keeps the `most` entries used last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """The value, or None."""
        return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> V | None:
        """Forget."""
        return self._entries.pop(key, None)


class Buckets:
    """A token bucket for each key: `burst` at once, then `rate` a second."""

    def __init__(
        self, rate: float, burst: int, *, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._levels: Recent[str, tuple[float, float]] = Recent(most)

    def take(self, key: str) -> bool:
        """Take one token; False if there is none."""
        now = self._clock()
        level, since = self._levels.get(key) or (self._burst, now)
        level = min(self._burst, level + (now - since) * self._rate)
        self._levels.put(key, (level - 1 if level >= 1 else level, now))
        return level >= 1
