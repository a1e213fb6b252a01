"""Methods that send messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import entities, markup
from .chats import Chat, Json, Kept
from .errors import ALBUM_EMPTY, ALBUM_TOO_LARGE, REPLY_NOT_FOUND, WRONG_ACTION, Refusal, Violation
from .files import Stored
from .spec import Uploaded

if TYPE_CHECKING:
    from .server import TelegramServer

Files = Mapping[str, Uploaded]

MEDIA = ("photo", "video", "document")
"""Kinds of media this server takes."""

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note", "upload_audio", "record_audio",
}  # fmt: skip


def send_message(server: TelegramServer, given: Json, files: Files) -> Json:
    """A text."""
    chat = server.open(given)
    content = text_of(given) | _around(chat, given)
    server.count("sendMessage", chat)
    return _send(server, chat, given, content)


def send_photo(server: TelegramServer, given: Json, files: Files) -> Json:
    """A photo with a caption."""
    return _send_media(server, "sendPhoto", "photo", given, files)


def send_video(server: TelegramServer, given: Json, files: Files) -> Json:
    """A video with a caption."""
    return _send_media(server, "sendVideo", "video", given, files)


def send_document(server: TelegramServer, given: Json, files: Files) -> Json:
    """Any file with a caption."""
    return _send_media(server, "sendDocument", "document", given, files)


def send_media_group(server: TelegramServer, given: Json, files: Files) -> list[Json]:
    """An album of 2 to 10; documents are not mixed with others."""
    items = given["media"]
    if not items:
        raise Refusal(ALBUM_EMPTY)
    if len(items) > 10:
        raise Refusal(ALBUM_TOO_LARGE)
    if len(items) < 2:
        raise Violation("an album has 2 to 10 items")
    kinds = {item["type"] for item in items}
    if "document" in kinds and len(kinds) > 1:
        raise Violation("documents are not mixed with other media in an album")
    chat = server.open(given)
    common = _around(chat, given) | {"media_group_id": str(server.number())}
    captions = [caption_of(item) for item in items]
    made = [media_of(server, item["type"], item["media"], item, files) for item in items]
    server.count("sendMediaGroup", chat, len(items))
    return [
        _send(server, chat, item, content | caption | common, stored, thumbnail)
        for item, caption, (content, stored, thumbnail) in zip(items, captions, made, strict=True)
    ]


def send_chat_action(server: TelegramServer, given: Json, files: Files) -> bool:
    """The bot is seen doing something for five seconds."""
    if given["action"] not in ACTIONS:
        raise Refusal(WRONG_ACTION)
    chat = server.chat(given["chat_id"])
    chat.open_to_bot()
    chat.act(given["action"])
    return True


def text_of(given: Json) -> Json:
    """The text of a request as a message shows it."""
    text, found = entities.message_text(given["text"], given.get("parse_mode", ""), given.get("entities"))
    return {"text": text} | ({"entities": found} if found else {})


def caption_of(given: Json) -> Json:
    """The caption of a request or of an item in it."""
    text, found = entities.caption(given.get("caption", ""), given.get("parse_mode", ""), given.get("caption_entities"))
    return ({"caption": text} if text else {}) | ({"caption_entities": found} if found else {})


def media_of(
    server: TelegramServer, kind: str, value: Any, given: Json, files: Files
) -> tuple[Json, Stored, Stored | None]:
    """What a message with this media holds; the file; its thumbnail."""
    if kind not in MEDIA:
        raise Violation(f"this test server takes no {kind}")
    for name in ("thumbnail", "cover"):
        if isinstance(given.get(name), str) and not given[name].startswith("attach://"):
            raise Violation(f"a {name} can only be uploaded anew")
    stored = server.files.take(kind, value, files)
    known = server.facts.get(stored.file_id)
    if known is not None:  # sent again: it is as it was
        return {kind: known[0]}, stored, known[1]
    thumbnail = server.files.take("thumbnail", given["thumbnail"], files) if "thumbnail" in given else None
    body = _file(stored)
    if kind == "photo":
        facts: Any = [_file(size) for size in server.sizes(stored)]
    else:
        body |= {"file_name": stored.upload.filename, "mime_type": stored.upload.mime}
        if thumbnail:
            body["thumbnail"] = _file(thumbnail)
        if kind == "video":
            body |= {name: given.get(name, 0) for name in ("width", "height", "duration")}
        facts = body
    server.facts[stored.file_id] = (facts, thumbnail)
    return {kind: facts}, stored, thumbnail


def _file(stored: Stored) -> Json:
    body: Json = {"file_id": stored.file_id, "file_unique_id": stored.unique, "file_size": stored.size}
    return body | ({"width": stored.width, "height": stored.height} if stored.width else {})


def _send_media(server: TelegramServer, method: str, kind: str, given: Json, files: Files) -> Json:
    chat = server.open(given)
    around = _around(chat, given) | caption_of(given)
    content, stored, thumbnail = media_of(server, kind, given[kind], given, files)
    server.count(method, chat)
    return _send(server, chat, given, content | around, stored, thumbnail)


def _around(chat: Chat, given: Json) -> Json:
    """Buttons under the message, and what it answers."""
    keyboard, replied = given.get("reply_markup"), given.get("reply_parameters")
    if keyboard:
        markup.check(keyboard)
    inline = keyboard and "inline_keyboard" in keyboard
    return (_answered(chat, replied) if replied else {}) | ({"reply_markup": keyboard} if inline else {})


def _send(
    server: TelegramServer,
    chat: Chat,
    given: Json,
    content: Json,
    stored: Stored | None = None,
    thumbnail: Stored | None = None,
) -> Json:
    keyboard = given.get("reply_markup") or {}
    if "keyboard" in keyboard:
        chat.keyboard = keyboard
    elif "remove_keyboard" in keyboard:
        chat.keyboard = None
    body = chat.fresh(server.me, content)
    kept = Kept(body["message_id"], body, True, stored, thumbnail, bool(given.get("supports_streaming")))
    return chat.add(kept).body


def _answered(chat: Chat, replied: Json) -> Json:
    number = replied.get("message_id")
    kept = chat.get(number) if isinstance(number, int) else None
    if kept is None:
        if replied.get("allow_sending_without_reply"):
            return {}
        raise Refusal(REPLY_NOT_FOUND)
    return {"reply_to_message": {name: value for name, value in kept.body.items() if name != "reply_to_message"}}
