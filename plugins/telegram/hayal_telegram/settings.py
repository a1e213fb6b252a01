"""What `[plugins.telegram]` may say."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ConfigDict, Field, SecretStr, field_validator, model_validator

from hayal import Settings

PUBLIC_API = "https://api.telegram.org"

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{3,}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{8,256}")
_PERSON = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|[1-9][0-9]{0,15}")
_CHAT = re.compile(r"-?[1-9][0-9]{0,15}")

Ids = Annotated[
    tuple[str, ...],
    BeforeValidator(
        lambda given: (
            [str(one) if type(one) is int else one for one in given] if isinstance(given, (list, tuple)) else given
        )
    ),
]
"""Ids of Telegram, written as numbers or as texts."""


class TelegramSettings(Settings):
    """Which bot this is, how it hears of updates, and whom it talks to."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token: SecretStr = Field(
        description="The bot's token, from @BotFather.", json_schema_extra={"env": "TELEGRAM_BOT_TOKEN"}
    )
    api_base: str = Field(
        default=PUBLIC_API, description="Origin of the Bot API; another one for a Bot API server of your own."
    )
    mode: Literal["polling", "webhook"] = Field(
        default="polling", description="Whether the bot asks Telegram for updates, or Telegram calls the bot."
    )
    webhook_url: str = Field(
        default="", description='For mode "webhook": the public address that Telegram calls, "https://...".'
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="For mode webhook: what Telegram proves itself with; made from the token if not given.",
    )
    webhook_host: str = Field(default="127.0.0.1", min_length=1, description="For mode webhook: address to listen on.")
    webhook_port: int = Field(
        default=8081, ge=0, le=65535, description="For mode webhook: port to listen on; 0 takes any free one."
    )
    webhook_path: str = Field(
        default="", description="For mode webhook: path to answer at; by default the path of webhook_url."
    )
    allowed_users: Ids = Field(
        default=(), description="Ids or @names of the only people the bot talks to; empty for everybody."
    )
    admins: Ids = Field(default=(), description="Ids of the chats that are told what an operator has to mend.")
    max_file: int = Field(
        default=50,
        ge=1,
        le=2000,
        description="Largest file in MB: 50 on the public Bot API, 2000 on a Bot API server of your own.",
    )

    messages_per_second: int = Field(
        default=30,
        ge=0,
        le=1000,
        description="Messages a second over all chats; Telegram's limit is 30. 0: none are kept, for a server without.",
    )

    @field_validator("token")
    @classmethod
    def _token(cls, token: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(token.get_secret_value()):
            msg = 'this is no token of a bot; @BotFather gives one like "123456789:AAE..."'
            raise ValueError(msg)
        return token

    @field_validator("api_base")
    @classmethod
    def _api_base(cls, url: str) -> str:
        return _url(url, {"http", "https"}, "https://api.telegram.org").rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is None or not secret.get_secret_value():
            return None
        if not _SECRET.fullmatch(secret.get_secret_value()):
            msg = "it needs 8 to 256 of the characters A-Z, a-z, 0-9, _ and -"
            raise ValueError(msg)
        return secret

    @field_validator("webhook_path")
    @classmethod
    def _path(cls, path: str) -> str:
        if path and not re.fullmatch(r"/[A-Za-z0-9._~/-]*", path):
            msg = f'"{path}" is not a path such as "/telegram"'
            raise ValueError(msg)
        return path

    @field_validator("allowed_users")
    @classmethod
    def _people(cls, people: tuple[str, ...]) -> tuple[str, ...]:
        for one in people:
            if not _PERSON.fullmatch(one):
                msg = f'"{one}" is neither the id of a person (a number) nor an @name'
                raise ValueError(msg)
        return people

    @field_validator("admins")
    @classmethod
    def _chats(cls, chats: tuple[str, ...]) -> tuple[str, ...]:
        for chat in chats:
            if not _CHAT.fullmatch(chat):
                msg = f'"{chat}" is not the id of a chat: write a number (a bot cannot write to an @name first)'
                raise ValueError(msg)
        return chats

    @model_validator(mode="after")
    def _hooked(self) -> Self:
        if self.mode == "webhook":
            if not self.webhook_url:
                msg = 'mode "webhook" needs `webhook_url`, the public address that Telegram calls'
                raise ValueError(msg)
            _url(self.webhook_url, {"http", "https"}, "https://bot.example.org/telegram")
        return self

    @property
    def path(self) -> str:
        """The path that the webhook answers at."""
        return self.webhook_path or urlsplit(self.webhook_url).path or "/"

    @property
    def secret(self) -> str:
        """What Telegram sends with every call of the webhook."""
        if self.webhook_secret:
            return self.webhook_secret.get_secret_value()
        token = self.token.get_secret_value()
        return hashlib.blake2b(token.encode(), digest_size=24, person=b"hayal webhook").hexdigest()


def _url(text: str, schemes: set[str], example: str) -> str:
    parts = urlsplit(text.strip())
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        msg = f'"{text}" is not an address such as "{example}"'
        raise ValueError(msg)
    return text.strip()
