"""The XMPP messenger: one account that talks, shows media, and sits in rooms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hayal import Messenger, hookimpl


@hookimpl
def register_messengers(register: Callable[[str, type[Messenger]], None]) -> None:
    """Add the messenger `xmpp`."""
    from hayal_xmpp.messenger import XmppMessenger

    register("xmpp", XmppMessenger)


@hookimpl
def register_locales(register: Callable[[Path], None]) -> None:
    """Add the texts of forms and of what cannot be shown."""
    register(Path(__file__).parent / "locales")
