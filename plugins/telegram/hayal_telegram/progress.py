"""Progress: edits nobody waits for, so they only take what is left over, and only the newest of them is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio
import structlog

from hayal import DeliverLater, HayalError, Post

PACE = 2.5
"""Seconds between two edits of progress in one chat."""

MOST = 10_000

log = structlog.get_logger("hayal.telegram")


@dataclass
class _Due:
    post: Post
    remote: str
    at: float
    busy: bool = False
    idle: anyio.Event = field(default_factory=anyio.Event)


class Progress:
    """The newest state of each message that a job works on, until it is shown.

    `show(post, remote)` makes the edit; `spare(chat)` is whether there is room for it.
    """

    def __init__(self, show: Callable[[Post, str], Awaitable[None]], spare: Callable[[str], Awaitable[bool]]) -> None:
        self._show = show
        self._spare = spare
        self._due: dict[tuple[str, str], _Due] = {}
        self._next: dict[str, float] = {}
        self._news = anyio.Event()

    def offer(self, post: Post, remote: str) -> None:
        """Take a newer state; an older one that has not been shown is dropped."""
        key = (post.chat, remote)
        known = self._due.get(key)
        if known:
            known.post = post
        elif len(self._due) < MOST:
            self._due[key] = _Due(post, remote, self._next.get(post.chat, 0.0))
        self._news.set()

    async def settle(self, chat: str, remote: str) -> None:
        """From here on nothing older is shown: what waits is dropped, what is under way has ended."""
        due = self._due.pop((chat, remote), None)
        if due and due.busy:
            await due.idle.wait()

    def forget(self, chat: str) -> None:
        """Drop all of a chat."""
        for key in [key for key in self._due if key[0] == chat]:
            del self._due[key]

    async def run(self) -> None:
        """Show what is due, until cancelled."""
        async with anyio.create_task_group() as group:
            while True:
                now = anyio.current_time()
                for key, due in list(self._due.items()):
                    if not due.busy and due.at <= now:
                        if await self._spare(due.post.chat):
                            self._next[due.post.chat] = now + PACE
                            due.busy, due.idle = True, anyio.Event()
                            group.start_soon(self._one, key, due)
                        else:
                            due.at = now + 1.0
                waiting = [due.at for due in self._due.values() if not due.busy]
                if len(self._next) > MOST:
                    self._next = {chat: at for chat, at in self._next.items() if at > now}
                if self._news.is_set():
                    self._news = anyio.Event()
                    if any(at <= anyio.current_time() for at in waiting):
                        continue
                with anyio.move_on_after(max(0.05, min(waiting) - anyio.current_time()) if waiting else None):
                    await self._news.wait()

    async def _one(self, key: tuple[str, str], due: _Due) -> None:
        post = due.post
        try:
            await self._show(post, due.remote)
        except DeliverLater as error:
            due.at = anyio.current_time() + max(1.0, error.after)
        except (HayalError, OSError) as error:
            log.debug("progress not shown", reason=str(error))
            self._drop(key, due)
        except Exception:
            log.exception("progress cannot be shown")
            self._drop(key, due)
        else:
            due.at = anyio.current_time() + PACE
            if due.post is post:
                self._drop(key, due)
        finally:
            due.busy = False
            due.idle.set()
            self._news.set()

    def _drop(self, key: tuple[str, str], due: _Due) -> None:
        if self._due.get(key) is due:
            del self._due[key]
