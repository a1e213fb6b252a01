"""HTTP to one origin: many small POSTs over connections that stay open, and now and then a large file.

A client of our own, because it is most of what a message costs: asyncio's transports do the network and TLS, llhttp
(httptools) reads the answers, and between them there is only this. The same small POST took 230 to 280 µs of CPU with
aiohttp, 1250 and more with httpx2, 60 to 105 with pyreqwest, whose thread takes the interpreter's lock for every
answer besides, and 60 to 70 with this.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import cast
from urllib.parse import urlsplit

import aiohappyeyeballs
import certifi
import httptools

CONNECTIONS = 128
"""Open at once."""

CONNECT = 10.0
"""Seconds in which a connection must stand."""

REST = 20.0
"""Seconds after which an idle connection is not trusted to be still open."""

LARGEST = 16 * 1024 * 1024
"""Bytes of an answer; a hundred updates are far below."""


class NoAnswer(OSError):
    """The request got no whole answer. `sent` is whether it may have been read."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class _Connection(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._body: list[bytes] = []
        self._size = 0
        self._interim = False
        self.open = True
        self.rested = 0.0

    async def ask(self, head: bytes, body: bytes | AsyncIterator[bytes], seconds: float) -> tuple[int, bytes]:
        """Send a request and return status and body. Raises NoAnswer, and what `body` raises."""
        transport = self._transport
        if transport is None or not self.open:
            raise NoAnswer("the connection is closed", sent=False)
        self._parser, self._body, self._size = httptools.HttpResponseParser(self), [], 0
        answer = self._answer = self._loop.create_future()
        timer = self._loop.call_later(seconds, self._fail, "no answer in time")
        done = False
        try:
            if isinstance(body, bytes):
                transport.write(head + body)
            else:
                transport.write(head)
                async for chunk in body:
                    if answer.done() or not self.open:
                        break  # refused before it has read all
                    transport.write(chunk)
                    if self._writable is not None:
                        await self._writable
            result: tuple[int, bytes] = await answer
            done = isinstance(body, bytes)
            return result
        finally:
            timer.cancel()
            self._answer = None
            if answer.done() and not answer.cancelled():
                answer.exception()  # it has been seen
            if not done:
                self.close()  # cut off in the middle, or after a large file: not used again

    def close(self) -> None:
        """Cut it off."""
        self.open = False
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, why: str) -> None:
        self.open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(NoAnswer(why, sent=True))
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        if self._transport is not None:
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.close()  # nobody asked
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(f"what came is no HTTP ({type(error).__name__})")

    def connection_lost(self, error: Exception | None) -> None:
        self._fail("the connection was closed" if error is None else f"the connection broke ({type(error).__name__})")

    def pause_writing(self) -> None:
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        writable, self._writable = self._writable, None
        if writable is not None and not writable.done():
            writable.set_result(None)

    # httptools

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > LARGEST:
            self._fail("the answer is too large")
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:
            return  # 100 Continue and its like: the answer is still to come
        if not self._parser.should_keep_alive():
            self.open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, b"".join(self._body)))


class Http:
    """A client of one origin, "https://host" or "http://host:port", with a path before every path if need be."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self._tls = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._tls else 80)
        named = f"[{self._host}]" if ":" in self._host else self._host
        usual = parts.port in {None, 443 if self._tls else 80}
        host = named if usual else f"{named}:{self._port}"
        self._fixed = f" HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nContent-Type: "
        self._context: ssl.SSLContext | None = None
        self._idle: deque[_Connection] = deque()
        self._all: set[_Connection] = set()
        self._room = asyncio.Semaphore(CONNECTIONS)

    async def post(
        self, path: str, mime: str, body: bytes | AsyncIterator[bytes], size: int, seconds: float
    ) -> tuple[int, bytes]:
        """Status and body of the answer. `size` is the length of `body`, which is read as it is sent.

        Raises NoAnswer, and what reading `body` raises.
        """
        head = f"POST {path}{self._fixed}{mime}\r\nContent-Length: {size}\r\n\r\n".encode("ascii")
        async with self._room:
            connection = self._rested() or await self._connect()
            try:
                return await connection.ask(head, body, seconds)
            finally:
                if connection.open:
                    connection.rested = time.monotonic()
                    self._idle.append(connection)
                else:
                    self._all.discard(connection)

    async def close(self) -> None:
        """Cut every connection off."""
        for connection in list(self._all):
            connection.close()
        self._all.clear()
        self._idle.clear()
        await asyncio.sleep(0)

    def _rested(self) -> _Connection | None:
        since = time.monotonic() - REST
        while self._idle:
            connection = self._idle.pop()
            if connection.open and connection.rested > since:
                return connection
            connection.close()
            self._all.discard(connection)
        return None

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        if self._tls and self._context is None:
            self._context = ssl.create_default_context()
            self._context.load_verify_locations(certifi.where())
        try:
            async with asyncio.timeout(CONNECT):
                found = await loop.getaddrinfo(self._host, self._port, type=1)
                sock = await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=0.25)
                _, connection = await loop.create_connection(
                    lambda: _Connection(loop),
                    sock=sock,
                    ssl=self._context if self._tls else None,
                    server_hostname=self._host if self._tls else None,
                )
        except TimeoutError:
            raise NoAnswer(f"no connection within {CONNECT:.0f} s", sent=False) from None
        except ssl.SSLCertVerificationError as error:
            raise NoAnswer(f"its certificate is not trusted: {error.verify_message}", sent=False) from None
        except OSError as error:
            raise NoAnswer(error.strerror or str(error) or type(error).__name__, sent=False) from None
        self._all.add(connection)
        return connection
