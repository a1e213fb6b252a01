"""`generated_content`: every selfie and video made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hayal.chat import Attachment
from hayal.media import Media
from hayal.storage.database import Database
from hayal.storage.prepared import Prepared, Row
from hayal.storage.tables import generated_content as table

ContentType: TypeAlias = Literal["selfie", "video"]


@dataclass(frozen=True, slots=True)
class Content:
    """A row: who, what, from which prompt, and where the media is (None: in `file_data`, the original's way)."""

    id: int
    user_id: str
    content_type: ContentType
    prompt: str
    media: Attachment | None
    persona: str | None
    created_at: datetime


_COLUMNS = (
    table.c.id,
    table.c.user_id,
    table.c.content_type,
    table.c.prompt,
    table.c.media,
    table.c.persona,
    table.c.created_at,
)
_last = Prepared(
    sa.select(*_COLUMNS)
    .where(table.c.user_id == sa.bindparam("who"), table.c.content_type == sa.bindparam("what"))
    .order_by(table.c.id.desc())
    .limit(1)
)
_first = Prepared(
    sa.select(*_COLUMNS)
    .where(
        table.c.user_id == sa.bindparam("who"),
        table.c.content_type == "selfie",
        table.c.persona == sa.bindparam("whom"),
        table.c.provider == sa.bindparam("by"),
    )
    .order_by(table.c.id)
    .limit(1)
)
_one = Prepared(
    sa.select(*_COLUMNS).where(table.c.user_id == sa.bindparam("who"), table.c.id == sa.bindparam("number"))
)
_page = Prepared(
    sa.select(*_COLUMNS)
    .where(table.c.user_id == sa.bindparam("who"))
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("skip"))
)


def _content(row: Row) -> Content:
    media = Attachment.model_validate_json(row[4]) if row[4] else None
    at = datetime.fromisoformat(row[6]).replace(tzinfo=UTC)
    return Content(row[0], row[1], row[2], row[3] or "", media, row[5], at)


def save_generated_content(
    conn: sa.Connection,
    user_id: str,
    content_type: ContentType,
    prompt: str,
    media: Attachment | None,
    *,
    file_data: bytes | None = None,
    job_id: str | None = None,
    persona: str | None = None,
    provider: str | None = None,
    cost: float | None = None,
) -> None:
    """Add a row. A second one for the same job is not added."""
    conn.execute(
        insert(table)
        .values(
            user_id=user_id,
            content_type=content_type,
            prompt=prompt,
            file_data=file_data,
            media=media.model_dump_json(exclude_none=True) if media else None,
            job_id=job_id,
            persona=persona,
            provider=provider,
            cost=cost,
            created_at=datetime.now(UTC).replace(tzinfo=None),
        )
        .on_conflict_do_nothing()
    )


def get_last(conn: sa.Connection, user_id: str, content_type: ContentType = "selfie") -> Content | None:
    """A user's newest selfie or video, or None."""
    row = _last.one(conn, who=user_id, what=content_type)
    return _content(row) if row else None


def get_first_selfie(conn: sa.Connection, user_id: str, persona: str, provider: str) -> Content | None:
    """The first selfie that a provider made of a persona for a user, or None."""
    row = _first.one(conn, who=user_id, whom=persona, by=provider)
    return _content(row) if row else None


def get_content(conn: sa.Connection, user_id: str, number: int) -> Content | None:
    """A row by its id, if it is this user's."""
    row = _one.one(conn, who=user_id, number=number)
    return _content(row) if row else None


def get_last_selfie_prompt(conn: sa.Connection, user_id: str) -> str | None:
    """The prompt of a user's newest selfie, or None."""
    last = get_last(conn, user_id)
    return last.prompt if last else None


def get_file_data(conn: sa.Connection, number: int) -> bytes | None:
    """The picture or video kept in the row itself, or None."""
    found: bytes | None = conn.execute(sa.select(table.c.file_data).where(table.c.id == number)).scalar()
    return found


async def get_last_selfie_data(database: Database, media: Media, user_id: str) -> bytes | None:
    """The picture of a user's newest selfie, from the media store or from the row, or None."""

    def read(conn: sa.Connection) -> tuple[Content | None, bytes | None]:
        last = get_last(conn, user_id)
        return last, get_file_data(conn, last.id) if last and not last.media else None

    last, file_data = await database.run(read)
    return await media.read(last.media.key) if last and last.media else file_data


def gallery_page(conn: sa.Connection, user_id: str, skip: int, most: int) -> list[Content]:
    """A user's content, newest first."""
    return [_content(row) for row in _page.all(conn, who=user_id, skip=skip, most=most)]
