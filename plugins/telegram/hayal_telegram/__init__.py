"""The messenger Telegram, by long polling or webhook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hayal import Messenger, hookimpl
from hayal_telegram import lean as lean  # before anything else imports aiogram


@hookimpl
def register_messengers(register: Callable[[str, type[Messenger]], None]) -> None:
    """Add the messenger `telegram`."""
    from hayal_telegram.messenger import TelegramMessenger

    register("telegram", TelegramMessenger)


@hookimpl
def register_locales(register: Callable[[Path], None]) -> None:
    """Add what the bot says about itself."""
    register(Path(__file__).parent / "locales")
