"""The messenger `xmpp`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import anyio
import structlog

from hayal import Activity, DeliverLater, Desk, Host, Messenger, MessengerCapabilities, Post, Settings
from hayal_xmpp import failures
from hayal_xmpp.client import Client
from hayal_xmpp.connection import log_in, make_trust
from hayal_xmpp.discovery import Services, discover
from hayal_xmpp.failures import NotConnected
from hayal_xmpp.forms import SWALLOWED
from hayal_xmpp.names import message_id
from hayal_xmpp.session import Session, needs_extra
from hayal_xmpp.settings import XmppSettings

CHECK_LIMIT = 8.0
"""Seconds a check has for connecting and logging in."""

MAX_TEXT = 8000
"""Characters of one message; servers take stanzas of at least 10,000 bytes (RFC 6120, 13.12), and usually 256 KB."""

log = structlog.get_logger("hayal.xmpp")


class XmppMessenger(Messenger):
    """One XMPP account. See `hayal_xmpp.session` for what happens while it runs."""

    settings_type: ClassVar[type[Settings]] = XmppSettings
    settings: XmppSettings

    def __init__(self, settings: XmppSettings, host: Host) -> None:
        super().__init__(settings, host)
        self.capabilities = MessengerCapabilities(buttons=False, edits=True, max_text=MAX_TEXT)
        self._session: Session | None = None
        self._services: Services | None = None

    async def check(self) -> None:
        """Whether the server lets the account in; the running session is asked, if there is one.

        Raises ConfigError, NotConnected.
        """
        needs_extra(self.settings)
        if self._session is not None:
            if not self._session.connection.up.is_set():
                raise NotConnected(self._session.connection.problem)
            return
        # a name of its own, so that a bot that runs is not thrown out
        client = Client(self.settings, f"check-{id(self):x}", await make_trust(self.settings), lean=True)
        try:
            await log_in(client, self.settings, CHECK_LIMIT)
            with anyio.move_on_after(CHECK_LIMIT):
                self._note(await discover(client, self.settings))
        finally:
            with anyio.CancelScope(shield=True):
                await client.close()

    def warnings(self) -> Sequence[str]:
        """What works only in part: known of the server once it has been asked."""
        return [*self._lacking(), *([] if self.settings.allowed else [failures.EVERYBODY])]

    def _lacking(self) -> list[str]:
        """What the server does not have, once it has been asked."""
        found = []
        if self._services is not None and not self._services.upload:
            found.append(failures.NO_UPLOAD)
        if self._services is not None and not self._services.archive:
            found.append(failures.NO_ARCHIVE)
        return found

    def _note(self, services: Services) -> None:
        self._services = services
        self.capabilities = MessengerCapabilities(
            buttons=False, edits=True, max_text=MAX_TEXT, max_file=services.max_file
        )

    async def run(self, desk: Desk, ready: Callable[[], None]) -> None:
        """Be online until cancelled; reconnects for ever. Raises ConfigError if the settings cannot work."""
        context = await make_trust(self.settings)
        said: set[str] = set()

        def found(services: Services) -> None:
            self._note(services)
            for sentence in self._lacking():
                if sentence not in said:
                    log.warning(sentence)
                    said.add(sentence)

        async with Session(self.settings, self.host, desk, context, found) as self._session:
            try:
                await self._session.run(ready)
            finally:
                self._session = None

    @property
    def _now(self) -> Session:
        if self._session is None or not self._session.able:
            raise DeliverLater("not connected", after=1.0)
        return self._session

    async def send(self, post: Post) -> str:
        """Show a new message; returns its id once the server has taken it."""
        session = self._now
        if await session.forms.takes(post):
            return f"{SWALLOWED}{message_id(self.settings.jid, post.key)}"
        return await session.outbox.send(post)

    async def edit(self, post: Post, remote: str) -> None:
        """Correct a message (XEP-0308)."""
        if not remote.startswith(SWALLOWED):
            await self._now.outbox.edit(post, remote)

    async def act(self, chat: str, activity: Activity) -> None:
        """Show that the persona is writing."""
        session = self._session
        if session is not None and session.able and self.settings.room(chat) is None:
            session.states.composing(chat, private="/" in chat)

    async def forget(self, chat: str) -> None:
        """Let go of what is kept about a chat. What the person's own client and server keep is theirs."""
        for kind in ("private", "sealed", "opened"):
            await self.host.notes.drop(f"{kind} {chat}")

    def __repr__(self) -> str:
        return f"<XmppMessenger {self.settings.jid}>"
