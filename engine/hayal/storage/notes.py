"""Plugins' own small stores of texts by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hayal.storage.database import Database
from hayal.storage.prepared import Prepared
from hayal.storage.tables import notes

_get = Prepared(
    sa.select(notes.c.text).where(notes.c.plugin == sa.bindparam("whose"), notes.c.key == sa.bindparam("the_key"))
)
_insert = insert(notes)
_put = Prepared(
    _insert.on_conflict_do_update(index_elements=["plugin", "key"], set_={"text": _insert.excluded.text}),
    "plugin",
    "key",
    "text",
)


def _begins_with(prefix: str) -> sa.ColumnElement[bool]:
    return sa.func.substr(notes.c.key, 1, len(prefix)) == prefix


@dataclass(frozen=True, slots=True)
class PluginNotes:
    """`hayal.provider.Notes` in the database."""

    database: Database
    plugin: str

    async def get(self, key: str) -> str | None:
        """The text under `key`, or None."""
        row = await self.database.run(lambda conn: _get.one(conn, whose=self.plugin, the_key=key))
        return row[0] if row else None

    async def put(self, given: Mapping[str, str]) -> None:
        """Write all of these, or none; returns when they are on disk."""
        rows = [{"plugin": self.plugin, "key": key, "text": text} for key, text in given.items()]
        await self.database.run(lambda conn: _put.each(conn, rows))

    async def drop(self, prefix: str) -> None:
        """Delete every note whose key begins so."""
        where = sa.and_(notes.c.plugin == self.plugin, _begins_with(prefix))
        await self.database.run(lambda conn: conn.execute(sa.delete(notes).where(where)).rowcount)


def forget_notes(conn: sa.Connection, prefix: str) -> None:
    """Delete every plugin's notes whose key begins so."""
    conn.execute(sa.delete(notes).where(_begins_with(prefix)))
