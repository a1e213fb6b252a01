"""Bubbles on their way to Telegram: sent, changed, taken away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import anyio
import structlog
from aiogram.enums import InputMediaType
from aiogram.methods import (
    DeleteMessages,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMediaGroup,
    SendPhoto,
    SendVideo,
    TelegramMethod,
)
from aiogram.types import (
    InputFile,
    InputMediaPhoto,
)
from anyio.abc import TaskGroup

from hayal import HayalError, MessengerError, Undeliverable
from hayal.media import NoSuchMedia
from hayal_telegram import requests
from hayal_telegram.calling import Calls
from hayal_telegram.files import MAX_PHOTO, Files
from hayal_telegram.remote import Sent
from hayal_telegram.rendering import Bubble
from hayal_telegram.requests import File
from hayal_telegram.trouble import StaleFile, UnfitPhoto

UPLOADS = 8
"""Files on their way at once."""

BUSY_AGAIN = 4.0
"""Seconds after which "uploading a video" is said again; clients show it for five."""

Busy: TypeAlias = Callable[[str], Any]

log = structlog.get_logger("hayal.telegram")


class Sender:
    """Shows bubbles. `busy(chat)` shows once that a video is being uploaded."""

    def __init__(self, calls: Calls, files: Files, group: TaskGroup, busy: Busy) -> None:
        self._calls = calls
        self._files = files
        self._group = group
        self._busy = busy
        self._room = anyio.Semaphore(UPLOADS)

    async def put(self, chat: str, bubble: Bubble, answers: str = "", *, quiet: bool = False) -> Sent:
        """Show a new bubble. Raises as `Calls.call`, and Undeliverable if its picture or video is gone."""
        common = requests.common(answers, quiet)
        if bubble.kind == "text":
            result = await self._calls.call(chat, lambda where: requests.text(where, bubble, common))
            return Sent("text", (requests.message_id(result),))
        if bubble.kind == "album":
            try:
                return await self._album(chat, bubble, common)
            except UnfitPhoto:  # nobody says which one: each on its own
                alone = [Bubble("photo", *one) for one in zip(bubble.titles, ((m,) for m in bubble.media), strict=True)]
                sent = [await self.put(chat, one, answers, quiet=quiet) for one in alone]
                return Sent("album", tuple(number for one in sent for number in one.ids))
        try:
            result = await self._single(chat, bubble, common)
        except UnfitPhoto:
            result = await self._document(chat, bubble, common)
        return Sent(bubble.kind, (requests.message_id(result),))

    async def change(self, chat: str, sent: Sent, bubble: Bubble) -> None:
        """Make what was sent look like `bubble`; that it does already is fine. Raises also Vanished."""
        message_id, markup = sent.ids[0], requests.inline(bubble)
        if bubble.kind == "text":
            await self._calls.call(
                chat,
                lambda where: EditMessageText(
                    chat_id=where,
                    message_id=message_id,
                    text=bubble.text,
                    entities=list(bubble.entities) or None,
                    link_preview_options=requests.NO_PREVIEW,
                    reply_markup=markup,
                ),
            )
            return

        def build(where: int, files: list[File], thumbnail: InputFile | None) -> TelegramMethod[Any]:
            media = requests.item(bubble.media[0], files[0], bubble, thumbnail)
            return EditMessageMedia(chat_id=where, message_id=message_id, media=media, reply_markup=markup)

        await self._with_files(chat, bubble, build)

    async def remove(self, chat: str, sent: list[Sent]) -> None:
        """Take messages away, as far as Telegram lets us; at least their buttons."""
        ids = [number for one in sent for number in one.ids]
        try:
            await self._calls.call(
                chat, lambda where: DeleteMessages(chat_id=where, message_ids=ids[:100]), counts=False
            )
        except HayalError as error:
            log.info("not taken away", reason=str(error))
            try:
                await self._calls.call(chat, lambda where: EditMessageReplyMarkup(chat_id=where, message_id=ids[-1]))
            except HayalError:
                return

    async def _single(self, chat: str, bubble: Bubble, common: dict[str, Any]) -> Any:
        def build(where: int, files: list[File], thumbnail: InputFile | None) -> TelegramMethod[Any]:
            one = bubble.media[0]
            shared: dict[str, Any] = {
                **common,
                "chat_id": where,
                "caption": bubble.text or None,
                "caption_entities": list(bubble.entities) or None,
                "reply_markup": bubble.markup,
            }
            if bubble.kind == "photo":
                return SendPhoto(photo=files[0], **shared)
            return SendVideo(video=files[0], thumbnail=thumbnail, **requests.facts(one), **shared)

        if bubble.kind == "photo" and bubble.media[0].bytes > MAX_PHOTO:
            raise UnfitPhoto("too large for a photo")
        return await self._with_files(chat, bubble, build)

    async def _document(self, chat: str, bubble: Bubble, common: dict[str, Any]) -> Any:
        """A picture that is no photo to Telegram, as a file."""
        async with self._room:
            file = await self._upload(bubble.media[0].key)
            return await self._calls.call(
                chat,
                lambda where: SendDocument(
                    chat_id=where,
                    document=file,
                    caption=bubble.text or None,
                    caption_entities=list(bubble.entities) or None,
                    reply_markup=bubble.markup,
                    **common,
                ),
            )

    async def _album(self, chat: str, bubble: Bubble, common: dict[str, Any]) -> Sent:
        def build(where: int, files: list[File], _: InputFile | None) -> TelegramMethod[Any]:
            items: list[Any] = [
                InputMediaPhoto(type=InputMediaType.PHOTO, media=file, caption=title)
                for file, title in zip(files, bubble.titles, strict=True)
            ]
            return SendMediaGroup(chat_id=where, media=items, **common)

        result = await self._with_files(chat, bubble, build)
        if not isinstance(result, list):
            raise MessengerError("the answer to an album is no list")
        return Sent("album", tuple(requests.message_id(one) for one in result))

    async def _with_files(
        self, chat: str, bubble: Bubble, build: Callable[[int, list[File], InputFile | None], TelegramMethod[Any]]
    ) -> Any:
        """Call with the ids Telegram knows the files by; if it does not, or not any more, with the files themselves."""
        keys = [one.key for one in bubble.media]
        known = [await self._files.known(key) for key in keys]
        result: Any = None
        if all(known):
            ids: list[File] = [one for one in known if one]
            try:
                result = await self._calls.call(chat, lambda where: build(where, ids, None), bubble.count)
            except StaleFile as error:
                log.info("a file is sent anew", reason=str(error))
                for key in keys:
                    await self._files.unlearn(key)
                known = [None for _ in keys]
        if not all(known):
            async with self._room, self._uploading(chat, bubble):
                files: list[File] = [one or await self._upload(key) for one, key in zip(known, keys, strict=True)]
                thumbnail = await self._files.thumbnail(bubble.media[0]) if bubble.kind == "video" else None
                try:
                    result = await self._calls.call(chat, lambda where: build(where, files, thumbnail), bubble.count)
                except StaleFile as error:
                    raise Undeliverable(f"Telegram does not take the file itself: {error}") from None
        shown = result if isinstance(result, list) else [result]
        for key, one in zip(keys, shown, strict=False):
            file_id = requests.file_id(one)
            if file_id:
                await self._files.learn(key, file_id)
        return result

    async def _upload(self, key: str) -> InputFile:
        try:
            return await self._files.upload(key)
        except NoSuchMedia:
            raise Undeliverable("the picture or video is not there any more") from None

    @asynccontextmanager
    async def _uploading(self, chat: str, bubble: Bubble) -> AsyncIterator[None]:
        """While a video is on its way, the chat shows it."""
        if bubble.kind != "video":
            yield
            return
        scope = anyio.CancelScope()
        self._group.start_soon(self._say_busy, chat, scope)
        try:
            yield
        finally:
            scope.cancel()

    async def _say_busy(self, chat: str, scope: anyio.CancelScope) -> None:
        with scope:
            while True:
                await self._busy(chat)
                await anyio.sleep(BUSY_AGAIN)
