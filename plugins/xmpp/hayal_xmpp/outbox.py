"""What goes out: posts of the engine as stanzas, each once, in order; progress at a bearable pace."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import anyio
import structlog
from anyio.abc import TaskGroup

from hayal import Attachment, DeliverLater, Desk, MessengerError, Post, Undeliverable
from hayal_xmpp import stanzas
from hayal_xmpp.archive import Archive, ArchiveSilent, Expired
from hayal_xmpp.client import Client
from hayal_xmpp.limits import Recent
from hayal_xmpp.meaning import Quote
from hayal_xmpp.names import message_id
from hayal_xmpp.rooms import Rooms
from hayal_xmpp.sending import Sending, Unsure
from hayal_xmpp.settings import XmppSettings
from hayal_xmpp.sharing import Shared, Sharing
from hayal_xmpp.stanzas import Shown, Target

PACE = 2.0
"""Seconds between two corrections of progress in one chat."""

AWAY = timedelta(hours=24)
"""How long a message waits for an occupant of a room who has left."""

DRAWING = 15.0
"""Seconds that a portrait may still take; without it the persona is offered in words."""

LATER = 5.0
ARCHIVE_TRIES = 6

log = structlog.get_logger("hayal.xmpp")

Encrypt = Callable[[Target, str, Shown, str, str], Awaitable[bool]]
"""Sends a text encrypted, if its reader has ever written so; False if it is to be sent as it is."""


class Outbox:
    """The outgoing side of one run."""

    def __init__(
        self,
        client: Client,
        sending: Sending,
        settings: XmppSettings,
        desk: Desk,
        rooms: Rooms,
        sharing: Sharing,
        archive: Callable[[str], Archive | None],
        group: TaskGroup,
        encrypt: Encrypt | None = None,
    ) -> None:
        self._client = client
        self._sending = sending
        self._settings = settings
        self._desk = desk
        self._rooms = rooms
        self._sharing = sharing
        self._archive = archive
        self._group = group
        self._encrypt = encrypt
        self._unsure: Recent[str, int] = Recent(4096)
        self._shown: Recent[str, Shown] = Recent(4096)
        self._revs: Recent[str, int] = Recent(4096)
        self._paced: Recent[str, float] = Recent(4096)
        self._late: dict[str, Post] = {}

    async def send(self, post: Post) -> str:
        """Show a new message; returns the id that corrections refer to. Raises DeliverLater, Undeliverable."""
        target = await self._target(post)
        base = message_id(self._settings.jid, post.key)
        await self._say(post, target, base, again=post.again)
        return base

    async def edit(self, post: Post, remote: str) -> None:
        """Correct a message. Progress that comes too fast waits; what is said last always arrives."""
        what = stanzas.shown(post.message)
        if what == self._shown.get(remote) and not stanzas.files(post.message):
            self._late.pop(remote, None)
            self._revs.put(remote, post.rev)
            return
        if post.message.progress is not None:
            wait = (self._paced.get(post.chat) or -PACE) + PACE - time.monotonic()
            if wait > 0:
                if remote not in self._late:
                    self._group.start_soon(self._flush, remote, wait)
                self._late[remote] = post
                return
        self._late.pop(remote, None)
        await self._correct(post, remote)

    async def _flush(self, remote: str, wait: float) -> None:
        await anyio.sleep(wait)
        post = self._late.pop(remote, None)
        if post is None:
            return
        try:
            await self._correct(post, remote)
        except MessengerError as error:
            log.debug("progress not shown", reason=str(error))

    async def _correct(self, post: Post, remote: str) -> None:
        target = await self._target(post)
        if post.rev < (self._revs.get(remote) or 0):
            return
        self._revs.put(remote, post.rev)
        self._paced.put(post.chat, time.monotonic())
        number = f"{remote}-{post.rev}"
        if stanzas.files(post.message):  # pictures cannot be put into a message that is there: it is said anew
            await self._say(post, target, number, again=post.again)
            return
        what = stanzas.shown(post.message)
        if not what.text:
            return
        # Not known to have arrived, it is sent again: a correction that comes twice shows once, and a server that was
        # killed may have it in our archive without having delivered it.
        await self._text(post, target, number, what, replaces=remote)
        self._shown.put(remote, what)

    async def _say(self, post: Post, target: Target, base: str, *, again: bool) -> None:
        """Send all parts of a message that have not arrived: files first, then the text with what can be chosen."""
        attached = stanzas.files(post.message)
        what = stanzas.shown(post.message)
        numbers = [f"{base}.{place}" for place, _ in enumerate(attached)]
        if again or base in self._unsure:
            await self._look_back(post, {base, *numbers})
        for number, attachment in zip(numbers, attached, strict=True):
            if not self._sending.arrived(number):
                await self._file(post, target, number, attachment)
        if what.text:
            await self._text(post, target, base, what)
            self._shown.put(base, what)

    async def _text(self, post: Post, target: Target, number: str, what: Shown, *, replaces: str = "") -> None:
        if self._sending.arrived(number):
            return
        language = post.message.language
        try:
            if self._encrypt and await self._encrypt(target, number, what, language, replaces):
                return
            await self._sending.send(
                stanzas.text_stanza(self._client, target, number, what, language=language, replaces=replaces)
            )
        except Unsure:
            self._unsure.put(number, 0)
            raise

    async def _file(self, post: Post, target: Target, number: str, attachment: Attachment) -> None:
        if attachment is not post.message.attachment and not await self._there(post.chat, attachment):
            return
        shared = await self._sharing.share(attachment)
        language = post.message.language
        if shared.file is None:
            stanza = stanzas.text_stanza(
                self._client, target, number, Shown(self._instead(shared, attachment, language)), language=language
            )
        else:
            stanza = stanzas.file_stanza(
                self._client,
                target,
                number,
                shared.file,
                attachment,
                caption=post.message.text if attachment is post.message.attachment else "",
                thumbnail=shared.thumbnail,
                language=language,
            )
        try:
            await self._sending.send(stanza)
        except Unsure:
            self._unsure.put(number.rpartition(".")[0], 0)
            raise

    async def _there(self, chat: str, picture: Attachment) -> bool:
        """Whether the picture of a card can be shown: a portrait may still be being drawn."""
        with anyio.move_on_after(DRAWING):
            return await self._desk.owns(chat, picture.key)
        return False

    def _instead(self, shared: Shared, attachment: Attachment, language: str) -> str:
        if shared.link:
            return self._desk.say(language, f"xmpp-link-{attachment.kind}", link=shared.link)
        return self._desk.say(language, f"xmpp-not-shown-{attachment.kind}")

    async def _look_back(self, post: Post, numbers: set[str]) -> None:
        """Ask the archive what has arrived of a message that an earlier try may have sent."""
        numbers = {number for number in numbers if not self._sending.arrived(number)}
        archive = self._archive(post.chat)
        if archive is None or not numbers:
            return
        await self._sending.ready()
        key = min(numbers)
        try:
            found = await archive.has(post.chat, numbers, post.at)
        except (ArchiveSilent, Expired) as error:
            tries = (self._unsure.get(key) or 0) + 1
            self._unsure.put(key, tries)
            if tries < ARCHIVE_TRIES:
                raise DeliverLater("the archive does not say whether it has arrived", after=LATER) from error
            log.warning("sent although it may have arrived", post=post.key)
            return
        for number in found:
            self._sending.note(number)

    async def _target(self, post: Post) -> Target:
        """Where a post goes. Raises DeliverLater, Undeliverable."""
        chat, quote = post.chat, Quote.of(post.message.answers) if post.message.answers else None
        bare, _, nick = chat.partition("/")
        room = self._settings.room(bare)
        if room is None:
            return Target(chat)
        if not self._rooms.joined(bare):
            raise DeliverLater(f"not in the room {bare}", after=LATER)
        if not nick:
            return Target(chat, "groupchat", quote=quote)
        if not await self._rooms.still_there(bare, nick):
            if datetime.now(UTC) - post.at > AWAY:
                raise Undeliverable(f"{chat} has left the room")
            raise DeliverLater(f"{chat} is not in the room", after=30.0)
        return Target(chat, private=True)
