"""generateContent: what it answers. A refusal comes as HTTP 200.

Shapes: google-genai 3.4.0, `types.GenerateContentResponse`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from hayal import Failed, Image, NoAccess, ProviderError, Refused
from hayal_gemini.models import Prices

_REFUSALS = frozenset(
    {
        "BLOCKLIST",
        "ESCALATION",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "IMAGE_SAFETY",
        "LANGUAGE",
        "MODEL_ARMOR",
        "OTHER",
        "PROHIBITED_CONTENT",
        "RECITATION",
        "SAFETY",
        "SPII",
    }
)
"""Finish reasons that are a judgement of the content. Any other is a fault of the model or of the request."""

WITHOUT_A_PICTURE = frozenset({"NO_IMAGE", "IMAGE_OTHER"})
"""Finish reasons of an image model that did not get round to a picture: another wording may."""

_LONGEST_SAYING = 200


class NoPicture(Failed):
    """The model says that it made no picture, for no reason of policy."""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _candidate(data: Any) -> Mapping[str, Any]:
    candidates = _mapping(data).get("candidates")
    return _mapping(candidates[0]) if isinstance(candidates, list) and candidates else {}


def _parts(data: Any) -> Iterator[Mapping[str, Any]]:
    """The parts of the answer, without thoughts."""
    parts = _mapping(_candidate(data).get("content")).get("parts")
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, Mapping) and not part.get("thought"):
            yield part


def text_of(data: Any) -> str:
    """All text of an answer, without thoughts."""
    return "".join(str(part["text"]) for part in _parts(data) if isinstance(part.get("text"), str)).strip()


def refusal(data: Any) -> ProviderError | None:
    """Why there is no answer, or None if it ended as it should."""
    feedback, candidate = _mapping(_mapping(data).get("promptFeedback")), _candidate(data)
    if feedback.get("blockReason"):
        said = str(feedback.get("blockReasonMessage") or "")[:_LONGEST_SAYING]
        return Refused(f"the prompt was blocked: {feedback['blockReason']} {said}".strip())
    reason = str(candidate.get("finishReason") or "")
    said = " ".join(str(candidate.get("finishMessage") or text_of(data)).split())[:_LONGEST_SAYING]
    if reason in _REFUSALS:
        return Refused(f"refused: {reason} {said}".strip())
    if reason in WITHOUT_A_PICTURE:
        return NoPicture(f"no picture was made: {reason} {said}".strip())
    if reason == "PUP_LIMITED_DISABLED":
        return NoAccess(f"Google has limited this account: {reason} {said}".strip())
    if not candidate:
        return Failed("the answer is empty")
    if reason not in {"STOP", ""}:
        return Failed(f"the model broke off: {reason} {said}".strip())
    return None


def words_of(data: Any) -> str:
    """The text of an answer. Raises Refused, or Failed if it is empty or was cut off."""
    error = refusal(data)
    if error:
        raise error
    text = text_of(data)
    if not text:
        raise Failed("the answer has no text")
    return text


def picture_of(data: Any, prices: Prices | None) -> Image:
    """The picture of an answer.

    Raises Refused for every form of refusal, text in place of a picture among them, NoPicture if the model says that it
    made none for no reason of policy, Failed for what else went wrong.
    """
    error = refusal(data)
    if isinstance(error, Refused):
        raise error
    for part in _parts(data):
        inline = _mapping(part.get("inlineData"))
        mime = str(inline.get("mimeType") or "")
        if mime.startswith("image/") and isinstance(inline.get("data"), str):
            try:
                return Image(base64.b64decode(inline["data"], validate=True), mime, _cost(data, prices))
            except binascii.Error as broken:
                raise Failed(f"the picture is not valid base64: {broken}") from broken
    if error:
        raise error
    said = " ".join(text_of(data).split())[:_LONGEST_SAYING]
    if said:
        raise Refused(f"words came instead of a picture: {said}")
    raise Failed("the answer has neither a picture nor a reason")


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def picture_tokens(data: Any) -> int:
    """Tokens of pictures that the answer is charged with."""
    usage = _mapping(_mapping(data).get("usageMetadata"))
    details = usage.get("candidatesTokensDetails")
    return sum(
        _count(one.get("tokenCount"))
        for one in (details if isinstance(details, list) else [])
        if isinstance(one, Mapping) and one.get("modality") == "IMAGE"
    )


def _cost(data: Any, prices: Prices | None) -> float | None:
    usage = _mapping(_mapping(data).get("usageMetadata"))
    out = _count(usage.get("candidatesTokenCount"))
    if prices is None or not out:
        return None
    media = picture_tokens(data) or out
    text = max(out - media, 0) + _count(usage.get("thoughtsTokenCount"))
    return prices.cost(_count(usage.get("promptTokenCount")), text, media)
