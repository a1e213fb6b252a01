"""Plain aiogram 3: a dispatcher, two handlers, long polling."""

import asyncio
import sys

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import FSInputFile, KeyboardButton, Message, ReplyKeyboardMarkup
from menu import MENU, TEXT

API_BASE, TOKEN, VIDEO = sys.argv[1:4]

dispatcher = Dispatcher()


@dispatcher.message(Command("menu"))
async def menu(message: Message) -> None:
    rows = [[KeyboardButton(text=label) for label in row] for row in MENU]
    await message.answer(TEXT, reply_markup=ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True))


@dispatcher.message(Command("film"))
async def film(message: Message) -> None:
    await message.answer_video(FSInputFile(VIDEO), width=144, height=256, duration=2, supports_streaming=True)


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(API_BASE), limit=500)
    await dispatcher.start_polling(Bot(TOKEN, session=session), handle_signals=False)


with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(main())
