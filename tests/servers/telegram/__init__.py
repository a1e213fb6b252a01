"""A strict local Telegram: the Bot API for a bot, and scripted people on the other side.

    async with telegram_server() as server:
        kim = server.person("Kim", "tr")
        ...  # a bot with api_base = server.url and the token server.token
        await kim.say("/start")
        await kim.sees("18")
        assert not server.violations and not server.floods

Requests are checked against the machine-readable description of the Bot API (`../data`), and refused in the real
server's words. `limits.py` says exactly what counts as too often.
"""

from .chats import Chat, Kept, User
from .errors import Refusal
from .limits import Flood, Limits
from .records import Call, Query
from .server import TOKEN, TelegramServer, telegram_server
from .user import TelegramUser

__all__ = [
    "TOKEN",
    "Call",
    "Chat",
    "Flood",
    "Kept",
    "Limits",
    "Query",
    "Refusal",
    "TelegramServer",
    "TelegramUser",
    "User",
    "telegram_server",
]
