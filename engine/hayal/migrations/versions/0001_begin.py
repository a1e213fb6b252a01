"""Every table; an existing generated_content of the original bot keeps its rows.

The original's users were Telegram's, by number: their ids become "telegram:NUMBER".
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text, primary_key=True),
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
    op.create_table(
        "messages",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("chat", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("rev", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("remote", sa.Text),
        sa.Column("at", sa.Float, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("messages_chat", "messages", ["chat", "seq"])
    op.create_index("messages_pending", "messages", ["seq"], sqlite_where=sa.text("sent >= 0 AND sent < rev"))
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("chat", sa.Text, nullable=False),
        sa.Column("args", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("deadline", sa.Float),
        sa.Column("error", sa.Text),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_user", "jobs", ["user_id", "number"])
    op.create_index("jobs_unfinished", "jobs", ["number"], sqlite_where=sa.text("state IN ('waiting', 'running')"))
    op.create_table(
        "job_steps",
        sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sqlite_with_rowid=False,
    )
    _content()


def _content() -> None:
    columns = (
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text),
        sa.Column("file_data", sa.LargeBinary),
        sa.Column("created_at", sa.DateTime, nullable=False, server_default=sa.func.current_timestamp()),
        sa.Column("media", sa.Text),
        sa.Column("job_id", sa.Text, unique=True),
        sa.Column("persona", sa.Text),
        sa.Column("provider", sa.Text),
        sa.Column("cost", sa.Float),
    )
    existing = sa.inspect(op.get_bind()).has_table("generated_content")
    if existing:
        op.rename_table("generated_content", "generated_content_original")
    op.create_table("generated_content", *columns)
    op.create_index("generated_content_last", "generated_content", ["user_id", "content_type", "id"])
    if existing:
        op.execute(
            """
            INSERT INTO generated_content (id, user_id, content_type, prompt, file_data, created_at)
            SELECT id,
                   CASE WHEN instr(user_id, ':') THEN user_id ELSE 'telegram:' || coalesce(user_id, '') END,
                   coalesce(content_type, ''), prompt, file_data,
                   CASE WHEN typeof(created_at) IN ('integer', 'real') THEN datetime(created_at, 'unixepoch')
                        ELSE coalesce(datetime(created_at), CURRENT_TIMESTAMP) END
            FROM generated_content_original
            """
        )
        op.drop_table("generated_content_original")


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the beginning")
