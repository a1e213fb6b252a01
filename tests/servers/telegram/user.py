"""Somebody at a Telegram client: sees the chat as it is shown, writes, presses buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from journeys.person import WAIT, Kind, Received, Shown, Wanted, matches, pick

from . import entities, markup
from .chats import Chat, Json, Kept, User
from .looking import fetch, shown
from .records import Query

if TYPE_CHECKING:
    from .server import TelegramServer

_KINDS: dict[str, Kind] = {"photo": "image", "video": "video"}


class TelegramUser:
    """A `journeys.person.Person` in one chat with the bot. `at` gives the same person in a group."""

    def __init__(self, server: TelegramServer, user: User, chat: Chat) -> None:
        self.server, self.user, self.chat = server, user, chat
        self.wait = WAIT

    def at(self, group: Chat) -> TelegramUser:
        """The same person in a group."""
        return TelegramUser(self.server, self.user, group)

    @property
    def language(self) -> str:
        """The language of the client."""
        return self.user.language

    @property
    def now(self) -> int:
        """The number of the last change in the chat."""
        return len(self.chat.history)

    @property
    def screen(self) -> Sequence[Shown]:
        """The bot's messages as they look now."""
        last = {version.message.id: version.at for version in self.chat.history}
        return [shown(kept, last[kept.id]) for kept in self.chat.screen() if kept.mine]

    @property
    def status(self) -> str:
        """The newest message that was edited and has no media."""
        return next((one.text for one in reversed(self.screen) if one.edited and not one.media), "")

    @property
    def menu(self) -> list[str]:
        """Labels of the reply keyboard at the bottom."""
        return markup.labels(self.chat.keyboard or {})

    @property
    def queries(self) -> list[Query]:
        """This person's taps here."""
        return [q for q in self.server.queries.values() if q.user == self.user and q.chat is self.chat]

    async def say(self, text: str) -> None:
        """Write a text."""
        self.write(text)

    def write(self, text: str, *, answers: Shown | int | None = None) -> int | None:
        """Write a text, perhaps as an answer to a message; returns the update's id (None: the bot is not told)."""
        content: Json = {"text": text}
        if found := entities.typed(text):
            content["entities"] = found
        replied = self._kept(answers) if answers is not None else None
        if replied:
            content["reply_to_message"] = {k: v for k, v in replied.body.items() if k != "reply_to_message"}
        return self._send(content, told=self._for_bot(text, replied))

    def post(self, **content: object) -> int | None:
        """Send anything else: `post(sticker={...})`, as Message JSON holds it."""
        return self._send(dict(content), told=not self.chat.group or not self.server.privacy)

    def _send(self, content: Json, *, told: bool) -> int | None:
        if not self.chat.group:
            self.chat.started = True
        body = self.chat.fresh(self.user.json(), content)
        self.chat.add(Kept(body["message_id"], body, False))
        return self.server.updates.put("message", body, self.chat.id) if told else None

    def _for_bot(self, text: str, replied: Kept | None) -> bool:
        """Whether a bot in privacy mode is told: commands not of other bots, its name, answers to it."""
        if not self.chat.group or not self.server.privacy or (replied and replied.mine):
            return True
        name = self.server.me["username"].lower()
        if text.startswith("/"):
            first = text.split(maxsplit=1)[0].lower()
            return "@" not in first or first.endswith(f"@{name}")
        return re.search(rf"@{name}\b", text.lower()) is not None

    async def choose(self, option: str | int) -> None:
        """Press an inline button of the newest message that has it, else one of the keyboard below."""
        with self._limit(f"choose {option!r}"):
            await self.chat.until(lambda: self._offered(option) is not None)
        found = self._offered(option)
        assert found is not None
        kept, place = found
        if kept is None:
            self.write(self.menu[place])
        else:
            self.press(kept, place)

    def _offered(self, option: str | int) -> tuple[Kept | None, int] | None:
        for kept in reversed(self.chat.screen()):
            labels = markup.labels(kept.body.get("reply_markup", {})) if kept.mine else []
            place = pick(labels, option)
            if place is not None:
                return kept, place
            if labels and isinstance(option, int):
                return None
        place = pick(self.menu, option)
        return None if place is None else (None, place)

    def press(self, message: Shown | Kept | int, button: str | int) -> Query:
        """Press a button of one message, by its label or its place from 0: also twice, or on an old message."""
        kept = message if isinstance(message, Kept) else self._kept(message)
        assert kept is not None, "that message is gone"
        rows = kept.body["reply_markup"]["inline_keyboard"]
        buttons = [one for row in rows for one in row]
        place = button if isinstance(button, int) else pick([one["text"] for one in buttons], button)
        assert place is not None, f"no button {button!r} in {[one['text'] for one in buttons]}"
        number = str(4_000_000_000_000_000_000 + self.server.number())
        data = buttons[place]["callback_data"]
        query = Query(number, data, self.user, self.chat, self.server.clock())
        self.server.queries[number] = query
        body: Json = {"id": number, "from": self.user.json(), "message": kept.body, "data": data}
        body["chat_instance"] = str(self.chat.id * 31)
        self.server.updates.put("callback_query", body, self.chat.id)
        return query

    async def answered(self) -> None:
        """Wait until every tap of this person here has been answered."""
        with self._limit("an answer to every tap"):
            for query in self.queries:
                await query.done.wait()

    async def sees(self, wanted: Wanted, *, since: int = 0) -> Shown:
        """Wait until the bot has shown it after change number `since`; the first such version."""
        found: list[Shown] = []
        looked = since

        def look() -> bool:
            nonlocal looked
            for version in self.chat.history[looked:]:
                looked = version.at
                if version.message.mine and not version.message.deleted:
                    one = shown(version.message, version.at)
                    if matches(one, wanted):
                        found.append(one)
                        return True
            return False

        with self._limit(f"see {wanted!r}"):
            await self.chat.until(look)
        return found[0]

    async def receives(self, kind: Kind, *, since: int = 0) -> Received:
        """Wait for a picture or video, and open its file."""
        one = await self.sees(lambda one: any(picture.kind == kind for picture in one.media), since=since)
        kept = self.chat.history[one.at - 1].message
        assert kept.media is not None
        return await to_thread.run_sync(fetch, kept.media, kind, one)

    def block(self) -> None:
        """Stop the bot. It is told by an update, and by every answer from now on."""
        self._membership("member", "kicked")
        self.chat.blocked = True

    def unblock(self) -> None:
        """Let the bot write again."""
        self.chat.blocked = False
        self._membership("kicked", "member")

    def _membership(self, old: str, new: str) -> None:
        bot = self.server.me
        until = {"until_date": 0}
        body: Json = {
            "chat": self.chat.json(),
            "from": self.user.json(),
            "date": 1_790_000_000,
            "old_chat_member": {"user": bot, "status": old} | (until if old == "kicked" else {}),
            "new_chat_member": {"user": bot, "status": new} | (until if new == "kicked" else {}),
        }
        self.server.updates.put("my_chat_member", body, self.chat.id)

    def delete(self, message: Shown | int) -> None:
        """Delete a message for both sides. The bot is not told."""
        kept = self._kept(message)
        assert kept is not None, "that message is gone"
        self.chat.delete(kept)

    def freeze(self, message: Shown | int) -> None:
        """Make a message one that cannot be edited any more, as Telegram does with some old ones."""
        number = message if isinstance(message, int) else int(message.id)
        self.server.frozen.setdefault(self.chat.id, set()).add(number)

    def _kept(self, message: Shown | int) -> Kept | None:
        return self.chat.get(message if isinstance(message, int) else int(message.id))

    def _limit(self, what: str) -> _Limit:
        return _Limit(self, what)


class _Limit:
    """At most `user.wait` seconds; then TimeoutError with what was on the screen."""

    def __init__(self, user: TelegramUser, what: str) -> None:
        self._user, self._what = user, what
        self._scope = anyio.CancelScope(deadline=anyio.current_time() + user.wait)

    def __enter__(self) -> None:
        self._scope.__enter__()

    def __exit__(self, *reason: object) -> bool | None:
        done = self._scope.__exit__(*reason)  # type: ignore[arg-type]
        if self._scope.cancelled_caught:
            screen = "\n".join(f"  [{one.id}] {one.text!r} {one.choices} {one.media}" for one in self._user.screen)
            refused = [(call.method, call.answer["description"]) for call in self._user.server.refusals[-5:]]
            raise TimeoutError(f"{self._user.user.name} did not {self._what}. On the screen:\n{screen}\n{refused}")
        return done
