"""The media store: bytes by key, in a local folder or an object store, streamed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from hayal.errors import HayalError, StorageError

CHUNK = 256 * 1024
"""Bytes read or written at a time."""

ROOM = 1024 * 1024
"""Bytes that must fit into the store before something is paid for that will be put there."""

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*\.(jpg|png|webp|mp4)")

MIME = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "mp4": "video/mp4"}


class NoSuchMedia(HayalError):
    """There is nothing under this key."""

    text_id = "content-gone"


@dataclass(frozen=True, slots=True)
class Stream:
    """A part of a stored file: `chunks` yields bytes `start` up to `end` (exclusive) of `total`."""

    start: int
    end: int
    total: int
    mime: str
    chunks: AsyncIterator[bytes]


def checked(key: str) -> str:
    """`key` if it is one the engine makes; raises NoSuchMedia for anything else, so that no path gets through."""
    if len(key) > 200 or not _KEY.fullmatch(key):
        raise NoSuchMedia("not a media key")
    return key


class Media:
    """The store. Keys look like "3f2a…/video-9c1e….mp4": the part before the slash is the owner's."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def at(cls, where: str, base: Path) -> Media:
        """Open a folder (relative to `base`) or an object store's URL (s3://, gs://, az://, memory://).

        Raises StorageError.
        """
        shown = re.sub(r"://[^@/]*@", "://", where)
        try:
            if "://" in where and not where.startswith("file://"):
                return cls(from_url(where))
            folder = base / where.removeprefix("file://")
            folder.mkdir(parents=True, exist_ok=True)
            return cls(LocalStore(prefix=folder))
        except (OSError, ValueError, obstore.exceptions.BaseError) as error:
            raise StorageError(f"the media store {shown} cannot be used: {type(error).__name__}") from error

    async def put(self, key: str, data: bytes | Path | AsyncIterable[bytes]) -> int:
        """Store bytes, a file or a stream under `key`, replacing what was there. Returns the size in bytes.

        A file or stream is never held in memory whole. Raises StorageError, or what the stream raises; then the key
        is as it was before.
        """
        checked(key)
        try:
            await obstore.put_async(self._store, key, data, chunk_size=5 * 1024 * 1024, max_concurrency=2)
            return (await obstore.head_async(self._store, key))["size"]
        except (OSError, obstore.exceptions.BaseError) as error:
            raise StorageError(f"the media store cannot take {key}: {_first_line(error)}") from error

    async def make_room(self, folder_of: str) -> None:
        """See whether something can be written beside the key `folder_of`. Raises StorageError if not."""
        probe = f"{folder_of.rpartition('.')[0]}-room.jpg"
        await self.put(probe, bytes(ROOM))
        with _explained(probe):
            await obstore.delete_async(self._store, probe)

    async def size(self, key: str) -> int:
        """Size in bytes. Raises NoSuchMedia, and StorageError if the store does not answer."""
        checked(key)
        with _explained(key):
            return (await obstore.head_async(self._store, key))["size"]

    async def read(self, key: str, limit: int = 64 * 1024 * 1024) -> bytes:
        """The whole file, for pictures. Raises NoSuchMedia, and StorageError (also above `limit` bytes)."""
        size = await self.size(key)
        if size > limit:
            raise StorageError(f"{key} has {size} bytes, more than the {limit} that are read at once")
        with _explained(key):
            return bytes(await obstore.get_range_async(self._store, key, start=0, end=size)) if size else b""

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> Stream:
        """Read from byte `start` up to `end` (exclusive, default the whole), in chunks. Raises NoSuchMedia.

        So do the chunks, if it is deleted meanwhile.
        """
        total = await self.size(key)
        start = max(start, 0)
        stop = total if end is None else min(end, total)
        mime = MIME[key.rpartition(".")[2]]
        return Stream(start, stop, total, mime, self._chunks(key, start, stop))

    async def _chunks(self, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
        while start < stop:
            end = min(start + CHUNK, stop)
            with _explained(key):
                chunk = bytes(await obstore.get_range_async(self._store, key, start=start, end=end))
            yield chunk
            start = end

    async def forget(self, owner: str) -> None:
        """Delete everything of an owner (the part of the keys before the slash). Raises StorageError."""
        checked(f"{owner}/x.jpg")
        with _explained(owner):
            async for batch in obstore.list(self._store, prefix=f"{owner}/"):
                await obstore.delete_async(self._store, [meta["path"] for meta in batch])


@contextmanager
def _explained(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NoSuchMedia(key) from error
    except (OSError, obstore.exceptions.BaseError) as error:
        raise StorageError(f"the media store does not give {key}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


__all__ = ["MIME", "Media", "NoSuchMedia", "Stream", "checked"]
