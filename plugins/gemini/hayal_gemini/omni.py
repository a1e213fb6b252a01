"""Omni videos over the Interactions API: what is asked, and what the answers mean.

Shapes: google-genai 3.4.0, `interactions.CreateModelInteraction` and `interactions.Interaction`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from hayal import Failed, OutcomeUnknown, ProviderError, Refused, VideoPrompt, VideoRequest
from hayal.http import Answer, meaning_of
from hayal_gemini.models import Prices

ENDED = frozenset({"failed", "cancelled", "incomplete", "budget_exceeded", "requires_action", "requires_continuation"})
"""States of an interaction that will not become a video any more. One nobody knows yet counts as still at work."""

_LONGEST_SAYING = 200

State: TypeAlias = Literal["running", "done", "ended"]


def prompt_text(prompt: VideoPrompt, with_picture: bool) -> str:
    """The prompt in the order of Google's guide for Omni, which cuts into several shots unless told not to."""
    opening = (
        "The attached picture is the <FIRST_FRAME>: begin exactly with it. Keep the person, clothes, place and light."
    )
    return "\n\n".join(
        (
            "Single continuous shot, no scene cuts.",
            *([opening] if with_picture else []),
            f"Style: {prompt.style}",
            prompt.scene,
            f"Cinematography: {prompt.cinematography}",
            f"Action: {prompt.action}",
            f"Audio design: {prompt.sound} No music. No dialogue.",
        )
    )


def create_body(model: str, request: VideoRequest, resolution: str, ratio: str) -> dict[str, Any]:
    """The body that starts a video in the background."""
    content: list[dict[str, Any]] = []
    if request.reference is not None:
        data = base64.b64encode(request.reference).decode()
        content.append({"type": "image", "mime_type": "image/jpeg", "data": data})
    content.append({"type": "text", "text": prompt_text(request.prompt, request.reference is not None)})
    task = "text_to_video" if request.reference is None else "image_to_video"
    return {
        "model": model,
        "input": content,
        "background": True,
        "store": True,
        "response_format": {
            "type": "video",
            "aspect_ratio": ratio,
            "resolution": resolution,
            "duration": f"{request.seconds}s",
            "delivery": "uri",
        },
        "generation_config": {"video_config": {"task": task}},
    }


@dataclass(frozen=True, slots=True)
class Film:
    """The video of an interaction: where it is, or the bytes in base64."""

    uri: str = ""
    data: str = ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _outputs(data: Any) -> Iterator[Mapping[str, Any]]:
    for step in _list(_mapping(data).get("steps")):
        if step.get("type") == "model_output":
            yield step


def _contents(data: Any) -> Iterator[Mapping[str, Any]]:
    for step in _outputs(data):
        yield from _list(step.get("content"))


def id_of(data: Any) -> str:
    """The id of a new interaction. Raises OutcomeUnknown if the answer names none."""
    name = _mapping(data).get("id")
    if not isinstance(name, str) or not name:
        raise OutcomeUnknown("the answer to a new interaction names no id")
    return name.removeprefix("interactions/")


def film_of(data: Any) -> Film | None:
    """The last video an interaction has, or None."""
    films = [one for one in _contents(data) if one.get("type") == "video" and (one.get("uri") or one.get("data"))]
    return Film(str(films[-1].get("uri") or ""), str(films[-1].get("data") or "")) if films else None


def state_of(data: Any) -> State:
    """Whether an interaction is at work, has a video, or has ended without one."""
    status = str(_mapping(data).get("status") or "").lower()
    over = status == "completed" or status in ENDED
    if over and film_of(data):
        return "done"
    return "ended" if over else "running"


def why_none(data: Any) -> ProviderError:
    """Why an interaction ended without a video: Refused, or Failed."""
    status = str(_mapping(data).get("status") or "").lower()
    faults = [*_list(_mapping(data).get("errors")), *(_mapping(step.get("error")) for step in _outputs(data))]
    said = " ".join(" ".join(str(fault.get("message") or "") for fault in faults).split())[:_LONGEST_SAYING]
    for fault in faults:
        if fault and isinstance(meaning_of(Answer(400, {}, b"", {"error": dict(fault)})), Refused):
            return Refused(f"refused: {said}")
    if status != "completed" or said:
        return Failed(f"the interaction ended {status}: {said or 'no reason given'}")
    if video_tokens(data):
        return Failed(f"{video_tokens(data)} video tokens were charged, but the answer has no video")
    words = " ".join(str(one.get("text") or "") for one in _contents(data) if one.get("type") == "text")
    # Omni refuses without an error: it completes with words alone
    return Refused(f"words came instead of a video: {' '.join(words.split())[:_LONGEST_SAYING] or '(none)'}")


def _usage(data: Any) -> Mapping[str, Any]:
    return _mapping(_mapping(data).get("usage"))


def _tokens(data: Any, modality: str) -> int:
    found = [one for one in _list(_usage(data).get("output_tokens_by_modality")) if one.get("modality") == modality]
    return sum(one["tokens"] for one in found if isinstance(one.get("tokens"), int))


def video_tokens(data: Any) -> int:
    """Tokens of video that an interaction is charged with."""
    return _tokens(data, "video")


def cost_of(data: Any, prices: Prices | None) -> float | None:
    """What an interaction costs in US dollars by its usage, None if that is not known."""
    media = video_tokens(data)
    if prices is None or not media:
        return None
    given, thoughts = _usage(data).get("total_input_tokens"), _usage(data).get("total_thought_tokens")
    text = _tokens(data, "text") + (thoughts if isinstance(thoughts, int) else 0)
    return prices.cost(given if isinstance(given, int) else 0, text, media)
