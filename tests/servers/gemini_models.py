"""Which models the local Gemini knows, and what it says about the others."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from .gemini_errors import error


@dataclass(frozen=True, slots=True)
class Models:
    """Models by what they make, as of 2026-11-22, and some that have ended. `seconds` is the range of a video model."""

    text: tuple[str, ...] = ("gemini-3.8-flash", "gemini-3.7-flash", "gemini-3.5-flash-lite", "gemini-3.1-flash-lite")
    image: tuple[str, ...] = ("gemini-nano-banana-2.1", "gemini-3-pro-image", "gemini-3.1-flash-lite-image")
    video: tuple[tuple[str, int, int], ...] = (("gemini-omni-1.2-flash", 3, 15), ("gemini-omni-1.1-flash", 3, 10))
    latest: tuple[str, ...] = ("gemini-flash-latest",)
    gone: tuple[str, ...] = (
        "gemini-2.5-flash-image",
        "gemini-3.1-flash-image",
        "gemini-omni-flash-preview",
        "veo-3.1-generate-preview",
    )

    def seconds(self, model: str) -> tuple[int, int] | None:
        """The shortest and the longest video of a video model, or None for other models."""
        return next(((low, high) for name, low, high in self.video if name == model), None)

    def names(self, version: str) -> list[str]:
        """Every model of an API version; aliases are on v1beta only."""
        videos = [name for name, *_ in self.video]
        return [*self.text, *self.image, *videos, *(self.latest if version == "v1beta" else ())]

    def missing(self, version: str, model: str, method: str) -> web.Response | None:
        """404 for a model that has ended or never was, or None if it is there."""
        if model in self.names(version):
            return None
        if model in self.gone:
            return error(
                404, f"This model models/{model} is no longer available. Please update your code to use a newer model."
            )
        return error(
            404,
            f"models/{model} is not found for API version {version}, or is not supported for {method}. Call "
            "ModelService.ListModels to see the list of available models and their supported methods.",
        )
