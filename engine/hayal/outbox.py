"""Delivery: what the log holds for a messenger goes out, in order for each chat, chats side by side."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from dataclasses import replace

import anyio
import structlog
from anyio.abc import TaskGroup

from hayal import metrics
from hayal.chat import Activity, Post
from hayal.errors import DeliverLater, HayalError, StorageError, Undeliverable
from hayal.messenger import Messenger
from hayal.shrink import Shrinker
from hayal.storage.database import Database
from hayal.storage.posts import BRIEF, Mark, mark_reserved, mark_sent, pending_posts, remote_of

WORKERS = 64
"""Chats of one messenger that are written to at once."""

BACKLOG = 10_000
"""Messages waiting for one messenger above which no more updates are taken from it."""

SEND_LIMIT = 900.0
"""Seconds one message may take (a large video on a slow line)."""

TRIES = 12
"""How often a message is tried that fails for no reason the messenger can name."""

LONGEST_WAIT = 60.0

RECORD_AGAIN = 2.0
"""Seconds until what was sent is recorded again, if the database could not take it."""

SETTLE = 2.0
"""Seconds that messages on their way get at shutdown."""

log = structlog.get_logger(__name__)


class Delivery:
    """The outgoing side of one messenger."""

    def __init__(self, name: str, messenger: Messenger, database: Database, shrinker: Shrinker) -> None:
        self.name = name
        self._messenger = messenger
        self._database = database
        self._shrinker = shrinker
        self._lanes: dict[str, deque[Post]] = {}
        self._ready: deque[str] = deque()
        self._workers = 0
        self._idle: list[anyio.Event] = []
        self._quiet = anyio.Event()
        self._group: TaskGroup | None = None
        self._waiting = 0
        self._room = anyio.Event()
        self._remotes: dict[int, str] = {}
        self._marks: list[Mark] = []
        self._marked = anyio.Event()
        self._fails: dict[str, int] = {}
        self._able = anyio.Event()
        self._clock = time.monotonic
        self._gauge = metrics.waiting_posts.labels(name)
        self._sent = metrics.posts.labels(name, "sent")

    def able(self) -> None:
        """The messenger can send now."""
        self._able.set()

    def offer(self, post: Post) -> None:
        """Take a message that has been logged."""
        lane = self._lanes.get(post.chat)
        self._waiting += 1
        if lane is None:
            self._lanes[post.chat] = deque((post,))
            self._ready.append(post.chat)
            self._pump()
        elif lane and lane[-1].seq == post.seq and len(lane) > 1:
            lane[-1] = replace(post, again=lane[-1].again)  # an edit of what has not been sent yet
            self._waiting -= 1
        else:
            lane.append(post)

    async def room(self) -> None:
        """Wait while too much is waiting."""
        while self._waiting >= BACKLOG:
            if self._room.is_set():
                self._room = anyio.Event()
            await self._room.wait()  # the same event for all who wait

    async def load(self) -> None:
        """Take what an earlier run left. Called before anything new is offered."""
        for post in await self._database.run(lambda conn: pending_posts(conn, self.name)):
            self.offer(replace(post, again=True))

    async def run(self) -> None:
        """Deliver what is offered, until cancelled."""
        await self._able.wait()
        self._clock = asyncio.get_running_loop().time  # what anyio's deadlines are in, without its detour
        try:
            async with anyio.create_task_group() as self._group:
                self._pump()
                await self._bookkeeper()
        finally:
            self._group = None

    def _pump(self) -> None:
        """Give waiting chats to idle workers, or to new ones while there may be more."""
        while self._group and self._ready:
            if self._idle:
                self._idle.pop().set()
                return
            if self._workers >= WORKERS:
                return
            self._workers += 1
            self._group.start_soon(self._worker, self._ready.popleft())

    async def settle(self) -> None:
        """Before shutdown: a moment for what is on its way, then record what has been sent."""
        with anyio.move_on_after(SETTLE):
            if self._workers:
                await self._quiet.wait()
        marks, self._marks = self._marks, []
        if marks:
            try:
                await self._database.run(lambda conn: mark_sent(conn, marks))
            except StorageError as error:
                log.error("cannot record what was sent", messenger=self.name, reason=str(error))

    async def act(self, chat: str, activity: Activity) -> None:
        """Show the persona busy; best effort."""
        if not self._able.is_set():
            return
        try:
            with anyio.move_on_after(5):
                await self._messenger.act(chat.partition(":")[2], activity)
        except Exception as error:  # noqa: BLE001 - decoration only
            log.debug("activity not shown", messenger=self.name, reason=repr(error))

    async def _worker(self, chat: str) -> None:
        while True:
            with anyio.CancelScope() as limit:
                while True:
                    wait = await self._lane(chat, limit)
                    if wait is not None:
                        self._retry(chat, wait)
                    limit.deadline = math.inf
                    chat = await self._next()
            if limit.cancelled_caught:
                late = TimeoutError(f"not sent within {SEND_LIMIT:.0f} s")
                self._retry(chat, self._failed(self._lanes[chat][0], late) or 0.0)
                chat = await self._next()

    async def _next(self) -> str:
        while not self._ready:
            wake = anyio.Event()
            self._idle.append(wake)
            if len(self._idle) == self._workers:
                self._quiet.set()
            await wake.wait()
        if self._quiet.is_set():
            self._quiet = anyio.Event()
        return self._ready.popleft()

    def _retry(self, chat: str, seconds: float) -> None:
        if self._group:
            self._group.start_soon(self._later, chat, seconds)

    async def _later(self, chat: str, seconds: float) -> None:
        await anyio.sleep(seconds)
        self._ready.append(chat)
        self._pump()

    async def _lane(self, chat: str, limit: anyio.CancelScope) -> float | None:
        """Send what waits for a chat. Returns the seconds to wait before going on, or None if all is sent."""
        lane = self._lanes[chat]
        while lane:
            post = lane[0]
            limit.deadline = self._clock() + SEND_LIMIT
            wait = await self._deliver(post)
            if wait is not None:
                return wait
            lane.popleft()
            self._fails.pop(post.key, None)
            self._waiting -= 1
            if self._waiting < BACKLOG:
                self._room.set()
        del self._lanes[chat]
        return None

    async def _deliver(self, post: Post) -> float | None:
        messenger = self._messenger
        outward = Post(post.seq, post.key, post.chat.partition(":")[2], post.message, post.rev, post.at, post.again)
        rev = post.rev
        remote: str | None = None
        try:
            if rev > 1 or post.again:
                remote = self._remotes.get(post.seq) or await self._remote(post.seq)
            most = messenger.capabilities.max_file
            if most is not None and post.message.attachment:
                outward = await self._shrinker.fit(outward, most)
            if remote is None and messenger.reserves(outward):
                remote = await self._reserve(outward)
                await messenger.edit(outward, remote)
            elif remote is None:
                remote = await messenger.send(outward)
            elif rev == 1 or messenger.capabilities.edits:  # at 1, the id is of a placeholder
                await messenger.edit(outward, remote)
            elif post.message.progress is None:  # what cannot be changed is said anew; progress on the way is not
                remote = await messenger.send(outward)
        except Undeliverable as error:
            log.info("undeliverable", messenger=self.name, post=post.key, reason=str(error))
            metrics.posts.labels(self.name, "undeliverable").inc()
            rev = -1
        except DeliverLater as error:
            self._tried(post)
            return min(max(error.after, 0.05), 3600.0)
        except Exception as error:  # noqa: BLE001 - a messenger is someone else's code
            return self._failed(post, error)
        else:
            self._sent.inc()
            log.debug("sent", messenger=self.name, post=post.key, rev=rev)
            self._remotes[post.seq] = remote
            if len(self._remotes) > BACKLOG:
                del self._remotes[next(iter(self._remotes))]
        self._marks.append(Mark(post.seq, rev, remote, post.message.memo == BRIEF))
        self._marked.set()
        return None

    async def _reserve(self, post: Post) -> str:
        """A placeholder whose id is on disk before the message takes its place: it can appear only once."""
        remote = self._remotes[post.seq] = await self._messenger.reserve(post)
        await self._database.run(lambda conn: mark_reserved(conn, post.seq, remote))
        return remote

    async def _remote(self, seq: int) -> str | None:
        return await self._database.run(lambda conn: remote_of(conn, seq))

    def _tried(self, post: Post) -> None:
        lane = self._lanes[post.chat]
        if lane and lane[0] is post and not post.again:
            lane[0] = replace(post, again=True)

    def _failed(self, post: Post, error: Exception) -> float | None:
        fails = self._fails[post.key] = self._fails.get(post.key, 0) + 1
        self._tried(post)
        passing = isinstance(error, HayalError | OSError)
        log.warning("not sent", messenger=self.name, post=post.key, tries=fails, reason=repr(error))
        metrics.posts.labels(self.name, "failed").inc()
        if not passing and fails >= TRIES:
            log.error("given up", messenger=self.name, post=post.key, exc_info=error)
            self._marks.append(Mark(post.seq, -1, None))
            self._marked.set()
            return None
        return min(LONGEST_WAIT, 0.5 * 2.0 ** min(fails, 8))

    async def _bookkeeper(self) -> None:
        """Record what has been sent, as much at a time as there is."""
        while True:
            await self._marked.wait()
            self._marked = anyio.Event()
            self._gauge.set(self._waiting)
            marks, self._marks = self._marks, []
            try:
                await self._database.run(lambda conn, marks=marks: mark_sent(conn, marks))  # type: ignore[misc]
            except StorageError as error:
                log.error("cannot record what was sent", messenger=self.name, reason=str(error))
                self._marks = marks + self._marks
                await anyio.sleep(RECORD_AGAIN)
                self._marked.set()
