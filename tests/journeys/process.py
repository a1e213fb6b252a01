"""`hayal run` as a process, and somebody at its page without a browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
from anyio.abc import Process
from websockets.asyncio.client import ClientConnection, connect

from journeys.forked import Forked

TESTS = Path(__file__).parents[1]
WAIT = 60.0
"""Seconds for anything that is waited for."""

CONFIG = """
[engine]
messengers = ["web"]
plugins = [{plugins}]
[video]
seconds = 1
size = "{size}"
poll_interval = 0.2
[log]
format = "json"
[plugins.web]
port = 0
{more}
[personas.ayla]
name = "Ayla"
age = 27
gender = "woman"
look = "long wavy dark brown hair, hazel eyes, olive skin"
"""


def write(folder: Path, *, plugins: str = "", size: str = "144x256", more: str = "") -> Path:
    """Write config.toml into a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.toml"
    path.write_text(CONFIG.format(plugins=plugins, size=size, more=more))
    return path


class Hayal:
    """A running `hayal run`. `url` is where its page is, `log` what it said."""

    def __init__(self, process: Process | Forked) -> None:
        self.process = process
        self.url = ""
        self.log: list[str] = []
        self._more = anyio.Event()

    async def listen(self, started: anyio.Event) -> None:
        """Read its log, for as long as it runs."""
        assert self.process.stderr is not None
        left = ""
        async for chunk in self.process.stderr:
            *lines, left = (left + chunk.decode("utf-8", "replace")).split("\n")
            for line in lines:
                self.log.append(line)
                self._more.set()
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
                if found and not self.url:
                    self.url = found[0]
                    started.set()
        started.set()

    async def says(self, *parts: str) -> str:
        """Wait for a line of its log that has all these parts."""
        with anyio.fail_after(WAIT):
            while True:
                for line in self.log:
                    if all(part in line for part in parts):
                        return line
                self._more = anyio.Event()
                await self._more.wait()
        raise AssertionError

    async def dead(self) -> int:
        """Wait for its end; returns the exit code."""
        with anyio.fail_after(WAIT):
            return await self.process.wait()


@asynccontextmanager
async def hayal(config: Path, *, command: bool = False, **environment: str) -> AsyncIterator[Hayal]:
    """Start `hayal run`, wait for its page, and end it with SIGTERM if it still runs.

    With `command` by the command itself, else forked, which is quicker.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("HAYAL_", "CRASH_"))}
    path = [str(TESTS / "parts"), str(TESTS / "guard"), variables.get("PYTHONPATH", "")]
    variables |= {"PYTHONPATH": os.pathsep.join(filter(None, path)), **environment}
    async with _started(command, ["run", "--config", str(config)], variables, config.parent) as process:
        running = Hayal(process)
        started = anyio.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(running.listen, started)
            with anyio.fail_after(WAIT):
                await started.wait()
            assert running.url, "\n".join(running.log)
            try:
                yield running
            finally:
                if process.returncode is None:
                    process.terminate()
                with anyio.CancelScope(shield=True), anyio.move_on_after(20) as limit:
                    await process.wait()
                if limit.cancelled_caught:
                    process.kill()
                group.cancel_scope.cancel()


@asynccontextmanager
async def _started(
    command: bool, arguments: list[str], environment: dict[str, str], folder: Path
) -> AsyncIterator[Process | Forked]:
    if command:
        whole = [sys.executable, "-m", "hayal", *arguments]
        async with await anyio.open_process(whole, env=environment, cwd=folder, stdout=subprocess.DEVNULL) as process:
            yield process
        return
    forked = Forked(arguments, environment, folder)
    try:
        yield forked
    finally:
        with anyio.CancelScope(shield=True), anyio.move_on_after(20):
            await forked.wait()
        forked.close()


class Chat:
    """Somebody at the page: `posts` is what is shown, by number."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.posts: dict[int, dict[str, Any]] = {}

    async def _hear(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await self.socket.recv())
        for post in [*frame.get("posts", []), *([frame["post"]] if frame.get("post") else [])]:
            if post["rev"] >= self.posts.get(post["seq"], post)["rev"]:
                self.posts[post["seq"]] = post
        return frame

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until something like `wanted` is shown."""
        with anyio.fail_after(WAIT):
            while True:
                for post in self.posts.values():
                    if wanted(post):
                        return post
                await self._hear()
        raise AssertionError

    async def send(self, kind: str, **fields: str) -> None:
        """Say or tap something; returns once it is acknowledged."""
        number = str(uuid.uuid4())
        await self.socket.send(json.dumps({"type": kind, "id": number, **fields}))
        with anyio.fail_after(WAIT):
            while (await self._hear()).get("id") != number:
                pass

    async def begin(self) -> None:
        """Be 18 or more and choose Ayla."""
        await self.send("say", text="/start")
        await self.send("tap", tap="adult yes")
        await self.send("tap", tap="persona ayla")

    def made_by(self, job: str) -> list[dict[str, Any]]:
        """Every video shown that a job made."""
        return [p for p in self.media("video") if p["attachment"]["key"].endswith(f"/video-{job}.mp4")]

    def media(self, kind: str) -> list[dict[str, Any]]:
        """Every picture or video shown."""
        return [p for p in self.posts.values() if (p.get("attachment") or {}).get("kind") == kind]

    async def wait_media(self, kind: str, count: int = 1) -> dict[str, Any]:
        """Wait for picture or video number `count`."""
        await self.until(lambda _: len(self.media(kind)) >= count)
        return self.media(kind)[count - 1]


async def cookies_of(url: str) -> dict[str, str]:
    """Become somebody new."""
    async with httpx2.AsyncClient() as client:
        return dict((await client.get(url)).cookies)


@asynccontextmanager
async def chat(url: str, cookies: dict[str, str]) -> AsyncIterator[Chat]:
    """Open the page as somebody."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"Cookie": cookie, "Origin": url}
    async with connect(url.replace("http", "ws", 1) + "/ws", additional_headers=headers, open_timeout=WAIT) as socket:
        await socket.send(json.dumps({"type": "hello", "after": 0, "language": "en"}))
        here = Chat(socket)
        with anyio.fail_after(WAIT):
            while (await here._hear())["type"] != "ready":
                pass
        yield here
