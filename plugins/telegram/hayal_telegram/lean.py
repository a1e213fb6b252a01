"""aiogram without its cost: imported, but of its models only those are built that a bot here makes.

At its end `aiogram.types` builds all of its more than 400 models: of 6.5 seconds and 167 MB for the import, 5 seconds
and 95 MB. That call is left out during the import, and made for those named here. The package imports this before
anything else of aiogram is; a model that is not named then raises PydanticUserError when it is made. Where aiogram has
been imported before, nothing is left to do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

TYPES = (
    "User",
    "MessageEntity",
    "WebAppInfo",
    "LoginUrl",
    "CallbackGame",
    "SwitchInlineQueryChosenChat",
    "CopyTextButton",
    "InlineKeyboardButton",
    "InlineKeyboardMarkup",
    "KeyboardButtonRequestUsers",
    "KeyboardButtonRequestChat",
    "KeyboardButtonPollType",
    "ChatAdministratorRights",
    "KeyboardButton",
    "ReplyKeyboardMarkup",
    "ReplyKeyboardRemove",
    "ForceReply",
    "LinkPreviewOptions",
    "ReplyParameters",
    "InputMediaPhoto",
    "InputMediaVideo",
    "BotCommand",
)
"""Types that are made here, each after what it is made of."""

METHODS = (
    "AnswerCallbackQuery",
    "DeleteMessages",
    "DeleteWebhook",
    "EditMessageMedia",
    "EditMessageReplyMarkup",
    "EditMessageText",
    "GetMe",
    "GetUpdates",
    "SendChatAction",
    "SendDocument",
    "SendMediaGroup",
    "SendMessage",
    "SendPhoto",
    "SendVideo",
    "SetMyCommands",
    "SetMyDescription",
    "SetMyShortDescription",
    "SetWebhook",
)


@contextmanager
def _unbuilt() -> Iterator[None]:
    build = BaseModel.__dict__["model_rebuild"]

    def later(_cls: type[BaseModel], /, **_how: Any) -> None:
        return None

    BaseModel.model_rebuild = classmethod(later)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        BaseModel.model_rebuild = build  # type: ignore[method-assign]


def _import() -> None:
    if "aiogram" in sys.modules:
        return  # somebody has built everything already
    with _unbuilt():
        from aiogram import methods, types
    from aiogram.client.default import Default

    names: dict[str, Any] = {name: getattr(types, name) for name in types.__all__} | {"Default": Default}
    for model in (*(names[name] for name in TYPES), *(getattr(methods, name) for name in METHODS)):
        model.model_rebuild(_types_namespace=names)


_import()
