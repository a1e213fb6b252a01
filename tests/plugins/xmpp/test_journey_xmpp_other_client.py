"""A client that nobody here wrote talks with the bot: go-sendxmpp (Debian's package), over verified TLS."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from anyio.abc import Process

from hayal.texts import Texts
from journeys.person import Shown
from xmpp.bot import bot
from xmpp.fetching import fetch
from xmpp.prosody import Options, Prosody, prosody
from xmpp.reading import File

pytestmark = pytest.mark.anyio

TEXTS = Texts()


class GoSendXmpp:
    """Somebody at a terminal: what is piped in is sent, what comes is printed to `screen`."""

    def __init__(self, server: Prosody, account: str, to: str) -> None:
        self.screen = ""
        self._to = to
        self._command = ["go-sendxmpp", "-u", server.jid(account), "-p", server.password(account)]
        self._command += ["-j", f"localhost:{server.port}"]
        self._environment = {**os.environ, "SSL_CERT_FILE": str(server.ca)}
        self._more = anyio.Event()

    @asynccontextmanager
    async def listening(self, server: Prosody) -> AsyncIterator[None]:
        """Print what comes, for as long as this lasts."""
        since = len(server.log)
        command = [*self._command, "--listen"]
        async with (
            await anyio.open_process(command, env=self._environment, stderr=subprocess.STDOUT) as process,
            anyio.create_task_group() as group,
        ):
            group.start_soon(self._read, process)
            await server.says("Authenticated as", self._command[2], since=since)
            try:
                yield
            finally:
                process.kill()
                group.cancel_scope.cancel()

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        async for chunk in process.stdout:
            self.screen += chunk.decode("utf-8", "replace")
            self._more.set()
            self._more = anyio.Event()

    async def say(self, text: str) -> None:
        """Send a text, as `echo text | go-sendxmpp somebody`."""
        with anyio.fail_after(30):
            await anyio.run_process([*self._command, self._to], env=self._environment, input=text.encode())

    async def sees(self, wanted: str) -> str:
        """Wait until something is printed that matches; returns it, and clears the screen up to its end."""
        with anyio.move_on_after(60):
            while True:
                found = re.search(wanted, self.screen, re.DOTALL)
                if found:
                    self.screen = self.screen[found.end() :]
                    return found[0]
                await self._more.wait()
        raise TimeoutError(f"{wanted!r} is not in {self.screen!r}")


async def test_another_client_talks_and_receives_the_video(tmp_path: Path) -> None:
    def said(text_id: str) -> str:
        return re.escape(TEXTS.say("en", text_id).splitlines()[0])

    async with (
        prosody(tmp_path / "prosody", options=Options(encryption="required", https=True)) as server,
        bot(tmp_path / "bot", server, tls="starttls"),
    ):
        me = GoSendXmpp(server, "ada", server.jid("bot"))
        async with me.listening(server):
            await me.say("/start")
            await me.sees(said("welcome"))
            await me.sees(r"1\. " + said("button-adult"))
            await me.say("yes")
            await me.sees(said("personas") + r".*?1\. .*Ayla")
            await me.say("1")
            await me.sees("bot@localhost: .*Ayla.*" + said("menu-video"))
            await me.say("send a video")
            await me.sees(said("ask-mode") + r".*?1\. .*?2\. [^\n]*")
            await me.say("a new video")
            url = (await me.sees(r"https://127\.0\.0\.1:\d+/\S+\.mp4")).strip()
            await me.sees(said("caption-video"))
            shown = Shown("1", 1)
            video = await fetch(File(url), "video", shown, server.ca)
            assert (video.width, video.height, video.codec) == (144, 256, "h264")
            await me.say("How are you?")
            await me.sees("Ayla: How are you\\?")
