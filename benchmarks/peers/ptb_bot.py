"""python-telegram-bot: an application with two handlers, long polling, many updates at once."""

import asyncio
import sys

import uvloop
from menu import MENU, TEXT
from telegram import ReplyKeyboardMarkup, Update
from telegram.ext import Application, CommandHandler, ContextTypes

API_BASE, TOKEN, VIDEO = sys.argv[1:4]


async def menu(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_text(TEXT, reply_markup=ReplyKeyboardMarkup(MENU, resize_keyboard=True))


async def film(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    with open(VIDEO, "rb") as video:  # noqa: ASYNC230, PTH123 - as its documentation does
        await update.message.reply_video(
            video, width=144, height=256, duration=2, supports_streaming=True, write_timeout=60
        )


asyncio.set_event_loop(uvloop.new_event_loop())
application = (
    Application.builder()
    .token(TOKEN)
    .base_url(f"{API_BASE}/bot")
    .concurrent_updates(16)  # with more its HTTP client's pool gets slower, not quicker
    .connection_pool_size(16)
    .pool_timeout(30)
    .build()
)
application.add_handler(CommandHandler("menu", menu))
application.add_handler(CommandHandler("film", film))
application.run_polling(allowed_updates=["message"], stop_signals=())
