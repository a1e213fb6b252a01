"""Transactions. Work is a plain function over a connection; functions that wait together are committed together."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy import exc

from hayal.errors import StorageError

T = TypeVar("T")
Work: TypeAlias = Callable[[sa.Connection], T]

GROUP = 256
"""The most functions committed in one transaction."""

QUEUED = 20_000
"""The most functions that wait for the database; beyond it the caller is told at once."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=2000",
    "cache_size=-16000",
    "wal_autocheckpoint=4000",
)
"""FULL, as the journal is the ledger of what was paid; groups of transactions share the flush."""

log = structlog.get_logger(__name__)


def _tune(dbapi: Any, _record: Any) -> None:
    dbapi.isolation_level = None  # transactions are ours: BEGIN IMMEDIATE, below
    cursor = dbapi.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def engine_for(url: str, base: Path) -> sa.Engine:
    """A SQLAlchemy engine for `url` (sqlite:///PATH, relative to `base`). Makes the folder."""
    parsed = sa.make_url(url)
    if parsed.database and parsed.database != ":memory:":
        path = base / parsed.database
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"the folder of the database cannot be made: {error}") from error
        parsed = parsed.set(database=str(path))
    engine = sa.create_engine(parsed, poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False})
    sa.event.listen(engine, "connect", _tune)
    sa.event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _explain(error: Exception) -> Exception:
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.IntegrityError):
        return StorageError(f"the database cannot do this now: {cause}")
    return error


class Database:
    """Runs functions in transactions, on one thread of its own, as SQLite has one writer anyway.

    Functions that are waiting when the thread is free share one transaction and so one flush to disk. If one of them
    fails, the group is rolled back and each is run alone: so a function must not act on anything but its connection.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._waiting: deque[tuple[Work[Any], asyncio.Future[Any]]] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="hayal-database", daemon=True)
        self._loop: asyncio.AbstractEventLoop

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        with self._wake:
            self._closing = True
            self._wake.notify()
        await self._loop.run_in_executor(None, self._thread.join)
        self.engine.dispose()

    async def run(self, work: Work[T]) -> T:
        """Run `work` in a transaction and return what it returns, once that is on disk.

        Raises what `work` raises, and StorageError if the database is locked, full or gone. If the caller is
        cancelled the work may be done all the same.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        with self._wake:
            if self._closing or len(self._waiting) >= QUEUED:
                raise StorageError("the database has too much to do" if not self._closing else "shutting down")
            self._waiting.append((work, future))
            self._wake.notify()
        return await future

    def _serve(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._closing:
                    self._wake.wait()
                if not self._waiting:
                    return
                group = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
            outcomes = self._commit(group)
            try:
                self._loop.call_soon_threadsafe(_settle, outcomes)
            except RuntimeError:  # the loop is closed: nobody waits any more
                return

    def _commit(
        self, group: list[tuple[Work[Any], asyncio.Future[Any]]]
    ) -> list[tuple[asyncio.Future[Any], Any, bool]]:
        begun = False
        try:
            with self.engine.begin() as conn:
                begun = True
                results = [(future, work(conn), True) for work, future in group]
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
            if len(group) == 1 or not begun:  # a locked database is waited for once, not once for each
                explained = _explain(error)
                return [(future, explained, False) for _, future in group]
            log.debug("group rolled back", size=len(group), error=repr(error))
            return [outcome for one in group for outcome in self._commit([one])]
        return results


def _settle(outcomes: list[tuple[asyncio.Future[Any], Any, bool]]) -> None:
    for future, value, fine in outcomes:
        if future.done():
            continue
        if fine:
            future.set_result(value)
        else:
            future.set_exception(value)
