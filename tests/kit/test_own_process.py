"""Each local server runs in a process of its own, too."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import anyio
import httpx2
import pytest
from anyio.streams.buffered import BufferedByteReceiveStream

pytestmark = pytest.mark.anyio

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["openai", "gemini", "sora", "sora_generations"])
async def test_a_server_runs_in_a_process_of_its_own(name: str) -> None:
    command = [sys.executable, "-m", f"servers.{name}", "--key", "k"]
    with anyio.fail_after(30):
        async with await anyio.open_process(command, cwd=TESTS, stderr=None) as process:
            try:
                assert process.stdout
                url = (await BufferedByteReceiveStream(process.stdout).receive_until(b"\n", 200)).decode().strip()
                path = "/models" if url.endswith("/v1") else "/v1/models"
                async with httpx2.AsyncClient(verify=False) as client:
                    headers = {"Authorization": "Bearer k", "x-goog-api-key": "k"}
                    assert (await client.get(url + path, headers=headers)).status_code == 200
            finally:
                process.send_signal(signal.SIGINT)
            assert await process.wait() == 0
