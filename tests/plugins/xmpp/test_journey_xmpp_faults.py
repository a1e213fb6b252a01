"""Servers that are killed and lines that are cut, at each step of a video: nothing is lost, nothing comes twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from hayal_null import script

from hayal.desk import Desk
from hayal.engine import Engine
from hayal_xmpp import connection
from journeys.original_flow import greet
from xmpp.account import all_of_it, ask_for_a_video
from xmpp.bot import bot, online
from xmpp.cable import Cable, cable
from xmpp.prosody import Options, Prosody, prosody
from xmpp.user import XmppUser, user

pytestmark = pytest.mark.anyio

STEPS = ("photo_prompt", "generate", "video_prompt", "submit", "poll", "download")
"""The calls to providers while a video is made, in order."""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot tries again sooner than it would, as everything is on this machine."""
    monkeypatch.setattr(connection, "SHORTEST", 0.1)


World = tuple[Prosody, Cable, Engine, XmppUser]


@asynccontextmanager
async def _world(
    folder: Path, options: Options | None = None
) -> AsyncIterator[tuple[Prosody, Cable, Engine, XmppUser]]:
    """A server, a bot at the end of a cable, and somebody who has a persona."""
    async with (
        prosody(folder / "prosody", options=options) as server,
        cable(server.port) as wire,
        bot(folder / "bot", server, port=wire.port) as engine,
        user(server, "ada") as ada,
    ):
        await greet(ada)
        yield server, wire, engine, ada


async def _said(engine: Engine) -> list[str]:
    """What the engine has taken in from ada, in order."""
    log = await Desk(engine, "xmpp").log("ada@localhost", limit=500)
    return [post.message.text for post in log if post.message.by == "person"]


async def test_the_server_is_killed_at_each_step_of_a_video(tmp_path: Path) -> None:
    async with _world(tmp_path) as (server, _, _, ada):
        undisturbed = await all_of_it(ada, await ask_for_a_video(ada))
        assert undisturbed.total() >= 4
        for step in STEPS[::2]:
            script.asked.clear()
            since = await ask_for_a_video(ada)
            await script.until(step)
            await server.kill()
            await ada.line.fallen()
            await server.start()
            await ada.back()
            await online(server)
            assert await all_of_it(ada, since) == undisturbed, step


async def test_the_line_is_cut_at_each_step_of_a_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # a dead line is noticed after a minute of silence; here after less, as nobody wants to wait for it
    monkeypatch.setattr(connection, "SILENCE", 0.3)
    monkeypatch.setattr(connection, "ANSWER", 0.3)
    async with _world(tmp_path) as (_, wire, _, ada):
        undisturbed = await all_of_it(ada, await ask_for_a_video(ada))
        for step in STEPS[1::2]:
            script.asked.clear()
            since = await ask_for_a_video(ada)
            await script.until(step)
            tried = wire.made
            await wire.cut()
            await wire.dialled(tried + 1)  # the bot has given the connection up and makes another
            await wire.heal(forgotten=True)
            assert await all_of_it(ada, since) == undisturbed, step


async def test_the_line_is_reset_at_each_step_of_a_video_and_talk_goes_on(
    tmp_path: Path,
) -> None:
    async with _world(tmp_path) as (_, wire, _, ada):
        undisturbed = await all_of_it(ada, await ask_for_a_video(ada))
        for step in STEPS:
            script.asked.clear()
            since = await ask_for_a_video(ada)
            await script.until(step)
            await wire.cut(reset=True)
            await ada.say(f"are you there at {step}?")
            await ada.line.pong()
            await wire.heal()
            answers = await all_of_it(ada, since) - undisturbed
            assert answers.total() == 1, answers
            assert f"are you there at {step}?" in next(iter(answers))


async def test_away_for_longer_than_the_server_keeps_the_stream(tmp_path: Path) -> None:
    async with _world(tmp_path, Options(hibernation=1, debug=True)) as (server, wire, engine, ada):
        undisturbed = await all_of_it(ada, await ask_for_a_video(ada))
        since = await ask_for_a_video(ada)
        await script.until("poll")
        heard, began = len(server.log), len(await _said(engine))
        await wire.cut(reset=True)
        await ada.say("one")
        await ada.say("two")
        await server.says("hibernating too long", since=heard)
        await ada.say("three")
        await ada.line.pong()
        await wire.heal()
        await online(server)
        assert not undisturbed - await all_of_it(ada, since)
        assert (await _said(engine))[began:] == ["one", "two", "three", "/nonsense"]


async def test_people_who_are_away_get_everything_later(tmp_path: Path) -> None:
    async with _world(tmp_path) as (_, _, _, ada):
        undisturbed = await all_of_it(ada, await ask_for_a_video(ada))
        script.asked.clear()
        script.gate = anyio.Event()
        since = await ask_for_a_video(ada)
        await script.until("hand in")
        await ada.line.vanish()
        script.gate.set()
        await script.until("download")
        await ada.back()
        assert await all_of_it(ada, since) == undisturbed
