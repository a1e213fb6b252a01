"""What an operator may set about the studio."""

from __future__ import annotations

from pydantic import Field

from hayal.provider import Settings


class StudioSettings(Settings):
    """`[plugins.studio]`: everything has a default that suits a small machine."""

    at_once: int = Field(1, ge=1, le=16, description="Videos rendered side by side; each keeps one core busy.")
    fps: int = Field(24, ge=12, le=60, description="Frames a second of the videos.")
    crf: int = Field(
        18, ge=14, le=32, description="Video quality as x264 counts it: lower is better and larger, 18 looks clean."
    )
    jpeg_quality: int = Field(92, ge=60, le=98, description="Quality of the selfies' JPEG, from 60 to 98.")
    idle_seconds: float = Field(
        60.0, ge=0.0, description="How long the worker that draws selfies stays in memory without work, in seconds."
    )
    picture_timeout: float = Field(60.0, gt=0.0, description="Longest time one selfie may take, in seconds.")
    keep_hours: float = Field(
        1.0, gt=0.0, description="How long a finished video stays on disk for another download, in hours."
    )
