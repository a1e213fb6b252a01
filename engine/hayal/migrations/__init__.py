"""Alembic migrations, applied at start."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

HEAD = "0002"
"""The newest revision."""


def migrate(engine: sa.Engine) -> bool:
    """Bring the database to `HEAD`; True if there was something to do. Alembic is imported only then."""
    with engine.begin() as conn:
        try:
            version = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        except sa.exc.OperationalError:
            version = None
        if version == HEAD:
            return False
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
    return True
