"""What happens for one request: ordinary async functions over a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias

from hayal.flows.reply import reply
from hayal.flows.selfie import selfie
from hayal.flows.video import new_video, video_from_selfie
from hayal.jobs.job import Job

Flow: TypeAlias = Callable[[Job], Awaitable[None]]
Lane: TypeAlias = Literal["media", "talk"]

FLOWS: dict[str, Flow] = {
    "selfie": selfie,
    "video_from_selfie": video_from_selfie,
    "new_video": new_video,
    "reply": reply,
}

LANES: dict[str, Lane] = {"selfie": "media", "video_from_selfie": "media", "new_video": "media", "reply": "talk"}
"""Jobs of one lane wait for each other: a person can talk while a video is made."""
