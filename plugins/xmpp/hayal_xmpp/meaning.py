"""From what somebody said to an update for the engine: who it is, whether it is for us, how to answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from hayal import Update
from hayal_xmpp.reading import Said
from hayal_xmpp.settings import XmppSettings

COMMANDS = frozenset(
    {"start", "help", "menu", "language", "persona", "selfie", "video", "gallery", "settings", "cancel", "forget"}
)
"""Commands that a room may give without naming the bot; others may be for somebody else."""

QUOTED = 120
"""Characters of a message that are repeated in an answer, for clients that do not know replies."""

_AFTER_NAME = re.compile(r"\s*[:,;!]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Occupant:
    """Somebody in a room: the real address if the room shows it, and the room's stable id, or empty."""

    jid: str = ""
    occupant: str = ""


def identity(room: str, nick: str, who: Occupant) -> str:
    """The user id of an occupant: the real address if it is shown, else the room's stable id, else the nickname."""
    if who.jid:
        return who.jid
    return f"{room}/#{who.occupant}" if who.occupant else f"{room}/{nick}"


@dataclass(frozen=True, slots=True)
class Quote:
    """What is needed to answer a message in a room."""

    number: str
    nick: str
    text: str

    def token(self) -> str:
        """As a token for the engine."""
        return json.dumps([self.number, self.nick, self.text], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def of(cls, token: str) -> Quote | None:
        """From a token, if it is one."""
        try:
            number, nick, text = json.loads(token)
        except ValueError:
            return None
        return cls(str(number), str(nick), str(text))


WhoIs = Callable[[str, str], Occupant]
"""The occupant of a room by nickname."""


@dataclass(frozen=True, slots=True)
class Understood:
    """An update, and what its sender's server or room calls the message."""

    update: Update
    said: Said
    private: bool = False
    """Whether it came from an occupant of a room, in private."""


class Meaning:
    """Decides what a message means. `nick_in` gives the bot's nickname in a room it is in, or ""."""

    def __init__(self, settings: XmppSettings, nick_in: Callable[[str], str], who_is: WhoIs) -> None:
        self._settings = settings
        self._nick_in = nick_in
        self._who_is = who_is

    def of(self, said: Said, *, archived: bool = False) -> Understood | None:
        """The update that this message is, or None if it is not for us, or from nobody we listen to.

        `archived`: it comes from an archive that was asked for what was missed, where a delay means nothing.
        """
        if said.bare == self._settings.jid:
            return None
        if said.kind == "groupchat":
            return self._in_room(said, archived=archived)
        if self._settings.room(said.bare):
            return self._in_private(said, archived=archived)
        if said.from_room or not self._settings.allows(said.bare):
            return None
        number = said.stored or f"{said.full} {said.number}"
        name = said.nick or said.sender.local
        return Understood(self._update(said, number, said.bare, said.bare, said.text, name), said)

    def _in_private(self, said: Said, *, archived: bool) -> Understood | None:
        nick = said.sender.resource
        if not nick or nick == self._nick_in(said.bare):
            return None
        user = self._user(said, nick, archived=archived)
        number = said.stored or f"{said.full} {said.number}"
        return Understood(self._update(said, number, said.full, user, said.text, nick), said, private=True)

    def _in_room(self, said: Said, *, archived: bool) -> Understood | None:
        room = self._settings.room(said.bare)
        nick = said.sender.resource
        ours = self._nick_in(said.bare) or (self._settings.nickname_in(room) if room else "")
        if room is None or not nick or nick == ours or (said.delayed and not archived):
            return None
        text = self.addressed(said, ours)
        if text is None and not said.action:
            return None
        number = said.stored or f"{said.full} {said.number}"
        user = self._user(said, nick, archived=archived)
        quote = Quote(said.stored or said.number, nick, said.text[:QUOTED])
        update = self._update(said, f"{said.bare} {number}", said.bare, user, text or "", nick)
        return Understood(_with_quote(update, quote), said)

    def addressed(self, said: Said, ours: str) -> str | None:
        """What is said to us in a room, without our name; None if it is not said to us."""
        text = said.text
        if said.reply == f"{said.bare}/{ours}":
            return text
        plain = text.removeprefix("@")
        if ours and plain[: len(ours)].casefold() == ours.casefold():
            rest = plain[len(ours) :]
            mark = _AFTER_NAME.match(rest)
            if mark or not rest:
                return rest[mark.end() :] if mark else ""
        if text.startswith("/"):
            command, _, named = text[1:].partition(" ")[0].partition("@")
            if (not named and command.lower() in COMMANDS) or (named and named.casefold() == ours.casefold()):
                return text
        return None

    def _user(self, said: Said, nick: str, *, archived: bool) -> str:
        """Somebody in a room: the real address if it is shown, else the room's stable id (XEP-0421), else the name."""
        # in an archive, whoever has the nickname now need not be who wrote
        told = Occupant(said.real if said.kind == "groupchat" else "")
        known = told if archived else self._who_is(said.bare, nick)
        return identity(said.bare, nick, Occupant(known.jid, said.occupant or known.occupant))

    def _update(self, said: Said, number: str, chat: str, user: str, text: str, name: str) -> Update:
        return Update(number, chat, user, "" if said.action else text, said.action, said.language, name)


def _with_quote(update: Update, quote: Quote) -> Update:
    return Update(
        update.id, update.chat, update.user, update.text, update.tap, update.language, update.name, quote.token()
    )
