"""Pictures and videos as Telegram is given them: by the id it knows them by, else out of the media store."""

from __future__ import annotations

import io
from collections import OrderedDict

import structlog
from aiogram.types import InputFile
from anyio import to_thread

from hayal import Attachment, Media, StorageError
from hayal.media import MIME, NoSuchMedia
from hayal.provider import Notes
from hayal_telegram.session import StoredFile

KEPT = 4096
"""Ids of files kept in memory; all are in the notes."""

SIDE = 320
"""Longest side of a thumbnail, in pixels (core.telegram.org/bots/api#sendvideo); it may have 200 kB."""

MAX_PHOTO = 10 * 1000 * 1000
"""Bytes of a photo; a larger picture goes as a document."""

log = structlog.get_logger("hayal.telegram")


class Files:
    """What is known of files.

    The file_id of a media key is the note of that key, which the engine drops when its owner is forgotten.
    """

    def __init__(self, notes: Notes, media: Media) -> None:
        self._notes = notes
        self._media = media
        self._known: OrderedDict[str, str] = OrderedDict()

    async def known(self, key: str) -> str | None:
        """Telegram's id of the file, or None if it has not been sent yet."""
        if key in self._known:
            return self._known[key] or None
        file_id = await self._notes.get(key) or ""
        self._keep(key, file_id)
        return file_id or None

    async def learn(self, key: str, file_id: str) -> None:
        """The file has this id from now on."""
        if self._known.get(key) == file_id:
            return
        self._keep(key, file_id)
        try:
            await self._notes.put({key: file_id})
        except StorageError as error:  # then it is uploaded again after a restart
            log.warning("the id of a file is not kept", reason=str(error))

    async def unlearn(self, key: str) -> None:
        """Its id is not good any more."""
        self._known.pop(key, None)
        await self._notes.drop(key)

    def forget(self) -> None:
        """Some notes have been dropped: read them anew."""
        self._known.clear()

    async def there(self, key: str) -> bool:
        """Whether the file can be sent. Raises StorageError."""
        if await self.known(key):
            return True
        try:
            await self._media.size(key)
        except NoSuchMedia:
            return False
        return True

    async def upload(self, key: str) -> StoredFile:
        """The file, to be streamed. Raises NoSuchMedia, StorageError."""
        return StoredFile(self._media, key, await self._media.size(key), MIME[key.rpartition(".")[2]])

    async def thumbnail(self, video: Attachment) -> InputFile | None:
        """A small picture of the video's beginning, or None if there is none."""
        if video.poster is None:
            return None
        try:
            data = await to_thread.run_sync(_shrunk, await self._media.read(video.poster))
        except Exception as error:  # noqa: BLE001 - a video without a thumbnail is still a video
            log.warning("no thumbnail", key=video.poster, reason=repr(error))
            return None
        return StoredFile(None, "thumbnail.jpg", len(data), "image/jpeg", data)

    def _keep(self, key: str, file_id: str) -> None:
        self._known[key] = file_id
        self._known.move_to_end(key)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)


def _shrunk(data: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (SIDE * 2, SIDE * 2))
        small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()
