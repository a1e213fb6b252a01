"""Somebody who talks to hayal over any messenger: what a scripted journey may do and see.

A journey is written once against `Person` and runs over the web page, Telegram and XMPP. A messenger's own scripted
person looks only at what its client would show, and does only what its client lets a person do.

Time is counted in changes: every message that appears or changes in the chat gets the next number, its `at`. So a
journey says "after what I have seen so far" with `since=person.now`, and never waits for time to pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["image", "video"]

WAIT = 60.0
"""Seconds for anything a person waits for; then TimeoutError, with what was on the screen."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or video as it lies in the chat: what the client knows before it is fetched.

    `name` is the messenger's own handle of it. `width`, `height` in pixels, `seconds`: what the client was told, and
    so how it lays the message out; 0 if it was not told.
    """

    kind: Kind
    name: str
    width: int = 0
    height: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the other side as it looked at one moment.

    `id` is the same for all its versions, `at` the number of the change that made it look so. `choices` are the labels
    of what can be chosen right here: buttons under it, or its numbered options. `edited` is how often it had changed.
    """

    id: str
    at: int
    text: str = ""
    choices: tuple[str, ...] = ()
    media: tuple[Picture, ...] = ()
    edited: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """Media that was fetched and opened: `width`, `height`, `seconds` and `codec` are the file's own."""

    kind: Kind
    bytes: int
    sha256: str
    width: int
    height: int
    seconds: float
    codec: str
    shown: Shown


Wanted = str | re.Pattern[str] | Callable[[Shown], bool]
"""What is looked for: a part of the text, a pattern in it, or anything that can be asked of a message."""


class Person(Protocol):
    """Somebody in one chat with hayal."""

    @property
    def language(self) -> str:
        """The language of their client: "en", "tr", "ru"."""

    @property
    def now(self) -> int:
        """The number of the last change in the chat."""

    @property
    def screen(self) -> Sequence[Shown]:
        """The other side's messages as they look now, oldest first."""

    @property
    def status(self) -> str:
        """What the newest message that has changed since it appeared, and has no media, says now; "" without one."""

    async def say(self, text: str) -> None:
        """Write a text."""

    async def choose(self, option: str | int) -> None:
        """Choose what is offered: by its label (as shown, or an unmistakable part), or by its number, from 1.

        Looked for in the newest message that offers it, then in the menu below the chat. A messenger without buttons
        sends what its person would type. Waits until it is offered.
        """

    async def sees(self, wanted: Wanted, *, since: int = 0) -> Shown:
        """Wait until it has been shown, if only for a moment, after the change number `since`; the first such."""

    async def receives(self, kind: Kind, *, since: int = 0) -> Received:
        """Wait for a picture or video shown after `since`, fetch all of it and open it."""


def matches(shown: Shown, wanted: Wanted) -> bool:
    """Whether this is what is looked for."""
    if isinstance(wanted, str):
        return wanted in shown.text
    if isinstance(wanted, re.Pattern):
        return wanted.search(shown.text) is not None
    return wanted(shown)


def pick(labels: Sequence[str], option: str | int) -> int | None:
    """The place (from 0) of `option` among `labels`: its number, its label, or the only label it is a part of."""
    if isinstance(option, int):
        return option - 1 if 0 < option <= len(labels) else None
    if option in labels:
        return labels.index(option)
    found = [place for place, label in enumerate(labels) if option in label]
    return found[0] if len(found) == 1 else None
