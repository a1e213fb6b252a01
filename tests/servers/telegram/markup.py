"""Keyboards, checked as the Bot API does."""

from __future__ import annotations

from typing import Any

from .errors import BUTTON_DATA, BUTTON_EMPTY, BUTTON_PLAIN, KEYBOARD_EMPTY, MARKUP_TOO_LONG, Refusal, Violation

MAX_INLINE = 100
MAX_REPLY = 300
MAX_ROW = 8
"""Buttons in all, and in a row: clients show no more."""

_NOT_A_USE = {"text", "icon_custom_emoji_id", "style"}


def check_inline(markup: dict[str, Any]) -> None:
    """Each button has a text and exactly one use; callback data is 1 to 64 bytes."""
    rows = markup["inline_keyboard"]
    if sum(map(len, rows)) > MAX_INLINE:
        raise Refusal(MARKUP_TOO_LONG)
    for row in rows:
        if not row:
            raise Violation("an inline keyboard has an empty row")
        if len(row) > MAX_ROW:
            raise Violation(f"a row of an inline keyboard has more than {MAX_ROW} buttons")
        for button in row:
            _check_button(button)


def _check_button(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise Refusal(BUTTON_EMPTY)
    uses = button.keys() - _NOT_A_USE
    if not uses:
        raise Refusal(BUTTON_PLAIN)
    if len(uses) > 1:
        raise Violation(f"an inline button has several uses: {sorted(uses)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise Refusal(BUTTON_DATA)


def check(markup: dict[str, Any]) -> None:
    """Any reply markup of a new message."""
    if "inline_keyboard" in markup:
        check_inline(markup)
    elif "keyboard" in markup:
        rows = markup["keyboard"]
        if sum(map(len, rows)) > MAX_REPLY:
            raise Refusal(MARKUP_TOO_LONG)
        if any(not row for row in rows) or not rows:
            raise Violation("a reply keyboard has an empty row")
        if any(not button["text"].strip() for row in rows for button in row):
            raise Refusal(KEYBOARD_EMPTY)


def labels(markup: dict[str, Any]) -> list[str]:
    """What its buttons say, row by row."""
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [button["text"] for row in rows for button in row]
