"""Updates by long polling and by webhook: none lost, none twice, none in the way of others."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from telegram_kit import LOCALES, UNLIMITED, bot_at, free_port

from hayal import Post, StorageError, Update
from hayal.engine import Engine
from hayal.provider import Scratchpad
from hayal.texts import Texts
from hayal_telegram.profile import introduce
from hayal_telegram.session import Line
from servers import faults
from servers.telegram import TelegramServer, telegram_server

pytestmark = pytest.mark.anyio

Receive = Callable[[str, Update], Awaitable[Post | None]]


def replies(server: TelegramServer) -> int:
    return len([call for call in server.called("sendMessage") if call.ok])


def breaking(engine: Engine, monkeypatch: pytest.MonkeyPatch, fails: Callable[[Update], Exception | None]) -> list[str]:
    """Let the engine refuse updates as a full disk would; returns the texts it was given, in order."""
    given: list[str] = []
    real: Receive = engine.receive

    async def receive(messenger: str, update: Update) -> Post | None:
        given.append(update.text)
        error = fails(update)
        if error:
            raise error
        return await real(messenger, update)

    monkeypatch.setattr(engine, "receive", receive)
    return given


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_cannot_be_read_is_set_aside(tmp_path: Path, mode: str) -> None:
    bad: list[Any] = [
        {"message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "from": {"first_name": "x"}, "text": "x"}},
        {"message": {"message_id": "one"}},
        {"message": {"message_id": 1, "chat": {"id": 1, "type": "hologram"}, "from": {"id": 1}, "text": "x"}},
        {"callback_query": {"id": 5}},
        {"telepathy": {"thought": True}},
    ]
    async with telegram_server(limits=None) as server:
        kim = server.person()
        kim.write("/start")
        for one in bad:
            server.inject(one, kim.chat.id)
        kim.write("/help")
        async with bot_at(tmp_path, server, UNLIMITED + hooked(server, mode)):
            await server.updates.until(lambda updates: not updates.pending)
            await server.until(lambda server: replies(server) >= 2)
        assert replies(server) == 2
        assert not server.violations


async def test_an_update_without_a_number_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram_server(limits=None) as server:
        kim = server.person()
        async with bot_at(tmp_path, server, UNLIMITED):
            nameless = faults.answer(200, {"ok": True, "result": [{"message": {}}, 17, None]})
            server.faults.add("getUpdates", nameless)
            kim.write("/start")
            await kim.sees("18")


def hooked(server: TelegramServer, mode: str, secret: str = "") -> str:
    """Settings for one of the two ways that updates come."""
    if mode == "polling":
        return ""
    port = free_port()
    more = f'webhook_secret = "{secret}"' if secret else ""
    return f'\nmode = "webhook"\nwebhook_url = "http://127.0.0.1:{port}/hook"\nwebhook_port = {port}\n{more}'


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_backlog_is_worked_off_in_order(tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram_server(limits=None) as server:
        people = [server.person(f"P{number}") for number in range(5)]
        for number in range(60):
            for one in people:
                one.write(f"/x{number}")
        async with bot_at(tmp_path, server, UNLIMITED + hooked(server, mode)) as engine:
            await server.updates.until(lambda updates: not updates.pending)
            for one in people:
                log = await engine.services.database.run(
                    lambda conn, chat=one.chat.id: conn.exec_driver_sql(
                        "SELECT body FROM messages WHERE chat = ? AND kind = 'in' ORDER BY seq", (f"telegram:{chat}",)
                    ).all()
                )
                assert [json.loads(body)["text"] for (body,) in log] == [f"/x{number}" for number in range(60)]


async def test_polling_confirms_only_what_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full, kept = True, anyio.Event()

    def fails(update: Update) -> Exception | None:
        if full and update.text == "/help":
            kept.set()
            return StorageError("disk full")
        return None

    async with telegram_server(limits=None) as server:
        kim, lee = server.person("Kim"), server.person("Lee")
        async with bot_at(tmp_path, server, UNLIMITED) as engine:
            breaking(engine, monkeypatch, fails)
            kim.write("/help")
            await kept.wait()
            lee.write("/start")
            await lee.sees("18")  # the others go on
            assert len(server.updates.pending) == 2  # but nothing from there on is confirmed
            full = False
            await kim.sees("/gallery")
            await server.updates.until(lambda updates: not updates.pending)
        assert replies(server) == 2


async def test_what_was_not_confirmed_comes_again_and_has_no_second_effect(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server:
        kim = server.person()
        async with bot_at(tmp_path, server, UNLIMITED):
            number = kim.write("/start")
            await kim.sees("18")
            await server.updates.until(lambda updates: not updates.pending)
        again = {"update_id": number, "message": kim.chat.screen()[0].body}
        async with bot_at(tmp_path, server, UNLIMITED):
            server.inject(again, kim.chat.id)
            await server.updates.until(lambda updates: not updates.pending)
            kim.write("/help")
            await kim.sees("/gallery")
        assert replies(server) == 2


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_stop_in_the_middle_confirms_nothing_unfinished(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = anyio.Event()
    async with telegram_server(limits=None) as server:
        kim = server.person()
        more = UNLIMITED + hooked(server, mode)
        async with bot_at(tmp_path, server, more) as engine:

            async def receive(messenger: str, update: Update) -> Post | None:
                begun.set()
                await anyio.sleep_forever()
                raise AssertionError

            monkeypatch.setattr(engine, "receive", receive)
            kim.write("/start")
            await begun.wait()
        assert len(server.updates.pending) == 1
        async with bot_at(tmp_path, server, more):
            await kim.sees("18")
        assert replies(server) == 1


@pytest.mark.parametrize(
    "fault",
    [
        faults.RESET_BEFORE,
        faults.html(502),
        faults.answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"}),
        faults.answer(409, {"ok": False, "error_code": 409, "description": "Conflict: terminated by other"}),
        faults.answer(200, {"ok": True, "result": "nonsense"}),
    ],
)
async def test_polling_outlives_whatever_the_line_does(tmp_path: Path, fault: faults.Fault) -> None:
    async with telegram_server(limits=None) as server:
        kim = server.person()
        server.faults.add("getUpdates", fault)
        async with bot_at(tmp_path, server, UNLIMITED):
            kim.write("/start")
            await kim.sees("18")
        assert replies(server) == 1


async def test_polling_takes_away_a_webhook_that_somebody_sets(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server:
        kim = server.person()
        async with bot_at(tmp_path, server, UNLIMITED):
            await server.updates.until(lambda updates: updates.polls > 0)
            from servers.telegram.updates import Webhook

            server.updates.hook(Webhook("http://127.0.0.1:9/", "", 1), drop=False)
            kim.write("/start")
            await kim.sees("18")


async def test_the_webhook_is_closed_to_strangers(tmp_path: Path) -> None:
    import aiohttp

    async with telegram_server(limits=None) as server:
        kim = server.person()
        more = hooked(server, "webhook", "a-secret-of-ours")
        async with bot_at(tmp_path, server, UNLIMITED + more), aiohttp.ClientSession() as session:
            hook = server.updates.webhook
            assert hook is not None
            assert hook.secret == "a-secret-of-ours"
            update = {"update_id": 1, "message": {"message_id": 1, "chat": kim.chat.json(), "from": kim.user.json()}}
            for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "another-secret-of-theirs"}):
                async with session.post(hook.url, json=update, headers=headers) as answer:
                    assert answer.status == 403
            ours = {"X-Telegram-Bot-Api-Secret-Token": "a-secret-of-ours"}
            async with session.post(hook.url, data=io.BytesIO(b"x" * (1024 * 1024 + 1)), headers=ours) as answer:
                assert answer.status == 413
            async with session.get(hook.url, headers=ours) as answer:
                assert answer.status == 405
            async with session.post(hook.url, data=b"no json", headers=ours) as answer:
                assert answer.status == 200


async def test_the_webhook_gives_back_what_cannot_be_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = 0

    def fails(update: Update) -> Exception | None:
        nonlocal times
        times += 1
        return StorageError("disk full") if times < 3 else None

    async with telegram_server(limits=None) as server:
        kim = server.person()
        async with bot_at(tmp_path, server, UNLIMITED + hooked(server, "webhook")) as engine:
            breaking(engine, monkeypatch, fails)
            number = kim.write("/start")
            await kim.sees("18")
            assert number is not None
            assert server.updates.given[number] == 3
        assert replies(server) == 1


async def test_every_tap_is_answered_before_its_work_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = anyio.Event()
    async with telegram_server(limits=None) as server:
        kim = server.person()
        async with bot_at(tmp_path, server, UNLIMITED) as engine:
            kim.write("/start")
            asked = await kim.sees("18")
            real: Receive = engine.receive

            async def receive(messenger: str, update: Update) -> Post | None:
                await gate.wait()
                return await real(messenger, update)

            monkeypatch.setattr(engine, "receive", receive)
            for _ in range(3):
                kim.press(asked, 0)
            await kim.answered()
            gate.set()
            await kim.sees(lambda one: "Ayla" in one.text)


async def test_only_those_allowed(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server:
        kim, lee, max_ = server.person("Kim", username="KimX"), server.person("Lee", "ru"), server.person("Max")
        more = f'\nallowed_users = ["@kimx", {max_.user.id}]'
        async with bot_at(tmp_path, server, UNLIMITED + more) as engine:
            for one in (lee, kim, max_):
                one.write("/start")
            await kim.sees("18")
            await max_.sees("18")
            await lee.sees("пригласил")
            lee.write("/start")
            lee.write("?")
            await server.updates.until(lambda updates: not updates.pending)
            count = await engine.services.database.run(
                lambda conn: conn.exec_driver_sql(
                    "SELECT count(*) FROM messages WHERE chat = ?", (f"telegram:{lee.chat.id}",)
                ).scalar()
            )
            assert count == 0
        assert len(lee.screen) == 1


async def test_pictures_in_one_album_get_one_answer(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server:
        kim = server.person()
        async with bot_at(tmp_path, server, UNLIMITED):
            kim.write("/start")
            asked = await kim.sees("18")
            kim.press(asked, 0)
            chosen = await kim.sees(lambda one: len(one.choices) == 2 and "Ayla" in one.text)
            kim.press(chosen, 0)
            await kim.sees("Ayla 😊")
            before = kim.now
            photo = [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]
            for _ in range(4):
                kim.post(photo=photo, media_group_id="777")
            kim.post(sticker={})
            await server.updates.until(lambda updates: not updates.pending)
            kim.write("/menu")
            await kim.sees("What shall we do", since=before)
            said = [one.text for one in kim.screen if one.at > before]
        assert said.count("I can only read text for now 😊") == 2


async def test_the_profile_is_set_when_it_has_changed() -> None:
    async with telegram_server() as server:
        line, notes = Line(server.url, server.token), Scratchpad()
        texts = Texts([LOCALES])
        await introduce(line, notes, texts.say)
        await introduce(line, notes, texts.say)
        assert len(server.called("setMyCommands")) == 4
        await introduce(line, notes, lambda language, text: texts.say(language, text) + "!")
        await line.close()
        assert len(server.called("setMyCommands")) == 8
        for language in ("", "en", "tr", "ru"):
            commands = server.commands['{"type": "default"}', language]
            assert {"video", "selfie", "forget"} <= {one["command"] for one in commands}
            assert "18" in server.about["description", language]
            assert "18+" in server.about["short_description", language]
        assert "karakterlerle" in server.about["short_description", "tr"]
        assert not server.violations
