"""What `hayal doctor` and the log say of a bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from telegram_kit import UNLIMITED, bot_at, configured

from hayal import HayalError, Host, MessengerError, PluginError
from hayal.config import load
from hayal.engine import open_engine
from hayal_telegram.messenger import TelegramMessenger
from hayal_telegram.settings import TelegramSettings
from servers import faults
from servers.base import free_closed_port
from servers.telegram import TOKEN, telegram_server

pytestmark = pytest.mark.anyio

OTHER = "123:AAnother-token-that-nobody-ever-gave-out"


def made(folder: Path, **settings: Any) -> TelegramMessenger:
    return TelegramMessenger(TelegramSettings(**{"token": TOKEN, **settings}), Host("telegram", folder))


async def test_all_is_well(tmp_path: Path) -> None:
    async with telegram_server() as server, made(tmp_path, api_base=server.url) as messenger:
        await messenger.check()
        assert len(messenger.warnings()) == 1
        assert "/setprivacy" in messenger.warnings()[0]
        server.privacy = False
        await messenger.check()
        assert messenger.warnings() == []


async def test_a_wrong_token(tmp_path: Path) -> None:
    async with telegram_server() as server, made(tmp_path, api_base=server.url, token=OTHER) as messenger:
        with pytest.raises(MessengerError, match="BotFather") as caught:
            await messenger.check()
        assert OTHER not in str(caught.value)


async def test_nobody_there(tmp_path: Path) -> None:
    with free_closed_port() as port:
        async with made(tmp_path, api_base=f"http://127.0.0.1:{port}") as messenger:
            with pytest.raises(MessengerError, match="cannot be reached"):
                await messenger.check()


async def test_something_else_there(tmp_path: Path) -> None:
    async with telegram_server() as server, made(tmp_path, api_base=server.url) as messenger:
        server.faults.add("getMe", faults.html(200), faults.answer(200, {"ok": True, "result": []}))
        for _ in range(2):
            with pytest.raises(MessengerError):
                await messenger.check()


async def test_a_wrong_token_ends_the_start(tmp_path: Path) -> None:
    import anyio

    async with telegram_server() as server:
        path = configured(tmp_path, server)
        path.write_text(path.read_text().replace(server.token, OTHER))
        with pytest.raises(BaseExceptionGroup) as caught:
            async with open_engine(load(path, {})) as engine:
                await engine.run(anyio.Event())
        (error,) = caught.value.exceptions
        assert isinstance(error, PluginError)
        assert "BotFather" in str(error)
        assert OTHER not in str(error)


async def test_a_bot_api_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server:
        server.faults.add("getMe", faults.RESET_BEFORE, faults.html(502))
        kim = server.person()
        kim.write("/start")
        async with bot_at(tmp_path, server, UNLIMITED):
            await kim.sees("18")


async def test_a_port_that_is_taken(tmp_path: Path) -> None:
    async with telegram_server() as server:
        taken = server.url.rpartition(":")[2]
        more = f'mode = "webhook"\nwebhook_url = "http://127.0.0.1:{taken}/hook"\nwebhook_port = {taken}'
        with pytest.raises(BaseExceptionGroup) as caught:
            async with bot_at(tmp_path, server, more):
                raise AssertionError
        error: BaseException = caught.value
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        assert isinstance(error, HayalError)
        assert f"port {taken}" in str(error)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"api_base": "http://bot-api.example.org"}, "unencrypted"),
        ({"mode": "webhook", "webhook_url": "http://bot.example.org/x"}, "https"),
        ({"mode": "webhook", "webhook_url": "https://bot.example.org/x", "webhook_host": "0.0.0.0"}, "proxy"),
    ],
)
async def test_warnings(tmp_path: Path, settings: dict[str, Any], said: str) -> None:
    async with made(tmp_path, **settings) as messenger:
        (warning,) = messenger.warnings()
        assert said in warning


async def test_admins_are_the_settings(tmp_path: Path) -> None:
    async with made(tmp_path, admins=[5, -100]) as messenger:
        assert messenger.admins == ("5", "-100")
