"""A scripted XMPP user: a client that is logged in, and its chat with the bot.

    async with user(server, "ada", language="tr") as ada:
        await ada.say("/start")
        await ada.sees("Merhaba")

`XmppUser` is a `Person` of the journeys (its chat with the bot); beside that it joins rooms, runs ad-hoc commands,
subscribes, comes back after it was away, and sends any stanza it likes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

import anyio

from xmpp.chat import Chat, Style
from xmpp.line import Line, Login
from xmpp.prosody import Prosody
from xmpp.reading import CLIENT, FORWARD, MAM, Read, read

MUC = "{http://jabber.org/protocol/muc#user}"


class XmppUser(Chat):
    """A client and its chat with the bot. `everything` is each message as it was read, whoever sent it."""

    def __init__(self, line: Line, peer: str, style: Style, server: Prosody) -> None:
        super().__init__(line, peer, style=style, ca=server.ca)
        self.server = server
        self.everything: list[Read] = []
        self.presences: dict[str, ET.Element] = {}
        self._chats: list[Chat] = [self]
        self._last = ""
        line.on_stanza(self._take)

    async def arrive(self, *, carbons: bool = True) -> None:
        """Say that the client is here, as clients do after each login that was not a resumption."""
        if carbons and self.server.options.carbons:
            await self.line.iq("set", "", '<enable xmlns="urn:xmpp:carbons:2"/>')
        await self.line.iq("get", "", '<query xmlns="jabber:iq:roster"/>')
        self.line.send_counted("<presence/>")
        await self.line.pong()

    async def back(self) -> None:
        """Connect again, and ask the archive for what came while away, unless the stream was resumed."""
        resumed = self.line.resumed
        await self.line.connect()
        if self.line.resumed == resumed:
            self.presences.clear()
            await self.arrive()
            if self.server.options.archive:
                await self.catch_up()

    async def catch_up(self) -> None:
        """Ask the archive for everything after the last message that is known."""
        while True:
            after = f"<after>{self._last}</after>" if self._last else ""
            query = f'<query xmlns="urn:xmpp:mam:2"><set xmlns="http://jabber.org/protocol/rsm"><max>50</max>{after}</set></query>'
            answer = await self.line.iq("set", "", query)
            done = answer.find(f"{MAM}fin")
            if done is None or done.get("complete") == "true" or not done.findtext(".//{*}last"):
                return

    async def subscribe(self) -> None:
        """Add the bot to the contacts, and wait until it agreed and is seen."""
        peer = self.peer
        since = len(self.line.stanzas)
        item = f'<query xmlns="jabber:iq:roster"><item jid={quoteattr(peer)}/></query>'
        await self.line.iq("set", "", item)
        self.line.send_counted(f'<presence to={quoteattr(peer)} type="subscribe"/>')

        def agreed(stanza: ET.Element) -> bool:
            return _from(stanza, peer) and stanza.tag == f"{CLIENT}presence" and stanza.get("type") == "subscribed"

        await self.line.until(agreed, since)
        await self.seen(peer)

    async def seen(self, peer: str = "") -> str:
        """Wait until somebody is online; returns the full address."""
        peer = peer or self.peer

        def online(stanza: ET.Element) -> bool:
            return _from(stanza, peer) and stanza.tag == f"{CLIENT}presence" and stanza.get("type") is None

        for jid, presence in self.presences.items():
            if jid.partition("/")[0] == peer and presence.get("type") is None:
                return jid
        return (await self.line.until(online, len(self.line.stanzas))).get("from", "")

    async def join(self, room: str, nick: str, bot: str) -> Room:
        """Enter a room, in which the bot is called `bot`; what was said before is not asked for."""
        here = Room(self, f"{room}/{nick}", f"{room}/{bot}")
        self._chats.append(here)
        await here.enter()
        return here

    def whisper(self, occupant: str) -> Chat:
        """The private chat with an occupant of a room."""
        chat = Chat(self.line, occupant, style=self.style, ca=self.ca)
        self._chats.append(chat)
        return chat

    def raw(self, xml: str) -> None:
        """Send any stanza."""
        self.line.send(xml)

    def _take(self, stanza: ET.Element) -> None:
        if stanza.tag == f"{CLIENT}presence":
            self._presence(stanza)
        elif stanza.tag == f"{CLIENT}message":
            result = stanza.find(f"{MAM}result")
            archive = ""
            if result is not None and ("from" not in stanza.attrib or _from(stanza, self.line.bare)):
                archive = result.get("id", "")
                inner = result.find(f"{FORWARD}forwarded/{CLIENT}message")
                if inner is None:
                    return
                stanza = inner
            one = read(stanza, self.line.bare)
            if archive:
                one = _archived(one, archive)
            if one.archive and one.kind != "groupchat":
                self._last = one.archive
            self.everything.append(one)
            for chat in self._chats:
                if (one.kind == "groupchat") == (chat.kind == "groupchat") or one.error:
                    chat.hear(one)

    def _presence(self, stanza: ET.Element) -> None:
        sender = stanza.get("from", "")
        self.presences[sender] = stanza
        if stanza.get("type") == "subscribe":
            self.line.send_counted(f'<presence to={quoteattr(sender)} type="subscribed"/>')


class Room(Chat):
    """A room that somebody is in. As a chat it shows what the bot says there to all."""

    def __init__(self, user: XmppUser, own: str, bot: str) -> None:
        super().__init__(user.line, bot, kind="groupchat", style=user.style, ca=user.ca)
        self.own = own
        self.address = own.partition("/")[0]
        self._user = user

    async def enter(self) -> None:
        """Enter, also again after a restart of the server."""
        since = len(self.line.stanzas)
        self.line.send_counted(
            f"<presence to={quoteattr(self.own)}>"
            '<x xmlns="http://jabber.org/protocol/muc"><history maxstanzas="0"/></x></presence>'
        )

        def entered(stanza: ET.Element) -> bool:
            return stanza.tag == f"{CLIENT}presence" and stanza.get("from") == self.own

        answer = await self.line.until(entered, since)
        assert answer.get("type") is None, ET.tostring(answer)

    def present(self, nick: str) -> bool:
        """Whether somebody of this name is in the room."""
        presence = self._user.presences.get(f"{self.address}/{nick}")
        return presence is not None and presence.get("type") is None

    async def present_soon(self, nick: str) -> None:
        """Wait until somebody of this name is in the room."""
        with anyio.fail_after(60):
            while not self.present(nick):
                await self.line.change()

    async def gone_soon(self, nick: str) -> None:
        """Wait until nobody of this name is in the room."""
        with anyio.fail_after(60):
            while self.present(nick):
                await self.line.change()

    async def kick(self, nick: str) -> None:
        """Put somebody out; the one who opened the room may."""
        item = f'<item nick={quoteattr(nick)} role="none"/>'
        await self.line.iq("set", self.address, f'<query xmlns="http://jabber.org/protocol/muc#admin">{item}</query>')

    async def whisper(self, nick: str) -> Chat:
        """The private chat with an occupant."""
        return self._user.whisper(f"{self.address}/{nick}")


def login_of(
    server: Prosody,
    account: str,
    *,
    language: str = "en",
    resource: str = "phone",
    port: int = 0,
    tls: bool | None = None,
    resume: bool = False,
) -> Login:
    """How an account of a server logs in; over TLS if the server insists on it, or `tls`."""
    encrypted = server.options.encryption == "required" if tls is None else tls
    return Login(
        jid=server.jid(account),
        password=server.password(account),
        port=port or server.port,
        host=server.host,
        language=language,
        resource=resource,
        ca=server.ca if encrypted else None,
        resume=resume,
    )


@asynccontextmanager
async def user(
    server: Prosody,
    account: str,
    *,
    bot: str = "bot",
    language: str = "en",
    style: Style = "number",
    resource: str = "phone",
    port: int = 0,
    tls: bool | None = None,
    resume: bool = False,
    arrive: bool = True,
) -> AsyncIterator[XmppUser]:
    """Log an account in on a server; it logs out at the end. `port`: of a cable in between."""
    login = login_of(server, account, language=language, resource=resource, port=port, tls=tls, resume=resume)
    line = Line(login)
    here = XmppUser(line, server.jid(bot), style, server)
    try:
        await line.connect()
        if arrive:
            await here.arrive()
        yield here
    finally:
        await line.close()


def _from(stanza: ET.Element, bare: str) -> bool:
    return stanza.get("from", "").partition("/")[0] == bare


def _archived(one: Read, archive: str) -> Read:
    return replace(one, archive=archive, delayed=True)
