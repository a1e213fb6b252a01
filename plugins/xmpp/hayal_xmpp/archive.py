"""The message archive (XEP-0313): what was missed, and whether something of ours has arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import structlog
from slixmpp import JID
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream.handler import Collector
from slixmpp.xmlstream.matcher import MatchXMLMask

from hayal.provider import Notes
from hayal_xmpp import names
from hayal_xmpp.client import Client

PAGE = 50
ANSWER_LIMIT = 30.0
"""Seconds the archive has for one page."""

LOOK_BACK = timedelta(minutes=2)
"""How much the clocks of the server and of this machine may differ."""

MOST_PAGES = 40
"""Pages that are searched for a message of ours."""

log = structlog.get_logger("hayal.xmpp")


class ArchiveSilent(Exception):
    """The archive does not answer, or not now."""


class Expired(Exception):
    """The archive does not have the message any more that was seen last."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A message in an archive: its id there, when it came, and the message itself."""

    number: str
    at: datetime
    xml: ET.Element


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an archive, oldest first. `last` is the id to go on after; `first` before."""

    messages: tuple[Stored, ...]
    first: str
    last: str
    complete: bool


class Archive:
    """The archive of the own account (`owner` ""), or of a room."""

    def __init__(self, client: Client, owner: str = "") -> None:
        self._client = client
        self._owner = owner

    async def page(
        self,
        *,
        after: str = "",
        before: str | None = None,
        start: datetime | None = None,
        chat: str = "",
        most: int = PAGE,
    ) -> Page:
        """A page after or before a message; `before` "" is the newest. Raises ArchiveSilent, Expired.

        Only results with the id of this very query count, and only from the archive that was asked (CVE-2017-5589).
        """
        owner = JID(self._owner) if self._owner else None
        mam = self._client.plugin["xep_0313"]
        # not `retrieve`, which cannot ask for the newest page
        iq, mask = mam._pre_mam_retrieve(owner, start, None, JID(chat) if chat else None, None)
        rsm = iq["mam"]["rsm"]
        rsm["max"] = str(most)
        if after:
            rsm["after"] = after
        if before is not None:
            rsm["before"] = before or True
        collector = Collector(f"archive {iq['id']}", MatchXMLMask(str(mask)))
        self._client.register_handler(collector)
        try:
            answer = await iq.send(timeout=ANSWER_LIMIT)
        except IqError as error:
            if error.condition == "item-not-found":
                raise Expired from error
            raise ArchiveSilent(error.condition) from error
        except IqTimeout as error:
            raise ArchiveSilent("no answer") from error
        finally:
            results = collector.stop()
        fin = answer["mam_fin"]
        own = {"", self._client.boundjid.bare, self._client.boundjid.full} if not self._owner else {self._owner}
        found = [_stored(message) for message in results if message.xml.get("from", "") in own]
        return Page(
            tuple(message for message in found if message),
            str(fin["rsm"]["first"] or ""),
            str(fin["rsm"]["last"] or ""),
            fin["complete"] in {True, "true"},
        )

    async def has(self, chat: str, numbers: Iterable[str], since: datetime) -> set[str]:
        """Which messages of ours to `chat`, by their ids, are in the archive. Raises ArchiveSilent."""
        wanted, found, before = set(numbers), set(), ""
        for _ in range(MOST_PAGES):
            page = await self.page(before=before, chat=chat if not self._owner else "")
            found |= {number for message in page.messages if (number := message.xml.get("id", "")) in wanted}
            oldest = page.messages[0].at if page.messages else None
            if found == wanted or page.complete or not page.first or oldest is None or oldest < since - LOOK_BACK:
                break
            before = page.first
        return found


def _stored(message: Any) -> Stored | None:
    result = message.xml.find(names.RESULT)
    forwarded = result.find(names.FORWARDED) if result is not None else None
    inner = forwarded.find(f"{names.CLIENT}message") if forwarded is not None else None
    if result is None or forwarded is None or inner is None:
        return None
    delay = forwarded.find(names.DELAYS[0])
    try:
        at = datetime.fromisoformat(delay.get("stamp", "") if delay is not None else "")
    except ValueError:
        at = datetime.now(UTC)
    return Stored(result.get("id", ""), at if at.tzinfo else at.replace(tzinfo=UTC), inner)


class Seen:
    """How far an archive has been read: the mark moves once everything up to it is stored in the engine.

    Messages are processed side by side, so the mark is the last of those before which none is missing.
    """

    def __init__(self, notes: Notes, owner: str) -> None:
        self._notes = notes
        self._key = f"seen {owner}"
        self._waiting: dict[str, bool] = {}
        self._mark = ""
        self._written = ""
        self.changed: Callable[[Seen], None] = lambda _: None

    async def load(self) -> tuple[str, datetime | None]:
        """The id of the last message that was stored, and when."""
        found = await self._notes.get(self._key)
        if not found:
            return "", None
        stamp, _, number = found.partition(" ")
        self._mark = self._written = number
        return number, datetime.fromisoformat(stamp)

    def began(self, number: str) -> bool:
        """A message with this archive id came. False if it is being processed already."""
        if not number:
            return True
        if number in self._waiting:
            return False
        self._waiting[number] = False
        return True

    def done(self, number: str) -> None:
        """It is stored, or nothing is to be stored of it."""
        if number not in self._waiting:
            return
        self._waiting[number] = True
        while self._waiting and self._waiting[next(iter(self._waiting))]:
            self._mark = next(iter(self._waiting))
            del self._waiting[self._mark]
        self.changed(self)

    def reset(self) -> None:
        """What is under way will be read again, in the archive's order."""
        self._waiting = {}

    async def put(self, number: str) -> None:
        """Move the mark, whatever was there."""
        self._mark = number
        await self.write()

    async def write(self) -> None:
        """Write the mark, if it has moved. Raises StorageError."""
        mark = self._mark
        if mark and mark != self._written:
            await self._notes.put({self._key: f"{datetime.now(UTC).isoformat()} {mark}"})
            self._written = mark


async def missed(archive: Archive, seen: Seen) -> AsyncIterator[Stored]:
    """Everything the archive got after the mark, oldest first. Raises ArchiveSilent.

    At the very first look there is no mark: it is set to the end, and nothing is missed.
    """
    after, at = await seen.load()
    if not after:
        newest = await archive.page(before="", most=1)
        # an empty archive has no end yet: its first message will be found by time
        await seen.put(newest.last or "0")
        return
    start: datetime | None = None
    if after == "0":
        after, start = "", at - LOOK_BACK if at else None
    while True:
        try:
            page = await archive.page(after=after, start=start)
        except Expired as error:
            if not after:
                raise ArchiveSilent("it refuses to begin") from error
            log.info("the archive is shorter than the absence was")
            after, start = "", at - LOOK_BACK if at else None
            continue
        for message in page.messages:
            yield message
        if page.complete or not page.last:
            return
        after = page.last
