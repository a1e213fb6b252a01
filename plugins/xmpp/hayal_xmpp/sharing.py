"""Media for a chat: uploaded once, or a link, or a sentence."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog

from hayal import Attachment, DeliverLater, Desk, MessengerError, NoSuchMedia, Undeliverable
from hayal_xmpp.limits import Recent
from hayal_xmpp.upload import NotTaken, TooLarge, Uploaded, Uploads

FRESH = 3600.0
"""Seconds for which an uploaded file is pointed to again, as a persona's portrait; servers keep files for days."""

TRIES = 4
"""How often an upload is tried before a link or a sentence takes its place."""

log = structlog.get_logger("hayal.xmpp")


@dataclass(frozen=True, slots=True)
class Shared:
    """A file as it can be shown: uploaded, or a link to it, or neither."""

    file: Uploaded | None = None
    thumbnail: Uploaded | None = None
    link: str = ""


class Sharing:
    """Makes media reachable. `uploads` is None without an upload service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: Recent[str, tuple[float, Uploaded]] = Recent(512)
        self._tries: Recent[str, int] = Recent(1000)
        self.uploads: Uploads | None = None

    async def share(self, attachment: Attachment) -> Shared:
        """Make a file reachable. Raises DeliverLater, and Undeliverable if it has been deleted."""
        try:
            file = await self._upload(attachment.key, attachment.mime)
        except NoSuchMedia as error:
            raise Undeliverable(f"{attachment.key} has been deleted") from error
        if file is None:
            return Shared(link=self._desk.link(attachment.key) or "")
        thumbnail = None
        if attachment.poster:
            try:
                thumbnail = await self._upload(attachment.poster, "image/jpeg")
            except (MessengerError, NoSuchMedia) as error:
                log.debug("no thumbnail", reason=repr(error))
        return Shared(file, thumbnail)

    async def _upload(self, key: str, mime: str) -> Uploaded | None:
        if self.uploads is None:
            return None
        at, known = self._known.get(key) or (0.0, None)
        if known and time.monotonic() - at < FRESH:
            return known
        tries = (self._tries.get(key) or 0) + 1
        try:
            file = await self.uploads.put(self._desk.media, key, mime)
        except TooLarge:
            log.warning("the upload service does not take a file of this size", key=key)
            return None
        except NotTaken as error:
            log.warning("the upload service does not take a file", key=key, reason=str(error))
            return None
        except DeliverLater as error:
            self._tries.put(key, tries)
            if tries < TRIES:
                raise
            log.warning("the upload service fails", key=key, reason=str(error))
            self._tries.drop(key)
            return None
        self._tries.drop(key)
        self._known.put(key, (time.monotonic(), file))
        return file
