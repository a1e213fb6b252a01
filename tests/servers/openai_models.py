"""Which models the local OpenAI knows, and what each takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import media


@dataclass(frozen=True, slots=True)
class Models:
    """Models by what they make, as of 2026-11-22, and some that have ended."""

    text: tuple[str, ...] = (
        "gpt-6.2-sol",
        "gpt-6.1-sol",
        "gpt-6.1-terra",
        "gpt-6-sol",
        "gpt-6-luna",
        "gpt-5.4-mini",
        "gpt-4.1-mini",
        "gpt-4o-mini",
    )
    image: tuple[str, ...] = (
        "gpt-image-2.6-sunburst",
        "gpt-image-2.6-flare",
        "gpt-image-2.5-sunburst",
        "gpt-image-2.5-flare",
        "gpt-image-2",
        "gpt-image-1.5",
        "gpt-image-1-mini",
    )
    moderation: tuple[str, ...] = ("omni-moderation-latest", "omni-moderation-2024-09-26")
    gone: tuple[str, ...] = ("gpt-3.5-turbo", "o4-mini", "gpt-4.1-nano", "gpt-image-1", "dall-e-3", "dall-e-2")
    least_pixels: int = 655_360
    most_pixels: int = 8_294_400

    @property
    def all(self) -> tuple[str, ...]:
        """Every model that is alive."""
        return (*self.text, *self.image, *self.moderation)


def reasons(model: str) -> bool:
    """Whether a text model thinks first, and so takes neither `temperature` nor `max_tokens`."""
    return re.match(r"(gpt-[5-9]|o\d)", model) is not None


def version(model: str) -> float:
    """The number in an image model's name: 2.6 for gpt-image-2.6-flare."""
    found = re.match(r"gpt-image-(\d+(?:\.\d+)?)", model)
    return float(found[1]) if found else 0.0


def wrong_size(models: Models, model: str, size: str) -> str | None:
    """Why an image model refuses a size, or None."""
    if size in {"auto", "1024x1024", "1024x1536", "1536x1024"}:
        return None
    pair = media.sizes(size)
    if version(model) < 2 or pair is None:
        fixed = "'1024x1024', '1024x1536', '1536x1024', and 'auto'"
        return f"Invalid value: '{size}'. Supported values are: {fixed}."
    width, height = pair
    if width % 16 or height % 16:
        return f"Invalid size '{size}': width and height must be divisible by 16."
    if not 1 / 3 <= width / height <= 3:
        return f"Invalid size '{size}': the aspect ratio must be between 1:3 and 3:1."
    if max(pair) > 3840 or width * height > models.most_pixels:
        return f"Invalid size '{size}': above the maximum of 3840x2160."
    if width * height < models.least_pixels:
        return f"Invalid size '{size}': below the current minimum pixel budget."
    return None
