"""The provider "gemini": prompts and replies, selfies, and videos by an Omni model, over Google's Gemini API."""

from __future__ import annotations

from typing import Any

from hayal import hookimpl


@hookimpl
def register_prompt_writers(register: Any) -> None:
    """Register the prompt writer "gemini"."""
    from hayal_gemini.writer import GeminiPrompts

    register("gemini", GeminiPrompts)


@hookimpl
def register_image_generators(register: Any) -> None:
    """Register the image generator "gemini"."""
    from hayal_gemini.images import GeminiImages

    register("gemini", GeminiImages)


@hookimpl
def register_video_generators(register: Any) -> None:
    """Register the video generator "gemini"."""
    from hayal_gemini.videos import GeminiVideos

    register("gemini", GeminiVideos)
