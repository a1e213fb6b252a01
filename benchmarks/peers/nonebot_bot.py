"""NoneBot2 with its Telegram adapter: two command matchers, long polling."""

import asyncio
import sys

import nonebot
import uvloop
from menu import MENU, TEXT
from nonebot import on_command
from nonebot.adapters.telegram import Adapter, Bot
from nonebot.adapters.telegram.event import MessageEvent
from nonebot.adapters.telegram.model import KeyboardButton, ReplyKeyboardMarkup

API_BASE, TOKEN, VIDEO = sys.argv[1:4]

asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
nonebot.init(
    driver="~aiohttp",  # its httpx driver takes several times as long: a TLS context for every request
    telegram_bots=[{"token": TOKEN, "api_server": f"{API_BASE}/"}],
    command_start={"/"},
    log_level="ERROR",
)
nonebot.get_driver().register_adapter(Adapter)

menu = on_command("menu")
film = on_command("film")


@menu.handle()
async def _(bot: Bot, event: MessageEvent) -> None:
    rows = [[KeyboardButton(text=label) for label in row] for row in MENU]
    markup = ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True)
    await bot.send_message(chat_id=event.chat.id, text=TEXT, reply_markup=markup)


@film.handle()
async def _(bot: Bot, event: MessageEvent) -> None:
    await bot.send_video(chat_id=event.chat.id, video=VIDEO, width=144, height=256, duration=2, supports_streaming=True)


nonebot.run()
