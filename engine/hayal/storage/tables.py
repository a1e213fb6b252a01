"""The tables. Times are seconds since 1970 (UTC), except where the original table has a datetime."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # "telegram:123": the messenger, and its own id
    sa.Column("chat", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("persona", sa.Text),
    sa.Column("adult_at", sa.Float),
    sa.Column("seconds", sa.Integer),
    sa.Column("flirty", sa.Float),
    sa.Column("show_prompts", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("chat", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # in | tap | out | brief (deleted once delivered)
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("rev", sa.Integer, nullable=False),
    sa.Column("sent", sa.Integer, nullable=False),  # the last revision delivered; 0: none; -1: undeliverable
    sa.Column("remote", sa.Text),
    sa.Column("at", sa.Float, nullable=False),
    sa.Index("messages_chat", "chat", "seq"),
    sa.Index("messages_pending", "seq", sqlite_where=sa.text("sent >= 0 AND sent < rev")),
    sqlite_autoincrement=True,
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("flow", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),  # jobs of one lane run one after the other
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("chat", sa.Text, nullable=False),
    sa.Column("args", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # waiting | running | done | failed | cancelled | stalled
    sa.Column("owner", sa.Text),
    sa.Column("deadline", sa.Float),
    sa.Column("error", sa.Text),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("ended_at", sa.Float),
    sa.Index("jobs_user", "user_id", "number"),
    sa.Index("jobs_unfinished", "number", sqlite_where=sa.text("state IN ('waiting', 'running')")),
    sa.Index("jobs_stalled", "ended_at", sqlite_where=sa.text("state = 'stalled'")),
    sqlite_autoincrement=True,
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("plugin", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

job_steps = sa.Table(
    "job_steps",
    metadata,
    sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),  # intent (a paid call may be out) | done | failed
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sqlite_with_rowid=False,
)

generated_content = sa.Table(
    "generated_content",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),  # selfie | video
    sa.Column("prompt", sa.Text),
    sa.Column("file_data", sa.LargeBinary),
    sa.Column("created_at", sa.DateTime, nullable=False, server_default=sa.func.current_timestamp()),
    sa.Column("media", sa.Text),  # an Attachment as JSON; file_data is the original's way of keeping it
    sa.Column("job_id", sa.Text, unique=True),
    sa.Column("persona", sa.Text),
    sa.Column("provider", sa.Text),
    sa.Column("cost", sa.Float),
    sa.Index("generated_content_last", "user_id", "content_type", "id"),
)
