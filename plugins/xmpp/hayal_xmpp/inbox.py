"""What comes in: read, judged, put in line by chat, handed to the engine, and only then acknowledged."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

import anyio
import structlog
from anyio.abc import TaskGroup

from hayal import Desk, StorageError, Update
from hayal_xmpp.archive import Archive, ArchiveSilent, Seen, missed
from hayal_xmpp.limits import Buckets, Recent
from hayal_xmpp.management import Hold
from hayal_xmpp.meaning import Meaning, Understood
from hayal_xmpp.reading import Said, read
from hayal_xmpp.settings import XmppSettings

LINE = 20
"""Messages of one chat that may wait."""

OFFLINE = 200
"""Messages that a server may have kept for one person's chat while the bot was away, beyond which they are a flood."""

CROWD = 10_000
"""Messages of all chats that may wait; beyond it they are left to the archive."""

HELD = 2_000
"""Live messages that may wait while an archive is read."""

REMIND = 60.0
"""Seconds between two sentences that somebody writes too fast."""

WRITE_MARKS = 1.0
"""Seconds between two writes of how far the archives were read."""

log = structlog.get_logger("hayal.xmpp")

Decrypt = Callable[[ET.Element], Awaitable[str | None]]
"""The text of an encrypted message, or None."""


@dataclass(frozen=True, slots=True)
class Item:
    """A message in line. `hold` is what to release once it is stored."""

    understood: Understood
    owner: str
    hold: Hold | None
    xml: ET.Element


