"""Encrypted talk, with a client that encrypts by itself (slixmpp-omemo is an extra)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import anyio
import pytest

pytest.importorskip("slixmpp_omemo")

from omemo.session_manager import NoEligibleDevices
from pydantic import SecretStr
from slixmpp import JID
from xmpp_desk import Listener, post, running

from hayal import Media, Message
from hayal.provider import Scratchpad
from hayal_xmpp.client import Client
from hayal_xmpp.connection import log_in, make_trust
from hayal_xmpp.omemo import Keys
from hayal_xmpp.settings import XmppSettings
from xmpp.prosody import Prosody, prosody

pytestmark = pytest.mark.anyio

ADA = "ada@localhost"


class Came:
    """The messages that came."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self._more = anyio.Event()

    def take(self, message: Any) -> None:
        self.messages.append(message)
        self._more.set()
        self._more = anyio.Event()

    async def until(self, wanted: Callable[[Any], bool], count: int = 1) -> Any:
        """Wait for message number `count` that is `wanted`."""
        with anyio.fail_after(20):
            while len(found := [message for message in self.messages if wanted(message)]) < count:
                await self._more.wait()
        return found[count - 1]


@asynccontextmanager
async def phone(server: Prosody) -> AsyncIterator[tuple[Client, Came]]:
    """Ada's client with OMEMO, and the messages that came."""
    settings = XmppSettings(
        jid=ADA, password=SecretStr(server.password("ada")), host=server.host, port=server.port, tls="none"
    )
    client = Client(settings, "phone", await make_trust(settings))
    client.plugin.enable("hayal_0384", {"keys": Keys(Scratchpad())})
    came = Came()
    initialized = anyio.Event()
    client.add_event_handler("message", came.take)
    client.add_event_handler("omemo_initialized", lambda _: initialized.set())
    try:
        await log_in(client, settings)
        client.send_presence()
        with anyio.fail_after(20):
            await initialized.wait()
        yield client, came
    finally:
        await client.close()


async def opened(client: Client, came: Came, count: int) -> str:
    """The text of encrypted message number `count`."""
    sealed = await came.until(client.plugin["hayal_0384"].is_encrypted, count)
    assert "secret" not in ET.tostring(sealed.xml, encoding="unicode")
    message, _ = await client.plugin["hayal_0384"].decrypt_message(sealed)
    return str(message["body"])


async def test_an_encrypted_question_is_answered_encrypted(tmp_path: Path) -> None:
    desk = Listener(Media.at("memory://", Path()))
    async with (
        prosody(tmp_path / "server") as server,
        running(tmp_path, server, desk, omemo=True) as bot,
        phone(server) as (ada, came),
    ):
        stanza = ada.make_message(mto=JID("bot@localhost"), mtype="chat", mbody="a secret question")
        with anyio.fail_after(20):
            while True:  # until the bot has published its keys
                try:
                    sealed, _ = await ada.plugin["hayal_0384"].encrypt_message(stanza, JID("bot@localhost"))
                except NoEligibleDevices:
                    await anyio.sleep(0.1)
                else:
                    break
        sealed.send()
        (update,) = await desk.heard(1)
        assert (update.text, update.user) == ("a secret question", ADA)
        remote = await bot.send(post(ADA, Message(text="a secret answer"), key="s1"))
        assert await opened(ada, came, 1) == "a secret answer"
        await bot.edit(post(ADA, Message(text="a better secret"), key="s1", rev=2), remote)
        assert await opened(ada, came, 2) == "a better secret"
        assert came.messages[-1]["replace"]["id"] == remote
        # who writes openly is answered so
        ada.send_message(mto=JID("bot@localhost"), mbody="open words", mtype="chat")
        await desk.heard(2)
        await bot.send(post(ADA, Message(text="open answer"), key="s2"))
        await came.until(lambda message: message["body"] == "open answer")
