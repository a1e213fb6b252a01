"""The provider "gpt": prompts, replies, moderation and pictures, by OpenAI or a service that speaks its protocols."""

from __future__ import annotations

from typing import Any

from hayal import hookimpl

# The parts are imported when the engine asks for them: importing this package costs nothing.


@hookimpl
def register_prompt_writers(register: Any) -> None:
    """Register the prompt writer "gpt"."""
    from hayal_gpt.prompts import GptPrompts

    register("gpt", GptPrompts)


@hookimpl
def register_image_generators(register: Any) -> None:
    """Register the image generator "gpt"."""
    from hayal_gpt.images import GptImages

    register("gpt", GptImages)


@hookimpl
def register_moderators(register: Any) -> None:
    """Register the moderator "gpt"."""
    from hayal_gpt.moderation import GptModerator

    register("gpt", GptModerator)
