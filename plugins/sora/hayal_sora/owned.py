"""Which remote video belongs to which request of ours, over restarts: so that none is adopted twice."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

from hayal import StorageError
from hayal.provider import Notes

KEPT = 3
"""Months, the present one among them, that are remembered; videos are gone from endpoints long before."""

_FORGOTTEN = 12
"""Further months back that are looked for and dropped."""


def _month(moment: datetime, back: int = 0) -> str:
    months = moment.year * 12 + moment.month - 1 - back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def _recent(now: datetime) -> Iterator[str]:
    for back in range(KEPT):
        yield _month(now, back)


class Owned:
    """Notes of two kinds: the request of a remote id, and the remote id of a request."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def tidy(self) -> None:
        """Forget what is long past."""
        now = datetime.now(UTC)
        for back in range(KEPT, KEPT + _FORGOTTEN):
            await self._notes.drop(f"{_month(now, back)}/")

    async def keep(self, key: str, remote: str) -> None:
        """Remember that `remote` was made for the request `key`. A full disk loses the note, not the video."""
        month = _month(datetime.now(UTC))
        with contextlib.suppress(StorageError):
            await self._notes.put({f"{month}/of/{remote}": key, f"{month}/for/{key}": remote})

    async def owner(self, remote: str) -> str | None:
        """The key of the request that `remote` was made for, or None."""
        return await self._find(f"of/{remote}")

    async def made_for(self, key: str) -> str | None:
        """The remote id of what was handed in for a request, or None."""
        return await self._find(f"for/{key}")

    async def _find(self, name: str) -> str | None:
        for month in _recent(datetime.now(UTC)):
            found = await self._notes.get(f"{month}/{name}")
            if found is not None:
                return found
        return None
