"""One id leads through the log, from the update to the delivery."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from journeys.process import chat, cookies_of, hayal, write

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


async def test_one_id_leads_from_the_update_to_the_delivery(tmp_path: Path) -> None:
    async with hayal(write(tmp_path), HAYAL_LOG__LEVEL="debug") as running:
        async with chat(running.url, await cookies_of(running.url)) as me:
            await me.begin()
            await me.send("tap", tap="selfie")
            await me.wait_media("image")
        await running.says("job ended")
        lines = [json.loads(line) for line in running.log if line.startswith("{")]
    job = next(line["job"] for line in lines if line["event"] == "job begins")
    assert any(line["event"] == "update" and line["id"] == job for line in lines)
    assert any(line["event"] == "job ended" and line["job"] == job for line in lines)
    assert any(line["event"] == "sent" and line["post"] == f"{job}.selfie" for line in lines)
