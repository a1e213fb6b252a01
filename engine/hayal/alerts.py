"""Telling admins what only an operator can mend: a bad key, missing credit, a model that is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
import structlog

from hayal import log as logs
from hayal.chat import Message, Post
from hayal.errors import Gone, ProviderError, StorageError
from hayal.storage.database import Database
from hayal.storage.people import find_person
from hayal.storage.posts import add_post
from hayal.texts import Texts

log = structlog.get_logger(__name__)


class Alerts:
    """Posts to the admins' chats ("MESSENGER:ID"): once a day for each provider and trouble."""

    def __init__(self, database: Database, texts: Texts, chats: Sequence[str], deliver: Callable[[Post], None]) -> None:
        self._database = database
        self._texts = texts
        self._chats = tuple(chats)
        self._deliver = deliver

    async def tell(self, kind: str, provider: str, error: ProviderError) -> None:
        """Tell every admin, in their language, that a provider of this kind has no access, or is gone."""
        day = datetime.now(UTC).date().isoformat()
        about = f"{day} {type(error).__name__} {kind} {provider}"
        mark = hashlib.blake2b(about.encode(), digest_size=8).hexdigest()

        def work(conn: sa.Connection) -> list[Post]:
            posts = []
            for number, chat in enumerate(self._chats):
                person = find_person(conn, chat)
                language = person.language if person else "en"
                message = Message(text=self._sentence(language, kind, provider, error), language=language)
                posts.append(add_post(conn, f"alert-{mark}.{number}", chat, message))
            return [post for post in posts if post]

        try:
            for post in await self._database.run(work):
                self._deliver(post)
        except StorageError as trouble:
            log.error("an admin could not be told", reason=str(trouble))

    def _sentence(self, language: str, kind: str, provider: str, error: ProviderError) -> str:
        reason = logs.redacted(str(error))
        if isinstance(error, Gone):
            return self._texts.say(language, "alert-gone", kind=kind, provider=provider, reason=reason)
        return self._texts.say(language, "alert-no-access", kind=kind, provider=provider, reason=reason)
