"""Methods of the Bot API for bubbles, and what is read of their answers. Pure functions."""

from __future__ import annotations

from typing import Any, TypeAlias

from aiogram.enums import InputMediaType
from aiogram.methods import SendMessage
from aiogram.types import (
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReplyParameters,
)

from hayal import Attachment, MessengerError
from hayal_telegram.rendering import Bubble

File: TypeAlias = str | InputFile

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def common(answers: str, quiet: bool) -> dict[str, Any]:
    """What all methods that send have in common: whether it makes a sound, and the update it answers."""
    shared: dict[str, Any] = {"disable_notification": True} if quiet else {}
    place, _, topic = answers.partition(".")
    if place.isdecimal():
        shared["reply_parameters"] = ReplyParameters(message_id=int(place), allow_sending_without_reply=True)
        if topic.isdecimal():
            shared["message_thread_id"] = int(topic)
    return shared


def text(chat: int, bubble: Bubble, shared: dict[str, Any]) -> SendMessage:
    """A new text."""
    return SendMessage(
        chat_id=chat,
        text=bubble.text,
        entities=list(bubble.entities) or None,
        link_preview_options=NO_PREVIEW,
        reply_markup=bubble.markup,
        **shared,
    )


def facts(video: Attachment) -> dict[str, Any]:
    """What clients need to show a video in its shape: without it they draw a square."""
    return {
        "width": video.width,
        "height": video.height,
        "duration": max(1, round(video.seconds or 1)),
        "supports_streaming": True,
    }


def item(one: Attachment, file: File, bubble: Bubble, thumbnail: InputFile | None) -> InputMediaPhoto | InputMediaVideo:
    """What a message is changed to."""
    words: dict[str, Any] = {"caption": bubble.text or None, "caption_entities": list(bubble.entities) or None}
    if bubble.kind == "photo":
        return InputMediaPhoto(type=InputMediaType.PHOTO, media=file, **words)
    return InputMediaVideo(type=InputMediaType.VIDEO, media=file, thumbnail=thumbnail, **facts(one), **words)


def inline(bubble: Bubble) -> InlineKeyboardMarkup | None:
    """The buttons; a message cannot be changed to have a menu."""
    return bubble.markup if isinstance(bubble.markup, InlineKeyboardMarkup) else None


def message_id(result: Any) -> int:
    """The id of the message in an answer. Raises MessengerError."""
    number = result.get("message_id") if isinstance(result, dict) else None
    if type(number) is not int or number <= 0:
        raise MessengerError("the answer has no message_id")
    return number


def file_id(message: Any) -> str | None:
    """The id of the one file in a message: the largest size of a photo."""
    if not isinstance(message, dict):
        return None
    photo = message.get("photo")
    file = photo[-1] if isinstance(photo, list) and photo else message.get("video") or message.get("animation")
    file_id = file.get("file_id") if isinstance(file, dict) else None
    return file_id if isinstance(file_id, str) else None
