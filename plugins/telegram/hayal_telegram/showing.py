"""Posts of the engine, shown: new ones, changed ones, and videos that must never appear twice."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

import structlog

from hayal import Card, Desk, Post
from hayal.provider import Notes
from hayal_telegram import remote as remotes
from hayal_telegram.files import Files
from hayal_telegram.remote import Sent
from hayal_telegram.rendering import Bubble, bubbles
from hayal_telegram.sending import Sender
from hayal_telegram.trouble import UnfitPhoto, Vanished

MOST = 10_000
"""Of each thing kept in memory about messages."""

V = TypeVar("V")

log = structlog.get_logger("hayal.telegram")


class Showing:
    """How posts become messages of Telegram's, and stay them.

    `_part` is how much of a post of several bubbles has been sent, by its key: a try that broke in between goes on
    there. `_seen` is what a message looks like that a job works on: the same is not sent twice. `_now` is what stands
    in the place of a message that could not be changed; the note `now/CHAT/REMOTE` says it too.
    """

    def __init__(self, sender: Sender, files: Files, notes: Notes, desk: Desk) -> None:
        self._sender = sender
        self._files = files
        self._notes = notes
        self._desk = desk
        self._part: dict[str, list[Sent]] = {}
        self._seen: OrderedDict[tuple[str, int], Bubble] = OrderedDict()
        self._now: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def send(self, post: Post) -> str:
        """Show a new post; return its id, empty if there is nothing in it to be shown."""
        return await self._put(post, await self._bubbles(post))

    async def reserve(self, post: Post) -> str:
        """Show what comes before a video, and a text in its place."""
        shown = [bubble if bubble.kind != "video" else self._coming(post) for bubble in await self._bubbles(post)]
        return await self._put(post, shown)

    async def edit(self, post: Post, remote: str) -> None:
        """Change a post to what it is now, however often this is called.

        What cannot be changed any more is shown anew, unless it is mere progress.
        """
        shown = await self._bubbles(post)
        key = (post.chat, remote)
        now = self._now.get(key)
        if now is None and ("a" in remote or "," in remote):
            now = await self._stand_in(key)
        try:
            await self._change(post, remotes.read(now or remote), shown)
        except (Vanished, UnfitPhoto) as error:
            stand_in = None if now else await self._stand_in(key)
            if stand_in:
                await self._change(post, remotes.read(stand_in), shown)
            elif post.message.progress is None:
                log.info("shown anew: it cannot be changed", post=post.key, reason=str(error))
                await self._replace(post, key, shown)

    async def forget(self, chat: str) -> None:
        """Drop all that is kept of a chat."""
        self._seen = OrderedDict((key, one) for key, one in self._seen.items() if key[0] != chat)
        self._now = OrderedDict((key, one) for key, one in self._now.items() if key[0] != chat)
        await self._notes.drop(f"now/{chat}/")

    async def _bubbles(self, post: Post) -> tuple[Bubble, ...]:
        message = post.message
        if message.cards:
            cards = [await self._with_what_is_there(post.chat, card) for card in message.cards]
            message = message.model_copy(update={"cards": tuple(cards)})

        def menu_text() -> str:
            return self._desk.say(message.language, "telegram-menu")

        return bubbles(message, menu_text, group=post.chat.startswith("-"))

    async def _with_what_is_there(self, chat: str, card: Card) -> Card:
        """The card, without its picture if there is none yet or none any more."""
        if card.picture is None:
            return card
        await self._desk.owns(chat, card.picture.key)  # waits for a portrait that is being drawn
        return card if await self._files.there(card.picture.key) else card.model_copy(update={"picture": None})

    def _coming(self, post: Post) -> Bubble:
        return Bubble("text", self._desk.say(post.message.language, "telegram-video-coming"))

    async def _put(self, post: Post, shown: tuple[Bubble, ...] | list[Bubble], *, quiet: bool = False) -> str:
        sent = self._part.pop(post.key, [])
        try:
            for bubble in shown[len(sent) :]:
                answers = "" if sent else post.message.answers
                sent.append(await self._sender.put(post.chat, bubble, answers, quiet=quiet))
                self._note(post, sent[-1], bubble)
        except BaseException:
            if sent:
                self._keep(self._part, post.key, sent)
            raise
        return remotes.write(sent)

    async def _change(self, post: Post, sent: list[Sent], shown: tuple[Bubble, ...]) -> None:
        if not sent or not shown or not _alike(sent, shown):
            await self._replace(post, (post.chat, remotes.write(sent)), shown, sent)
            return
        for old, bubble in zip(sent, shown, strict=True):
            if self._seen.get((post.chat, old.ids[0])) != bubble:
                await self._sender.change(post.chat, old, bubble)
                self._note(post, old, bubble)

    async def _replace(
        self, post: Post, key: tuple[str, str], shown: tuple[Bubble, ...], old: list[Sent] | None = None
    ) -> None:
        """Show a post anew in the place of `old`, which goes. A video gets a new place first, so that it comes once."""
        video = any(bubble.kind == "video" for bubble in shown)
        new = await self.reserve(post) if video else await self._put(post, shown, quiet=bool(old))
        first = next((one for one, now in self._now.items() if one[0] == key[0] and now == key[1]), key)
        self._keep(self._now, first, new)
        await self._notes.put({f"now/{first[0]}/{first[1]}": new})
        if video:
            await self._change(post, remotes.read(new), shown)
        if old:
            await self._sender.remove(post.chat, old)

    async def _stand_in(self, key: tuple[str, str]) -> str | None:
        now = await self._notes.get(f"now/{key[0]}/{key[1]}")
        if now:
            self._keep(self._now, key, now)
        return now

    def _note(self, post: Post, sent: Sent, bubble: Bubble) -> None:
        place = (post.chat, sent.ids[0])
        if post.message.progress is not None:
            self._keep(self._seen, place, bubble)
        else:
            self._seen.pop(place, None)

    @staticmethod
    def _keep(kept: dict[tuple[str, str], V] | dict[tuple[str, int], V] | dict[str, V], key: object, value: V) -> None:
        many: dict[object, V] = kept  # type: ignore[assignment]
        many[key] = value
        if len(many) > MOST:
            del many[next(iter(many))]


def _alike(sent: list[Sent], shown: tuple[Bubble, ...]) -> bool:
    """Whether each message can become its new bubble: a text may become a picture, but not the other way round."""
    if len(sent) != len(shown):
        return False
    pairs = zip(sent, shown, strict=True)
    return all(
        old.kind != "album" and new.kind != "album" and (old.kind == "text" or new.kind != "text") for old, new in pairs
    )
