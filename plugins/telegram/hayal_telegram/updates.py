"""From an update of the Bot API, raw as it came, to an update of the engine: a pure function.

Only the fields needed are looked at, so nothing new in Telegram stops what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hayal import Update

WANTED = ["message", "callback_query"]
"""The kinds of update that Telegram is asked for."""

THINGS = frozenset(
    (
        *("animation", "audio", "checklist", "contact", "dice", "document", "game", "gift", "live_photo", "location"),
        *("paid_media", "photo", "poll", "sticker", "story", "unique_gift", "venue", "video", "video_note", "voice"),
    )
)
"""What a message may hold instead of a text; anything else is a note of Telegram's own about the chat."""

PRIVATE = "private"
GROUPS = frozenset({"group", "supergroup"})

Json = Mapping[str, Any]


class Malformed(ValueError):
    """An update that is not as the Bot API describes it."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot: its id, and its name without the "@", in small letters."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came: the engine's update, and what only this plugin needs.

    `query` is the id of the callback query to answer. `username` is the person's name without the "@", in small
    letters. `album` is the same for all pictures of one album. `moved` is the id that the group has from now on;
    then there is nothing else. `update` is None if the engine has nothing to do.
    """

    update: Update | None = None
    query: str = ""
    username: str = ""
    album: str = ""
    chat: int = 0
    private: bool = True
    moved: int = 0


NOTHING = Arrival()


def number_of(raw: Any) -> int:
    """The update's own number. Raises Malformed."""
    if not isinstance(raw, dict):
        raise Malformed("it is not an object")
    return _int(raw, "update_id")


def update_of(raw: Json, me: Me, commands: frozenset[str] = frozenset()) -> Arrival:
    """What `raw` means. Raises Malformed.

    In groups only what is meant for the bot is taken: commands with its name (or without one, if among `commands`),
    mentions and replies to it.
    """
    number = number_of(raw)
    if "message" in raw:
        return _message(number, _object(raw, "message"), me, commands)
    if "callback_query" in raw:
        return _tap(number, _object(raw, "callback_query"))
    return NOTHING


def _message(number: int, message: Json, me: Me, commands: frozenset[str]) -> Arrival:
    chat = _object(message, "chat")
    kind, where = _text(chat, "type"), _int(chat, "id")
    if kind not in GROUPS and kind != PRIVATE:
        if kind == "channel":
            return NOTHING
        raise Malformed(f'there is no kind of chat "{kind[:40]}" known')
    if "migrate_to_chat_id" in message:
        return Arrival(chat=where, private=False, moved=_int(message, "migrate_to_chat_id"))
    text = message.get("text")
    if text is None and THINGS.isdisjoint(message):
        return NOTHING
    person = _object(message, "from") if "from" in message else None
    if person is None or person.get("is_bot") is True or message.get("is_automatic_forward") is True:
        return NOTHING
    text = "" if text is None else _text(message, "text")
    place, quote = _int(message, "message_id"), ""
    if kind in GROUPS:
        meant = _meant(text, message, me, commands)
        if meant is None:
            return NOTHING
        text = meant
        topic = message.get("message_thread_id") if message.get("is_topic_message") is True else None
        quote = f"{place}.{topic}" if type(topic) is int else str(place)
    return _arrival(
        f"{number}.{place}", person, where, kind, text=text, quote=quote, album=str(message.get("media_group_id") or "")
    )


def _tap(number: int, query: Json) -> Arrival:
    query_id, person = _text(query, "id"), _object(query, "from")
    message, data = query.get("message"), query.get("data")
    if message is None or data is None:  # a button of an inline message or a game: none of ours
        return Arrival(query=query_id)
    message = _object(query, "message")
    chat, tap = _object(message, "chat"), _text(query, "data")
    kind = _text(chat, "type")
    quote = str(_int(message, "message_id")) if kind in GROUPS else ""
    return _arrival(f"{number}.{query_id}", person, _int(chat, "id"), kind, tap=tap, quote=quote, query=query_id)


def _arrival(
    update_id: str,
    person: Json,
    where: int,
    kind: str,
    *,
    text: str = "",
    tap: str = "",
    quote: str = "",
    query: str = "",
    album: str = "",
) -> Arrival:
    language, name, username = person.get("language_code"), person.get("first_name"), person.get("username")
    update = Update(
        update_id,
        str(where),
        str(_int(person, "id")),
        text,
        tap,
        language if isinstance(language, str) else "",
        name if isinstance(name, str) else "",
        quote,
    )
    known = username.lower() if isinstance(username, str) else ""
    return Arrival(update, query, known, album, where, kind == PRIVATE)


def _meant(text: str, message: Json, me: Me, commands: frozenset[str]) -> str | None:
    """What a text in a group says to the bot, or None if it is not meant for it."""
    if text.startswith("/"):
        command, at, name = text[1:].split(maxsplit=1)[0].partition("@") if text[1:].strip() else ("", "", "")
        mine = name.lower() == me.name if at else command.lower() in commands
        return text if mine else None
    spoken = _without_mention(text, message.get("entities"), me)
    if spoken is not None:
        return spoken
    answered = message.get("reply_to_message")
    if isinstance(answered, dict):
        sender = answered.get("from")
        if isinstance(sender, dict) and sender.get("id") == me.id:
            return text
    return None


def _without_mention(text: str, entities: Any, me: Me) -> str | None:
    """The text without the mentions of the bot, or None if there are none. Offsets are UTF-16."""
    if not isinstance(entities, list):
        return None
    raw, found = text.encode("utf-16-le", "surrogatepass"), False
    for entity in reversed(entities):
        if not isinstance(entity, dict) or entity.get("type") not in {"mention", "text_mention"}:
            continue
        start, length = 2 * _int(entity, "offset"), 2 * _int(entity, "length")
        said = raw[start : start + length].decode("utf-16-le", "surrogatepass")
        user = entity.get("user")
        if said.lower() == f"@{me.name}" or (isinstance(user, dict) and user.get("id") == me.id):
            raw, found = raw[:start] + raw[start + length :], True
    return raw.decode("utf-16-le", "surrogatepass").replace("  ", " ").strip(" ,:") if found else None


def _object(holder: Json, key: str) -> Json:
    value = holder.get(key)
    if not isinstance(value, dict):
        raise Malformed(f'"{key}" is not an object')
    return value


def _int(holder: Json, key: str) -> int:
    value = holder.get(key)
    if type(value) is not int:
        raise Malformed(f'"{key}" is not a number')
    return value


def _text(holder: Json, key: str) -> str:
    value = holder.get(key)
    if not isinstance(value, str):
        raise Malformed(f'"{key}" is not a text')
    return value
