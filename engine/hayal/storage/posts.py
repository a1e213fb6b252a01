"""The log of every chat: what came in (which also tells a repeated update) and what goes out (the outbox)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hayal.chat import Message, Post
from hayal.storage.prepared import Prepared, Row
from hayal.storage.tables import messages

BRIEF = "brief"
"""The memo of a message that is deleted once it is delivered."""

Kind = Literal["in", "tap", "out", "brief"]

_POST = (messages.c.seq, messages.c.key, messages.c.chat, messages.c.body, messages.c.rev, messages.c.at)
_add = Prepared(insert(messages).on_conflict_do_nothing(), "key", "chat", "kind", "body", "rev", "sent", "at")
_edit = Prepared(
    sa.update(messages)
    .where(messages.c.key == sa.bindparam("the_key"))
    .values(body=sa.bindparam("the_body"), rev=messages.c.rev + 1)
    .returning(*_POST)
)
_by_key = Prepared(sa.select(*_POST).where(messages.c.key == sa.bindparam("the_key")))
_sent = Prepared(
    sa.update(messages)
    .where(messages.c.seq == sa.bindparam("the_seq"))
    .values(sent=sa.bindparam("the_rev"), remote=sa.bindparam("the_remote"))
)
_reserved = Prepared(
    sa.update(messages).where(messages.c.seq == sa.bindparam("the_seq")).values(remote=sa.bindparam("the_remote"))
)
_drop = Prepared(sa.delete(messages).where(messages.c.seq == sa.bindparam("the_seq")))
_remote = Prepared(sa.select(messages.c.remote).where(messages.c.seq == sa.bindparam("the_seq")))
_pending = Prepared(
    sa.select(*_POST)
    .where(
        messages.c.chat.between(sa.bindparam("low"), sa.bindparam("high")),
        messages.c.sent >= 0,
        messages.c.sent < messages.c.rev,
    )
    .order_by(messages.c.seq)
)
_window = Prepared(
    sa.select(*_POST)
    .where(
        messages.c.chat == sa.bindparam("the_chat"),
        messages.c.seq > sa.bindparam("after"),
        messages.c.seq < sa.bindparam("before"),
        messages.c.kind != "tap",
    )
    .order_by(messages.c.seq.desc())
    .limit(sa.bindparam("most"))
)


def _post(row: Row) -> Post:
    seq, key, chat, body, rev, at = row
    return Post(seq, key, chat, Message.model_validate_json(body), rev, datetime.fromtimestamp(at, UTC))


def add_post(conn: sa.Connection, key: str, chat: str, message: Message, kind: Kind = "out") -> Post | None:
    """Log a message. What goes out is pending until `mark_sent`. None if a message with this key is there already."""
    at = time.time()
    sent = 0 if kind in {"out", "brief"} else 1
    body = message.model_dump_json(exclude_defaults=True)
    seq = _add.insert(conn, key=key, chat=chat, kind=kind, body=body, rev=1, sent=sent, at=at)
    return Post(seq, key, chat, message, 1, datetime.fromtimestamp(at, UTC)) if seq else None


def edit_post(conn: sa.Connection, key: str, message: Message) -> Post | None:
    """Change a logged message; it is pending again. None if there is none with this key (it was forgotten)."""
    row = _edit.one(conn, the_key=key, the_body=message.model_dump_json(exclude_defaults=True))
    return _post(row) if row else None


def post_by_key(conn: sa.Connection, key: str) -> Post | None:
    """The message logged under `key`, or None."""
    row = _by_key.one(conn, the_key=key)
    return _post(row) if row else None


@dataclass(frozen=True, slots=True)
class Mark:
    """That revision `rev` of a message arrived as `remote` (-1: that it never will). A brief one is then deleted."""

    seq: int
    rev: int
    remote: str | None
    brief: bool = False


def mark_sent(conn: sa.Connection, marks: Iterable[Mark]) -> None:
    """Record what became of messages."""
    kept = [{"the_seq": m.seq, "the_rev": m.rev, "the_remote": m.remote} for m in marks if not m.brief]
    _sent.each(conn, kept)
    _drop.each(conn, [{"the_seq": m.seq} for m in marks if m.brief])


def mark_reserved(conn: sa.Connection, seq: int, remote: str) -> None:
    """Record the messenger's id of a placeholder; the message itself is still to be sent."""
    _reserved.do(conn, the_seq=seq, the_remote=remote)


def remote_of(conn: sa.Connection, seq: int) -> str | None:
    """The messenger's id of a message that was sent, or None."""
    row = _remote.one(conn, the_seq=seq)
    return row[0] if row else None


def pending_posts(conn: sa.Connection, messenger: str) -> list[Post]:
    """What has not been delivered yet to a messenger's chats, oldest first."""
    # ";" is the character after ":", so this is every chat of the messenger
    return [_post(row) for row in _pending.all(conn, low=f"{messenger}:", high=f"{messenger};")]


def log_window(conn: sa.Connection, chat: str, after: int, before: int | None, limit: int) -> list[Post]:
    """The newest `limit` entries of a chat with after < seq < before, oldest first."""
    rows = _window.all(conn, the_chat=chat, after=after, before=before or 2**62, most=limit)
    return [_post(row) for row in reversed(rows)]


def prune_posts(conn: sa.Connection, before: float) -> int:
    """Delete what was delivered before the time `before`; returns how many."""
    old = sa.delete(messages).where(
        messages.c.at < before, sa.or_(messages.c.sent >= messages.c.rev, messages.c.sent < 0)
    )
    return conn.execute(old).rowcount
