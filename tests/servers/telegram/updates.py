"""Updates for the bot: kept until confirmed, handed out by long polling or delivered to a webhook."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import anyio
from anyio.abc import TaskGroup

from .errors import CONFLICT_POLLING, CONFLICT_WEBHOOK, Refusal
from .spec import spec

Json = dict[str, Any]

DEFAULT = spec().update_types() - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass
class Webhook:
    """Where updates are delivered. `tried` and `delivered` count requests; the last error as getWebhookInfo says it."""

    url: str
    secret: str = ""
    connections: int = 40
    tried: int = 0
    delivered: int = 0
    error: str = ""
    error_at: int = 0
    room: anyio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.room = anyio.Semaphore(self.connections)


class Updates:
    """What waits for the bot, oldest first. `given` is how often each update was handed out, by update_id."""

    def __init__(self, retry: float = 0.05, patience: float = 30.0) -> None:
        self.pending: dict[int, Json] = {}
        self.given: dict[int, int] = {}
        self.webhook: Webhook | None = None
        self.allowed: frozenset[str] = frozenset(DEFAULT)
        self.polls = 0
        self.answer: Callable[[Json], Awaitable[None]] | None = None
        self._lane_of: dict[int, Any] = {}
        self._next = 1000
        self._retry, self._patience = retry, patience
        self._polling = 0
        self._changed = anyio.Event()
        self._lanes: dict[Any, deque[int]] = {}
        self._group: TaskGroup | None = None
        self._session: aiohttp.ClientSession | None = None

    def begin(self, group: TaskGroup, session: aiohttp.ClientSession) -> None:
        """Deliver to webhooks from now on, in `group`."""
        self._group, self._session = group, session

    def put(self, kind: str, body: Json, lane: Any) -> int | None:
        """A new update, if the bot wants such. Updates of one `lane` (a chat) are delivered in order."""
        return self.put_raw({kind: body}, lane) if kind in self.allowed else None

    def put_raw(self, update: Json, lane: Any = None) -> int:
        """Any JSON as an update; it gets the next update_id unless it has one."""
        number = update.get("update_id")
        if not isinstance(number, int):
            number = self._next
            update = {"update_id": number, **update}
        self._next = max(self._next, number + 1)
        self.pending[number] = update
        self._lane_of[number] = lane
        if self.webhook:
            self._enqueue(number)
        self._tell()
        return number

    def allow(self, wanted: list[str] | None) -> None:
        """What kinds the bot wants: None leaves it as it was, an empty list is the default."""
        if wanted is not None:
            self.allowed = frozenset(wanted) or frozenset(DEFAULT)

    async def get(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """What getUpdates answers. Confirms everything before `offset`, waits up to `seconds`."""
        if self.webhook:
            raise Refusal(CONFLICT_WEBHOOK)
        self.polls += 1
        self._polling += 1
        me = self._polling
        self._tell()
        if offset < 0:
            offset = next(iter(list(self.pending)[offset:]), 0)
        for number in [number for number in self.pending if number < offset]:
            self._drop(number)
        with anyio.move_on_after(seconds):
            while not self.pending and me == self._polling and not self.webhook:
                await self._changed.wait()
        if self.webhook:
            raise Refusal(CONFLICT_WEBHOOK)
        if me != self._polling:
            raise Refusal(CONFLICT_POLLING)
        chosen = [self.pending[number] for number in sorted(self.pending)[:limit]]
        for update in chosen:
            number = update["update_id"]
            self.given[number] = self.given.get(number, 0) + 1
        return chosen

    def hook(self, webhook: Webhook | None, *, drop: bool) -> None:
        """Set or remove the webhook; with `drop`, forget what waits."""
        if drop:
            for number in list(self.pending):
                self._drop(number)
        self.webhook = webhook
        self._lanes.clear()
        if webhook:
            for number in self.pending:
                self._enqueue(number)
        self._tell()

    async def until(self, wanted: Callable[[Updates], bool], seconds: float = 20.0) -> None:
        """Wait until `wanted(updates)` holds."""
        with anyio.fail_after(seconds):
            while not wanted(self):
                await self._changed.wait()

    def _drop(self, number: int) -> None:
        del self.pending[number]
        self._lane_of.pop(number, None)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    def _enqueue(self, number: int) -> None:
        lane = self._lane_of.get(number)
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(number)
            return
        self._lanes[lane] = deque([number])
        if self._group is None or self.webhook is None:
            raise RuntimeError("a webhook needs a server that runs")
        self._group.start_soon(self._run, lane, self.webhook)

    async def _run(self, lane: Any, webhook: Webhook) -> None:
        """Deliver one lane in order, each update until it is taken."""
        waiting = self._lanes[lane]
        while waiting and self.webhook is webhook:
            number, wait = waiting[0], self._retry
            while self.webhook is webhook and number in self.pending:
                async with webhook.room:
                    taken = await self._deliver(webhook, number)
                if taken:
                    self._drop(number)
                    self._tell()
                    break
                self._tell()
                await anyio.sleep(wait)
                wait = min(1.0, wait * 2)
            if waiting and waiting[0] == number:
                waiting.popleft()
        if self._lanes.get(lane) is waiting:
            del self._lanes[lane]

    async def _deliver(self, webhook: Webhook, number: int) -> bool:
        if self._session is None:
            return False
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        webhook.tried += 1
        self.given[number] = self.given.get(number, 0) + 1
        body = json.dumps(self.pending[number], ensure_ascii=False).encode()
        limit = aiohttp.ClientTimeout(total=self._patience)
        try:
            async with self._session.post(webhook.url, data=body, headers=headers, timeout=limit) as answer:
                said = await answer.read()
                if 200 <= answer.status < 300:
                    webhook.delivered += 1
                    await self._reply(said)
                    return True
                error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            error = "Connection timed out" if isinstance(problem, TimeoutError) else "Connection refused"
        webhook.error, webhook.error_at = error, int(time.time())
        return False

    async def _reply(self, said: bytes) -> None:
        """A webhook may call a method in its answer."""
        try:
            call = json.loads(said) if said.strip() else None
        except ValueError:
            return
        if isinstance(call, dict) and "method" in call and self.answer:
            await self.answer(call)
