"""A cable between a client and a server that can be cut, as a dead network, a reset, or a router that forgot."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

import anyio
from anyio.abc import SocketAttribute, SocketListener, SocketStream, TaskGroup

HOST = "127.0.0.1"
_LOST = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, OSError)


class Cable:
    """Carries TCP from `port` to the server. `made` counts the connections that were asked for."""

    def __init__(self, target: int, group: TaskGroup) -> None:
        self.target = target
        self.port = 0
        self.made = 0
        self._group = group
        self._listener: SocketListener | None = None
        self._whole = anyio.Event()
        self._whole.set()
        self._ends: set[SocketStream] = set()
        self._dialled = anyio.Event()

    @property
    def carrying(self) -> int:
        """Connections that are open now."""
        return len(self._ends) // 2

    async def cut(self, *, reset: bool = False) -> None:
        """Cut it until `heal`.

        Nothing gets through any more and nobody is told, as when a network dies. With `reset`, connections are reset
        at once, and new ones refused, as when a host is restarted.
        """
        self._whole = anyio.Event()
        if reset:
            await self._refuse()
            self._reset()

    async def heal(self, *, forgotten: bool = False) -> None:
        """Carry again: what was on its way goes on, as TCP sends it again.

        With `forgotten`, connections from before the cut are reset instead, as a router does that forgot them.
        """
        if forgotten:
            self._reset()
        if self._listener is None:
            await self._accept()
        self._whole.set()

    async def dialled(self, count: int) -> None:
        """Wait until connection number `count` (from 1) was asked for."""
        with anyio.fail_after(60):
            while self.made < count:
                await self._dialled.wait()

    async def _accept(self) -> None:
        listeners = await anyio.create_tcp_listener(local_host=HOST, local_port=self.port, family=socket.AF_INET)
        self._listener = cast("SocketListener", listeners.listeners[0])
        self.port = self._listener.extra(SocketAttribute.local_port)
        self._group.start_soon(self._serve, self._listener)

    async def _refuse(self) -> None:
        if self._listener is not None:
            listener, self._listener = self._listener, None
            await listener.aclose()

    async def _serve(self, listener: SocketListener) -> None:
        with suppress(*_LOST):
            while True:
                self._group.start_soon(self._carry, await listener.accept())

    async def _carry(self, near: SocketStream) -> None:
        self.made += 1
        self._dialled.set()
        self._dialled = anyio.Event()
        self._ends.add(near)
        try:
            await self._whole.wait()
            far = await anyio.connect_tcp(HOST, self.target)
        except _LOST:
            await anyio.aclose_forcefully(near)
            return
        finally:
            self._ends.discard(near)
        self._ends |= {near, far}
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._pump, near, far, group.cancel_scope)
                group.start_soon(self._pump, far, near, group.cancel_scope)
        finally:
            self._ends -= {near, far}
            await anyio.aclose_forcefully(near)
            await anyio.aclose_forcefully(far)

    async def _pump(self, source: SocketStream, sink: SocketStream, scope: anyio.CancelScope) -> None:
        with suppress(*_LOST):
            while True:
                chunk = await source.receive()
                await self._whole.wait()
                await sink.send(chunk)
        with suppress(*_LOST):
            await self._whole.wait()
        scope.cancel()

    def _reset(self) -> None:
        """Reset every connection, at both ends."""
        for end in list(self._ends):
            with suppress(OSError, *_LOST):
                _linger_not(end)
            self._group.start_soon(anyio.aclose_forcefully, end)


def _linger_not(end: SocketStream) -> None:
    """Let closing it reset it, whatever is still to be sent."""
    # a second descriptor of the same connection, as the one of an event loop is not to be touched
    with socket.socket(fileno=os.dup(end.extra(SocketAttribute.raw_socket).fileno())) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@asynccontextmanager
async def cable(target: int) -> AsyncIterator[Cable]:
    """A cable to a port of this machine; everything on it is closed at the end."""
    async with anyio.create_task_group() as group:
        here = Cable(target, group)
        await here._accept()
        try:
            yield here
        finally:
            await here._refuse()
            group.cancel_scope.cancel()
