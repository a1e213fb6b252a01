"""One run of the messenger: everything put together, and everything ended."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import anyio
import structlog
from anyio.abc import TaskGroup

from hayal import ConfigError, Desk, Host
from hayal_xmpp.archive import Archive, Seen
from hayal_xmpp.client import Client
from hayal_xmpp.commands import Commands
from hayal_xmpp.connection import Connection
from hayal_xmpp.discovery import ARCHIVE, Services, discover, features
from hayal_xmpp.forms import Forms
from hayal_xmpp.inbox import Inbox
from hayal_xmpp.meaning import Meaning, Understood
from hayal_xmpp.outbox import Outbox
from hayal_xmpp.presence import Appearance
from hayal_xmpp.reading import Said
from hayal_xmpp.rooms import Rooms
from hayal_xmpp.sending import Sending
from hayal_xmpp.settings import XmppSettings
from hayal_xmpp.sharing import Sharing
from hayal_xmpp.states import States
from hayal_xmpp.upload import Uploads, http_client

if TYPE_CHECKING:
    from hayal_xmpp.omemo import Sealing

GOODBYE = 3.0
"""Seconds for a proper end of the stream at shutdown."""

log = structlog.get_logger("hayal.xmpp")


def needs_extra(settings: XmppSettings) -> None:
    """Raise ConfigError if OMEMO is asked for and not installed."""
    if settings.omemo and find_spec("slixmpp_omemo") is None:
        raise ConfigError("[plugins.xmpp] omemo = true needs: pip install 'hayal-xmpp[omemo]'")


class Session:
    """Made and entered for each run. `able` once messages can be sent; `connection` says how it stands."""

    forms: Forms
    outbox: Outbox
    states: States

    def __init__(
        self,
        settings: XmppSettings,
        host: Host,
        desk: Desk,
        context: ssl.SSLContext,
        found: Callable[[Services], None],
    ) -> None:
        self.settings = settings
        self.able = False
        self._host = host
        self._desk = desk
        self._found = found
        self._http = http_client(context)
        self._services = Services()
        self._archived: set[str] = set()
        self._seen: dict[str, Seen] = {}
        self._client = Client(settings, settings.resource, context)
        self.connection = Connection(self._client, settings)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        needs_extra(self.settings)
        await self._stack.enter_async_context(self._http)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with anyio.CancelScope(shield=True):
            await self._client.close()
            await self._stack.aclose()

    async def run(self, ready: Callable[[], None]) -> None:
        """Connect and stay connected until cancelled."""
        async with anyio.create_task_group() as group:
            self._build(group)
            group.start_soon(self.inbox.keep_marks)
            self.rooms.start(group)
            try:
                await self.connection.run(partial(self._begun, group, ready))
            finally:
                self.able = False
                with anyio.move_on_after(GOODBYE, shield=True):
                    await self.inbox.write_marks()
                    await self._goodbye()

    def _build(self, group: TaskGroup) -> None:
        client, settings, notes = self._client, self.settings, self._host.notes
        self.forms = Forms()
        self.sending = Sending(client, self.connection)
        self.rooms = Rooms(client, settings, notes, self._entered)
        self.sharing = Sharing(self._desk)
        self.states = States(client, self.sending, group)
        self.appearance = Appearance(client, settings, notes)
        self.commands = Commands(client, settings, self._desk, self.forms)
        sealing = self._sealing()
        self.inbox = Inbox(
            self._desk,
            settings,
            Meaning(settings, self.rooms.nick_in, self.rooms.who_is),
            group,
            seen=self.seen,
            release=client.acks.release,
            thank=self._thank,
            tell=self._tell,
            remember=self.rooms.remember,
            decrypt=sealing.open if sealing else None,
            plain=sealing.plain if sealing else None,
        )
        self.outbox = Outbox(
            client,
            self.sending,
            settings,
            self._desk,
            self.rooms,
            self.sharing,
            self._archive_of,
            group,
            sealing.seal if sealing else None,
        )
        client.heard = self.inbox.heard

    def _sealing(self) -> Sealing | None:
        if not self.settings.omemo:
            return None
        from hayal_xmpp.omemo import Sealing

        return Sealing(self._client, self.sending, self._host.notes)

    def seen(self, owner: str) -> Seen:
        """How far an archive has been read."""
        return self._seen.setdefault(owner, Seen(self._host.notes, owner))

    def _archive_of(self, chat: str) -> Archive | None:
        """The archive that has what was sent to a chat."""
        room = self.settings.room(chat)
        if room is not None:
            return Archive(self._client, chat) if chat in self._archived else None
        return Archive(self._client) if self._services.archive else None

    async def _begun(self, group: TaskGroup, ready: Callable[[], None], resumed: bool) -> None:
        """A session has begun; after a resumption nothing has changed."""
        if resumed:
            return
        own = self.settings.jid
        self.inbox.hold_back(own)
        self._services = await discover(self._client, self.settings)
        self._found(self._services)
        service = self._services.upload
        self.sharing.uploads = Uploads(self._client, self._http, service) if service else None
        self.commands.offer()
        await self.appearance.show()
        self.able = True
        ready()
        self.rooms.begin()
        group.start_soon(self.inbox.catch_up, own, self._archive_of(""))
        group.start_soon(self.appearance.publish)

    async def _entered(self, room: str) -> None:
        """The bot has come into a room: what was said to it meanwhile is taken first."""
        self.inbox.hold_back(room)
        if ARCHIVE in await features(self._client, room):
            self._archived.add(room)
        else:
            self._archived.discard(room)
        await self.inbox.catch_up(room, self._archive_of(room))

    def _thank(self, understood: Understood) -> None:
        """A message has been stored: receipt (XEP-0184) and displayed marker (XEP-0333), in one stanza."""
        said = understood.said
        if said.kind == "groupchat" or not said.number or not (said.receipt or said.markable):
            return
        stanza: Any = self._client.make_message(mto=said.full, mtype="chat")
        if said.receipt:
            stanza["receipt"] = said.number
        if said.markable:
            stanza["displayed"]["id"] = said.number
        if understood.private:
            stanza.enable("muc")
        self.sending.drop(stanza)

    def _tell(self, said: Said, text_id: str) -> None:
        """Say one sentence that the engine knows nothing of."""
        stanza: Any = self._client.make_message(
            mto=said.full, mtype="chat", mbody=self._desk.say(said.language, text_id)
        )
        if self.settings.room(said.bare):
            stanza.enable("muc")
        self.sending.drop(stanza)

    async def _goodbye(self) -> None:
        """End the stream, so that the server does not wait for it to be resumed."""
        if self._client.is_connected() and self._client._session_started:
            await self._client.disconnect(wait=1.0)
