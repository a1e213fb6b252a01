"""A client's connection to an XMPP server: raw stanzas out, everything that comes in, in order.

slixmpp does the handshake (TLS, SASL, binding, stream management). What is said after that is XML as it is on the wire,
so that nothing the server or the bot sends is read with the same eyes that wrote it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import anyio
from slixmpp import ClientXMPP
from slixmpp.xmlstream import StanzaBase

WAIT = 60.0
"""Seconds for anything that is waited for."""

CLIENT = "{jabber:client}"


class Refused(Exception):
    """An iq was answered with an error: `condition` is its name, as `item-not-found`."""

    def __init__(self, condition: str, text: str) -> None:
        super().__init__(condition, text)
        self.condition = condition


class NotLoggedIn(Exception):
    """The server does not let this client in."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who connects, and how. `ca`: TLS with the authority to trust, else plain text on loopback."""

    jid: str
    password: str
    port: int
    host: str = "127.0.0.1"
    language: str = "en"
    resource: str = "phone"
    ca: Path | None = None
    resume: bool = False


class Line:
    """One connection after another of the same client. `stanzas` is all that came, oldest first."""

    def __init__(self, login: Login) -> None:
        self.login = login
        self.stanzas: list[ET.Element] = []
        self.connections = 0
        self.resumed = 0
        self.failure = ""
        self._client: ClientXMPP | None = None
        self._more = anyio.Event()
        self._up = anyio.Event()
        self._down = anyio.Event()
        self._down.set()
        self._heard: list[Callable[[ET.Element], None]] = []
        self._ids = 0

    @property
    def jid(self) -> str:
        """The full address that the server bound."""
        assert self._client is not None
        return str(self._client.boundjid.full)

    @property
    def bare(self) -> str:
        """The address of the account."""
        return self.login.jid

    @property
    def up(self) -> bool:
        """Whether it is logged in."""
        return self._up.is_set()

    def on_stanza(self, heard: Callable[[ET.Element], None]) -> None:
        """Call `heard` with every stanza that comes."""
        self._heard.append(heard)

    async def connect(self) -> None:
        """Connect and log in; the stream of an earlier connection is resumed if the server still has it."""
        client = self._client or self._make()
        self.failure = ""
        self._up = anyio.Event()
        self._down = anyio.Event()
        client.connect(self.login.host, self.login.port)
        try:
            with anyio.fail_after(WAIT):
                await self._up.wait()
            if self.failure:
                raise NotLoggedIn(self.failure)
        except BaseException:
            await self.close()
            raise

    def send(self, xml: str) -> None:
        """Send a stanza as it is written here. It is remembered for resumption only if it is an element of its own."""
        assert self._client is not None
        self._client.send_raw(xml)

    def send_counted(self, xml: str) -> None:
        """Send a stanza that stream management counts, and sends again after a resumption."""
        assert self._client is not None
        element = ET.fromstring(f'<stream xmlns="jabber:client">{xml}</stream>')[0]
        self._client.send(self._client._build_stanza(element))

    async def iq(self, kind: str, to: str, payload: str, limit: float = WAIT) -> ET.Element:
        """Ask, and return the answer. Raises Refused."""
        number = self.new_id()
        since = len(self.stanzas)
        address = f" to={quoteattr(to)}" if to else ""
        self.send_counted(f"<iq type={quoteattr(kind)} id={quoteattr(number)}{address}>{payload}</iq>")

        def answer(stanza: ET.Element) -> bool:
            return stanza.tag == f"{CLIENT}iq" and stanza.get("id") == number and stanza.get("type") != "get"

        with anyio.fail_after(limit):
            found = await self.until(answer, since)
        if found.get("type") == "error":
            error = found.find(f"{CLIENT}error")
            conditions = list(error) if error is not None else []
            names = [child.tag.partition("}")[2] for child in conditions]
            texts = [child.text or "" for child in conditions if child.tag.endswith("}text")]
            raise Refused(names[0] if names else "", "".join(texts))
        return found

    async def until(self, wanted: Callable[[ET.Element], Any], since: int = 0) -> ET.Element:
        """Wait for a stanza like `wanted` that is not one of the first `since`."""
        with anyio.fail_after(WAIT):
            while True:
                for stanza in self.stanzas[since:]:
                    if wanted(stanza):
                        return stanza
                since = len(self.stanzas)
                await self.change()
        raise AssertionError

    async def change(self) -> None:
        """Wait until something comes."""
        await self._more.wait()

    async def pong(self, to: str = "") -> None:
        """Ping somebody (the server by default) and wait for the answer: all that was sent before has been handled."""
        await self.iq("get", to, '<ping xmlns="urn:xmpp:ping"/>')

    def new_id(self) -> str:
        """An id for a stanza."""
        self._ids += 1
        return f"{self.login.resource}-{self.connections}-{self._ids}"

    async def vanish(self) -> None:
        """Break the connection without a word, as a phone that loses its network."""
        assert self._client is not None
        self._client.abort()
        await self._down.wait()

    async def fallen(self) -> None:
        """Wait until the connection is gone."""
        with anyio.fail_after(WAIT):
            await self._down.wait()

    async def close(self) -> None:
        """Log out."""
        client, self._client = self._client, None
        if client is None:
            return
        client.end_session_on_disconnect = True
        client.cancel_connection_attempt()
        with anyio.CancelScope(shield=True):
            if client.transport is not None:
                client.disconnect(wait=1.0, ignore_send_queue=True)
                with anyio.move_on_after(2):
                    await self._down.wait()
            client.abort()
            sender = client._run_out_filters
            if sender is not None:
                sender.cancel()
                await asyncio.wait([sender])
        self._up = anyio.Event()

    def _make(self) -> ClientXMPP:
        login = self.login
        client = ClientXMPP(
            f"{login.jid}/{login.resource}",
            login.password,
            lang=login.language,
            plugin_config={"feature_mechanisms": {"unencrypted_scram": login.ca is None}},
            ssl_context=ssl.create_default_context(cafile=str(login.ca)) if login.ca else None,
        )
        client.enable_direct_tls = False
        client.enable_plaintext = login.ca is None
        client.enable_starttls = login.ca is not None
        client.auto_authorize = None
        client.auto_subscribe = False
        client.register_plugin("xep_0199")
        if login.resume:
            client.register_plugin("xep_0198")
        client.add_filter("in", self._hear)
        client.add_event_handler("session_start", self._started)
        client.add_event_handler("session_resumed", self._resumed)
        client.add_event_handler("disconnected", self._disconnected)
        client.add_event_handler("failed_all_auth", self._failed)
        client.add_event_handler("connection_failed", self._failed)
        client.add_event_handler("stream_negotiated", self._negotiated)
        client.add_event_handler("ssl_invalid_chain", self._failed)
        self._client = client
        return client

    def _hear(self, stanza: StanzaBase) -> StanzaBase:
        if stanza.xml.tag.startswith(CLIENT):
            self.stanzas.append(stanza.xml)
            for heard in self._heard:
                heard(stanza.xml)
            self._more.set()
            self._more = anyio.Event()
        return stanza

    def _started(self, _event: object) -> None:
        self.connections += 1
        self._up.set()

    def _resumed(self, _event: object) -> None:
        self.resumed += 1
        self._started(_event)

    def _negotiated(self, _event: object) -> None:
        if self._client is not None and not self._client.authenticated:
            self._failed("no way to log in")

    def _failed(self, reason: object) -> None:
        self.failure = repr(reason) or "not let in"
        self._up.set()

    def _disconnected(self, reason: object) -> None:
        if not self._up.is_set():
            self._failed(reason)
        else:
            self._up = anyio.Event()
        self._down.set()


@asynccontextmanager
async def line(login: Login) -> AsyncIterator[Line]:
    """A client that is logged in; it logs out at the end."""
    here = Line(login)
    try:
        await here.connect()
        yield here
    finally:
        await here.close()


def message(to: str, *children: str, kind: str = "chat", number: str = "", language: str = "", sender: str = "") -> str:
    """A message stanza of these children."""
    attributes = {"to": to, "type": kind, "id": number, "xml:lang": language, "from": sender}
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value)
    return f'<message xmlns="jabber:client"{written}>{"".join(children)}</message>'


def body(text: str) -> str:
    """The text of a message."""
    return f"<body>{escape(text)}</body>"
