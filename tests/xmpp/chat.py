"""One chat as an XMPP client shows it, and what somebody does there: a `Person` of the journeys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import anyio

from hayal.texts import Texts
from journeys.person import WAIT, Kind, Received, Shown, Wanted, matches, pick
from xmpp.fetching import fetch
from xmpp.line import Line, body, message
from xmpp.reading import File, Quick, Read

Style = Literal["number", "words", "quick"]
"""How options are chosen: by typing the number, by typing the words, or with quick responses (XEP-0439)."""

TEXTS = Texts()
MENU = ("menu-video", "menu-selfie", "menu-gallery", "menu-persona", "menu-settings", "menu-help")


class Chat:
    """The chat with `peer`: a bare address, or a room's occupant (`room@rooms.localhost/nick`).

    `kind` is `groupchat` for what is said to all of a room. `reads` is every message of the peer, `states` its chat
    states as they came; `receipts` and `displayed` are the ids of own messages that the peer confirmed.
    """

    def __init__(
        self, line: Line, peer: str, *, kind: str = "chat", style: Style = "number", ca: Path | None = None
    ) -> None:
        self.line = line
        self.peer = peer
        self.kind = kind
        self.style = style
        self.ca = ca
        self.history: list[Shown] = []
        self.reads: list[Read] = []
        self.states: list[str] = []
        self.receipts: list[str] = []
        self.displayed: list[str] = []
        self.errors: list[Read] = []
        self.polite = True
        """Whether receipts and displayed markers are sent when they are asked for."""
        self._screen: dict[str, Shown] = {}
        self._files: dict[str, tuple[File, ...]] = {}
        self._quick: dict[str, tuple[Quick, ...]] = {}
        self._archived: set[str] = set()
        self._more = anyio.Event()

    @property
    def language(self) -> str:
        """The language of the client."""
        return self.line.login.language

    @property
    def now(self) -> int:
        """The number of the last change."""
        return len(self.history)

    @property
    def screen(self) -> Sequence[Shown]:
        """The peer's messages as they look now, oldest first."""
        return list(self._screen.values())

    @property
    def status(self) -> str:
        """What the newest message says that has changed and has no media."""
        changed = [shown for shown in self._screen.values() if shown.edited and not shown.media]
        return changed[-1].text if changed else ""

    def media(self, kind: Kind) -> list[Shown]:
        """The messages that show a picture or video now."""
        return [shown for shown in self.screen if any(picture.kind == kind for picture in shown.media)]

    async def say(self, text: str) -> None:
        """Write a text."""
        await self.write(text)

    async def write(self, text: str, *extra: str, language: str | None = None, to: str = "") -> str:
        """Write a text; returns the message's id. `extra` is more XML in it, `to` another address than usual."""
        number = self.line.new_id()
        parts = [body(text), f'<origin-id xmlns="urn:xmpp:sid:0" id="{number}"/>']
        parts.append('<markable xmlns="urn:xmpp:chat-markers:0"/>')
        if self.kind == "chat":
            parts.append('<request xmlns="urn:xmpp:receipts"/>')
            parts.append('<active xmlns="http://jabber.org/protocol/chatstates"/>')
        spoken = self.language if language is None else language
        self.line.send_counted(
            message(to or self._address, *parts, *extra, kind=self.kind, number=number, language=spoken)
        )
        return number

    async def choose(self, option: str | int) -> None:
        """Choose what is offered, in this chat's style; a label of the menu is typed as it is."""
        with self._patience(f"no offer {option!r}"):
            while not await self._chosen(option):
                await self._more.wait()

    async def sees(self, wanted: Wanted, *, since: int = 0) -> Shown:
        """Wait until it has been shown, if only for a moment, after the change number `since`."""
        with self._patience(f"not seen: {wanted!r}"):
            while True:
                for shown in self.history[since:]:
                    if matches(shown, wanted):
                        return shown
                since = max(since, len(self.history))
                await self._more.wait()
        raise AssertionError

    async def receives(self, kind: Kind, *, since: int = 0) -> Received:
        """Wait for a picture or video shown after `since`, fetch all of it and open it."""
        shown = await self.sees(lambda one: any(picture.kind == kind for picture in one.media), since=since)
        url = next(picture.name for picture in shown.media if picture.kind == kind)
        file = next(file for read in self.reads for file in read.files if file.url == url)
        return await fetch(file, kind, shown, self.ca)

    async def confirmed(self, number: str, by: Literal["receipt", "displayed"]) -> None:
        """Wait until the peer confirmed an own message."""
        with self._patience(f"no {by} for {number}"):
            while number not in (self.receipts if by == "receipt" else self.displayed):
                await self._more.wait()

    async def state(self, wanted: str, since: int = 0) -> None:
        """Wait for a chat state that is not one of the first `since`."""
        with self._patience(f"not seen {wanted}"):
            while wanted not in self.states[since:]:
                await self._more.wait()

    async def failed(self, condition: str) -> Read:
        """Wait for an error that answers something said."""
        with self._patience(f"no error {condition}"):
            while True:
                for one in self.errors:
                    if one.error == condition:
                        return one
                await self._more.wait()
        raise AssertionError

    def hear(self, read: Read) -> None:
        """Take in what the client received."""
        if not self._mine(read) or read.carbon == "sent":
            return
        if read.archive:
            if read.archive in self._archived:
                return  # the same entry of the archive: heard live before, now asked for
            self._archived.add(read.archive)
        if read.error:
            self.errors.append(read)
        else:
            self.reads.append(read)
            self._confirm(read)
            if read.state and not read.delayed:
                self.states.append(read.state)
            if read.receipt:
                self.receipts.append(read.receipt)
            if read.displayed:
                self.displayed.append(read.displayed)
            if read.body is not None or read.files:
                self._show(read)
        self._more.set()
        self._more = anyio.Event()

    @property
    def _address(self) -> str:
        return self.peer.partition("/")[0] if self.kind == "groupchat" else self.peer

    def _mine(self, read: Read) -> bool:
        if read.error:
            return read.sender.partition("/")[0] == self.peer.partition("/")[0]
        whole = "/" in self.peer
        return read.sender == self.peer if whole else read.sender.partition("/")[0] == self.peer

    def _show(self, read: Read) -> None:
        at = len(self.history) + 1
        number = read.replaces if read.replaces in self._screen else read.number or f"nameless {at}"
        if number in self._screen and not read.replaces:
            number = f"{number} again {at}"  # the same message a second time: a person sees it twice
        before = self._screen.get(number)
        labels = [one.label for one in read.quick] if self.style == "quick" else [label for _, label in read.options]
        shown = Shown(number, at, read.text, tuple(labels), read.pictures)
        if before is not None:
            shown = replace(shown, edited=before.edited + 1)
        self._screen[number] = shown
        self._quick[number] = read.quick
        self.history.append(shown)

    def _confirm(self, read: Read) -> None:
        if not self.polite or read.carbon or self.kind != "chat" or read.delayed or not read.number:
            return
        if read.wants_receipt:
            received = f'<received xmlns="urn:xmpp:receipts" id="{read.number}"/>'
            self.line.send_counted(message(read.sender, received, number=self.line.new_id()))
        if read.markable:
            displayed = f'<displayed xmlns="urn:xmpp:chat-markers:0" id="{read.number}"/>'
            self.line.send_counted(message(read.sender, displayed, number=self.line.new_id()))

    async def _chosen(self, option: str | int) -> bool:
        offers = [shown for shown in reversed(self.screen) if shown.choices]
        for shown in offers:
            place = pick(shown.choices, option)
            if place is None:
                continue
            if self.style == "quick":
                await self.press(self._quick[shown.id][place])
            elif self.style == "number" and shown is offers[0]:
                await self.say(str(place + 1))
            else:
                await self.say(plain(shown.choices[place]))
            return True
        if isinstance(option, str) and option in {TEXTS.say(self.language, text) for text in MENU}:
            await self.say(plain(option))
            return True
        return False

    async def press(self, quick: Quick) -> None:
        """Choose a quick response: its value is sent as a text; of an action, its id."""
        if quick.action:
            selected = f'<action-selected xmlns="urn:xmpp:tmp:quick-response" id="{quick.value}"/>'
            self.line.send_counted(message(self._address, selected, kind=self.kind, number=self.line.new_id()))
        else:
            await self.say(quick.value)

    def _patience(self, what: str) -> _Patience:
        return _Patience(self, what)


class _Patience:
    """A limit on a wait that says what was on the screen."""

    def __init__(self, chat: Chat, what: str) -> None:
        self._chat = chat
        self._what = what
        self._scope = anyio.move_on_after(WAIT)

    def __enter__(self) -> None:
        self._scope.__enter__()

    def __exit__(self, *error: object) -> bool | None:
        swallowed = self._scope.__exit__(*error)  # type: ignore[arg-type]
        if self._scope.cancelled_caught:
            screen = "\n".join(f"{shown.at}: {shown.text!r} {shown.choices}" for shown in self._chat.screen[-12:])
            raise TimeoutError(f"{self._what}; on the screen:\n{screen}")
        return swallowed


def plain(label: str) -> str:
    """The words of a label, as somebody types them: without the emoji before and after."""
    return re.sub(r"^[^\w\d]+|[^\w\d?!.)…]+$", "", label)
