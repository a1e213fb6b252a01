"""What observers are told about jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

EventName: TypeAlias = Literal["job_begun", "step_begun", "step_intended", "step_called", "step_recorded", "job_ended"]


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Something that happened to a job.

    `step` is its name, or empty. `step_intended`: a paid call is about to be made; `step_called`: a step's work is
    done and about to be recorded. `state` is set when a job ended: done, failed, cancelled or stalled.
    """

    name: EventName
    job_id: str
    flow: str
    step: str = ""
    state: str = ""
