"""The original flow on Telegram with the vendors' protocols: nothing but the configuration differs between these."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from journeys.original_flow import Diary, original_flow
from journeys.process import hayal
from journeys.vendors import CHOICES, world

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
LANGUAGES = ("tr", "ru", "en")


@pytest.mark.parametrize(
    ("name", "mode"), [("sora videos", "polling"), ("sora generations", "webhook"), ("gemini", "polling")]
)
async def test_the_original_flow(tmp_path: Path, name: str, mode: str, free_tcp_port: int) -> None:
    diaries: dict[str, Diary] = {}
    async with world(tmp_path, CHOICES[name], mode=mode, port=free_tcp_port) as here:
        people = {language: here.telegram.person(f"Kim {language}", language) for language in LANGUAGES}

        async def live(language: str) -> None:
            diaries[language] = await original_flow(people[language])

        async with hayal(here.config), anyio.create_task_group() as group:
            for language in LANGUAGES:
                group.start_soon(live, language)
        assert set(diaries) == set(LANGUAGES)
        for language, diary in diaries.items():
            assert [round(film.seconds) for film in diary.videos] == [4, 4], language
            assert all(film.width * 16 == film.height * 9 for film in diary.videos), language
            assert len(diary.prompts) == 3
            assert all("Style:" in prompt for prompt in (diary.prompts[1], diary.prompts[2])), diary.prompts
        # each person: one selfie, one picture for the new video, two videos
        assert len(here.paid("image")) == 6
        assert len(here.paid("video")) == 6
        assert all(work.images == 1 for work in here.paid("video"))
        here.in_order()
        assert here.telegram.refusals == []
