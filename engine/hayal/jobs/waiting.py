"""Waiting for a long-running provider: when to ask, how long, and what a failed question means."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable

import anyio
import structlog

from hayal.errors import Failed, Gone, NoAccess, ProviderError, Refused, Timeout, TryLater
from hayal.videos import Done, Running

SLOWDOWN_AFTER = 15
"""Polls at the first interval; after them each wait is longer by SLOWDOWN, up to SLOWEST times the first."""

SLOWDOWN = 1.15
SLOWEST = 6.0
SLOWEST_AFTER = math.ceil(math.log(SLOWEST, SLOWDOWN))
"""Polls from the first slower one until they are not made slower any more."""

MISSES = 10
"""Questions in a row that may go wrong for a reason that does not pass by itself (no access, endpoint gone)."""

log = structlog.get_logger(__name__)


def interval(first: float, poll: int) -> float:
    """Seconds to wait before poll number `poll` (counted from 0)."""
    slower = min(max(0, poll - SLOWDOWN_AFTER), SLOWEST_AFTER)
    return first * min(SLOWEST, SLOWDOWN**slower)


def patience(first: float, attempts: int) -> float:
    """Seconds that `attempts` polls take."""
    settled = SLOWDOWN_AFTER + SLOWEST_AFTER
    rest = max(0, attempts - settled) * first * SLOWEST
    return rest + sum(interval(first, poll) for poll in range(min(attempts, settled)))


async def wait_for(
    poll: Callable[[], Awaitable[Running | Done]],
    tell: Callable[[float | None], Awaitable[None]],
    deadline: float,
    first: float,
) -> float | None:
    """Poll until done; returns the cost if the provider says. `deadline` is in seconds since 1970.

    A question that goes wrong is asked again: the work itself goes on. Raises Failed or Refused if the work ended
    without a video, and Timeout after the deadline.
    """
    asked = misses = 0
    while True:
        wait = interval(first, asked)
        try:
            state = await poll()
            misses = 0
        except (Failed, Refused):
            raise
        except (NoAccess, Gone):
            misses += 1
            if misses >= MISSES:
                raise
        except (ProviderError, OSError) as error:
            log.warning("a poll went wrong", reason=repr(error))
            if isinstance(error, TryLater) and error.after is not None:
                wait = max(wait, error.after)
        else:
            if isinstance(state, Done):
                return state.cost
            await tell(state.progress)
            if state.poll_after is not None:
                wait = min(max(state.poll_after, 0.05), 60.0)
        asked += 1
        left = deadline - time.time()
        if left <= 0:
            raise Timeout(f"not ready after {asked} polls")
        await anyio.sleep(min(wait, left + 0.01))
