"""`kill -9` at every boundary of every step of both video flows, on the real page and the real studio."""

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


@pytest.mark.parametrize("mode", ["last", "new"])
async def test_killed_at_every_boundary_exactly_one_video_is_delivered(tmp_path: Path, mode: str) -> None:
    config = write(tmp_path, plugins='"crash"')
    log = tmp_path / "events"
    environment = {"CRASH_LOG": str(log)}
    async with hayal(config, **environment) as running:
        cookies = await cookies_of(running.url)
        async with chat(running.url, cookies) as me:
            await me.begin()
            await me.send("tap", tap="selfie")
            await me.wait_media("image")
            await me.send("tap", tap=f"video {mode}")
            await me.wait_media("video")
            await running.says("job ended", "video")
    boundaries = len(_events(log))  # an undisturbed run tells how many there are: a new step is one more
    assert boundaries > 12
    skip = ""
    for at in [*range(1, boundaries + 1), 0]:
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
                    await me.send("tap", tap=f"video {mode}")
                    await me.until(lambda post: False)  # the last boundary comes after the delivery
                except ConnectionClosed:
                    pass
                assert await running.dead() == -9, "\n".join(running.log[-5:])
                skip = _events(log)[-1][0]
    with closing(sqlite3.connect(tmp_path / "data" / "hayal.db")) as db:
        states = db.execute("SELECT state, count(*) FROM jobs WHERE flow LIKE '%video%' GROUP BY state").fetchall()
        assert states == [("done", boundaries + 1)]
        assert db.execute(
            "SELECT count(*), count(DISTINCT job_id) FROM generated_content WHERE content_type = 'video'"
        ).fetchone() == (boundaries + 1, boundaries + 1)
        assert db.execute("SELECT count(*) FROM messages WHERE key LIKE '%.video'").fetchone() == (boundaries + 1,)


def _not_done_again(before: list[tuple[str, str, str]], now: list[tuple[str, str, str]], job: str) -> None:
    """No step that had been recorded when the process was killed began again."""
    recorded = {step for who, name, step in before if who == job and name == "step_recorded"}
    again = {step for who, name, step in now[len(before) :] if who == job and name in {"step_begun", "step_intended"}}
    assert not recorded & again
