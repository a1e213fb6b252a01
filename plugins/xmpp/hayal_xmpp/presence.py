"""How the bot looks: presence, nickname (0172), avatar (0084, 0153); and whose subscriptions it takes."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import structlog
from anyio.to_thread import run_sync
from PIL import Image, ImageOps, UnidentifiedImageError
from slixmpp import JID
from slixmpp.exceptions import IqError, IqTimeout

from hayal import ConfigError, StorageError
from hayal.provider import Notes
from hayal_xmpp.client import Client
from hayal_xmpp.settings import XmppSettings

SIDE = 192
"""Pixels of the avatar's longer side (XEP-0084, 5 advises 32 to 96; clients of today show more)."""

PRIORITY = 50
"""So that a message to the account comes to the bot, even if its owner is logged in too."""

LIMIT = 15.0

log = structlog.get_logger("hayal.xmpp")


class Appearance:
    """Presence, roster and looks of one session after another."""

    def __init__(self, client: Client, settings: XmppSettings, notes: Notes) -> None:
        self._client = client
        self._settings = settings
        self._notes = notes
        client.add_event_handler("presence_subscribe", self._asked)

    async def show(self) -> None:
        """Be there: the roster first, so that the server tells of subscriptions; then presence."""
        try:
            await self._client.get_roster(timeout=LIMIT)
        except (IqError, IqTimeout) as error:
            log.info("no roster", reason=error.condition)
        disco = self._client.plugin["xep_0030"]
        await disco.del_identity(category="client", itype="bot")
        await disco.add_identity(category="client", itype="bot", name=self._settings.nickname)
        await self._client.plugin["xep_0115"].update_caps(broadcast=False)
        presence = self._client.make_presence(ppriority=PRIORITY, pnick=self._settings.nickname)
        presence.send()

    async def publish(self) -> None:
        """Nickname and avatar, if they are not what was published last. What the server refuses is logged."""
        try:
            picture = await run_sync(avatar, self._settings.avatar) if self._settings.avatar else None
        except ConfigError as error:
            log.warning("no avatar", reason=str(error))
            picture = None
        mark = hashlib.sha256(self._settings.nickname.encode() + b"\0" + (picture or b"")).hexdigest()
        key = f"looks {self._settings.jid}"
        try:
            if await self._notes.get(key) == mark:
                return
            await self._nickname()
            if picture:
                await self._avatar(picture)
            await self._notes.put({key: mark})
        except (IqError, IqTimeout) as error:
            log.info("the server does not take the nickname or the avatar", reason=error.condition)
        except StorageError as error:
            log.warning("it is not stored that the avatar was published", reason=str(error))

    async def _nickname(self) -> None:
        await self._client.plugin["xep_0172"].publish_nick(self._settings.nickname, timeout=LIMIT)

    async def _avatar(self, picture: bytes) -> None:
        plugins = self._client.plugin
        with Image.open(io.BytesIO(picture)) as opened:
            width, height = opened.size
        metadata: Any = {
            "id": hashlib.sha1(picture, usedforsecurity=False).hexdigest(),  # XEP-0084, 4.1
            "type": "image/png",
            "bytes": len(picture),
            "width": str(width),
            "height": str(height),
        }
        # servers that make one from the other know less of it, so what says more comes last
        await plugins["xep_0153"].set_avatar(avatar=picture, mtype="image/png", timeout=LIMIT)
        await plugins["xep_0084"].publish_avatar(picture, timeout=LIMIT)
        await plugins["xep_0084"].publish_avatar_metadata(metadata, timeout=LIMIT)

    def _asked(self, presence: Any) -> None:
        """Somebody wants to see the bot's presence."""
        who = str(presence["from"].bare)
        if who == self._settings.jid or self._settings.room(who):
            return
        if not self._settings.allows(who):
            log.info("a subscription refused", of=who)
            self._client.send_presence(pto=who, ptype="unsubscribed")
            return
        self._client.send_presence(pto=who, ptype="subscribed")
        if not self._client.client_roster[JID(who)]["to"]:
            self._client.send_presence(pto=who, ptype="subscribe")


def avatar(path: Path) -> bytes:
    """The picture at `path` as a small square PNG. Raises ConfigError."""
    try:
        with Image.open(path) as opened:
            small = ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), (SIDE, SIDE))
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError) as error:
        raise ConfigError(f"[plugins.xmpp] avatar: {path} is not a picture that can be read") from error
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
