"""What an answer other than "ok" means for a message."""

from __future__ import annotations

from enum import Enum, auto

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from hayal import MessengerError


class Fate(Enum):
    """What became of a call."""

    LATER = auto()
    """429: wait as long as it says."""
    MOVED = auto()
    """The group has another id now."""
    LOST = auto()
    """Nobody can be reached in this chat: blocked, deleted, thrown out, may not write."""
    SAME = auto()
    """It looks like this already."""
    VANISHED = auto()
    """The message to change is not there any more, or cannot be changed any more."""
    STALE = auto()
    """The file_id is not good any more."""
    UNFIT = auto()
    """The picture is none that Telegram shows as a photo."""
    PASSING = auto()
    """A fault of the network or of the server, or of the token: it will work again."""
    WRONG = auto()
    """The request itself is wrong: it never works."""


_SIGNS: tuple[tuple[Fate, tuple[str, ...]], ...] = (
    (Fate.SAME, ("message is not modified",)),
    (
        Fate.LOST,
        (
            "chat not found",
            "user not found",
            "peer_id_invalid",
            "chat_write_forbidden",
            "chat_restricted",
            "have no rights to send",
            "not enough rights",
            "need administrator rights",
            "group chat was deactivated",
            "group chat was deleted",
            "user is deactivated",
            "topic_closed",
            "channel_private",
        ),
    ),
    (
        Fate.VANISHED,
        (
            "message to edit not found",
            "message can't be edited",
            "message_id_invalid",
            "message identifier is not specified",
            "there is no text in the message",
            "there is no caption in the message",
            "there is no media in the message",
            "message_edit_time_expired",
        ),
    ),
    (
        Fate.STALE,
        (
            "wrong file identifier",
            "wrong remote file",
            "wrong file_id",
            "invalid file_id",
            "invalid file id",
            "file_id",
            "file reference",
            "file_reference",
            "can't use file of type",
            "media_empty",
            "wrong type of file",
        ),
    ),
    (Fate.UNFIT, ("photo_invalid_dimensions", "image_process_failed", "photo_ext_invalid", "too big for a photo")),
)


class Vanished(MessengerError):
    """The message to change is gone, or too old."""


class StaleFile(MessengerError):
    """A file_id is not good any more."""


class UnfitPhoto(MessengerError):
    """A picture is none that Telegram shows as a photo."""


def fate(error: TelegramAPIError) -> Fate:
    """What `error` means. The Bot API has few codes and tells apart by its words."""
    if isinstance(error, TelegramRetryAfter):
        return Fate.LATER
    if isinstance(error, TelegramMigrateToChat):
        return Fate.MOVED
    if isinstance(error, TelegramForbiddenError):
        return Fate.LOST
    if isinstance(error, TelegramEntityTooLarge):  # to aiogram a kind of TelegramNetworkError
        return Fate.WRONG
    if isinstance(error, TelegramUnauthorizedError | TelegramNotFound | TelegramServerError | TelegramNetworkError):
        return Fate.PASSING
    if isinstance(error, TelegramBadRequest):
        said = error.message.lower()
        return next((kind for kind, signs in _SIGNS if any(sign in said for sign in signs)), Fate.WRONG)
    return Fate.PASSING


def sentence(error: TelegramAPIError, base: str) -> str:
    """`error` as one sentence for the operator."""
    if isinstance(error, TelegramUnauthorizedError | TelegramNotFound):
        return (
            f"the Bot API at {base} does not know the token of [plugins.telegram]: "
            "ask @BotFather for the bot's token and set it (TELEGRAM_BOT_TOKEN)"
        )
    if isinstance(error, TelegramNetworkError):
        return f"the Bot API at {base} cannot be reached: {error.message}"
    return f"the Bot API at {base} answers: {error.message}"
