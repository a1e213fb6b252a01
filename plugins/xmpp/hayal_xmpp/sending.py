"""Stanzas on their way out: each counts as sent once the server has acknowledged it.

A stanza without an acknowledgement is sent again by slixmpp if the stream is resumed. If it cannot be resumed, nobody
knows whether it arrived: `send` raises Unsure, and the archive has to be asked before it is sent again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import anyio
from slixmpp.xmlstream.xmlstream import NotConnectedError

from hayal import DeliverLater
from hayal_xmpp.client import Client
from hayal_xmpp.connection import Connection
from hayal_xmpp.limits import Recent

PATIENCE = 40.0
"""Seconds to wait for a session, and for an acknowledgement, before the engine is asked to come again."""

LATER = 3.0

REMEMBERED = 8192
"""Stanzas known to have been acknowledged."""


class Unsure(DeliverLater):
    """The stream was lost before the stanza was acknowledged: it may have arrived."""


class _Way:
    """One stanza on its way."""

    def __init__(self) -> None:
        self.over = anyio.Event()
        self.lost = False


class Sending:
    """Sends stanzas with an id, each once."""

    def __init__(self, client: Client, connection: Connection) -> None:
        self._client = client
        self._connection = connection
        self._ways: dict[str, _Way] = {}
        self._acked: Recent[str, bool] = Recent(REMEMBERED)
        self._asked = False
        client.add_event_handler("stanza_acked", self._on_acked)
        client.add_event_handler("session_resumed", self._on_resumed)
        client.add_event_handler("session_start", self._on_new)
        client.add_event_handler("disconnected", self._on_down)
        client.add_event_handler("acks_answered", self._on_answer)

    async def ready(self) -> None:
        """Wait for a session. Raises DeliverLater."""
        if self._connection.up.is_set():
            return
        with anyio.move_on_after(PATIENCE):
            while not self._connection.up.is_set():
                await self._connection.up.wait()
            return
        raise DeliverLater(self._connection.problem or "not connected", after=LATER)

    def arrived(self, number: str) -> bool:
        """Whether the stanza with this id is known to have been acknowledged."""
        return number in self._acked

    def note(self, number: str) -> None:
        """The stanza with this id has arrived, as the archive says."""
        self._acked.put(number, True)

    async def send(self, stanza: Any) -> None:
        """Send a stanza, once; returns when the server has it. Raises DeliverLater, Unsure."""
        number = str(stanza["id"])
        if number in self._acked:
            return
        way = self._ways.get(number)
        if way is None:
            await self.ready()
            if not self._client.acks.enabled_out:
                self._write(stanza)
                self.note(number)
                return
            way = self._ways[number] = _Way()
            try:
                self._write(stanza)
            except DeliverLater:
                del self._ways[number]
                raise
            self._ask()
        with anyio.move_on_after(PATIENCE):
            await way.over.wait()
        if not way.over.is_set():
            raise DeliverLater("the server has not acknowledged it yet", after=LATER)
        if way.lost:
            raise Unsure("the connection was lost before the server acknowledged it", after=0.1)

    def drop(self, stanza: Any) -> None:
        """Send a stanza that may be lost: a state, a marker. Nothing happens without a session."""
        if self._connection.up.is_set():
            with suppress(DeliverLater):
                self._write(stanza)

    def _write(self, stanza: Any) -> None:
        try:
            self._client.write(stanza)
        except NotConnectedError as error:
            raise DeliverLater("not connected", after=LATER) from error

    def _ask(self) -> None:
        """Ask for an acknowledgement behind what is being sent; one question at a time."""
        if not self._asked:
            self._asked = True
            asyncio.get_running_loop().call_soon(self._question)

    def _question(self) -> None:
        """Asked once for all that is written in one turn of the event loop."""
        with suppress(NotConnectedError):
            self._client.acks.request_ack()

    def _on_answer(self, _ack: object) -> None:
        """An acknowledgement came: ask for the rest."""
        self._asked = False
        if self._ways and self._client.acks.enabled_out:
            self._ask()

    def _on_acked(self, stanza: Any) -> None:
        number = stanza.xml.get("id", "")
        way = self._ways.pop(number, None)
        if way:
            self.note(number)
            way.over.set()

    def _on_resumed(self, _event: object) -> None:
        """What is neither acknowledged nor about to be sent again never left."""
        again = {stanza.xml.get("id") for _, stanza in self._client.acks.unacked_queue}
        self._lose({number for number in self._ways if number not in again})
        if self._ways:
            self._ask()

    def _on_new(self, _event: object) -> None:
        self._lose(set(self._ways))

    def _on_down(self, _event: object) -> None:
        self._asked = False

    def _lose(self, numbers: set[str]) -> None:
        for number in numbers:
            way = self._ways.pop(number)
            way.lost = True
            way.over.set()
