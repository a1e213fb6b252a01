"""What brings updates in and sends messages out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hayal.chat import Activity, Post, Update
from hayal.media import Media
from hayal.provider import Part


@dataclass(frozen=True, slots=True)
class MessengerCapabilities:
    """What a messenger can show. `max_text` in characters.

    `edits`: a sent message can be changed in place. `buttons`: it has buttons under messages; if not, the engine takes
    a number or the words of a label for the button (see `hayal.options`). `max_file` in bytes, None for no limit: of
    what is larger, the engine makes a smaller copy first, and says so.
    """

    buttons: bool = True
    edits: bool = True
    max_file: int | None = None
    max_text: int = 4000


class Desk(Protocol):
    """The engine, as a messenger sees it: handed to `Messenger.run`."""

    media: Media
    """The media store, to read what messages refer to."""

    routes: Sequence[tuple[str, Any]]
    """Paths and ASGI applications of plugins (`register_routes`), for a messenger that serves HTTP."""

    async def receive(self, update: Update) -> Post | None:
        """Take an update in. Returns when its effect is stored; only then may it be acknowledged.

        Returns the log entry of what the person wrote (None for a tap, or an update that was here before, which
        has no effect). Raises StorageError if it could not be stored: nothing happened, deliver it again.
        """
        ...

    async def log(self, chat: str, *, after: int = 0, before: int | None = None, limit: int = 50) -> list[Post]:
        """Entries of a chat's log with `after < seq < before`, oldest first: the newest `limit` of them."""
        ...

    async def owns(self, chat: str, key: str) -> bool:
        """Whether media `key` may be shown in `chat`: its own, or a persona's portrait."""
        ...

    def link(self, key: str, seconds: float = 86_400) -> str | None:
        """An address for stored media that some messenger here gives, for those that cannot send the file."""
        ...

    def say(self, language: str, text_id: str, /, **values: Any) -> str:
        """The text `text_id` of the locales, in `language` (or English)."""
        ...

    async def health(self) -> dict[str, str]:
        """What is wrong, by part; empty when all is well."""
        ...

    def metrics(self) -> bytes:
        """All metrics in Prometheus' text format (version 0.0.4)."""
        ...


class Messenger(Part):
    """Brings updates in and sends messages out.

    The engine calls `send` and `edit` in order for each chat, chats side by side, and again with the same post if it
    cannot know whether the last call got through (a crash): `post.key` tells. They raise DeliverLater to be asked
    again, Undeliverable if it makes no sense to, and anything else counts as a passing fault.
    """

    capabilities: MessengerCapabilities = MessengerCapabilities()

    @abstractmethod
    async def run(self, desk: Desk, ready: Callable[[], None]) -> None:
        """Bring updates to `desk.receive` until cancelled. Call `ready()` once able to send."""

    @property
    def admins(self) -> tuple[str, ...]:
        """Chats, by the messenger's own ids, that are told what an operator has to mend. By default the settings'."""
        return tuple(map(str, getattr(self.settings, "admins", ())))

    @abstractmethod
    async def send(self, post: Post) -> str:
        """Show a new message in `post.chat`; return the messenger's id of it."""

    def reserves(self, post: Post) -> bool:
        """Whether this message must never appear twice, and can be made so by `reserve` and an edit."""
        return False

    async def reserve(self, post: Post) -> str:
        """Show a small placeholder for `post` and return its id.

        Once the id is on disk, `edit` turns the placeholder into the message; after a crash `edit` alone is called
        again, so it has to give the same result however often it is.
        """
        raise NotImplementedError

    def link(self, key: str, seconds: float) -> str | None:
        """An address at which anybody who has it can fetch stored media for `seconds`, if this messenger has such."""
        return None

    async def edit(self, post: Post, remote: str) -> None:
        """Change the message sent as `remote` to `post.message`. Only called if `capabilities.edits`, or `reserves`."""

    async def act(self, chat: str, activity: Activity) -> None:
        """Show for a few seconds that the persona is busy; best effort."""

    async def forget(self, chat: str) -> None:
        """All about this chat has been deleted: what the messenger keeps or shows of it goes too."""
