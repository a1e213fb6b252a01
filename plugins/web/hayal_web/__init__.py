"""The web page messenger: a chat in the browser, served by the engine itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hayal import Messenger, hookimpl


@hookimpl
def register_messengers(register: Callable[[str, type[Messenger]], None]) -> None:
    """Add the messenger `web`."""
    from hayal_web.messenger import WebMessenger

    register("web", WebMessenger)


@hookimpl
def register_locales(register: Callable[[Path], None]) -> None:
    """Add the texts of the page."""
    register(Path(__file__).parent / "locales")
