"""Faults enacted on the connection of one request."""

from __future__ import annotations

import contextlib
import fcntl
import json
import socket
import struct
import sys
import termios
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import anyio
from aiohttp import web

from .faults import Fault

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_STEP = 0.01
"""Seconds between looks at a connection that nothing announces a change of."""


async def enact(fault: Fault, request: web.Request, handler: Handler, closing: anyio.Event) -> web.StreamResponse:
    """Do to `request` what `fault` says. `handler` executes it; `closing` is set when the server stops."""
    if fault.kind in {"answer", "html"}:
        if fault.executed:
            await handler(request)
        return given(fault)
    if fault.kind == "reset_before":
        return reset(request)
    if fault.kind == "hang":
        return await _hang(fault, request, handler, closing)
    whole = await handler(request)
    if fault.kind == "reset_after":
        return reset(request)
    body = _body(whole)
    if fault.kind == "truncated":
        return web.Response(status=whole.status, headers=_headers(whole), body=body[: len(body) // 2])
    if fault.kind == "slow":
        step = max(1, -(-len(body) // 16))
        response = await _begin(request, whole, len(body))
        for start in range(0, len(body), step):
            await response.write(body[start : start + step])
            await anyio.sleep(fault.seconds / 16)
        await response.write_eof()
        return response
    response = await _begin(request, whole, len(body))
    await response.write(body[: len(body) // 2])
    await _delivered(request)
    return reset(request, orderly=fault.kind == "close_mid_body")


def given(fault: Fault) -> web.Response:
    """The answer a fault gives instead of the server's own."""
    body, mime = fault.body, "application/octet-stream"
    if isinstance(body, str):
        body, mime = body.encode(), "text/html; charset=utf-8" if fault.kind == "html" else "text/plain; charset=utf-8"
    elif not isinstance(body, bytes):
        body, mime = json.dumps(body).encode(), "application/json"
    return web.Response(status=fault.status, body=body, headers={"Content-Type": mime, **fault.headers})


def reset(request: web.Request, *, orderly: bool = False) -> web.Response:
    """Drop the connection: by TCP RST, or by an orderly close. What is returned is never seen."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None and not orderly:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.close() if orderly else transport.abort()
    return web.Response()


async def _hang(fault: Fault, request: web.Request, handler: Handler, closing: anyio.Event) -> web.StreamResponse:
    done = await handler(request) if fault.executed else None
    with anyio.move_on_after(fault.seconds):
        while not closing.is_set() and request.transport is not None and not request.transport.is_closing():
            if fault.gate is not None and fault.gate.is_set():
                return done or await handler(request)
            await anyio.sleep(_STEP)
    return reset(request)


def _body(response: web.StreamResponse) -> bytes:
    if isinstance(response, web.Response) and isinstance(response.body, bytes):
        return response.body
    raise TypeError("a route with faults in its answer has to answer with bytes")


def _headers(response: web.StreamResponse) -> Mapping[str, Any]:
    return {name: value for name, value in response.headers.items() if name.lower() != "content-length"}


async def _begin(request: web.Request, whole: web.StreamResponse, length: int) -> web.StreamResponse:
    response = web.StreamResponse(status=whole.status, headers=_headers(whole))
    response.content_length = length
    await response.prepare(request)
    return response


async def _delivered(request: web.Request) -> None:
    """Wait until the client's side has all bytes written so far: a reset would throw the rest away."""
    transport = request.transport
    connection = None if transport is None else transport.get_extra_info("socket")
    if transport is None or connection is None:
        return
    with anyio.move_on_after(5):
        while transport.get_write_buffer_size() or _unacknowledged(connection):  # noqa: ASYNC110 - the kernel tells nobody
            await anyio.sleep(_STEP)


def _unacknowledged(connection: socket.socket) -> int:
    if sys.platform != "linux":
        return 0
    with contextlib.suppress(OSError):
        return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0])
    return 0
