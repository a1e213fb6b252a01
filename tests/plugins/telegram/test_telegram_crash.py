"""`kill -9` while a message is on its way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from telegram_kit import UNLIMITED, configured

from servers import faults
from servers.telegram import telegram_server

pytestmark = pytest.mark.anyio

PARTS = Path(__file__).parents[2] / "parts"


@contextmanager
def hayal(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`hayal run`, killed at the end if it has not ended."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HAYAL_")}
    command = [sys.executable, "-m", "hayal", "run", "--config", str(config)]
    with (
        (config.parent / "log").open("ab") as log,
        subprocess.Popen(command, env=environment | {"PYTHONPATH": str(PARTS)}, stdout=log, stderr=log) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.timeout(180)
async def test_killed_while_a_video_is_sent_it_arrives_once(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server:
        config = configured(tmp_path, server, UNLIMITED)
        kim = server.person()
        with hayal(config) as process:
            kim.write("/start")
            await kim.choose("✅")
            await kim.choose("Talk to Ayla")
            await kim.sees(lambda one: "Ayla" in one.text and not one.choices)
            server.faults.add("editMessageMedia", faults.hang(60, executed=True))
            kim.write("/video")
            await kim.choose("✨ A new video")
            await kim.receives("video")  # it is there, and nobody has told the bot
            process.kill()
            process.wait()
        tried = len(server.called("editMessageMedia"))
        with hayal(config) as process:
            await server.until(lambda server: len(server.called("editMessageMedia")) > tried, 60)
            await kim.sees("✅ Done!")
            await kim.answered()
            process.terminate()
            assert process.wait(15) == 0
        videos = [one for one in kim.screen if one.media]
        assert len(videos) == 1
        assert videos[0].text == "Here's my video! 🎥💕"
        assert not [one for one in kim.screen if "on its way" in one.text]
        assert not server.violations
        assert not server.unanswered()
