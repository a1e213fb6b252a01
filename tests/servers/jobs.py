"""Video jobs that a server pretends to render: how each gets on is planned in polls, never in seconds."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from . import media

End: TypeAlias = Literal[
    "completed",
    "failed",
    "stuck",
    "cancelled",
    "refused",
    "no_video",
    "output_error",
    "incomplete",
    "requires_action",
    "requires_continuation",
    "budget_exceeded",
]
"""How a job ends. From "refused" on only Gemini has it: three that look "completed", then others, shown as named."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a job goes: queued for `queued` polls, in progress for `polls` more, from the next one on as `end` says.

    "stuck" stays in progress for ever. `error` is what a failed job says, in the vendor's shape (code and message).
    `extra` goes into each answer about the job (a status the vendor may add one day, a missing field). `cut` makes the
    video shorter than asked by that many seconds: what a provider that lies about its work delivers.
    """

    queued: int = 1
    polls: int = 2
    end: End = "completed"
    error: tuple[str, str] = ("internal_error", "The video could not be generated.")
    extra: dict[str, Any] = field(default_factory=dict)
    cut: float = 0.0


@dataclass(slots=True)
class Job:
    """One piece of work taken in."""

    id: str
    model: str
    prompt: str
    width: int
    height: int
    seconds: int
    created: int
    plan: Plan
    first: bytes | None = None
    asked: int = 0
    cancelled: bool = False
    deleted: bool = False

    @property
    def size(self) -> str:
        """ "720x1280"."""
        return f"{self.width}x{self.height}"

    @property
    def status(self) -> End | Literal["queued", "in_progress"]:
        """Where it is after the polls so far."""
        if self.cancelled:
            return "cancelled"
        if self.asked <= self.plan.queued:
            return "queued"
        if self.plan.end == "stuck" or self.asked <= self.plan.queued + self.plan.polls:
            return "in_progress"
        return self.plan.end

    @property
    def progress(self) -> int:
        """Per cent."""
        if self.status == "completed":
            return 100
        return min(99, 100 * self.asked // (self.plan.queued + self.plan.polls or 1))

    async def video(self) -> bytes:
        """The MP4 it made."""
        return await media.video(self.width, self.height, self.seconds - self.plan.cut, self.first)


class Jobs:
    """All jobs of a server, oldest first. `plan` is how a job goes for which none was queued by `add`."""

    def __init__(self, prefix: str, clock: Callable[[], float] = time.time) -> None:
        self.plan = Plan()
        self._planned: deque[Plan] = deque()
        self._prefix = prefix
        self._clock = clock
        self._jobs: dict[str, Job] = {}

    def add(self, *plans: Plan) -> None:
        """Queue how the next jobs go."""
        self._planned.extend(plans)

    def begin(
        self, *, model: str, prompt: str, width: int, height: int, seconds: int, first: bytes | None = None
    ) -> Job:
        """Take in work."""
        number = len(self._jobs) + 1
        job = Job(
            id=f"{self._prefix}{media.number(prompt):08x}{number:016x}",
            model=model,
            prompt=prompt,
            width=width,
            height=height,
            seconds=seconds,
            created=int(self._clock()),
            plan=self._planned.popleft() if self._planned else self.plan,
            first=first,
        )
        self._jobs[job.id] = job
        return job

    def get(self, number: str) -> Job | None:
        """The job of that id, unless it was deleted."""
        job = self._jobs.get(number)
        return None if job is None or job.deleted else job

    def finish(self) -> None:
        """Bring every job to its end now, polled or not. One that is stuck is completed after all."""
        for job in self._jobs.values():
            end: End = "completed" if job.plan.end == "stuck" else job.plan.end
            job.asked = max(job.asked, 1)
            job.plan = Plan(queued=0, polls=0, end=end, error=job.plan.error, extra=job.plan.extra, cut=job.plan.cut)

    def __iter__(self) -> Iterator[Job]:
        return (job for job in self._jobs.values() if not job.deleted)

    def __len__(self) -> int:
        return sum(1 for _ in self)
