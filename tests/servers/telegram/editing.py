"""Methods that change or delete messages, and answer taps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import markup
from .chats import Chat, Json, Kept
from .errors import (
    ANSWER_TOO_LONG,
    CANT_DELETE,
    CANT_EDIT,
    DELETE_NOT_FOUND,
    EDIT_NOT_FOUND,
    NO_CAPTION,
    NO_TEXT,
    NOT_MODIFIED,
    QUERY_TOO_OLD,
    Refusal,
    Violation,
)
from .sending import MEDIA, Files, caption_of, media_of, text_of

if TYPE_CHECKING:
    from .server import TelegramServer

_CONTENT = ("text", "entities", "caption", "caption_entities", *MEDIA)
_LOOKS = (*_CONTENT, "reply_markup")


def edit_message_text(server: TelegramServer, given: Json, files: Files) -> Json:
    """A new text for a text message."""
    chat, kept = _mine(server, "editMessageText", given)
    if "text" not in kept.body:
        raise Refusal(NO_TEXT)
    if "text" not in given:
        raise Violation("this test server edits no rich messages")
    return _change(chat, kept, given, text_of(given))


def edit_message_caption(server: TelegramServer, given: Json, files: Files) -> Json:
    """A new caption for a message with media."""
    chat, kept = _mine(server, "editMessageCaption", given)
    if kept.media is None:
        raise Refusal(NO_CAPTION)
    media = {name: kept.body[name] for name in MEDIA if name in kept.body}
    return _change(chat, kept, given, media | caption_of(given), same=True)


def edit_message_media(server: TelegramServer, given: Json, files: Files) -> Json:
    """New media in place of the old, or of a text (Bot API 10.1)."""
    chat, kept = _mine(server, "editMessageMedia", given)
    item = given["media"]
    content, stored, thumbnail = media_of(server, item["type"], item["media"], item, files)
    if "media_group_id" in kept.body and ("document" in kept.body) != (item["type"] == "document"):
        raise Violation("an item of an album can only become one of its kind")
    return _change(
        chat,
        kept,
        given,
        content | caption_of(item),
        media=stored,
        thumbnail=thumbnail,
        streaming=bool(item.get("supports_streaming")),
    )


def edit_message_reply_markup(server: TelegramServer, given: Json, files: Files) -> Json:
    """New buttons, or none."""
    chat, kept = _mine(server, "editMessageReplyMarkup", given)
    content = {name: kept.body[name] for name in _CONTENT if name in kept.body}
    return _change(chat, kept, given, content, same=True)


def delete_message(server: TelegramServer, given: Json, files: Files) -> bool:
    """A message of the bot's own, or in a private chat any."""
    chat = server.chat(given["chat_id"])
    chat.open_to_bot()
    kept = chat.get(given["message_id"])
    if kept is None:
        raise Refusal(DELETE_NOT_FOUND)
    if not kept.mine and chat.group:
        raise Refusal(CANT_DELETE)
    chat.delete(kept)
    return True


def delete_messages(server: TelegramServer, given: Json, files: Files) -> bool:
    """Several; those that are not there are skipped."""
    numbers = given["message_ids"]
    if not 1 <= len(numbers) <= 100:
        raise Violation("deleteMessages takes 1 to 100 messages")
    chat = server.chat(given["chat_id"])
    chat.open_to_bot()
    for number in numbers:
        kept = chat.get(number)
        if kept is not None and (kept.mine or not chat.group):
            chat.delete(kept)
    return True


def answer_callback_query(server: TelegramServer, given: Json, files: Files) -> bool:
    """The client stops showing that it waits. Once for each tap, and in time."""
    if len(given.get("text", "")) > 200:
        raise Refusal(ANSWER_TOO_LONG)
    query = server.queries.get(given["callback_query_id"])
    now = server.clock()
    if query is None or query.answered is not None or now - query.asked > server.query_life:
        raise Refusal(QUERY_TOO_OLD)
    query.answered, query.text, query.alert = now, given.get("text", ""), bool(given.get("show_alert"))
    query.done.set()
    return True


def _mine(server: TelegramServer, method: str, given: Json) -> tuple[Chat, Kept]:
    if "inline_message_id" in given:
        raise Violation("this test server has no inline messages")
    if "chat_id" not in given or "message_id" not in given:
        raise Refusal("Bad Request: message identifier is not specified")
    chat = server.open(given)
    kept = chat.get(given["message_id"])
    if kept is None:
        raise Refusal(EDIT_NOT_FOUND)
    if not kept.mine or given["message_id"] in server.frozen.get(chat.id, ()):
        raise Refusal(CANT_EDIT)
    server.count(method, chat)
    return chat, kept


def _change(chat: Chat, kept: Kept, given: Json, content: Json, *, same: bool = False, **more: Any) -> Json:
    """Edit: what `content` does not say is gone, the buttons too. `same`: the media stays."""
    keyboard = given.get("reply_markup")
    if keyboard:
        markup.check_inline(keyboard)
        if keyboard["inline_keyboard"]:
            content = content | {"reply_markup": keyboard}
    rest = {name: value for name, value in kept.body.items() if name not in _LOOKS}
    if _looks(content) == _looks(kept.body):
        raise Refusal(NOT_MODIFIED)
    body = rest | content | {"edit_date": max(rest["date"], rest.get("edit_date", 0))}
    return chat.change(kept, body=body, **({} if same else more)).body


def _looks(body: Json) -> Json:
    return {name: body[name] for name in _LOOKS if name in body}
