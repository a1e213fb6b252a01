"""Pictures: `POST /images/generations`, and `/images/edits` if there is a picture of the persona to keep to."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from hayal.errors import Failed, HayalError
from hayal.http import Answer
from hayal.images import Image, ImageCapabilities, ImageGenerator, ImageRequest
from hayal.provider import Host
from hayal_gpt import wording
from hayal_gpt.cost import image_cost
from hayal_gpt.models import ImageModel, known_models
from hayal_gpt.service import Gpt, read
from hayal_gpt.settings import GptSettings
from hayal_gpt.shape import takeable

LONGEST_PROMPT = 31_000
"""Characters of a prompt that are kept: 32,000 are taken, with what is said around it."""

LARGEST = 64 * 1024 * 1024
"""Bytes of a picture that are taken."""

_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class GptImages(Gpt, ImageGenerator):
    """Makes pictures. With a picture of the persona in the request, the face stays the same."""

    at_once = 4

    def __init__(self, settings: GptSettings, host: Host) -> None:
        super().__init__(settings, host)
        self._known = known_models().image_model(settings.image_model)
        self.capabilities = ImageCapabilities(
            sizes=self._known.sizes if self._known else (),
            reference=self._known is not None,
        )

    @property
    def model(self) -> str:
        """The image model."""
        return self.settings.image_model

    async def generate(self, request: ImageRequest) -> Image:
        """Make one picture. A dropped connection is OutcomeUnknown: it is billed, and the picture is lost."""
        reference = request.reference if self.capabilities.reference else None
        asked = fields(request, self.model, self._known, self.settings.image_quality, reference is not None)
        limit = self.settings.image_timeout
        if reference is None:
            answer = await self.api.call("POST", "/images/generations", cost="paid", limit=limit, json=asked)
        else:
            kind = mime_of(reference)
            files = {"image": (f"persona.{kind.removeprefix('image/')}", reference, kind)}
            form = {name: str(value) for name, value in asked.items()}
            answer = await self.api.call("POST", "/images/edits", cost="paid", limit=limit, fields=form, files=files)
        return await self._image(answer)

    async def _image(self, answer: Answer) -> Image:
        data = read(answer)
        found = data.get("data")
        first = found[0] if isinstance(found, list) and found else None
        if not isinstance(first, Mapping):
            raise Failed("the answer has no picture")
        picture = await self._bytes(first)
        cost = image_cost(data.get("usage"), self._known.price if self._known else None)
        return Image(picture, mime_of(picture), cost)

    async def _bytes(self, first: Mapping[str, Any]) -> bytes:
        """The picture: in base64; with some gateways, at an address or in a data URL."""
        encoded, url = first.get("b64_json"), first.get("url")
        if isinstance(url, str) and url.startswith("data:"):
            encoded = url.partition(",")[2]
        if isinstance(encoded, str) and encoded:
            try:
                return base64.b64decode(encoded, validate=True)
            except binascii.Error as error:
                raise Failed(f"the picture is not base64: {error}") from error
        if not isinstance(url, str) or "://" not in url:
            raise Failed("the answer has no picture")
        picture = bytearray()
        try:
            async for chunk in self.api.download(url, limit=60.0):
                picture += chunk
                if len(picture) > LARGEST:
                    raise Failed(f"the picture is larger than {LARGEST} bytes")
        except Failed:
            raise
        except HayalError as error:  # it is made and paid: none of these means that another try costs nothing
            raise Failed(f"the picture was made, and cannot be fetched: {error}") from error
        return bytes(picture)


def fields(
    request: ImageRequest, model: str, known: ImageModel | None, quality: str, reference: bool
) -> dict[str, str | int]:
    """The fields of a request, beside the picture. Of a model nobody knows only what every service takes."""
    prompt = wording.picture_prompt(request.prompt[:LONGEST_PROMPT], request.persona, reference=reference)
    size = request.size if known is None or known.sizes else takeable(request.size)
    asked: dict[str, str | int] = {"model": model, "prompt": prompt, "size": str(size), "n": 1}
    if known is None:
        return asked
    asked |= {"quality": quality, "output_format": "jpeg"}
    if reference:
        return asked | ({"input_fidelity": known.fidelity} if known.fidelity else {})
    return asked | {"moderation": "auto"}


def mime_of(picture: bytes) -> str:
    """What kind of picture these bytes are, whatever was said. Raises Failed if none that is known."""
    for magic, kind in _KINDS.items():
        if picture.startswith(magic):
            return kind
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return "image/webp"
    raise Failed("what came is not a PNG, JPEG or WebP picture")
