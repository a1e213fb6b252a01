"""`kill -9` at every boundary of a new video with vendors that cost money, on Telegram: paid once, shown once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from journeys.original_flow import greet, words
from journeys.process import Hayal, hayal
from journeys.test_crash import _events
from journeys.vendors import CHOICES, World, world
from servers.telegram import TelegramUser

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(560)]
CANNOT_TELL = "error-unknown-outcome"


async def ask(kim: TelegramUser) -> int:
    """Ask for a new video; returns the moment."""
    since = kim.now
    await kim.choose(words(kim, "menu-video"))
    await kim.sees(words(kim, "ask-mode"), since=since)
    await kim.choose(words(kim, "button-new-video"))
    return since


async def end(kim: TelegramUser, since: int) -> str:
    """What came of it: "video", or that nobody can tell."""
    unknown = words(kim, CANNOT_TELL)
    shown = await kim.sees(
        lambda one: unknown in one.text or any(media.kind == "video" for media in one.media), since=since
    )
    return "unknown" if unknown in shown.text else "video"


def worth_a_kill(name: str, event: str, step: str) -> bool:
    """Beginning a step is where the one before is recorded. With gemini, only what costs money is tried again."""
    return event != "step_begun" and (name != "gemini" or step in {"picture gemini", "submit gemini"})


@pytest.mark.parametrize("name", ["sora videos", "gemini"])
async def test_at_most_one_submission_and_one_video(tmp_path: Path, name: str) -> None:
    log = tmp_path / "events"
    environment = {"CRASH_LOG": str(log)}
    async with world(tmp_path, CHOICES[name], plugins='"crash"', limited=False) as here:
        kim = here.telegram.person("Kim", "ru")
        async with hayal(here.config, **environment) as running:
            await greet(kim)
            assert await end(kim, await ask(kim)) == "video"
            await running.says("job ended", "video")
        assert (len(here.paid("image")), len(here.paid("video"))) == (1, 1)
        undisturbed = [(event, step) for _, event, step in _events(log)]
        assert len(undisturbed) > 15
        kills = [at for at, what in enumerate(undisturbed, start=1) if worth_a_kill(name, *what)]
        skip, told, since, before = "", [], 0, (0, 0)
        for at in [*kills, 0]:
            environment |= {"CRASH_AT": str(at), "CRASH_SKIP": skip}
            async with hayal(here.config, **environment) as running:
                if skip:
                    told.append(await finished(here, kim, running, skip, since))
                    made = (len(here.paid("image")) - before[0], len(here.paid("video")) - before[1])
                    assert max(made) <= 1, f"paid twice, {len(told)} kills on: {made}"
                before = (len(here.paid("image")), len(here.paid("video")))
                if at:
                    since = await ask(kim)
                    assert await running.dead() == -9
                    skip = _events(log)[-1][0]
        counts(here, len(kills) + 1, dict(zip([undisturbed[at - 1] for at in kills], told, strict=True)))
        assert here.telegram.violations == []
        assert here.telegram.floods == []
    with closing(sqlite3.connect(tmp_path / "data" / "hayal.db")) as db:
        jobs = db.execute("SELECT count(*) FROM jobs WHERE flow = 'new_video'").fetchone()
    assert jobs == (len(kills) + 1,)


async def finished(here: World, kim: TelegramUser, running: Hayal, job: str, since: int) -> str:
    """Wait for the end of the job that was cut off."""
    result = await end(kim, since)
    films = [one for one in kim.screen if any(media.kind == "video" for media in one.media)]
    videos = {one.media[0].name for one in films}
    assert len(films) == len(videos), "a video was shown twice"
    await running.says("job ended", job) if not _ended(here.config.parent, job) else None
    return result


def _ended(folder: Path, job: str) -> bool:
    with closing(sqlite3.connect(folder / "data" / "hayal.db")) as db:
        return db.execute("SELECT state FROM jobs WHERE id = ?", (job,)).fetchone() in {("done",), ("failed",)}


def counts(here: World, jobs: int, told: dict[tuple[str, str], str]) -> None:
    """Nothing was paid twice; a person is asked only where a vendor cannot be."""
    unknown = {key for key, result in told.items() if result == "unknown"}
    blind = {step for _, step in unknown}
    assert blind <= {"picture gpt", "picture gemini", "submit gemini"}, told
    assert {event for event, _ in unknown} <= {"step_intended", "step_called"}, told
    assert len(here.paid("image")) <= jobs
    assert len(here.paid("video")) <= jobs
    assert sum(result == "video" for result in told.values()) + 1 <= len(here.paid("video"))
