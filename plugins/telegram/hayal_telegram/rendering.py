"""From a message of the engine to what Telegram shows: one bubble or several. A pure function.

Formatting is by entities, not by markup in the text, so nothing a person or a model wrote needs escaping.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from aiogram.types import InlineKeyboardMarkup, MessageEntity, ReplyKeyboardMarkup, ReplyKeyboardRemove

from hayal import Attachment, Card, Message
from hayal.splitting import split, width
from hayal_telegram.keyboards import buttons, card_rows, menu

MAX_TEXT = 4096
MAX_CAPTION = 1024
"""UTF-16 code units of a text and of a caption (core.telegram.org/bots/api#sendmessage)."""

ALBUM = 10
"""Pictures in one album."""

BAR = 10
"""Marks of a bar of progress."""

Kind: TypeAlias = Literal["text", "photo", "video", "album"]
Markup: TypeAlias = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of Telegram's, or one album: `text` is the text or the caption, `titles` the captions of an album."""

    kind: Kind
    text: str = ""
    media: tuple[Attachment, ...] = ()
    titles: tuple[str, ...] = ()
    entities: tuple[MessageEntity, ...] = ()
    markup: Markup | None = None

    @property
    def count(self) -> int:
        """How many messages Telegram counts it for."""
        return len(self.media) if self.kind == "album" else 1


@dataclass
class _Text:
    """A text that grows, with formatting."""

    text: str = ""
    entities: list[MessageEntity] = field(default_factory=list)

    def add(self, text: str, kind: str = "") -> None:
        if kind and text:
            start, long = width(self.text), width(text)
            self.entities.append(MessageEntity(type=kind, offset=start, length=long))
        self.text += text


def bubbles(message: Message, menu_text: Callable[[], str], *, group: bool = False) -> tuple[Bubble, ...]:
    """What is shown for `message`, in order; nothing if it is empty.

    `menu_text` gives a few words for a menu that has no message to be under.
    """
    if message.cards:
        shown = _cards(message)
    elif message.attachment is not None:
        shown = _media(message, message.attachment)
    elif message.memo == "prompt":
        shown = _prompt(message)
    else:
        shown = _texts(_with_bar(message), buttons(message.buttons))
    if message.menu is None:
        return shown
    rows = menu(message.menu, selective=group)
    free = next((place for place, bubble in enumerate(shown) if bubble.kind != "album" and not bubble.markup), None)
    if free is None:
        return (*shown, Bubble("text", menu_text(), markup=rows))
    return tuple(_marked(bubble, rows) if place == free else bubble for place, bubble in enumerate(shown))


def _marked(bubble: Bubble, markup: Markup) -> Bubble:
    return Bubble(bubble.kind, bubble.text, bubble.media, bubble.titles, bubble.entities, markup)


def _texts(text: str, markup: Markup | None) -> tuple[Bubble, ...]:
    pieces = split(text, MAX_TEXT) or (["⬇️"] if markup else [])
    last = len(pieces) - 1
    return tuple(Bubble("text", piece, markup=markup if place == last else None) for place, piece in enumerate(pieces))


def _with_bar(message: Message) -> str:
    if not message.progress:
        return message.text
    full = min(BAR, max(1, int(message.progress * BAR)))
    return f"{message.text}\n{'▰' * full}{'▱' * (BAR - full)}"


def _media(message: Message, attachment: Attachment) -> tuple[Bubble, ...]:
    """A picture with the beginning of its text; a video with the end of it.

    A video takes the place of the last of the messages sent before it, so what it has no room for goes first.
    """
    markup, text = buttons(message.buttons), message.text.strip()
    if attachment.kind == "video":
        pieces = split(text, MAX_CAPTION)
        before = tuple(Bubble("text", piece) for piece in pieces[:-1])
        return (*before, Bubble("video", pieces[-1] if pieces else "", (attachment,), markup=markup))
    if width(text) <= MAX_CAPTION:
        return (Bubble("photo", text, (attachment,), markup=markup),)
    first = split(text, MAX_CAPTION)[0]
    return (Bubble("photo", first, (attachment,)), *_texts(text[len(first) :], markup))


def _prompt(message: Message) -> tuple[Bubble, ...]:
    """A prompt, folded: its title is bold, the rest a quotation that opens at a tap."""
    title, _, rest = message.text.partition("\n")
    markup = buttons(message.buttons)
    pieces = split(rest, MAX_TEXT - width(title) - 1)
    shown = []
    for place, piece in enumerate(pieces or [""]):
        text = _Text()
        if place == 0:
            text.add(title, "bold")
            text.add("\n" if piece else "")
        text.add(piece, "expandable_blockquote")
        last = place >= len(pieces) - 1
        shown.append(Bubble("text", text.text, entities=tuple(text.entities), markup=markup if last else None))
    return tuple(bubble for bubble in shown if bubble.text)


def _cards(message: Message) -> tuple[Bubble, ...]:
    """Pictures as an album, and below it one message with what they are and all their buttons."""
    cards = message.cards
    rows, legend, numbered = card_rows(cards)
    pictures = [(card.picture, _title(card, number, numbered)) for number, card in enumerate(cards, 1) if card.picture]
    text = _Text(message.text.strip())
    for number, card in enumerate(cards, start=1):
        text.add("\n\n" if text.text else "")
        text.add(_title(card, number, numbered), "bold")
        text.add(f"\n{card.text}" if card.text else "")
    if legend:
        text.add(f"\n\n{legend}")
    markup = buttons((*rows, *message.buttons))
    if len(pictures) == 1 and width(text.text) <= MAX_CAPTION:
        return (Bubble("photo", text.text, (pictures[0][0],), (), tuple(text.entities), markup),)
    albums = []
    for start in range(0, len(pictures), ALBUM):
        some = pictures[start : start + ALBUM]
        media, titles = tuple(picture for picture, _ in some), tuple(title for _, title in some)
        albums.append(Bubble("album", "", media, titles) if len(some) > 1 else Bubble("photo", titles[0], media))
    if width(text.text) > MAX_TEXT:
        return (*albums, *_texts(text.text, markup))
    return (*albums, Bubble("text", text.text, entities=tuple(text.entities), markup=markup))


def _title(card: Card, number: int, numbered: bool) -> str:
    return f"{number}. {card.title}" if numbered else card.title
