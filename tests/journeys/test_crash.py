"""`kill -9` at every step of a video from the last selfie, on the real page and with the real studio.

Those of a new video are killed in `test_crash_paid`, with vendors that cost money.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from journeys.process import chat, cookies_of, hayal, write

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]


def _events(path: Path) -> list[tuple[str, str, str]]:
    """Every event: job, name, step."""
    if not path.exists():
        return []
    return [(j, n, s) for j, n, s in (line.split(" ", 2) for line in path.read_text().splitlines())]


def worth_a_kill(event: str) -> bool:
    """All but the beginning of a step, which is where the one before is recorded."""
    return event != "step_begun"


async def test_killed_at_every_boundary_exactly_one_video_is_delivered(tmp_path: Path) -> None:
    config = write(tmp_path, plugins='"crash"')
    log = tmp_path / "events"
    environment = {"CRASH_LOG": str(log)}
    async with hayal(config, **environment) as running:
        cookies = await cookies_of(running.url)
        async with chat(running.url, cookies) as me:
            await me.begin()
            await me.send("tap", tap="selfie")
            await me.wait_media("image")
            await me.send("tap", tap="video last")
            await me.wait_media("video")
            await running.says("job ended", "video")
    undisturbed = _events(log)  # tells how many boundaries there are: a new step is one more
    assert len(undisturbed) > 12
    kills = [at for at, (_, event, _) in enumerate(undisturbed, start=1) if worth_a_kill(event)]
    skip = ""
    for at in [*kills, 0]:
        before = _events(log)
        environment |= {"CRASH_AT": str(at), "CRASH_SKIP": skip}
        async with hayal(config, **environment) as running, chat(running.url, cookies) as me:
            if skip:
                await me.until(lambda _, skip=skip: len(me.made_by(skip)) > 0)  # type: ignore[misc]
                assert len(me.made_by(skip)) == 1
                if _events(log)[-1][1] != "job_ended":
                    await running.says("job ended", skip)
                _not_done_again(before, _events(log), skip)
            if at:
                try:
                    await me.send("tap", tap="video last")
                    await me.until(lambda post: False)  # the last boundary comes after the delivery
                except ConnectionClosed:
                    pass
                assert await running.dead() == -9, "\n".join(running.log[-5:])
                skip = _events(log)[-1][0]
    with closing(sqlite3.connect(tmp_path / "data" / "hayal.db")) as db:
        states = db.execute("SELECT state, count(*) FROM jobs WHERE flow LIKE '%video%' GROUP BY state").fetchall()
        assert states == [("done", len(kills) + 1)]
        assert db.execute(
            "SELECT count(*), count(DISTINCT job_id) FROM generated_content WHERE content_type = 'video'"
        ).fetchone() == (len(kills) + 1, len(kills) + 1)
        assert db.execute("SELECT count(*) FROM messages WHERE key LIKE '%.video'").fetchone() == (len(kills) + 1,)


def _not_done_again(before: list[tuple[str, str, str]], now: list[tuple[str, str, str]], job: str) -> None:
    """No step that had been recorded when the process was killed began again."""
    recorded = {step for who, name, step in before if who == job and name == "step_recorded"}
    again = {step for who, name, step in now[len(before) :] if who == job and name in {"step_begun", "step_intended"}}
    assert not recorded & again
