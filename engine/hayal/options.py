"""Buttons for messengers that have none: numbered lines, answered by a number or in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hayal.chat import Message
from hayal.decency import plain

MOST_WORDS = 6
"""Words of an answer; a longer text is talk."""

_NUMBER = re.compile(r"[#№(\[]?\s*(\d{1,2})\s*[.)\]:]?")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose. `tap` is a button's data; empty for an entry of the menu, whose `label` is sent as text."""

    number: int
    label: str
    tap: str


def options_of(message: Message) -> list[Option]:
    """What a message lets one choose from, numbered from 1; nothing while a job works on it."""
    if message.progress is not None:
        return []
    found: list[tuple[str, str]] = []
    for card in message.cards:
        for button in card.buttons:
            shared = sum(button.label == other.label for one in message.cards for other in one.buttons) > 1
            named = " · ".join(filter(None, (card.title, card.text))) if shared else ""
            found.append((f"{button.label} ({named})" if named else button.label, button.tap))
    found += [(button.label, button.tap) for row in message.buttons for button in row]
    if not found and message.menu:
        found = [(label, "") for row in message.menu for label in row]
    return [Option(number, label, tap) for number, (label, tap) in enumerate(found, start=1)]


def lay_out(message: Message) -> tuple[str, list[Option]]:
    """The whole message as text: its own, the cards, and the options as numbered lines. And those options."""
    options = options_of(message)
    parts = [message.text]
    if message.cards and not any(card.buttons for card in message.cards):
        parts += [f"{card.title}\n{card.text}".strip() for card in message.cards]
    lines = []
    about = {button.tap: card.text for card in message.cards for button in card.buttons if len(card.buttons) == 1}
    for option in options:
        lines.append(f"{option.number}. {option.label}")
        if about.get(option.tap):
            lines.append(f"    {about[option.tap]}")
    parts.append("\n".join(lines))
    return "\n\n".join(part for part in parts if part), options


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: small letters, no signs, no emoji."""
    return tuple(_WORD.findall(plain(text)))


def choice(
    text: str,
    shown: Sequence[Message],
    forms: Callable[[str], Iterable[str]],
    yes_no: Callable[[str], str],
    *,
    whole_only: bool = False,
) -> Option | None:
    """What `text` chooses from the messages `shown` (newest first), or None if it is no answer to any.

    A number counts for the newest message with options alone. Words count if they are in the label of one option and
    no other (with `whole_only`, if they are the label); `forms` gives a label in every language,
    `yes_no` says "yes", "no" or "" of a text in any language.
    """
    asked = [options for options in map(options_of, shown) if options]
    if not asked:
        return None
    number = _NUMBER.fullmatch(text.strip())
    if number:
        return next((option for option in asked[0] if option.number == int(number[1])), None)
    words = words_of(text)
    if not words or len(words) > MOST_WORDS:
        return None
    decided = yes_no(" ".join(words))
    for options in asked:
        whole = [o for o in options if any(words == words_of(form) for form in forms(o.label))]
        part = (
            []
            if whole_only
            else [o for o in options if o.tap and any(set(words) <= set(words_of(form)) for form in forms(o.label))]
        )
        for found in (whole, part):
            if len(found) == 1:
                return found[0]
        if decided:
            return next((option for option in options if option.tap.endswith(f" {decided}")), None)
    return None
