"""The open pages of each chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import anyio

from hayal_web import wire

QUEUE = 256
"""Frames that may wait for a page that reads slowly."""


class Crowded(Exception):
    """Too many pages are open."""


class Line:
    """The way to one page. Frames wait in a bounded queue; when it is full, the page is cut off."""

    def __init__(self, chat: str, cut: Callable[[], None]) -> None:
        self.chat = chat
        self.is_cut = False
        self._cut = cut
        self._in, self._out = anyio.create_memory_object_stream[str](QUEUE)

    def push(self, frame: str) -> None:
        """Queue a frame, never waiting."""
        if self.is_cut:
            return
        try:
            self._in.send_nowait(frame)
        except anyio.WouldBlock:
            self.is_cut = True
            self._cut()

    async def frames(self) -> AsyncIterator[str]:
        """The queued frames, as they come."""
        async for frame in self._out:
            yield frame

    def close(self) -> None:
        """Let go of the queue."""
        self.is_cut = True
        self._in.close()
        self._out.close()


class Hub:
    """Whom to push to. A chat without an open page is simply not here: the engine's log has everything."""

    def __init__(self, most: int, most_per_chat: int) -> None:
        self._most = most
        self._most_per_chat = most_per_chat
        self._lines: dict[str, list[Line]] = {}
        self._count = 0

    @contextmanager
    def join(self, chat: str, cut: Callable[[], None]) -> Iterator[Line]:
        """Be one of a chat's pages. Raises Crowded."""
        if self._count >= self._most or self.pages(chat) >= self._most_per_chat:
            raise Crowded
        line = Line(chat, cut)
        lines = self._lines.setdefault(chat, [])
        lines.append(line)
        self._count += 1
        try:
            yield line
        finally:
            line.close()
            lines.remove(line)
            self._count -= 1
            if not lines:
                del self._lines[chat]

    def pages(self, chat: str) -> int:
        """How many pages of a chat are open."""
        return len(self._lines.get(chat, ()))

    def push(self, chat: str, frame: str, *, but: Line | None = None) -> None:
        """Push a frame to all pages of a chat, or all but one."""
        for line in tuple(self._lines.get(chat, ())):
            if line is not but:
                line.push(frame)

    def forget(self, chat: str) -> None:
        """Clear all pages of a chat; one of them starts it anew."""
        for number, line in enumerate(tuple(self._lines.get(chat, ()))):
            line.push(wire.forget(start=number == 0))
