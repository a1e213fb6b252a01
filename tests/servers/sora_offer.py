"""What an endpoint that speaks the Sora protocol sells, and the checks of a request against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import media

_BASE = ("720x1280", "1280x720")
_PRO = (*_BASE, "1024x1792", "1792x1024")


@dataclass(frozen=True, slots=True)
class Offer:
    """The models with their sizes, the lengths in seconds, and models that were there once."""

    sizes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"sora-2": _BASE, "sora-2-pro": _PRO})
    seconds: tuple[int, ...] = (4, 8, 12)
    gone: tuple[str, ...] = ("sora-1",)
    default_model: str = "sora-2"

    @classmethod
    def small(cls, *seconds: int) -> Offer:
        """Like the real offer, but also 144x256, which is encoded in a moment."""
        sizes = ("144x256", "256x144")
        return cls(sizes={"sora-2": (*_BASE, *sizes), "sora-2-pro": (*_PRO, *sizes)}, seconds=seconds or (4, 8, 12))


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a request is refused."""

    message: str
    code: str | None = "invalid_value"
    param: str | None = None
    status: int = 400


def check(offer: Offer, *, model: str, prompt: object, size: str, seconds: int, first: bytes | None) -> Wrong | None:
    """Hold a request against the offer. The picture has to be of exactly the video's size."""
    if not isinstance(prompt, str):
        return Wrong("Missing required parameter: 'prompt'.", "missing_required_parameter", "prompt")
    if not 1 <= len(prompt) <= 32_000:
        return Wrong("Invalid 'prompt': string has to be 1 to 32000 characters long.", "invalid_value", "prompt")
    if model in offer.gone:
        return Wrong(f"The model '{model}' has been deprecated.", "model_not_found", "model", 404)
    if model not in offer.sizes:
        what = f"The model '{model}' does not exist or you do not have access to it."
        return Wrong(what, "model_not_found", "model", 404)
    if size not in offer.sizes[model]:
        allowed = ", ".join(f"'{one}'" for one in offer.sizes[model])
        return Wrong(f"Invalid value: '{size}'. Supported values are: {allowed}.", "invalid_value", "size")
    if seconds not in offer.seconds:
        allowed = ", ".join(f"'{one}'" for one in offer.seconds)
        return Wrong(f"Invalid value: '{seconds}'. Supported values are: {allowed}.", "invalid_value", "seconds")
    if first is not None:
        try:
            shown = media.look(first)
        except media.NotAPicture:
            return Wrong("Invalid image file or mode for input_reference.", "invalid_image", "input_reference")
        if (shown.width, shown.height) != media.sizes(size):
            what = "Inpaint image must match the requested width and height"
            return Wrong(what, "invalid_value", "input_reference")
    return None
