"""The connection: made, watched, and made again for ever."""

from __future__ import annotations

import random
import ssl
from collections.abc import Awaitable, Callable

import anyio
import structlog
from anyio.to_thread import run_sync

from hayal import ConfigError
from hayal_xmpp import failures
from hayal_xmpp.client import Client
from hayal_xmpp.failures import NotConnected
from hayal_xmpp.settings import XmppSettings

LOGIN_LIMIT = 30.0
"""Seconds from the first packet to a session."""

SHORTEST, LONGEST = 0.5, 60.0
"""Seconds between two attempts; they double."""

SETTLED = 30.0
"""Seconds at least, if the reason will not go away by itself (a wrong password)."""

SILENCE = 45.0
"""Seconds without a word from the server after which it is asked whether it is there."""

ANSWER = 15.0
"""Seconds it has to answer."""

log = structlog.get_logger("hayal.xmpp")


def trust(settings: XmppSettings) -> ssl.SSLContext:
    """What certificates are verified with. Raises ConfigError."""
    try:
        context = ssl.create_default_context(cafile=str(settings.ca) if settings.ca else None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"[plugins.xmpp] ca: {settings.ca} cannot be read: {error}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def log_in(client: Client, settings: XmppSettings, limit: float = LOGIN_LIMIT) -> bool:
    """Connect and log in; True if an earlier stream was resumed. Raises NotConnected."""
    client.clear()
    over, resumed = anyio.Event(), False

    def up(event: object) -> None:
        nonlocal resumed
        resumed = getattr(event, "name", "") == "resumed"
        over.set()

    def down(_event: object) -> None:
        over.set()

    heard = {"session_start": up, "session_resumed": up, "disconnected": down}
    for name, handler in heard.items():
        client.add_event_handler(name, handler)
    host = settings.host or None
    port = settings.port or (5223 if settings.tls == "direct" else 5222)
    try:
        with anyio.move_on_after(limit):
            await client.connect(host, port if host else None)
            if client.is_connected():
                await over.wait()
    finally:
        for name, handler in heard.items():
            client.del_event_handler(name, handler)
    if client._session_started and client.is_connected():
        return resumed
    timed_out = not over.is_set() and client.failure is None
    client.cancel_connection_attempt()
    client.abort()
    raise _reason(client, settings, timed_out=timed_out)


def _reason(client: Client, settings: XmppSettings, *, timed_out: bool) -> NotConnected:
    if client.rejected is not None:
        return failures.not_let_in(settings, client.rejected)
    if client.bare_stream:
        return failures.no_tls(settings)
    if client.ended:
        return failures.thrown_out(settings, client.ended)
    return failures.not_reached(settings, TimeoutError() if timed_out else client.failure)


class Connection:
    """Keeps `client` connected. `up` is set while there is a session; `problem` says why there is none."""

    def __init__(self, client: Client, settings: XmppSettings) -> None:
        self.client = client
        self.settings = settings
        self.up = anyio.Event()
        self.problem = f"not connected to the XMPP server of {settings.domain} yet"
        self._down = anyio.Event()
        self._word = anyio.Event()
        client.word = self._hear
        client.add_event_handler("disconnected", self._disconnected)

    async def run(self, begun: Callable[[bool], Awaitable[None]]) -> None:
        """Connect, for ever. `begun(resumed)` prepares each session before it counts as up."""
        wait, said = SHORTEST, ""
        while True:
            self._down = anyio.Event()
            try:
                resumed = await log_in(self.client, self.settings)
                await self._session(resumed, begun)
                reason = self._ended()
                wait = SHORTEST
            except NotConnected as error:
                reason = error
                wait = max(wait, SETTLED) if error.settled else wait
            self.problem = str(reason)
            if self.problem != said:
                log.warning("not connected", reason=self.problem)
                said = self.problem
            await anyio.sleep(wait * random.uniform(0.8, 1.2))
            wait = min(LONGEST, wait * 2)

    async def _session(self, resumed: bool, begun: Callable[[bool], Awaitable[None]]) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self._watch)

            async def begin() -> None:
                await begun(resumed)
                self.problem = ""
                log.info("connected", jid=str(self.client.boundjid.full), resumed=resumed)
                self.up.set()

            group.start_soon(begin)
            await self._down.wait()
            group.cancel_scope.cancel()
        self.up = anyio.Event()

    def _ended(self) -> NotConnected:
        if self.client.ended:
            return failures.thrown_out(self.settings, self.client.ended)
        return NotConnected(f"the connection to the XMPP server of {self.settings.domain} broke")

    def _disconnected(self, _event: object) -> None:
        if self.up.is_set():
            self.up = anyio.Event()
        self._down.set()

    def _hear(self) -> None:
        self._word.set()

    async def _watch(self) -> None:
        """End a connection on which nobody answers any more: the network does not always say that it is gone."""
        while True:
            self._word = anyio.Event()
            with anyio.move_on_after(SILENCE):
                await self._word.wait()
                continue
            self.probe()
            with anyio.move_on_after(ANSWER):
                await self._word.wait()
                continue
            log.info("the server does not answer")
            self.client.abort()

    def probe(self) -> None:
        """Ask the server for a sign of life."""
        if self.client.acks.enabled_in:
            self.client.acks.request_ack()
        else:
            ping = self.client.make_iq_get(ito=self.client.boundjid.domain)
            ping.enable("ping")
            ping.send(callback=lambda _: None)


async def make_trust(settings: XmppSettings) -> ssl.SSLContext:
    """`trust`, off the event loop: it reads files. Raises ConfigError."""
    return await run_sync(trust, settings)
