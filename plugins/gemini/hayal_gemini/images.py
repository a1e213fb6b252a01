"""Selfies by generateContent with picture output, with the persona's portrait as input so that the face stays."""

from __future__ import annotations

import base64
from typing import Any

from hayal import Image, ImageCapabilities, ImageGenerator, ImageRequest
from hayal_gemini.client import GeminiPart, segment
from hayal_gemini.content import NoPicture, picture_of, picture_tokens
from hayal_gemini.models import models, nearest_ratio

LIMIT = 180.0
"""Seconds a picture may take. It is synchronous, and charged even if nobody waits for it."""

_FIRM = "Make exactly one photograph of this scene. Answer with the picture, not with words."


def request_body(request: ImageRequest, image_size: str, *, firm: bool = False) -> dict[str, Any]:
    """The body of generateContent for a picture; `firm` insists on one."""
    parts: list[dict[str, Any]] = []
    if request.reference is not None:
        mime = "image/png" if request.reference.startswith(b"\x89PNG") else "image/jpeg"
        data = base64.b64encode(request.reference).decode()
        parts = [
            {"text": f"This picture shows {request.persona.name}, a fictional adult:"},
            {"inlineData": {"mimeType": mime, "data": data}},
            {
                "text": f"Make a new photograph of the same person: {request.persona.name}'s face, hair, skin and "
                "build exactly as in the picture above. Pose, clothes, place and light are those of this description:"
            },
        ]
    parts.append({"text": request.prompt})
    if firm:
        parts.append({"text": _FIRM})
    ratio = nearest_ratio(request.size, models().image_ratios)
    return {
        "contents": [{"role": "user", "parts": parts}],
        "generationConfig": {
            "responseModalities": ["IMAGE"],
            "imageConfig": {"aspectRatio": ratio, "imageSize": image_size},
        },
    }


class GeminiImages(GeminiPart, ImageGenerator):
    """Makes a selfie in one call, in the nearest ratio the model has."""

    capabilities = ImageCapabilities(reference=True)

    @property
    def model(self) -> str:
        """The image model's id."""
        return self.settings.image_model

    async def generate(self, request: ImageRequest) -> Image:
        """Make a selfie. Asked once more, firmly, if the model made none and charged for none."""
        answer = await self._ask(request, firm=False)
        try:
            return picture_of(answer, self._prices)
        except NoPicture:
            if picture_tokens(answer):
                raise
        return picture_of(await self._ask(request, firm=True), self._prices)

    @property
    def _prices(self) -> Any:
        return models().prices.get(self.model)

    async def _ask(self, request: ImageRequest, *, firm: bool) -> Any:
        body = request_body(request, self.settings.image_size, firm=firm)
        path = f"models/{segment(self.model)}:generateContent"
        return (await self.api.call("POST", path, cost="paid", limit=LIMIT, json=body)).data