class Inbox:
    """The incoming side. `thank` is called when a message has been stored; `tell` says a text of the locales."""

    def __init__(
        self,
        desk: Desk,
        settings: XmppSettings,
        meaning: Meaning,
        group: TaskGroup,
        *,
        seen: Callable[[str], Seen],
        release: Callable[[Hold], None],
        thank: Callable[[Understood], None],
        tell: Callable[[Said, str], None],
        remember: Callable[[str, str], Awaitable[None]],
        decrypt: Decrypt | None = None,
        plain: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._desk = desk
        self._settings = settings
        self._meaning = meaning
        self._group = group
        self._seen = seen
        self._release = release
        self._thank = thank
        self._tell = tell
        self._remember = remember
        self._decrypt = decrypt
        self._plain = plain
        self._lines: dict[str, deque[Item]] = {}
        self._waiting = 0
        self._room = anyio.Event()
        self._reading: dict[str, deque[tuple[ET.Element, Hold]]] = {}
        self._behind: set[str] = set()
        self._buckets = Buckets(settings.rate, settings.burst)
        # anybody can say that a message is late, so there is no more of it than a server keeps
        self._kept = Buckets(settings.rate / 10, OFFLINE)
        self._reminded: Recent[str, float] = Recent(10_000)
        self.moved: set[Seen] = set()

    def owner_of(self, xml: ET.Element) -> str:
        """Whose archive has this message: a room's, or the own account's."""
        sender = xml.get("from", "").partition("/")[0].lower()
        in_room = xml.get("type") == "groupchat" and self._settings.room(sender) is not None
        return sender if in_room else self._settings.jid

    def heard(self, xml: ET.Element, hold: Hold) -> None:
        """A message that comes now."""
        owner = self.owner_of(xml)
        held = self._reading.get(owner)
        if held is None:
            self._take(xml, owner, hold)
        elif len(held) < HELD:
            held.append((xml, hold))
        else:  # the archive has it, and will be read again
            self._behind.add(owner)
            self._release(hold)

    def _take(self, xml: ET.Element, owner: str, hold: Hold | None, *, archived: Said | None = None) -> bool:
        """Put a message in line; False if there is no room for it now."""
        said = archived or read(xml, owner)
        understood = self._meaning.of(said, archived=archived is not None) if said else None
        number = said.stored if said else ""
        if not self._seen(owner).began(number):
            if hold:
                self._release(hold)
            return True
        if said is None or understood is None or not self._wanted(said, understood):
            self._done(owner, number, hold)
            return True
        late = said.delayed and archived is None
        buckets = self._kept if late else self._buckets
        if archived is None and not buckets.take(understood.update.user):
            self._remind(said, understood)
            self._done(owner, number, hold)
            return True
        line = self._lines.get(understood.update.chat)
        if archived is None and (
            (line is not None and len(line) >= (OFFLINE if late else LINE)) or self._waiting >= CROWD
        ):
            self._remind(said, understood)
            self._done(owner, number, hold)
            return True
        self._waiting += 1
        item = Item(understood, owner, hold, xml)
        if line is None:
            self._lines[understood.update.chat] = deque((item,))
            self._group.start_soon(self._work, understood.update.chat)
        else:
            line.append(item)
        return True

    def _wanted(self, said: Said, understood: Understood) -> bool:
        if said.encrypted:
            if self._decrypt is None and said.kind == "chat":
                self._tell(said, "xmpp-encrypted")
            return self._decrypt is not None and said.kind == "chat"
        return bool(understood.update.text or understood.update.tap)

    def _remind(self, said: Said, understood: Understood) -> None:
        user, now = understood.update.user, time.monotonic()
        if said.kind != "groupchat" and now - (self._reminded.get(user) or -REMIND) >= REMIND:
            self._reminded.put(user, now)
            self._tell(said, "xmpp-slow-down")

    def _done(self, owner: str, number: str, hold: Hold | None) -> None:
        if hold:
            self._release(hold)
        seen = self._seen(owner)
        seen.done(number)
        self.moved.add(seen)

    async def _work(self, chat: str) -> None:
        """Hand the messages of a chat to the engine, in order, until none is left."""
        line = self._lines[chat]
        while line:
            item = line[0]
            update: Update | None = item.understood.update
            if update and item.understood.said.encrypted:
                text = await self._opened(item.xml)
                update = replace(update, text=text, tap="") if text else None
            if update is not None:
                await self._receive(item, update)
            line.popleft()
            self._waiting -= 1
            self._done(item.owner, item.understood.said.stored, item.hold)
            self._room.set()
        del self._lines[chat]

    async def _opened(self, xml: ET.Element) -> str | None:
        while self._decrypt:
            try:
                return await self._decrypt(xml)
            except StorageError as error:
                log.warning("a message waits to be opened", reason=str(error))
                await anyio.sleep(5)
        return None

    async def _receive(self, item: Item, update: Update) -> None:
        wait = 0.5
        while True:
            try:
                if self._plain and not item.understood.said.encrypted:
                    await self._plain(update.chat)
                if item.understood.private:
                    await self._remember(update.chat, update.user)
                await self._desk.receive(update)
            except StorageError as error:
                log.warning("a message waits to be stored", reason=str(error))
                await anyio.sleep(wait)
                wait = min(30.0, wait * 2)
            else:
                self._thank(item.understood)
                return

    def hold_back(self, owner: str) -> None:
        """From now on live messages of this archive wait, until `catch_up` has read it."""
        self._reading.setdefault(owner, deque())
        self._seen(owner).reset()

    async def catch_up(self, owner: str, archive: Archive | None) -> None:
        """Take what was missed, then what came meanwhile."""
        try:
            while archive is not None:
                self._behind.discard(owner)
                await self._read_archive(owner, archive)
                if owner not in self._behind:
                    break
        except ArchiveSilent as error:
            log.warning("the archive could not be read", of=owner, reason=str(error))
        finally:
            for xml, hold in self._reading.pop(owner, ()):
                self._take(xml, owner, hold)

    async def _read_archive(self, owner: str, archive: Archive) -> None:
        async for stored in missed(archive, self._seen(owner)):
            said = read(stored.xml, owner, stored=stored.number, delayed=True)
            if said is None:
                continue
            while self._waiting >= CROWD:
                self._room = anyio.Event()
                await self._room.wait()
            self._take(stored.xml, owner, None, archived=said)

    async def keep_marks(self) -> None:
        """Write how far the archives have been read, now and then."""
        while True:
            await anyio.sleep(WRITE_MARKS)
            await self.write_marks()

    async def write_marks(self) -> None:
        """Write how far the archives have been read."""
        moved, self.moved = self.moved, set()
        for seen in moved:
            try:
                await seen.write()
            except StorageError as error:
                log.warning("how far the archive was read is not stored", reason=str(error))
                self.moved.add(seen)
