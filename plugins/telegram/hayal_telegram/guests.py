"""Whom the bot talks to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from hayal_telegram.updates import Arrival

MOST = 10_000


class Guests:
    """The people allowed, by id or by name. Of others nothing is kept, except in memory that they have been told so."""

    def __init__(self, allowed: Iterable[str]) -> None:
        people = [one.lower() for one in allowed]
        self._ids = frozenset(one for one in people if not one.startswith("@"))
        self._names = frozenset(one[1:] for one in people if one.startswith("@"))
        self._told: OrderedDict[str, None] = OrderedDict()

    def welcome(self, arrival: Arrival) -> bool:
        """Whether the bot talks to whoever did this."""
        if not self._ids and not self._names:
            return True
        update = arrival.update
        return update is None or update.user in self._ids or bool(arrival.username and arrival.username in self._names)

    def to_be_told(self, arrival: Arrival) -> bool:
        """Whether a stranger is to be told that the bot does not talk to everybody: once, in a chat of their own."""
        if arrival.update is None or not arrival.private or arrival.update.user in self._told:
            return False
        self._told[arrival.update.user] = None
        if len(self._told) > MOST:
            self._told.popitem(last=False)
        return True
