"""Sessions: what the engine remembers of each person."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hayal.prompts import Language
from hayal.storage.prepared import Prepared
from hayal.storage.tables import users


@dataclass(frozen=True, slots=True)
class Person:
    """A user and their choices; None means the configuration's default. `id` and `chat` are "MESSENGER:ID"."""

    id: str
    chat: str
    name: str
    language: Language
    persona: str | None = None
    adult_at: float | None = None
    seconds: int | None = None
    flirty: float | None = None
    show_prompts: bool = False
    created_at: float = 0.0


_COLUMNS = tuple(Person.__dataclass_fields__)
_find = Prepared(sa.select(*(users.c[name] for name in _COLUMNS)).where(users.c.id == sa.bindparam("key")))
_save = insert(users)
_upsert = Prepared(
    _save.on_conflict_do_update(
        index_elements=["id"],
        set_={name: _save.excluded[name] for name in _COLUMNS if name not in {"id", "created_at"}},
    ),
    *_COLUMNS,
)


def find_person(conn: sa.Connection, key: str) -> Person | None:
    """The person with this id, or None."""
    row = _find.one(conn, key=key)
    return Person(*row) if row else None


def save_person(conn: sa.Connection, person: Person, **changes: Any) -> Person:
    """Store a person with `changes` made; returns the person as stored."""
    changed = replace(person, **changes)
    if not changed.created_at:
        changed = replace(changed, created_at=time.time())
    _upsert.do(conn, **{name: getattr(changed, name) for name in _COLUMNS})
    return changed


def forget_person(conn: sa.Connection, person: Person, chat: str) -> None:
    """Delete everything about a person from every table, with all that was said in `chat`, which is theirs alone."""
    from hayal.storage.tables import generated_content, jobs, messages

    conn.execute(sa.delete(jobs).where(jobs.c.user_id == person.id))
    conn.execute(sa.delete(generated_content).where(generated_content.c.user_id == person.id))
    conn.execute(sa.delete(messages).where(messages.c.chat.in_({person.id, chat})))
    conn.execute(sa.delete(users).where(users.c.id == person.id))
