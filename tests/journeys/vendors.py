"""Every outside service of a bot, local and strict: Telegram and the vendors, and the configuration that names them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journeys.process import write
from servers.gemini import Gemini, gemini_server
from servers.openai import OpenAI, openai_server
from servers.sora import Sora, sora_server
from servers.sora_generations import Generations, generations_server
from servers.telegram import Limits, TelegramServer, telegram_server

GPT = '[plugins.gpt]\napi_key = "sk-test"\nbase_url = "{gpt}"\n'
SORA = '[plugins.sora]\napi_key = "sk-test"\nbase_url = "{sora}"\nmodel = "sora-2"\nsizes = ["144x256"]\nsettle = 0\n'
GEMINI = '[plugins.gemini]\napi_key = "test-key"\nbase_url = "{gemini}"\nresolution = "360p"\n'


@dataclass(frozen=True)
class Choice:
    """Who makes what, and the tables of the configuration that this takes."""

    prompt: str
    image: str
    video: str
    tables: str


CHOICES: Mapping[str, Choice] = {
    "sora videos": Choice("gpt", "gpt", "sora", GPT + SORA),
    "sora generations": Choice("gpt", "gpt", "sora", GPT + SORA + 'protocol = "generations"\n'),
    "gemini": Choice("gemini", "gemini", "gemini", GEMINI),
}


@dataclass(frozen=True)
class World:
    """The services, running. `config` is where the configuration is."""

    telegram: TelegramServer
    gpt: OpenAI
    gemini: Gemini
    sora: Sora | Generations
    config: Path

    def paid(self, what: str) -> list[Any]:
        """All work of a kind ("text", "image", "video") that would be billed, by whom ever it was done."""
        return [one for vendor in (self.gpt, self.gemini, self.sora) for one in vendor.ledger.paid if one.what == what]

    def in_order(self) -> None:
        """That Telegram has nothing to complain about."""
        assert self.telegram.violations == []
        assert self.telegram.floods == []
        assert self.telegram.unanswered() == []


@asynccontextmanager
async def world(
    folder: Path, choice: Choice, *, mode: str = "polling", port: int = 0, plugins: str = "", limited: bool = True
) -> AsyncIterator[World]:
    """Start every service and write a configuration for `choice`. `port` is the webhook's.

    `limited`: Telegram has its limits, and they are kept; without, nothing has to wait for them.
    """
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        telegram = await enter(telegram_server(limits=Limits() if limited else None))
        gpt, gemini = await enter(openai_server()), await enter(gemini_server())
        sora = await enter(generations_server() if "generations" in choice.tables else sora_server())
        tables = choice.tables.format(gpt=gpt.base_url, gemini=gemini.base_url, sora=sora.base_url)
        tables += f'[plugins.telegram]\ntoken = "{telegram.token}"\napi_base = "{telegram.url}"\nmode = "{mode}"\n'
        if not limited:
            tables += "messages_per_second = 0\n"
        if mode == "webhook":
            tables += f'webhook_url = "http://127.0.0.1:{port}/telegram"\nwebhook_port = {port}\n'
        config = write(folder, plugins=plugins, more=tables)
        engine = f'prompt = "{choice.prompt}"\nimage = "{choice.image}"\nvideo = "{choice.video}"\n'
        text = config.read_text().replace('messengers = ["web"]\n', f'messengers = ["telegram", "web"]\n{engine}')
        config.write_text(text.replace("seconds = 1", "seconds = 4"))
        yield World(telegram, gpt, gemini, sora, config)
