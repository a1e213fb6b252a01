"""Group rooms (XEP-0045): joined, watched, joined again."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import structlog
from anyio.abc import TaskGroup
from slixmpp import JID
from slixmpp.exceptions import IqError, IqTimeout, PresenceError

from hayal.provider import Notes
from hayal_xmpp.client import Client
from hayal_xmpp.meaning import Occupant, identity
from hayal_xmpp.names import OCCUPANT
from hayal_xmpp.reading import LONGEST_ID
from hayal_xmpp.settings import Room, XmppSettings

JOIN_LIMIT = 30.0
SHORTEST, LONGEST = 1.0, 300.0
"""Seconds between two attempts to get into a room; they double."""

STILL_IN = 300.0
"""Seconds between two questions whether the room still knows us: some restart without a word (XEP-0410)."""

KICKED = frozenset({301, 307, 321, 322})
"""Status codes of a presence that say that somebody did not want us there."""

NOT_IN = frozenset({"not-acceptable", "item-not-found", "not-allowed"})

REASONS = {
    "not-authorized": "it has a password, and ours is not it",
    "registration-required": "only members may enter",
    "forbidden": "we are banned there",
    "item-not-found": "it does not exist",
    "not-allowed": "rooms cannot be made there",
    "service-unavailable": "it is full, or its service is away",
    "conflict": "our nickname is taken",
    "remote-server-not-found": "its server is not found",
}

log = structlog.get_logger("hayal.xmpp")


class Rooms:
    """The configured rooms, of one run. `entered` is called each time the bot has come into a room."""

    def __init__(
        self, client: Client, settings: XmppSettings, notes: Notes, entered: Callable[[str], Awaitable[None]]
    ) -> None:
        self._client = client
        self._settings = settings
        self._notes = notes
        self._entered = entered
        self._nicks: dict[str, str] = {}
        self._left: dict[str, anyio.Event] = {}
        self._kicked: set[str] = set()
        self._private: dict[str, str] = {}
        self._occupants: dict[tuple[str, str], str] = {}
        self._session = anyio.Event()
        client.add_event_handler("groupchat_presence", self._presence)
        for room in settings.rooms:
            client.add_event_handler(f"muc::{room.room}::self-presence", self._self_presence)
            client.add_event_handler(f"muc::{room.room}::message_error", self._bounced)

    @property
    def _muc(self) -> Any:
        return self._client.plugin["xep_0045"]

    def start(self, group: TaskGroup) -> None:
        """Look after every room."""
        for room in self._settings.rooms:
            group.start_soon(self._keep, room)

    def begin(self) -> None:
        """A new session has begun: the rooms do not know us."""
        self._nicks.clear()
        self._occupants.clear()
        for left in self._left.values():
            left.set()
        self._session.set()
        self._session = anyio.Event()

    def joined(self, room: str) -> bool:
        """Whether the bot is in a room."""
        return room in self._nicks

    def nick_in(self, room: str) -> str:
        """The bot's nickname in a room, or ""."""
        return self._nicks.get(room, "")

    def who_is(self, room: str, nick: str) -> Occupant:
        """Who has a nickname now."""
        entry = self._entry(room, nick)
        jid = entry.get("jid") if entry else None
        return Occupant(str(JID(jid).bare) if jid else "", self._occupants.get((room, nick), ""))

    def _entry(self, room: str, nick: str) -> Any:
        return self._muc.rooms[None].get(JID(room), {}).get(nick)

    async def remember(self, chat: str, user: str) -> None:
        """Somebody wrote in private: answers are for this person, whoever has the nickname then."""
        if self._private.get(chat) != user:
            await self._notes.put({f"private {chat}": user})
            self._private[chat] = user

    async def still_there(self, room: str, nick: str) -> bool:
        """Whether who wrote in private under this nickname is in the room."""
        if not self._entry(room, nick):
            return False
        chat = f"{room}/{nick}"
        user = self._private.get(chat) or await self._notes.get(f"private {chat}")
        return not user or user == identity(room, nick, self.who_is(room, nick))

    async def _keep(self, room: Room) -> None:
        """Be in a room, for ever."""
        address, wait, said = room.room, SHORTEST, ""
        while True:
            if not self._client._session_started:
                await self._session.wait()
            session = self._session
            left = self._left[address] = anyio.Event()
            reason = await self._join(room)
            if not reason:
                wait, said = SHORTEST, ""
                log.info("in a room", room=address, nickname=self._nicks.get(address))
                await self._entered(address)
                await self._stay(address, left)
                self._nicks.pop(address, None)
                if address in self._kicked and not room.rejoin:
                    log.warning("kicked out of a room, and not to come back", room=address)
                    await session.wait()
                self._kicked.discard(address)
            elif reason != said:
                log.warning("cannot enter a room", room=address, reason=reason)
                said = reason
            with anyio.move_on_after(wait * random.uniform(0.8, 1.2)):
                await session.wait()  # a new session is another chance at once
            wait = min(LONGEST, wait * 2)

    async def _join(self, room: Room) -> str:
        """Enter; returns why it did not work, or ""."""
        nick = self._settings.nickname_in(room)
        password = room.password.get_secret_value() if room.password else None
        for attempt in (nick, f"{nick}_", f"{nick}_{random.randrange(100, 1000)}"):
            try:
                presence, *_ = await self._muc.join_muc_wait(
                    JID(room.room), attempt, password=password, maxstanzas=0, timeout=JOIN_LIMIT
                )
            except PresenceError as error:
                condition = str(error.presence["error"]["condition"])
                if condition == "conflict":
                    continue
                return REASONS.get(condition, condition)
            except TimeoutError:
                return "it does not answer"
            self._nicks[room.room] = str(presence["from"].resource)
            return ""
        return REASONS["conflict"]

    async def _stay(self, room: str, left: anyio.Event) -> None:
        """Return when the bot is not in the room any more."""
        while not left.is_set():
            with anyio.move_on_after(STILL_IN):
                await left.wait()
                return
            try:
                await self._client.plugin["xep_0199"].send_ping(JID(f"{room}/{self._nicks[room]}"), timeout=JOIN_LIMIT)
            except IqError as error:
                if error.condition in NOT_IN:
                    log.info("the room does not know us any more", room=room)
                    return
            except IqTimeout:
                continue

    def _presence(self, presence: Any) -> None:
        """Keep the room's stable ids of those who are there."""
        who = str(presence["from"].bare), str(presence["from"].resource)
        found = presence.xml.find(OCCUPANT)
        if presence["type"] == "unavailable" or found is None or not self._settings.room(who[0]):
            self._occupants.pop(who, None)
        else:
            self._occupants[who] = found.get("id", "")[:LONGEST_ID]

    def _self_presence(self, presence: Any) -> None:
        room = str(presence["from"].bare)
        codes = set(presence["muc"]["status_codes"])
        if presence["type"] != "unavailable":
            if room in self._nicks:
                self._nicks[room] = str(presence["from"].resource)
            return
        if 303 in codes:  # only the nickname changed
            self._nicks[room] = str(presence["muc"]["item_nick"] or self._nicks.get(room, ""))
            return
        if codes & KICKED:
            self._kicked.add(room)
        self._nicks.pop(room, None)
        if room in self._left:
            self._left[room].set()

    def _bounced(self, message: Any) -> None:
        """A message to the room came back: most likely it does not know us any more."""
        room = str(message["from"].bare)
        if str(message["error"]["condition"]) in NOT_IN and room in self._left:
            self._nicks.pop(room, None)
            self._left[room].set()
