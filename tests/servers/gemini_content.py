"""generateContent: what is refused, and the answers, in text, JSON and pictures."""

from __future__ import annotations

import base64
from typing import Any

from . import media
from .gemini_models import Models
from .protojson import Violation, check, unbase64
from .writer import Task, Writer

SIZES_1K = {
    "1:1": (1024, 1024),
    "2:3": (848, 1264),
    "3:2": (1264, 848),
    "3:4": (896, 1200),
    "4:3": (1200, 896),
    "4:5": (928, 1152),
    "5:4": (1152, 928),
    "9:16": (768, 1376),
    "16:9": (1376, 768),
    "21:9": (1584, 672),
    "1:4": (512, 2064),
    "4:1": (2064, 512),
    "1:8": (352, 2928),
    "8:1": (2928, 352),
}
"""Pixels of a picture at imageSize 1K, by aspectRatio (Google's table; 9:16 is not quite 720x1280 in shape)."""

_SCALE = {"1K": 1, "2K": 2, "4K": 4}
_MOST_IMAGES = 14


class Ask:
    """A generateContent request, read. Raises Violation where the real service answers 400."""

    def __init__(self, models: Models, model: str, body: Any) -> None:
        request = check("GenerateContentRequest", body)
        self.config: dict[str, Any] = request.get("generationConfig", {})
        self.contents: list[dict[str, Any]] = request.get("contents", [])
        if not self.contents:
            raise Violation("* GenerateContentRequest.contents: contents is not specified")
        for number, content in enumerate(self.contents):
            if content.get("role", "user") not in {"user", "model"}:
                raise Violation("Please use a valid role: user, model.")
            if not content.get("parts"):
                raise Violation(f"* GenerateContentRequest.contents[{number}].parts: must not be empty")
        if self.contents[-1].get("role", "user") != "user":
            raise Violation("Please ensure that the last turn is of the role user.")
        for setting in request.get("safetySettings", []):
            if setting.get("category") == "HARM_CATEGORY_CIVIC_INTEGRITY":
                raise Violation("Invalid value at 'safety_settings': unsupported category.")
        self.instructions = _text(request.get("systemInstruction", {}))
        self.said = _text(self.contents[-1])
        self.images = self._images()
        self.modalities: list[str] = self.config.get("responseModalities", [])
        self.draws = model in models.image
        self._images_wanted(model)
        self._json_wanted()

    def _images(self) -> list[bytes]:
        found = []
        for content in self.contents:
            for part in content["parts"]:
                if len({"text", "inlineData", "fileData"} & set(part)) != 1:
                    raise Violation("contents.parts must have exactly one initialized field: oneof field 'data'.")
                if blob := part.get("inlineData"):
                    raw = unbase64(blob.get("data", ""))
                    try:
                        real = media.look(raw).mime
                    except media.NotAPicture:
                        raise Violation("Provided image is not valid.") from None
                    if blob.get("mimeType") != real:
                        raise Violation(f"Unsupported MIME type: {blob.get('mimeType')} for {real}")
                    found.append(raw)
        if len(found) > _MOST_IMAGES:
            raise Violation(f"Too many images: {len(found)}, at most {_MOST_IMAGES}")
        return found

    def _images_wanted(self, model: str) -> None:
        image = self.config.get("imageConfig", {})
        if not self.draws:
            if "IMAGE" in self.modalities or image:
                raise Violation(f"Model {model} does not support the requested response modalities: image")
            return
        if self.modalities and "IMAGE" not in self.modalities:
            raise Violation(f"Model {model} does not support the requested response modalities: text")
        ratio, size = image.get("aspectRatio"), image.get("imageSize", "1K")
        if ratio is not None and ratio not in SIZES_1K:
            raise Violation(f"aspect_ratio must be one of {', '.join(SIZES_1K)}.")
        if size not in _SCALE:
            raise Violation("image_size must be one of 1K, 2K, 4K.")
        if "responseMimeType" in self.config and self.config["responseMimeType"] != "text/plain":
            raise Violation("JSON mode is not enabled for this model")

    def _json_wanted(self) -> None:
        config = self.config
        mime = config.get("responseMimeType", "text/plain")
        if mime not in {"text/plain", "application/json", "text/x.enum"}:
            raise Violation(f"response_mime_type: allowed mimetypes are text/plain, application/json: {mime}")
        schemas = [config[name] for name in ("responseSchema", "responseJsonSchema") if name in config]
        if len(schemas) > 1:
            raise Violation("response_schema and response_json_schema must not both be set.")
        if schemas and mime != "application/json":
            raise Violation("Response schema needs response_mime_type application/json.")
        self.schema: dict[str, Any] | None = schemas[0] if schemas else None
        if mime == "application/json" and not schemas:
            self.schema = {"type": "object", "properties": {}}

    @property
    def size(self) -> str:
        """ "9:16 1K", as it was asked."""
        image = self.config.get("imageConfig", {})
        return f"{image.get('aspectRatio', 'auto')} {image.get('imageSize', '1K')}"

    def pixels(self) -> tuple[int, int]:
        """The size of the picture to draw: without aspectRatio that of the last picture given, else a square."""
        image = self.config.get("imageConfig", {})
        scale = _SCALE[image.get("imageSize", "1K")]
        ratio = image.get("aspectRatio")
        if ratio is None and self.images:
            shown = media.look(self.images[-1])
            ratio = min(SIZES_1K, key=lambda one: abs(SIZES_1K[one][0] / SIZES_1K[one][1] - shown.width / shown.height))
        width, height = SIZES_1K[ratio or "1:1"]
        return width * scale, height * scale


