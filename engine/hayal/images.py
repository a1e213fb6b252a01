"""What makes pictures."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from hayal.persona import Persona
from hayal.provider import Provider
from hayal.size import Size


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One picture to make.

    `key` is the same for every try of the same request: a provider that knows idempotency passes it on.
    `reference` is an encoded picture (JPEG or PNG) of the persona, so that the face stays the same, or None.
    """

    key: str
    prompt: str
    persona: Persona
    size: Size
    seed: int
    reference: bytes | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """An encoded picture. `mime` is image/jpeg, image/png or image/webp; `cost` in US dollars, None if unknown."""

    data: bytes
    mime: str
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class ImageCapabilities:
    """What an image generator can do.

    `sizes`: those it makes, in pixels; empty means any. `reference`: takes a picture of the persona.
    `free`: costs nothing, so the engine may make a picture again after a crash, and draw portraits with it.
    """

    sizes: tuple[Size, ...] = ()
    reference: bool = False
    free: bool = False


class ImageGenerator(Provider):
    """Makes a picture from a prompt, in one call."""

    capabilities: ImageCapabilities = ImageCapabilities()

    @abstractmethod
    async def generate(self, request: ImageRequest) -> Image:
        """Make the picture. Raises any ProviderError; a call that may have been paid raises OutcomeUnknown."""
