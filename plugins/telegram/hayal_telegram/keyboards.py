"""Buttons under a message, and the menu below the chat."""

from __future__ import annotations

from functools import lru_cache

from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from hayal import Button, Card
from hayal.chat import MAX_TAP

IN_A_ROW = 8
"""Buttons in a row that clients show."""

Rows = tuple[tuple[Button, ...], ...]
Menu = tuple[tuple[str, ...], ...]


@lru_cache(512)
def buttons(rows: Rows) -> InlineKeyboardMarkup | None:
    """Rows of buttons, or None if there are none."""
    kept = []
    for row in rows:
        fit = [one for one in row if one.label.strip() and 0 < len(one.tap.encode()) <= MAX_TAP]
        kept += [fit[start : start + IN_A_ROW] for start in range(0, len(fit), IN_A_ROW)]
    if not kept:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=one.label, callback_data=one.tap) for one in row] for row in kept]
    )


@lru_cache(64)
def menu(rows: Menu, selective: bool) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    """The menu, there until the next one; no rows take it away. `selective`: only for the person who is answered."""
    kept = [[label for label in row if label.strip()] for row in rows]
    keyboard = [[KeyboardButton(text=label) for label in row] for row in kept if row]
    who = selective or None
    if not keyboard:
        return ReplyKeyboardRemove(remove_keyboard=True, selective=who)
    return ReplyKeyboardMarkup(keyboard=keyboard, resize_keyboard=True, is_persistent=True, selective=who)


def card_rows(cards: tuple[Card, ...]) -> tuple[Rows, str, bool]:
    """The buttons of cards that are shown together, a line that explains them, and whether they go by number.

    Buttons that say what they are about stand one below the other. Those that are the same for several cards become
    a row of short ones for each kind, by the number of the card: "👁 1", "👁 2"; then the line tells the kinds.
    """
    labels = [button.label for card in cards for button in card.buttons]
    if len(labels) == len(set(labels)):
        return tuple((button,) for card in cards for button in card.buttons), "", False
    rows: list[tuple[Button, ...]] = []
    legend = []
    for label in dict.fromkeys(labels):
        sign = _sign(label)
        row = [
            Button(label=f"{sign or label} {number}", tap=button.tap)
            for number, card in enumerate(cards, start=1)
            for button in card.buttons
            if button.label == label
        ]
        wide = IN_A_ROW if sign else 2
        rows += [tuple(row[start : start + wide]) for start in range(0, len(row), wide)]
        if sign:
            legend.append(label)
    return tuple(rows), " · ".join(legend), True


def _sign(label: str) -> str:
    """The emoji that a label begins with, or ""."""
    first = label.split(maxsplit=1)[0] if label.strip() else ""
    return first if first and not any(letter.isalnum() for letter in first) else ""
