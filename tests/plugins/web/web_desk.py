"""An engine in memory behind the web messenger: a log, real media, and a persona that answers from a script."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import av
import numpy as np
from fluent.runtime import FluentBundle, FluentResource
from PIL import Image, ImageDraw, ImageFilter

import hayal_web
from hayal import Activity, Attachment, Button, Card, Media, Message, Post, StorageError, Update
from hayal_web.messenger import WebMessenger

LOCALES = Path(hayal_web.__file__).parent / "locales"
NAMES = ("Leyla", "Mila", "Emre", "Sofia")


@cache
def bundle(language: str) -> FluentBundle:
    made = FluentBundle([language], use_isolating=False)
    for file in sorted((LOCALES / language).glob("*.ftl")):
        made.add_resource(FluentResource(file.read_text()))
    return made


@cache
def portrait(seed: int, width: int = 720, height: int = 1280) -> bytes:
    """A painted figure at dusk: something to look at while styling."""
    skies = [("#f2a48b", "#5b3a8e"), ("#f7c59f", "#8b3f7d"), ("#89a7d8", "#2b2550"), ("#f3b5c4", "#6a4cb3")]
    top, bottom = skies[seed % len(skies)]
    image = Image.linear_gradient("L").resize((width, height))
    picture = Image.composite(Image.new("RGB", image.size, bottom), Image.new("RGB", image.size, top), image)
    draw = ImageDraw.Draw(picture)
    w, h = width, height
    draw.ellipse((w * 0.6, h * 0.1, w * 0.85, h * 0.1 + w * 0.25), fill="#ffe9c9")
    hair = ["#2b1b1f", "#6b3b22", "#17151d", "#8a5a2b"][seed % 4]
    skin = ["#e0ab8b", "#f0c4a8", "#b98260", "#d89f7c"][seed % 4]
    top_colour = ["#7b3fe4", "#c2437f", "#2f6f8f", "#e0894f"][seed % 4]
    draw.ellipse((w * 0.25, h * 0.24, w * 0.75, h * 0.62), fill=hair)
    draw.rectangle((w * 0.25, h * 0.43, w * 0.75, h * 0.7), fill=hair)
    draw.ellipse((w * 0.1, h * 0.66, w * 0.9, h * 1.2), fill=top_colour)
    draw.rectangle((w * 0.43, h * 0.55, w * 0.57, h * 0.7), fill=skin)
    draw.ellipse((w * 0.32, h * 0.29, w * 0.68, h * 0.6), fill=skin)
    for x in (0.42, 0.58):
        draw.ellipse((w * (x - 0.025), h * 0.43, w * (x + 0.025), h * 0.448), fill="#2a1a1f")
    draw.arc((w * 0.42, h * 0.47, w * 0.58, h * 0.535), 15, 165, fill="#a3434f", width=max(2, w // 90))
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1)).save(out, "JPEG", quality=85)
    return out.getvalue()


@cache
def film(seconds: int = 4, width: int = 360, height: int = 640) -> bytes:
    """An H.264 MP4 so large, and with its index at the end, that a browser needs ranges to play it."""
    out = io.BytesIO()
    still = Image.open(io.BytesIO(portrait(0))).resize((width + 40, height + 80))
    with av.open(out, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=12, options={"preset": "ultrafast", "crf": "12", "g": "12"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        for number in range(12 * seconds):
            x, y = number * 40 // (12 * seconds), number * 80 // (12 * seconds)
            grain = Image.effect_noise((width, height), 60).convert("RGB")
            picture = Image.blend(still.crop((x, y, x + width, y + height)), grain, 0.3)
            frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
            container.mux(video.encode(frame))
        container.mux(video.encode())
    return out.getvalue()


Reply = Callable[["MemoryDesk", Update], Awaitable[None]]


class MemoryDesk:
    """A `Desk`. `reply` is what the persona does after an update; nothing by default."""

    routes: Sequence[tuple[str, Any]] = ()

    def __init__(self, media: Media, reply: Reply | None = None) -> None:
        self.media = media
        self.reply = reply
        self.messenger: WebMessenger | None = None
        self.posts: dict[str, list[Post]] = {}
        self.updates: list[Update] = []
        self.owned: dict[str, set[str]] = {}
        self.public: set[str] = set()
        self.failures = 0
        self.broken = 0
        self.problems: dict[str, str] = {}
        self.language = "en"
        self._seq = 0
        self._seen: set[str] = set()
        self._arrived = anyio.Event()

    async def heard(self, count: int) -> str:
        """The chat of the latest update, once there have been so many."""
        with anyio.fail_after(20):
            while len(self.updates) < count:
                await self._arrived.wait()
        return self.updates[-1].chat

    async def receive(self, update: Update) -> Post | None:
        if self.failures:
            self.failures -= 1
            raise StorageError("the disk is full")
        if self.broken:
            self.broken -= 1
            raise RuntimeError("a bug")
        if update.id in self._seen:
            return None
        self._seen.add(update.id)
        self.updates.append(update)
        self._arrived.set()
        self._arrived = anyio.Event()
        post = (
            self.add(update.chat, Message(text=update.text, by="person", language=self.language))
            if update.text
            else None
        )
        if self.reply:
            await self.reply(self, update)
        return post

    async def log(self, chat: str, *, after: int = 0, before: int | None = None, limit: int = 50) -> list[Post]:
        posts = [
            post for post in self.posts.get(chat, []) if post.seq > after and (before is None or post.seq < before)
        ]
        return posts[-limit:]

    async def owns(self, chat: str, key: str) -> bool:
        return key in self.public or key in self.owned.get(chat, set())

    def say(self, language: str, text_id: str, /, **values: Any) -> str:
        for code in (language, "en"):
            if text_id in bundle(code)._messages and (pattern := bundle(code).get_message(text_id).value):
                return str(bundle(code).format_pattern(pattern, values)[0])
        raise KeyError(text_id)

    async def health(self) -> dict[str, str]:
        return self.problems

    def metrics(self) -> bytes:
        return b"# TYPE hayal_updates counter\nhayal_updates_total 3\n"

    def add(self, chat: str, message: Message) -> Post:
        """Put a message into the log, without showing it."""
        self._seq += 1
        post = Post(self._seq, f"k{self._seq}", chat, message, 0, datetime.now(UTC))
        self.posts.setdefault(chat, []).append(post)
        return post

    async def send(self, chat: str, message: Message) -> Post:
        """Put a message into the log and on the open pages."""
        post = self.add(chat, message)
        if self.messenger:
            assert await self.messenger.send(post) == str(post.seq)
        return post

    async def edit(self, post: Post, message: Message, *, quietly: bool = False) -> Post:
        log = self.posts[post.chat]
        place = next(number for number, each in enumerate(log) if each.seq == post.seq)
        log[place] = Post(post.seq, post.key, post.chat, message, log[place].rev + 1, post.at)
        if self.messenger and not quietly:
            await self.messenger.edit(log[place], str(post.seq))
        return log[place]

    async def act(self, chat: str, activity: Activity) -> None:
        if self.messenger:
            await self.messenger.act(chat, activity)

    async def forget(self, chat: str) -> None:
        self.posts.pop(chat, None)
        self.owned.pop(chat, None)
        if self.messenger:
            await self.messenger.forget(chat)

    async def picture(self, key: str, seed: int = 0, *, chat: str = "") -> Attachment:
        data = portrait(seed)
        await self.media.put(key, data)
        self.owned.setdefault(chat, set()).add(key) if chat else self.public.add(key)
        return Attachment(kind="image", key=key, mime="image/jpeg", width=720, height=1280, bytes=len(data))

    async def film(self, key: str, *, chat: str) -> Attachment:
        data = film()
        poster = (await self.picture(key.replace(".mp4", "-poster.jpg"), 0, chat=chat)).key
        await self.media.put(key, data)
        self.owned.setdefault(chat, set()).add(key)
        return Attachment(
            kind="video", key=key, mime="video/mp4", width=360, height=640, bytes=len(data), seconds=4, poster=poster
        )


def buttons(*rows: tuple[tuple[str, str], ...]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(Button(label=label, tap=tap) for label, tap in row) for row in rows)


async def persona_cards(desk: MemoryDesk, texts: Sequence[str], choose: str) -> tuple[Card, ...]:
    return tuple(
        [
            Card(
                title=name,
                text=text,
                picture=await desk.picture(f"portraits/p{number}.jpg", number),
                buttons=(Button(label=choose, tap=f"persona:{number}"),),
            )
            for number, (name, text) in enumerate(zip(NAMES, texts, strict=False))
        ]
    )
