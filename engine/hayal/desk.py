"""The engine as one messenger sees it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from hayal import metrics
from hayal.chat import Post, Update
from hayal.flows.common import owner_folder
from hayal.portraits import OWNER
from hayal.storage.posts import log_window
from hayal.texts import language_of

if TYPE_CHECKING:
    from hayal.engine import Engine


class Desk:
    """The engine as one messenger sees it (`hayal.messenger.Desk`)."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self.media = engine.services.media
        self.routes: Sequence[tuple[str, Any]] = tuple(engine.plugins.routes)

    async def receive(self, update: Update) -> Post | None:
        """Take an update in."""
        return await self._engine.receive(self._name, update)

    async def log(self, chat: str, *, after: int = 0, before: int | None = None, limit: int = 50) -> list[Post]:
        """Entries of a chat's log."""
        read = partial(log_window, chat=f"{self._name}:{chat}", after=after, before=before, limit=limit)
        return await self._engine.services.database.run(read)

    async def owns(self, chat: str, key: str) -> bool:
        """Whether media may be shown in a chat; waits for a portrait that is being drawn."""
        if key.startswith(f"{OWNER}/"):
            return await self._engine.portraits.ready(key)
        return key.startswith(f"{owner_folder(f'{self._name}:{chat}')}/")

    def link(self, key: str, seconds: float = 86_400) -> str | None:
        """An address for stored media, from the first messenger that gives one."""
        given = (messenger.link(key, seconds) for messenger in self._engine.messengers.values())
        return next((link for link in given if link), None)

    def say(self, language: str, text_id: str, /, **values: Any) -> str:
        """A text of the locales."""
        return self._engine.services.texts.say(language_of(language), text_id, **values)

    async def health(self) -> dict[str, str]:
        """What is wrong, by part."""
        return await self._engine.health()

    def metrics(self) -> bytes:
        """All metrics."""
        return metrics.exposition()
