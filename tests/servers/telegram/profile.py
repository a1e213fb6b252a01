"""Methods about the bot itself, files and chats."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .chats import Json
from .errors import COMMAND_INVALID, FILE_TOO_BIG, LANGUAGE, SECRET_TOKEN, WEBHOOK_HTTPS, Refusal, Violation
from .files import MAX_DOWNLOAD
from .sending import Files
from .spec import spec
from .updates import Webhook

if TYPE_CHECKING:
    from .server import TelegramServer

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(server: TelegramServer, given: Json, files: Files) -> Json:
    """Who the bot is."""
    return server.me | {
        "can_join_groups": True,
        "can_read_all_group_messages": not server.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(server: TelegramServer, given: Json, files: Files) -> bool:
    """Commands for a scope and a language."""
    commands = given["commands"]
    if len(commands) > 100:
        raise Refusal("Bad Request: BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]) or not 1 <= len(command["description"]) <= 256:
            raise Refusal(COMMAND_INVALID)
    server.commands[_scope(given)] = commands
    return True


def get_my_commands(server: TelegramServer, given: Json, files: Files) -> list[Json]:
    """What was set for exactly this scope and language."""
    return server.commands.get(_scope(given), [])


def delete_my_commands(server: TelegramServer, given: Json, files: Files) -> bool:
    """None any more."""
    server.commands.pop(_scope(given), None)
    return True


def setter(what: str) -> Any:
    """setMyName, setMyDescription, setMyShortDescription."""

    def set_(server: TelegramServer, given: Json, files: Files) -> bool:
        text = given.get(what, "")
        if len(text) > _LIMITS[what]:
            raise Refusal(f"Bad Request: bot {what.replace('_', ' ')} is too long")
        server.about[what, _language(given)] = text
        return True

    return set_


def getter(what: str) -> Any:
    """getMyName, getMyDescription, getMyShortDescription: in the language, else for all."""

    def get(server: TelegramServer, given: Json, files: Files) -> Json:
        text = server.about.get((what, _language(given))) or server.about.get((what, ""), "")
        return {what: text or (server.me["first_name"] if what == "name" else "")}

    return get


def set_chat_menu_button(server: TelegramServer, given: Json, files: Files) -> bool:
    """The button beside the input."""
    server.menu_buttons[given.get("chat_id", 0)] = given.get("menu_button", {"type": "default"})
    return True


def get_chat_menu_button(server: TelegramServer, given: Json, files: Files) -> Json:
    """The button beside the input."""
    return server.menu_buttons.get(given.get("chat_id", 0), {"type": "commands"})


def get_file(server: TelegramServer, given: Json, files: Files) -> Json:
    """Where a file can be fetched."""
    stored = server.files.named(given["file_id"])
    if stored.size > MAX_DOWNLOAD:
        raise Refusal(FILE_TOO_BIG)
    path = f"{stored.kind}s/{stored.upload.path.name}"
    server.paths[path] = stored.upload.path
    return {"file_id": stored.file_id, "file_unique_id": stored.unique, "file_size": stored.size, "file_path": path}


def get_chat(server: TelegramServer, given: Json, files: Files) -> Json:
    """All about a chat."""
    chat = server.chat(given["chat_id"])
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    return chat.json() | {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": gifts}


def leave_chat(server: TelegramServer, given: Json, files: Files) -> bool:
    """The bot goes."""
    chat = server.chat(given["chat_id"])
    if not chat.group:
        raise Refusal("Bad Request: chat member status can't be changed in private chats")
    chat.kicked = True
    return True


def set_webhook(server: TelegramServer, given: Json, files: Files) -> bool:
    """Updates go to a URL. Like a local Bot API server, plain HTTP is fine, but only on loopback."""
    url, secret = given["url"], given.get("secret_token", "")
    if not url:
        return delete_webhook(server, given, files)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}):
        raise Refusal(WEBHOOK_HTTPS)
    if secret and not _SECRET.fullmatch(secret):
        raise Refusal(SECRET_TOKEN)
    connections = given.get("max_connections", 40)
    if not 1 <= connections <= 100:
        raise Violation("max_connections is 1 to 100")
    server.updates.allow(_kinds(given))
    server.updates.hook(Webhook(url, secret, connections), drop=bool(given.get("drop_pending_updates")))
    return True


def delete_webhook(server: TelegramServer, given: Json, files: Files) -> bool:
    """Updates wait to be fetched."""
    server.updates.hook(None, drop=bool(given.get("drop_pending_updates")))
    return True


def get_webhook_info(server: TelegramServer, given: Json, files: Files) -> Json:
    """Where updates go, and how that went."""
    updates, hook = server.updates, server.updates.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(updates.pending),
    }
    if hook:
        info |= {"max_connections": hook.connections, "ip_address": "127.0.0.1"}
        if hook.error:
            info |= {"last_error_date": hook.error_at, "last_error_message": hook.error}
    return info


async def get_updates(server: TelegramServer, given: Json, files: Files) -> list[Json]:
    """Long polling."""
    limit, seconds = given.get("limit", 100), given.get("timeout", 0)
    if not 1 <= limit <= 100:
        raise Violation("limit is 1 to 100")
    server.updates.allow(_kinds(given))
    return await server.updates.get(given.get("offset", 0), limit, min(seconds, 50))


def _kinds(given: Json) -> list[str] | None:
    wanted: list[str] | None = given.get("allowed_updates")
    unknown = set(wanted or ()) - spec().update_types()
    if unknown:
        raise Violation(f"there are no updates {sorted(unknown)}")
    return wanted


def _language(given: Json) -> str:
    code: str = given.get("language_code", "")
    if code and not _LANGUAGE.fullmatch(code):
        raise Refusal(LANGUAGE)
    return code


def _scope(given: Json) -> tuple[str, str]:
    return json.dumps(given.get("scope", {"type": "default"}), sort_keys=True), _language(given)
