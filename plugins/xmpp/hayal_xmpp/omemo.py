"""OMEMO (XEP-0384) for texts in one-to-one chats, through slixmpp-omemo. Imported only if the setting asks for it.

slixmpp-omemo reads the protocol that clients use today (eu.siacs.conversations.axolotl); a device is trusted when it
is first seen. Files, rooms, forms and states stay as they are.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from xml.etree import ElementTree as ET

import structlog
from omemo.storage import Just, Maybe, Nothing, Storage
from slixmpp import JID
from slixmpp.plugins.base import register_plugin
from slixmpp_omemo import XEP_0384, TrustLevel

from hayal import DeliverLater
from hayal.provider import Notes
from hayal_xmpp import stanzas
from hayal_xmpp.client import Client
from hayal_xmpp.sending import Sending
from hayal_xmpp.stanzas import Shown, Target

EXPLAINED = "This message is encrypted with OMEMO."
NAMESPACE = "eu.siacs.conversations.axolotl"

log = structlog.get_logger("hayal.xmpp")

_Storage: Any = Storage
_Plugin: Any = XEP_0384


class Keys(_Storage):  # type: ignore[misc]
    """The library's store, in the plugin's notes. A note cannot be deleted alone, so it is emptied."""

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self._notes = notes

    async def _load(self, key: str) -> Maybe[Any]:
        found = await self._notes.get(f"omemo {key}")
        return Just(json.loads(found)) if found else Nothing()

    async def _store(self, key: str, value: Any) -> None:
        await self._notes.put({f"omemo {key}": json.dumps(value)})

    async def _delete(self, key: str) -> None:
        await self._notes.put({f"omemo {key}": ""})


class Trusting(_Plugin):  # type: ignore[misc]
    """slixmpp-omemo's plugin: trusts at first sight, asks nobody."""

    name = "hayal_0384"
    default_config = {"fallback_message": EXPLAINED, "keys": None}  # noqa: RUF012 - slixmpp's way

    def session_bind(self, jid: JID) -> None:
        """Publish the keys, in a task that ends with the client."""
        self.xmpp.adopt(asyncio.ensure_future(self._begin()))

    async def _begin(self) -> None:
        try:
            await self.get_session_manager()
        except Exception as error:  # noqa: BLE001 - the library raises what it likes
            log.warning("OMEMO could not be set up; texts are sent as they are", reason=repr(error))

    @property
    def storage(self) -> Storage:
        """Where the keys are."""
        found: Storage = self.keys
        return found

    @property
    def _btbv_enabled(self) -> bool:
        return True

    async def _prompt_manual_trust(self, manually_trusted: Any, identifier: str | None) -> None:
        manager = await self.get_session_manager()
        for device in manually_trusted:
            await manager.set_trust(device.bare_jid, device.identity_key, TrustLevel.DISTRUSTED.name)


register_plugin(Trusting)


class Sealing:
    """Opens and seals texts. Whoever wrote encrypted last is answered so."""

    def __init__(self, client: Client, sending: Sending, notes: Notes) -> None:
        client.plugin.enable("hayal_0384", {"keys": Keys(notes)})
        self._client = client
        self._sending = sending
        self._notes = notes

    async def open(self, xml: ET.Element) -> str | None:
        """The text of an encrypted message, or None if it is not for this device or cannot be read."""
        number = f"opened {xml.get('from', '').partition('/')[0]} {xml.get('id', '')}"
        known = await self._notes.get(number)
        if known:  # it can be opened only once, but may come again
            return known
        stanza = self._client._build_stanza(xml)
        try:
            message, _device = await self._client.plugin["hayal_0384"].decrypt_message(stanza)
        except Exception as error:  # noqa: BLE001 - the library raises what it likes
            log.info("an encrypted message could not be read", reason=repr(error))
            return None
        text = str(message["body"])
        await self._notes.drop(number.rpartition(" ")[0])
        await self._notes.put({number: text, f"sealed {stanza['from'].bare}": "1"})
        return text or None

    async def plain(self, chat: str) -> None:
        """Somebody wrote without encryption, and is answered so."""
        if await self._notes.get(f"sealed {chat}"):
            await self._notes.put({f"sealed {chat}": ""})

    async def seal(self, target: Target, number: str, what: Shown, language: str, replaces: str) -> bool:
        """Send a text encrypted, if its reader writes so; False if it is to be sent as it is. Raises DeliverLater."""
        if target.kind != "chat" or target.private or not await self._notes.get(f"sealed {target.to}"):
            return False
        plain = stanzas.text_stanza(self._client, target, number, what, language=language)
        await self._sending.ready()
        try:
            sealed, errors = await self._client.plugin["hayal_0384"].encrypt_message(plain, JID(target.to))
        except Exception as error:
            raise DeliverLater(f"it could not be encrypted: {type(error).__name__}", after=10.0) from error
        if sealed is None:
            raise DeliverLater("there is no device to encrypt it for", after=10.0)
        if errors:
            log.info("some devices cannot read an answer", count=len(errors))
        sealed["id"] = number
        sealed["lang"] = language
        sealed["origin_id"]["id"] = number
        sealed["eme"]["namespace"] = NAMESPACE
        sealed["eme"]["name"] = "OMEMO"
        if replaces:
            sealed["replace"]["id"] = replaces
        await self._sending.send(sealed)
        return True
