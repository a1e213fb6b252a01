"""Updates on their way into the engine: of one chat in order, of different chats side by side."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

import anyio
import structlog
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from hayal import StorageError, Update
from hayal_telegram.guests import Guests
from hayal_telegram.updates import Arrival, Json, Malformed, Me, number_of, update_of

AGAIN = 0.5
LONGEST = 15.0
"""Seconds until an update is handed in again that could not be stored: the first wait, and the longest."""

TRIES = 5
"""How often an update is handed in that breaks the engine."""

ANSWERERS = 16
QUERIES = 1000
"""Callback queries being answered, and waiting to be."""

ALBUMS = 1000

Done: TypeAlias = Callable[[StorageError | None], None]

log = structlog.get_logger("hayal.telegram")


class Intake:
    """Takes raw updates in.

    `receive` is the desk's. `answer(query_id)` stops the little clock on a tapped button; `refuse(arrival)` tells a
    stranger that the bot is not for everybody; `moved(chat, to)` is told that a group has become a supergroup.
    `patient`: an update that cannot be stored is handed in again until it is; else it is given back.
    """

    def __init__(
        self,
        receive: Callable[[Update], Awaitable[object]],
        me: Me,
        guests: Guests,
        commands: frozenset[str],
        *,
        answer: Callable[[str], Awaitable[None]],
        refuse: Callable[[Arrival], Coroutine[Any, Any, None]],
        moved: Callable[[int, int], Awaitable[None]],
        patient: bool,
    ) -> None:
        self._receive = receive
        self._me = me
        self._guests = guests
        self._commands = commands
        self._answer = answer
        self._refuse = refuse
        self._moved = moved
        self._patient = patient
        self._lanes: dict[int, deque[tuple[Arrival, Done]]] = {}
        self._albums: OrderedDict[str, None] = OrderedDict()
        self._group: TaskGroup
        self._taps: MemoryObjectSendStream[str]
        self._answering: MemoryObjectReceiveStream[str]

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work`, which calls `take`, with what takes updates in around it."""
        self._taps, self._answering = anyio.create_memory_object_stream[str](QUERIES)
        with self._taps, self._answering:
            async with anyio.create_task_group() as self._group:
                for _ in range(ANSWERERS):
                    self._group.start_soon(self._answerer)
                await work()
                self._group.cancel_scope.cancel()

    async def take(self, raw: Any, done: Done) -> None:
        """Take `raw` in. `done(None)` is called once its effect is stored, or it turned out to have none.

        `done(error)` if it is to be delivered again. Returns before that.
        """
        try:
            arrival = update_of(_checked(raw), self._me, self._commands)
        except Malformed as error:
            self._set_aside(raw, error)
            done(None)
            return
        except Exception as error:  # noqa: BLE001 - one update never stops the others
            self._set_aside(raw, error)
            done(None)
            return
        if arrival.query:
            await self._taps.send(arrival.query)
        lane = self._lanes.get(arrival.chat)
        if arrival.update is None and not arrival.moved:
            done(None)
        elif lane is not None:
            lane.append((arrival, done))
        else:
            self._lanes[arrival.chat] = deque(((arrival, done),))
            self._group.start_soon(self._lane, arrival.chat)

    async def _lane(self, chat: int) -> None:
        lane = self._lanes[chat]
        try:
            while lane:
                arrival, done = lane[0]
                done(await self._one(arrival))
                lane.popleft()
        finally:
            del self._lanes[chat]
            for _, done in lane:  # cut off in the middle: nobody knows whether the first one is stored
                done(StorageError("shutting down"))

    async def _one(self, arrival: Arrival) -> StorageError | None:
        if arrival.moved:
            await self._moved(arrival.chat, arrival.moved)
            return None
        update = arrival.update
        if update is None or self._is_one_of_album(arrival):
            return None
        if not self._guests.welcome(arrival):
            if self._guests.to_be_told(arrival):
                self._group.start_soon(self._refuse, arrival)
            return None
        return await self._hand_in(update)

    async def _hand_in(self, update: Update) -> StorageError | None:
        wait, tries = AGAIN, 0
        while True:
            try:
                await self._receive(update)
            except StorageError as error:
                if not self._patient:
                    return error
                log.warning("an update waits for the database", id=update.id, reason=str(error))
            except Exception as error:
                tries += 1
                log.exception("an update breaks the engine", id=update.id, tries=tries)
                if tries >= TRIES:
                    return None
                if not self._patient:
                    return StorageError(repr(error))
            else:
                return None
            await anyio.sleep(wait)
            wait = min(LONGEST, wait * 2)

    def _is_one_of_album(self, arrival: Arrival) -> bool:
        """Whether it is a further picture of an album that has been answered."""
        if not arrival.album:
            return False
        if arrival.album in self._albums:
            return True
        self._albums[arrival.album] = None
        if len(self._albums) > ALBUMS:
            self._albums.popitem(last=False)
        return False

    async def _answerer(self) -> None:
        async for query in self._answering:
            await self._answer(query)

    def _set_aside(self, raw: Any, error: Exception) -> None:
        try:
            number: object = number_of(raw)
        except Malformed:
            number = None
        fields = sorted(map(str, raw)) if isinstance(raw, dict) else type(raw).__name__
        log.error("an update is set aside: it cannot be read", update_id=number, reason=str(error), fields=fields)


def _checked(raw: Any) -> Json:
    number_of(raw)
    checked: Json = raw
    return checked
