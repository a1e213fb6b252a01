"""The provider "sora": videos from any endpoint that speaks the Sora protocol, or its older JSON relative."""

from __future__ import annotations

from typing import Any

from hayal import hookimpl


@hookimpl
def register_video_generators(register: Any) -> None:
    """Register the video generator "sora"."""
    from hayal_sora.videos import SoraVideos

    register("sora", SoraVideos)
