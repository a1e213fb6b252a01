"""Data forms (XEP-0004) of what the engine asks: its question becomes a form instead of a message."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio

from hayal import Desk, Post, Update
from hayal.options import Option
from hayal_xmpp.client import Client

ANSWER = 5.0
"""Seconds in which the engine's answer to a command has to come, to be shown in the form."""

SWALLOWED = "form-"
"""What the ids of messages begin with that were shown in a form and not in the chat."""


@dataclass
class Capture:
    """Waits for what the engine answers to one update, in one chat."""

    known: anyio.Event = field(default_factory=anyio.Event)
    came: anyio.Event = field(default_factory=anyio.Event)
    key: str = ""
    post: Post | None = None


class Forms:
    """Commands that are being answered with a form, by chat."""

    def __init__(self) -> None:
        self._captures: dict[str, Capture] = {}

    @asynccontextmanager
    async def _capturing(self, chat: str) -> AsyncIterator[Capture]:
        capture = Capture()
        self._captures[chat] = capture
        try:
            yield capture
        finally:
            capture.known.set()
            if self._captures.get(chat) is capture:
                del self._captures[chat]

    async def ask(self, desk: Desk, update: Update) -> tuple[str, Post | None]:
        """Do what a command says. Returns the update's key, and the answer if it came at once. Raises StorageError."""
        async with self._capturing(update.chat) as capture:
            received = await desk.receive(update)
            if received is None:
                return "", None
            capture.key = received.key
            capture.known.set()
            with anyio.move_on_after(ANSWER):
                await capture.came.wait()
            return received.key, capture.post

    async def takes(self, post: Post) -> bool:
        """Whether this post is the answer that a form waits for."""
        capture = self._captures.get(post.chat)
        if capture is None:
            return False
        with anyio.move_on_after(ANSWER):
            await capture.known.wait()
        mine = bool(capture.key) and post.key.partition(".")[0] == capture.key
        if not mine or capture.post is not None or self._captures.get(post.chat) is not capture:
            return False
        capture.post = post
        capture.came.set()
        return True


def make_form(client: Client, title: str, about: str = "") -> Any:
    """An empty form."""
    return client.plugin["xep_0004"].make_form(ftype="form", title=title, instructions=about)


def add_choice(form: Any, name: str, label: str, options: Sequence[tuple[str, str]], value: str = "") -> None:
    """A field to choose one of `options` (value, label)."""
    form.add_field(
        var=name,
        ftype="list-single",
        label=label,
        required=True,
        value=value or options[0][0],
        options=[{"label": text, "value": each} for each, text in options],
    )


def add_text(form: Any, name: str, label: str) -> None:
    """A field to write in."""
    form.add_field(var=name, ftype="text-single", label=label, required=False)


def value_of(form: Any, name: str) -> str:
    """What was put into a field."""
    found = form["values"].get(name, "") if form else ""
    return str(found[0] if isinstance(found, list) and found else found or "")[:500]


def numbered(options: Sequence[Option]) -> list[tuple[str, str]]:
    """Options as values and labels."""
    return [(str(option.number), option.label) for option in options]
