"""Chat states (XEP-0085): composing while the persona works, and no longer."""

from __future__ import annotations

import time
from typing import Any

import anyio
from anyio.abc import TaskGroup

from hayal_xmpp.client import Client
from hayal_xmpp.limits import Recent
from hayal_xmpp.sending import Sending

SHOWN = 30.0
"""Seconds after which a state that nobody renewed is taken back."""


class States:
    """What each chat is shown."""

    def __init__(self, client: Client, sending: Sending, group: TaskGroup) -> None:
        self._client = client
        self._sending = sending
        self._group = group
        self._until: Recent[str, float] = Recent(4096)

    def composing(self, chat: str, *, private: bool) -> None:
        """The persona is busy in this chat."""
        shown = chat in self._until
        self._until.put(chat, time.monotonic() + SHOWN)
        if not shown:
            self._send(chat, "composing", private=private)
            self._group.start_soon(self._expire, chat, private)

    def spoken(self, chat: str) -> None:
        """A message that says "active" has been sent."""
        self._until.drop(chat)

    async def _expire(self, chat: str, private: bool) -> None:
        while (until := self._until.get(chat)) is not None:
            rest = until - time.monotonic()
            if rest <= 0:
                self._until.drop(chat)
                self._send(chat, "paused", private=private)
                return
            await anyio.sleep(rest)

    def _send(self, chat: str, state: str, *, private: bool) -> None:
        stanza: Any = self._client.make_message(mto=chat, mtype="chat")
        stanza["chat_state"] = state
        stanza.enable("no-store")
        if private:
            stanza.enable("muc")
        self._sending.drop(stanza)
