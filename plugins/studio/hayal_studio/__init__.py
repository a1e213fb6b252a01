"""The offline provider "studio": prompts, replies, selfies and videos, with no keys and no network."""

from __future__ import annotations

from typing import Any

from hayal import hookimpl

# The parts are imported when the engine asks for them, and numpy, Pillow and PyAV only in worker processes:
# importing this package costs nothing.


@hookimpl
def register_prompt_writers(register: Any) -> None:
    """Register the prompt writer "studio"."""
    from hayal_studio.prompts import StudioPrompts

    register("studio", StudioPrompts)


@hookimpl
def register_image_generators(register: Any) -> None:
    """Register the image generator "studio"."""
    from hayal_studio.images import StudioImages

    register("studio", StudioImages)


@hookimpl
def register_video_generators(register: Any) -> None:
    """Register the video generator "studio"."""
    from hayal_studio.videos import StudioVideos

    register("studio", StudioVideos)
