"""Statements written in SQLAlchemy Core and run by the driver, for what happens on every update.

Core's execution costs several times what SQLite itself needs for a row; compiling once keeps Core's spelling and drops
that cost. Only for statements whose values are plain numbers, texts and None.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

Row: TypeAlias = tuple[Any, ...]

_DIALECT = sqlite.dialect()


class Prepared:
    """A statement compiled once, without IN lists. Its parameters are the names of its `bindparam`s or columns."""

    def __init__(self, statement: sa.Executable, *columns: str) -> None:
        compiled = cast(sa.ClauseElement, statement).compile(
            dialect=_DIALECT, column_keys=list(columns) if columns else None
        )
        self._sql = str(compiled)
        order = tuple(cast(Any, compiled).positiontup or ())
        self._fixed = {k: v for k, v in compiled.params.items() if v is not None}
        pick = itemgetter(*order) if order else lambda _: ()
        self._pick = pick if len(order) != 1 else lambda values: (pick(values),)

    def _run(self, conn: sa.Connection, values: dict[str, Any]) -> Any:
        driver = cast(Any, conn.connection.driver_connection)
        return driver.execute(self._sql, self._pick(self._fixed | values if self._fixed else values))

    def do(self, conn: sa.Connection, **values: Any) -> int:
        """Run it; returns the number of rows it changed."""
        return cast(int, self._run(conn, values).rowcount)

    def each(self, conn: sa.Connection, rows: Iterable[dict[str, Any]]) -> None:
        """Run it once for every row of values."""
        driver = cast(Any, conn.connection.driver_connection)
        driver.executemany(self._sql, [self._pick(self._fixed | row) for row in rows])

    def insert(self, conn: sa.Connection, **values: Any) -> int | None:
        """Run an insert; returns the new row's number, or None if it was there already."""
        cursor = self._run(conn, values)
        return cast(int, cursor.lastrowid) if cursor.rowcount > 0 else None

    def one(self, conn: sa.Connection, **values: Any) -> Row | None:
        """The first row, or None."""
        return cast("Row | None", self._run(conn, values).fetchone())

    def all(self, conn: sa.Connection, **values: Any) -> list[Row]:
        """Every row."""
        return cast("list[Row]", self._run(conn, values).fetchall())
