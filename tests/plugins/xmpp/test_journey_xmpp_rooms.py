"""Group rooms over a real Prosody: spoken to by name, one job for each person, quoted, thrown out, restarted."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import anyio
import pytest

from hayal.engine import Engine
from hayal.texts import Texts
from xmpp.bot import bot, online
from xmpp.chat import Chat
from xmpp.prosody import ROOMS, Prosody, prosody
from xmpp.user import Room, user

pytestmark = pytest.mark.anyio

TEXTS = Texts()
TEA = f"tea@{ROOMS}"
_numbers = count(1)


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prosody]:
    async with prosody(tmp_path_factory.mktemp("prosody")) as it:
        yield it


@pytest.fixture(scope="module")
async def engine(server: Prosody, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    async with bot(tmp_path_factory.mktemp("bot"), server, more=f'rooms = ["{TEA}"]') as it:
        yield it


async def _at_home(chat: Chat, call: str = "Ayla: ") -> None:
    """Be 18 and choose Ayla, in a room or in private."""
    since = chat.now
    await chat.say(f"{call}/start")
    await chat.sees(lambda shown: bool(shown.choices), since=since)
    since = chat.now
    await chat.say(f"{call}yes")
    await chat.sees(TEXTS.say(chat.language, "personas"), since=since)
    since = chat.now
    await chat.say(f"{call}Ayla")
    await chat.sees("Ayla", since=since)


async def test_it_speaks_when_it_is_spoken_to_and_quotes(engine: Engine, server: Prosody) -> None:
    async with user(server, "ada") as ada, user(server, "boris", language="ru") as boris:
        hers = await ada.join(TEA, "Ada", bot="Ayla")
        his = await boris.join(TEA, "Boris", bot="Ayla")
        await hers.present_soon("Ayla")
        await _at_home(hers)
        await his.say("Ada, what is this?")
        await his.say("/unknown@somebody")
        since = hers.now
        number = await hers.write("Ayla, how are you?")
        answer = await hers.sees("how are you?", since=since)
        read = next(read for read in reversed(hers.reads) if read.number == answer.id)
        assert "Ada" in answer.text.splitlines()[-1] or answer.text.startswith("Ada")
        assert read.quotes, "the answer quotes whom it answers (XEP-0461)"
        assert number
        assert not [shown for shown in hers.screen if "what is this" in shown.text]
        # the other person has a talk of their own, in their own language
        await _at_home(his, call="ayla: ")
        since = his.now
        await his.say("Ayla: как дела?")
        await his.sees("как дела?", since=since)


async def test_one_job_for_each_person_and_media_for_all(engine: Engine, server: Prosody) -> None:
    async with user(server, server.add("cem1")) as ada, user(server, server.add("cem2")) as boris:
        hers = await ada.join(TEA, "Cem1", bot="Ayla")
        his = await boris.join(TEA, "Cem2", bot="Ayla")
        await _at_home(hers)
        await _at_home(his)
        since = hers.now
        async with anyio.create_task_group() as group:
            group.start_soon(hers.say, "Ayla: /video on a roof")
            group.start_soon(his.say, "Ayla: /video at the sea")
        await hers.sees(lambda _: len([s for s in hers.history[since:] if s.choices]) == 2, since=since)
        await hers.say("Ayla: 2")
        await his.say("Ayla: a new video")

        def films(room: Room) -> int:
            return len([shown for shown in room.history[since:] if any(p.kind == "video" for p in shown.media)])

        await hers.sees(lambda _: films(hers) == 2, since=since)
        first = await hers.receives("video", since=since)
        assert first.codec == "h264"


async def test_a_private_word_in_a_room_is_answered_in_private(engine: Engine, server: Prosody) -> None:
    async with user(server, server.add("dora")) as dora:
        room = await dora.join(TEA, "Dora", bot="Ayla")
        aside = await room.whisper("Ayla")
        await _at_home(aside, call="")
        since = aside.now
        await aside.say("just between us")
        await aside.sees("just between us", since=since)
        assert not [shown for shown in room.screen if "between us" in shown.text]


async def test_it_comes_back_after_a_kick_and_after_a_restart_of_the_server(
    engine: Engine, server: Prosody, tmp_path: Path
) -> None:
    async with user(server, server.add("host")) as host:
        room = await host.join(TEA, "Host", bot="Ayla")
        await room.present_soon("Ayla")
        await server.kill()
        await host.line.fallen()
        await server.start()
        await host.back()
        await room.enter()
        await online(server)
        await room.present_soon("Ayla")
        await room.kick("Ayla")
        await room.gone_soon("Ayla")
        await room.present_soon("Ayla")
        since = room.now
        await _at_home(room)
        await room.say("Ayla: back again?")
        answer = await room.sees("back again?", since=since)
        assert not re.search(r"\{.*\}", answer.text)
