"""The line to the Bot API: aiogram's methods out, raw JSON back.

aiogram validates every answer into its types, and its HTTP client is most of the cost of a short message. Of an answer
only a message_id or a file_id is needed, so answers stay as JSON, and requests go out by a client of our own.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile

from hayal.media import Media
from hayal_telegram.http import Http, NoAnswer

ANSWER = 30
"""Seconds an ordinary request may take."""

UPLOAD = 840
"""Seconds a request with a file may take; the engine gives a message up after 900."""

_UPLOADS = frozenset({"sendPhoto", "sendVideo", "sendDocument", "sendMediaGroup", "editMessageMedia"})
_KINDS: dict[int, type[TelegramAPIError]] = {
    HTTPStatus.BAD_REQUEST: TelegramBadRequest,
    HTTPStatus.UNAUTHORIZED: TelegramUnauthorizedError,
    HTTPStatus.FORBIDDEN: TelegramForbiddenError,
    HTTPStatus.NOT_FOUND: TelegramNotFound,
    HTTPStatus.CONFLICT: TelegramConflictError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TelegramEntityTooLarge,
}


class StoredFile(InputFile):
    """A file of the media store, streamed as it is read; or `data`, small enough for memory."""

    def __init__(self, media: Media | None, key: str, size: int, mime: str, data: bytes | None = None) -> None:
        super().__init__(filename=key.rpartition("/")[2])
        self.media = media
        self.key = key
        self.size = size
        self.mime = mime
        self.data = data

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """The file, in chunks. Raises NoSuchMedia or StorageError."""
        if self.data is not None:
            yield self.data
        elif self.media is not None:
            async for chunk in (await self.media.stream(self.key)).chunks:
                yield chunk


class RawSession(BaseSession):
    """A session of aiogram's whose answers are plain JSON."""

    def __init__(self, base: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(base), timeout=ANSWER)
        self._http = Http(base)
        self._before = urlsplit(base).path.rstrip("/")

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109
        """The `result` of a call, as JSON. Raises TelegramAPIError; its text never has the token in it."""
        name = method.__api_method__
        path = f"{self._before}/bot{bot.token}/{name}"
        files: dict[str, InputFile] = {}
        fields = self._fields(bot, method, files) if name in _UPLOADS else {}
        try:
            if files:
                form = Form(bot, fields, files)
                status, body = await self._http.post(path, form.mime, form.chunks(), form.size, UPLOAD)
            else:
                data = method.model_dump_json(exclude_unset=True, exclude_none=True).encode()
                status, body = await self._http.post(path, "application/json", data, len(data), timeout or ANSWER)
        except NoAnswer as error:
            raise TelegramNetworkError(method=method, message=str(error)) from None
        return answered(method, status, body)

    def _fields(self, bot: Bot, method: TelegramMethod[Any], files: dict[str, InputFile]) -> dict[str, Any]:
        values = method.model_dump(exclude_unset=True, warnings=False).items()
        return {key: self.prepare_value(value, bot, files, _dumps_json=False) for key, value in values}

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """Nothing: the bot downloads no files."""
        nothing: bytes
        for nothing in ():
            yield nothing


class Form:
    """Fields and files as multipart/form-data (RFC 7578), read while it is sent. `size` in bytes."""

    def __init__(self, bot: Bot, fields: dict[str, Any], files: dict[str, InputFile]) -> None:
        self._bot = bot
        boundary = secrets.token_hex(16)
        self.mime = f"multipart/form-data; boundary={boundary}"
        self._parts: list[tuple[bytes, StoredFile | None]] = []
        for key, value in fields.items():
            if value is not None:
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                head = f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'
                self._parts.append((head.encode("utf-8", "replace"), None))
        for key, file in files.items():
            if not isinstance(file, StoredFile):
                raise TypeError("only files of the media store are sent")
            head = (
                f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"; filename="{file.filename}"\r\n'
                f"Content-Type: {file.mime}\r\n\r\n"
            )
            self._parts.append((head.encode(), file))
        self._end = f"--{boundary}--\r\n".encode()
        sizes = (len(head) + (file.size + 2 if file else 0) for head, file in self._parts)
        self.size = sum(sizes) + len(self._end)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """All of it, a chunk at a time. Raises NoSuchMedia, StorageError."""
        for head, file in self._parts:
            yield head
            if file:
                async for chunk in file.read(self._bot):
                    yield chunk
                yield b"\r\n"
        yield self._end


def answered(method: TelegramMethod[Any], status: int, body: bytes) -> Any:
    """The `result` in an answer of the Bot API. Raises the TelegramAPIError that it says."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        kind = TelegramServerError if status >= 500 else TelegramNetworkError
        raise kind(method=method, message=f"no answer of the Bot API, but status {status}")
    if answer["ok"] is True and status < 300:
        return answer.get("result")
    description = str(answer.get("description") or f"status {status}")
    parameters = answer.get("parameters")
    if isinstance(parameters, dict):
        after, moved = parameters.get("retry_after"), parameters.get("migrate_to_chat_id")
        if type(after) is int and after >= 0:
            raise TelegramRetryAfter(method=method, message=description, retry_after=after)
        if type(moved) is int:
            raise TelegramMigrateToChat(method=method, message=description, migrate_to_chat_id=moved)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TelegramRetryAfter(method=method, message=description, retry_after=1)
    fallback = TelegramServerError if status >= 500 else TelegramAPIError
    raise _KINDS.get(status, fallback)(method=method, message=description)


class Line:
    """A bot and its session: `ask` makes a call."""

    def __init__(self, base: str, token: str) -> None:
        self.base = base
        self._session = RawSession(base)
        self._bot = Bot(token, session=self._session)

    @property
    def bot_id(self) -> int:
        """The bot's own id."""
        return self._bot.id

    async def ask(self, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109
        """What the Bot API answers to `method`, as JSON. Raises TelegramAPIError."""
        return await self._session.make_request(self._bot, method, timeout)

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
