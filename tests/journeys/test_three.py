"""One process, three messengers: each in its own language at once; with two of them dead, the third feels nothing."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from journeys.original_flow import Diary, greet, original_flow, words
from journeys.person import Person
from journeys.process import hayal
from journeys.web_person import web_person
from servers.faults import hang
from servers.telegram import TelegramServer, telegram_server
from xmpp.bot import DENIZ, configure, process
from xmpp.prosody import Prosody, prosody
from xmpp.user import user

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]


def config(folder: Path, server: Prosody, telegram: TelegramServer) -> Path:
    """All messengers, and the plugin `null` for all that is made."""
    table = f'[plugins.telegram]\ntoken = "{telegram.token}"\napi_base = "{telegram.url}"\n'
    return configure(folder, server, messengers=("web", "telegram", "xmpp"), tables=DENIZ + table)


async def test_all_three_at_once_and_two_of_them_dead(tmp_path: Path) -> None:
    diaries: list[Diary] = []
    async with (
        prosody(tmp_path / "prosody") as server,
        telegram_server() as telegram,
        process(config(tmp_path / "hayal", server, telegram), server) as running,
        web_person(running.url, "en") as web,
        user(server, "ada", language="ru") as jabber,
    ):
        mobile = telegram.person("Kim", "tr")

        async def live(person: Person) -> None:
            diaries.append(await original_flow(person))

        async with anyio.create_task_group() as group:
            for person in (web, mobile, jabber):
                group.start_soon(live, person)
        assert [len(diary.videos) for diary in diaries] == [2, 2, 2]
        assert not telegram.violations
        assert not telegram.floods

        # Telegram takes calls and never answers, the XMPP server is gone: the page has its video all the same
        for method in ("getUpdates", "sendMessage", "editMessageText", "editMessageMedia", "sendChatAction"):
            telegram.faults.always(method, hang(60))
        since, before = mobile.now, len(mobile.screen)
        await mobile.say("merhaba")
        await server.kill()
        for _ in range(2):
            moment = web.now
            await web.choose(words(web, "menu-selfie"))
            await web.receives("image", since=moment)
        assert len(mobile.screen) == before

        # and both are served again when they are back
        telegram.faults.clear()
        await server.start()
        await mobile.sees("merhaba", since=since)
        await jabber.back()
        moment = jabber.now
        await jabber.say(words(jabber, "menu-selfie"))
        await jabber.receives("image", since=moment)


async def test_one_that_cannot_start_leaves_the_others(tmp_path: Path) -> None:
    async with (
        prosody(tmp_path / "prosody") as server,
        telegram_server() as telegram,
    ):
        path = config(tmp_path / "hayal", server, telegram)
        path.write_text(path.read_text().replace(server.password("bot"), "a wrong password"))
        async with hayal(path) as running, web_person(running.url, "en") as web:
            await running.says("xmpp", "password")
            await greet(web)
            await greet(telegram.person("Kim", "ru"))