def _text(content: dict[str, Any]) -> str:
    return "\n".join(part["text"] for part in content.get("parts", []) if "text" in part)


def answer(ask: Ask, model: str, writer: Writer, form: media.PictureFormat) -> dict[str, Any]:
    """A good answer: thoughts first (to be skipped), then what was asked for."""
    parts: list[dict[str, Any]] = [{"text": "Thinking about the light.", "thought": True}]
    if ask.draws:
        width, height = ask.pixels()
        draft = base64.b64encode(media.picture(64, 64, "png", 3)).decode()
        picture = base64.b64encode(media.picture(width, height, form, media.number(ask.said) % 97)).decode()
        parts.append({"inlineData": {"mimeType": "image/png", "data": draft}, "thought": True})
        if "TEXT" in ask.modalities or not ask.modalities:
            parts.append({"text": "Here is the picture."})
        shown = {"inlineData": {"mimeType": f"image/{form}", "data": picture}, "thoughtSignature": "c2lnbmVk"}
        parts.append(shown)
        made = {"modality": "IMAGE", "tokenCount": 1120}
    else:
        text = writer.write(Task(ask.instructions, ask.said, ask.schema))
        limit = ask.config.get("maxOutputTokens")
        words = max(1, len(text) // 4)
        if limit is not None and words > int(limit):
            return whole(model, [{"text": text[: int(limit) * 4]}], "MAX_TOKENS")
        parts.append({"text": text})
        made = {"modality": "TEXT", "tokenCount": words}
    return whole(model, parts, "STOP", made)


def whole(model: str, parts: list[dict[str, Any]], finish: str, made: dict[str, Any] | None = None) -> dict[str, Any]:
    """A GenerateContentResponse of one candidate."""
    out = made["tokenCount"] if made else 0
    usage: dict[str, Any] = {"promptTokenCount": 30, "candidatesTokenCount": out, "thoughtsTokenCount": 12}
    usage["totalTokenCount"] = 42 + out
    usage["promptTokensDetails"] = [{"modality": "TEXT", "tokenCount": 30}]
    if made:
        usage["candidatesTokensDetails"] = [made]
    candidate = {"content": {"parts": parts, "role": "model"}, "finishReason": finish, "index": 0}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model, "responseId": "r3sp0ns3"}
