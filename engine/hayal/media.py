"""The media store: bytes by key, in a local folder or an object store, streamed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from hayal.errors import HayalError, StorageError

CHUNK = 256 * 1024
"""Bytes read or written at a time."""

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
        """Open a folder (relative to `base`) or an object store's URL (s3://, gs://, az://, memory://)."""
        if "://" in where and not where.startswith("file://"):
            return cls(from_url(where))
        folder = base / where.removeprefix("file://")
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(prefix=folder))

    async def put(self, key: str, data: bytes | Path | AsyncIterable[bytes]) -> int:
        """Store bytes, a file or a stream under `key`, replacing what was there. Returns the size in bytes.

        A file or stream is never held in memory whole. Raises StorageError; then nothing is under the key.
        """
        checked(key)
        try:
            await obstore.put_async(self._store, key, data, chunk_size=5 * 1024 * 1024, max_concurrency=2)
            return (await obstore.head_async(self._store, key))["size"]
        except (OSError, obstore.exceptions.BaseError) as error:
            raise StorageError(f"the media store cannot take {key}: {error}") from error

    async def size(self, key: str) -> int:
        """Size in bytes. Raises NoSuchMedia."""
        try:
            return (await obstore.head_async(self._store, checked(key)))["size"]
        except FileNotFoundError as error:
            raise NoSuchMedia(key) from error

    async def read(self, key: str, limit: int = 64 * 1024 * 1024) -> bytes:
        """The whole file, for pictures. Raises NoSuchMedia, and StorageError above `limit` bytes."""
        size = await self.size(key)
        if size > limit:
            raise StorageError(f"{key} has {size} bytes, more than the {limit} that are read at once")
        return bytes(await obstore.get_range_async(self._store, key, start=0, end=size)) if size else b""

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> Stream:
        """Read from byte `start` up to `end` (exclusive, default the whole), in chunks. Raises NoSuchMedia."""
        total = await self.size(key)
        stop = total if end is None else min(end, total)
        mime = MIME[key.rpartition(".")[2]]
        return Stream(start, stop, total, mime, self._chunks(key, start, stop))

    async def _chunks(self, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
        while start < stop:
            end = min(start + CHUNK, stop)
            yield bytes(await obstore.get_range_async(self._store, key, start=start, end=end))
            start = end

    async def forget(self, owner: str) -> None:
        """Delete everything of an owner (the part of the keys before the slash)."""
        checked(f"{owner}/x.jpg")
        async for batch in obstore.list(self._store, prefix=f"{owner}/"):
            await obstore.delete_async(self._store, [meta["path"] for meta in batch])


__all__ = ["MIME", "Media", "NoSuchMedia", "Stream", "checked"]
