"""The HTTP client, against servers that do all that HTTP allows and some of what it does not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from hayal_telegram.http import Http, NoAnswer
from xmpp.certificates import Kind, certificates

pytestmark = pytest.mark.anyio

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[tuple[Http, list[int]]]:
    """A client of a server that does as `handler` says; and how many connections there were."""
    connections: list[int] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    http = Http(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield http, connections
    finally:
        await http.close()
        server.close()
        await server.wait_closed()


async def read(reader: asyncio.StreamReader) -> bytes:
    """One request; returns its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    size = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    return await reader.readexactly(size)


def answering(*answers: bytes) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await read(reader)
            writer.write(answer)
            await writer.drain()
        await reader.read()

    return handler


async def ask(http: Http, body: bytes = b"{}", seconds: float = 10.0) -> tuple[int, bytes]:
    return await http.post("/x", "application/json", body, len(body), seconds)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
    ],
)
async def test_answers(answer: bytes) -> None:
    async with serving(answering(answer, answer)) as (http, connections):
        assert await ask(http) == (200, b"hello")
        assert await ask(http) == (200, b"hello")
        assert len(connections) == 1


async def test_an_answer_that_closes_ends_the_connection() -> None:
    one = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
    async with serving(answering(one)) as (http, connections):
        for _ in range(2):
            assert await ask(http) == (200, b"ok")
        assert len(connections) == 2


async def test_an_idle_connection_that_was_closed_is_not_used() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async with serving(once) as (http, connections):
        assert await ask(http) == (200, b"ok")
        with anyio.fail_after(5):
            while any(one.open for one in http._idle):
                await anyio.lowlevel.checkpoint()
        assert await ask(http) == (200, b"ok")
        assert len(connections) == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * (17 * 1024 * 1024),
    ],
)
async def test_no_answer(answer: bytes) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        writer.write(answer)
        await writer.drain()

    async with serving(handler) as (http, _):
        with pytest.raises(NoAnswer) as caught:
            await ask(http)
        assert caught.value.sent


async def test_silence_has_an_end() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(silent) as (http, _):
        with pytest.raises(NoAnswer, match="in time"):
            await ask(http, seconds=0.05)


async def test_a_request_that_is_given_up_leaves_nothing_behind() -> None:
    late = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"
    asked = asyncio.Event()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        if not asked.is_set():
            asked.set()
            await reader.read()
        writer.write(late)
        await writer.drain()

    async with serving(handler) as (http, connections):
        async with anyio.create_task_group() as group:
            group.start_soon(ask, http)
            await asked.wait()
            group.cancel_scope.cancel()
        assert await ask(http) == (200, b"late")
        assert len(connections) == 2


async def test_a_large_body_is_read_as_fast_as_it_is_taken() -> None:
    size, taken, given = 64 * 1024 * 1024, 0, 0
    ahead = 0

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        await reader.readuntil(b"\r\n\r\n")
        while taken < size:
            taken += len(await reader.read(65536))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()

    async def film() -> AsyncIterator[bytes]:
        nonlocal given, ahead
        for _ in range(size // 262144):
            yield b"x" * 262144
            given += 262144
            ahead = max(ahead, given - taken)

    async with serving(slow) as (http, _):
        assert await http.post("/x", "video/mp4", film(), size, 60) == (200, b"ok")
    assert taken == size
    assert ahead < 12 * 1024 * 1024  # what the kernel's buffers hold


async def test_a_refusal_in_the_middle_of_a_large_body_is_heard() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        await writer.drain()
        await reader.read()

    async def film() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x" * 262144

    async with serving(refuse) as (http, _):
        assert await http.post("/x", "video/mp4", film(), 262144000, 60) == (413, b"no")


async def test_nobody_is_there() -> None:
    from servers.base import free_closed_port

    with free_closed_port() as port:
        http = Http(f"http://127.0.0.1:{port}")
        with pytest.raises(NoAnswer) as caught:
            await ask(http)
        assert not caught.value.sent
        await http.close()


@pytest.mark.parametrize("kind", ["good", "self-signed", "expired", "wrong-host"])
async def test_certificates(tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificates(tmp_path, ("localhost",), kind)
    monkeypatch.setenv("SSL_CERT_FILE", str(files.ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await read(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    http = Http(f"https://localhost:{server.sockets[0].getsockname()[1]}")
    try:
        if kind == "good":
            assert await ask(http) == (200, b"ok")
        else:
            with pytest.raises(NoAnswer, match="not trusted") as caught:
                await ask(http)
            assert not caught.value.sent
    finally:
        await http.close()
        server.close()
        await server.wait_closed()
