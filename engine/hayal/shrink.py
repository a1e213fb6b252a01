"""Smaller copies of files that a messenger does not take, made once and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import anyio
from anyio import to_process

from hayal.chat import Attachment, Post
from hayal.jobs.footage import Unreadable, picture_facts, smaller_picture, smaller_video, video_facts
from hayal.media import Media
from hayal.provider import Notes
from hayal.texts import Texts

LONGEST = 600.0
"""Seconds that making a smaller copy may take."""


class Shrinker:
    """Fits the attachments of messages to the largest file a messenger takes, and says so in the text."""

    def __init__(self, media: Media, notes: Notes, texts: Texts, scratch: Path) -> None:
        self._media = media
        self._notes = notes
        self._texts = texts
        self._scratch = scratch
        self._one = anyio.CapacityLimiter(1)

    async def fit(self, post: Post, limit: int) -> Post:
        """`post`, or one like it whose attachment has at most `limit` bytes; without one if it cannot be made."""
        attachment = post.message.attachment
        if attachment is None or attachment.bytes <= limit:
            return post
        copy = await self._copy(attachment, limit)
        note = self._texts.say(post.message.language, "note-shrunk" if copy else "note-too-large")
        text = "\n\n".join(filter(None, (post.message.text, note)))
        message = post.message.model_copy(update={"attachment": copy, "text": text})
        return Post(post.seq, post.key, post.chat, message, post.rev, post.at, post.again)

    async def _copy(self, attachment: Attachment, limit: int) -> Attachment | None:
        stem = attachment.key.rpartition(".")[0]
        key = f"{stem}-upto-{limit}.{'mp4' if attachment.kind == 'video' else 'jpg'}"
        known = await self._notes.get(key)
        if known is None:
            async with self._one:  # it takes whole cores
                known = await self._notes.get(key) or await self._make(attachment, key, limit)
        return Attachment.model_validate_json(known) if known else None

    async def _make(self, attachment: Attachment, key: str, limit: int) -> str:
        """The copy as JSON, or "" if there can be none; noted either way."""
        work = self._video if attachment.kind == "video" else self._picture
        try:
            with anyio.fail_after(LONGEST):
                made = (await work(attachment, key, limit)).model_dump_json(exclude_none=True)
        except (Unreadable, TimeoutError):
            made = ""
        await self._notes.put({key: made})
        return made

    async def _video(self, attachment: Attachment, key: str, limit: int) -> Attachment:
        async with self._file(key, "in") as source, self._file(key, "out") as target:
            async with await anyio.open_file(source, "wb") as file:
                async for chunk in (await self._media.stream(attachment.key)).chunks:
                    await file.write(chunk)
            await to_process.run_sync(partial(smaller_video, str(source), str(target), limit), cancellable=True)
            facts = await to_process.run_sync(partial(video_facts, str(target)), cancellable=True)
            size = await self._media.put(key, target)
        changed = {"key": key, "bytes": size, "width": facts["width"], "height": facts["height"]}
        return attachment.model_copy(update=changed)

    async def _picture(self, attachment: Attachment, key: str, limit: int) -> Attachment:
        data = await self._media.read(attachment.key)
        smaller = await to_process.run_sync(partial(smaller_picture, data, limit), cancellable=True)
        facts = await to_process.run_sync(partial(picture_facts, smaller), cancellable=True)
        await self._media.put(key, smaller)
        changed = {"key": key, "bytes": len(smaller), **facts}
        return attachment.model_copy(update=changed)

    @asynccontextmanager
    async def _file(self, key: str, what: str) -> AsyncIterator[Path]:
        path = self._scratch / f"{key.replace('/', '-').removesuffix('.mp4')}-{what}.mp4"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
