"""The original flow, offline (studio), as people live it: on the web page and on Telegram, in three languages."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from journeys.original_flow import Diary, original_flow
from journeys.process import hayal, write
from journeys.web_person import web_person
from servers.telegram import Limits, telegram_server

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

LANGUAGES = ("tr", "ru", "en")


def as_it_was(diary: Diary) -> None:
    """One selfie, two videos that are not the same, and what was written for them."""
    assert len(diary.selfies) == 1
    assert len({film.sha256 for film in diary.videos}) == 2
    assert len(diary.prompts) == 3
    for film in diary.videos:
        assert (film.width, film.height, film.codec) == (144, 256, "h264")


async def test_at_the_page(tmp_path: Path) -> None:
    diaries: list[Diary] = []
    async with hayal(write(tmp_path)) as running:

        async def somebody(language: str) -> None:
            async with web_person(running.url, language) as person:
                diaries.append(await original_flow(person))

        async with anyio.create_task_group() as group:
            for language in LANGUAGES:
                group.start_soon(somebody, language)
    assert len(diaries) == 3
    for diary in diaries:
        as_it_was(diary)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_on_telegram(tmp_path: Path, mode: str, free_tcp_port: int) -> None:
    diaries: list[Diary] = []
    async with telegram_server(limits=Limits()) as server:
        more = f'[plugins.telegram]\ntoken = "{server.token}"\napi_base = "{server.url}"\nmode = "{mode}"\n'
        if mode == "webhook":
            port = free_tcp_port
            more += f'webhook_url = "http://127.0.0.1:{port}/telegram"\nwebhook_port = {port}\n'
        config = write(tmp_path, more=more)
        config.write_text(config.read_text().replace('messengers = ["web"]', 'messengers = ["telegram", "web"]'))
        people = [server.person(f"Kim {language}", language) for language in LANGUAGES]
        async with hayal(config, command=mode == "polling"):

            async def somebody(number: int) -> None:
                diaries.append(await original_flow(people[number]))

            async with anyio.create_task_group() as group:
                for number in range(len(people)):
                    group.start_soon(somebody, number)
        for diary in diaries:
            as_it_was(diary)
            for film in diary.videos:
                picture = film.shown.media[0]
                assert (picture.width, picture.height, picture.seconds) == (144, 256, 1)
        for person in people:
            films = [kept for kept in person.chat.screen() if "video" in kept.body]
            assert len(films) == 2
            assert all(film.streaming and film.thumbnail for film in films)
        assert len(diaries) == 3
        assert server.unanswered() == []
        assert server.violations == []
        assert server.floods == []
        assert server.refusals == []
