"""Whole conversations with the engine, over the strict local Telegram."""

from __future__ import annotations

from pathlib import Path

import pytest
from telegram_kit import UNLIMITED, assert_clean, bot_at

from hayal.texts import Texts
from servers.telegram import Limits, TelegramUser, telegram_server

pytestmark = pytest.mark.anyio

TEXTS = Texts()


async def begin(kim: TelegramUser) -> None:
    say = TEXTS.say
    await kim.say("/start")
    await kim.sees(say(kim.language, "welcome"))
    await kim.choose(say(kim.language, "button-adult"))
    await kim.sees(say(kim.language, "personas"))
    await kim.choose(say(kim.language, "button-choose", name="Ayla"))
    await kim.sees(lambda one: "Ayla" in one.text and not one.choices)


@pytest.mark.parametrize(("language", "limited"), [("en", False), ("tr", True), ("ru", False)])
async def test_a_new_video(tmp_path: Path, language: str, limited: bool) -> None:
    async with telegram_server(limits=Limits() if limited else None) as server:
        async with bot_at(tmp_path, server, "" if limited else UNLIMITED):
            kim = server.person("Kim", language)
            kim.wait = 20
            await begin(kim)
            await kim.choose(TEXTS.say(language, "menu-settings"))
            await kim.choose(TEXTS.say(language, "button-prompts-on"))
            await kim.sees(lambda one: TEXTS.say(language, "button-prompts-off") in one.choices)
            await kim.choose(TEXTS.say(language, "menu-video"))
            await kim.sees(TEXTS.say(language, "ask-mode"))
            await kim.choose(TEXTS.say(language, "button-new-video"))
            await kim.sees(TEXTS.say(language, "debug-photo-prompt"))
            got = await kim.receives("video")
            assert (got.width, got.height) == (144, 256)
            assert (got.shown.media[0].width, got.shown.media[0].height) == (144, 256)
            assert got.shown.media[0].seconds == 2
            await kim.sees(TEXTS.say(language, "status-ready"))
            await kim.answered()
        assert_clean(server)
        assert [one.media[0].kind for one in kim.screen if one.media] == ["video"]
