"""What goes between a person and the engine, whatever the messenger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_TEXT = 4000
"""Characters of a person's message that are read; the rest is cut."""

MAX_TAP = 64
"""Bytes of a button's data, the smallest limit among messengers (Telegram)."""

_UNSTORABLE = {0: None} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """`text` as any database and messenger can hold it: no NUL, no lone surrogates, at most `limit` characters."""
    return text[:limit].translate(_UNSTORABLE)


@dataclass(frozen=True, slots=True)
class Update:
    """Something a person did: a text (commands and menu labels are texts), or a tap on a button.

    `id` is the same when it is delivered again. `chat` and `user` are the messenger's own ids. `language` is the code
    the messenger reports ("tr", "pt-BR"), `name` what the person calls themselves; both may be empty. In a chat of
    several people, `quote` is what the messenger needs to answer this very update: it comes back as `Message.answers`.
    """

    id: str
    chat: str
    user: str
    text: str = ""
    tap: str = ""
    language: str = ""
    name: str = ""
    quote: str = ""


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Button(_Wire):
    """A button under a message: what it says, and the data (at most 64 bytes) its tap brings back."""

    label: str
    tap: str


class Attachment(_Wire):
    """A picture or video in the media store, with what clients need to show it without a look inside.

    `width`, `height` in pixels, `seconds` of a video, `bytes` of the file. `poster` is the media key of a video's
    first frame as JPEG.
    """

    kind: Literal["image", "video"]
    key: str
    mime: str
    width: int
    height: int
    bytes: int
    seconds: float | None = None
    poster: str | None = None


class Card(_Wire):
    """One of several things to look at and choose from: a persona, a memory in the gallery."""

    title: str
    text: str = ""
    picture: Attachment | None = None
    buttons: tuple[Button, ...] = ()


class Message(_Wire):
    """What a person is shown. Plain text: a messenger escapes it for its own format.

    `by` is who speaks: the persona, the engine's own voice, or (in the log) the person. `name` is the persona's.
    `cards` stand side by side where a messenger can. `buttons` are rows under the message; `menu` are the rows of
    labels that stay below the chat until the next menu, each sent as a text when tapped. `progress` (0 to 1) is there
    while a job works on this message, which is then edited in place. `language` is the person's.
    `answers` is the `quote` of the update that this answers, in a chat of several people; otherwise empty.
    `memo` is the engine's own note, never shown or sent.
    """

    text: str = ""
    by: Literal["persona", "engine", "person"] = "engine"
    name: str = ""
    attachment: Attachment | None = None
    cards: tuple[Card, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    menu: tuple[tuple[str, ...], ...] | None = None
    progress: Annotated[float | None, Field(ge=0, le=1)] = None
    language: str = "en"
    answers: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """An entry of a chat's log. `seq` grows with time; `rev` grows each time the message is edited.

    `key` names the message for ever: the same key is the same message, however often it is handed over. `again`: it has
    been handed over before, by an earlier run or in a try that broke, and may have arrived.
    """

    seq: int
    key: str
    chat: str
    message: Message
    rev: int
    at: datetime
    again: bool = False


class Activity(StrEnum):
    """What the persona is seen doing while a person waits."""

    TYPING = "typing"
    PHOTO = "photo"
    VIDEO = "video"
