"""A chain of providers: the first that can is used; one that keeps failing is left out for a while."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import anyio
import stamina
import structlog

from hayal import metrics
from hayal.errors import Failed, Gone, HayalError, Misused, NoAccess, NotSent, ProviderError, TryLater
from hayal.provider import Provider

P = TypeVar("P", bound=Provider)
R = TypeVar("R")

TRIES = 4
"""How often a request that is known not to have been sent is tried with one provider."""

PATIENCE = 20.0
"""The longest wait in seconds a provider may ask for before the next in the chain is tried instead."""

FAILURES = 3
"""Failures in a row after which a provider is left out."""

LEFT_OUT = 60.0
"""Seconds a failing provider is left out."""

NO_ACCESS = 600.0
"""Seconds in which nothing is sent to a provider that let us not in. One whose model is gone is left out for good."""

LASTING = (NoAccess, Gone)

log = structlog.get_logger(__name__)


@dataclass
class Link(Generic[P]):
    """One provider of a chain, with its limit and its record."""

    name: str
    part: P
    limiter: anyio.CapacityLimiter
    failures: int = 0
    out_until: float = 0.0
    last: ProviderError | None = None

    @property
    def last_error(self) -> str:
        """What went wrong last, or ""."""
        return str(self.last or "")

    def barred(self, now: float) -> ProviderError | None:
        """Why nothing at all is sent to it at the moment, or None."""
        return self.last if isinstance(self.last, LASTING) and self.out_until > now else None

    def well(self) -> None:
        """Note a success."""
        self.failures, self.out_until, self.last = 0, 0.0, None

    def ill(self, error: ProviderError) -> bool:
        """Note a failure; True if it is one that only an operator can mend."""
        self.failures += 1
        self.last = error
        lasting = isinstance(error, LASTING)
        if lasting or self.failures >= FAILURES:
            seconds = math.inf if isinstance(error, Gone) else NO_ACCESS if lasting else LEFT_OUT
            self.out_until = anyio.current_time() + seconds
            log.error("provider left out", provider=self.name, reason=str(error), seconds=seconds)
        return lasting


async def _nobody(_kind: str, _provider: str, _error: ProviderError) -> None:
    """Nobody is told."""


@dataclass
class Chain(Generic[P]):
    """Providers in the order in which they are tried.

    `tell` is told what only an operator can mend: kind, provider, error.
    """

    kind: str
    links: list[Link[P]] = field(default_factory=list)
    tell: Callable[[str, str, ProviderError], Awaitable[None]] = _nobody

    @classmethod
    def of(
        cls,
        kind: str,
        parts: Iterable[tuple[str, P]],
        tell: Callable[[str, str, ProviderError], Awaitable[None]] = _nobody,
    ) -> Chain[P]:
        """Make a chain."""
        return cls(kind, [Link(name, part, anyio.CapacityLimiter(part.at_once)) for name, part in parts], tell)

    async def first(
        self, attempt: Callable[[str, P], Awaitable[R]], begun: Callable[[str], bool] = lambda _name: False
    ) -> R:
        """The result of the first provider whose `attempt` succeeds.

        The next is tried only when the one before is known not to have been paid, or failed for good; a refusal or an
        unknown outcome ends it. Raises the last provider's error.

        `begun` says of a provider's name whether paid work may be there already: those come first, left out or not.
        """
        now = anyio.current_time()
        order = sorted(self.links, key=lambda link: (not begun(link.name), max(link.out_until - now, 0.0)))
        last: ProviderError | None = None
        for link in order:
            known = begun(link.name)
            if last is not None and link.out_until > now and not known:
                break
            barred = None if known else link.barred(now)
            if barred:
                last = type(barred)(str(barred))
                continue
            try:
                async with link.limiter:
                    result = await attempt(link.name, link.part)
            except (NotSent, NoAccess, Gone, Misused, Failed) as error:
                if link.ill(error):
                    await self.tell(self.kind, link.name, error)
                metrics.provider_calls.labels(self.kind, link.name, type(error).__name__).inc()
                log.warning("provider failed", kind=self.kind, provider=link.name, reason=repr(error))
                last = error
            except ProviderError as error:
                metrics.provider_calls.labels(self.kind, link.name, type(error).__name__).inc()
                raise
            else:
                link.well()
                metrics.provider_calls.labels(self.kind, link.name, "ok").inc()
                return result
        raise last or Failed(f"no {self.kind} provider is configured")


async def persist(call: Callable[[], Awaitable[R]]) -> R:
    """Try again, with backoff or after the wait asked for, what is known not to have been sent.

    For one short call: an attempt that then waits for minutes would hold on to what retrying needs.
    """

    def again(error: Exception) -> bool | float:
        if isinstance(error, TryLater) and error.after is not None:
            return error.after if error.after <= PATIENCE else False
        return isinstance(error, NotSent)

    async for attempt in stamina.retry_context(on=again, attempts=TRIES, timeout=None, wait_initial=0.5, wait_max=8):
        with attempt:
            try:
                return await call()
            except HayalError:
                raise
            except Exception as error:  # a plugin that breaks is one that failed: the next is asked
                raise Failed(f"it broke: {error!r}") from error
    raise AssertionError("unreachable")
