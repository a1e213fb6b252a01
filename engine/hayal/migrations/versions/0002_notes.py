"""The plugins' own notes; jobs that wait for what was not ready in time are found by their state."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("plugin", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("jobs_stalled", "jobs", ["ended_at"], sqlite_where=sa.text("state = 'stalled'"))
