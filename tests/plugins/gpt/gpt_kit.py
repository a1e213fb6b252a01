"""Requests, and answers in the shapes of OpenAI's SDK."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from hayal import Host, ImageRequest, Persona, PhotoPromptRequest, ReplyRequest, Said, Size, VideoPromptRequest
from hayal_gpt.settings import GptSettings

AYLA = Persona(
    name="Ayla", age=27, gender="woman", look="long dark hair, hazel eyes", character="warm, an illustrator from Izmir"
)

FIELDS = {
    "style": "A handheld clip on 35mm film.",
    "scene": "Ayla stands by a window. Soft light fills the room.",
    "cinematography": "A medium close-up. A 50mm lens, soft light, calm mood.",
    "action": "She turns to the window. She smiles.",
    "sound": "A quiet room, with no music.",
}

PHOTO = PhotoPromptRequest(AYLA, "denizde, gün batımında", "tr", 7)
VIDEO = VideoPromptRequest(AYLA, "Ayla by the sea at dusk.", "wave to me", 4, False, "en", 7)
REPLY = ReplyRequest(
    AYLA, (Said("person", "merhaba"), Said("persona", "Merhaba!"), Said("person", "nasılsın")), "tr", 7
)
PICTURE = ImageRequest("job/gpt", "Ayla by the sea at dusk.", AYLA, Size(720, 1280), 7)


def settings(**more: Any) -> GptSettings:
    """Settings as the engine makes them."""
    return GptSettings.model_validate({"api_key": "sk-test-0123456789", **more})


def host(tmp_path: Path = Path("unused")) -> Host:
    """What the engine gives a part."""
    return Host("gpt", tmp_path)


def response(*parts: dict[str, Any], status: str = "completed", **more: Any) -> dict[str, Any]:
    """An answer of the Responses API: thoughts, then a message with `parts`."""
    thoughts = {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": "SECRET THOUGHTS"}]}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": status, "content": list(parts)}
    data = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1.0,
        "status": status,
        "model": "gpt-6-luna",
        "output": [thoughts, message] if parts else [thoughts],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
        **more,
    }
    Response.model_validate(data)
    return data


def text(said: str) -> dict[str, Any]:
    """A part of a message."""
    return {"type": "output_text", "text": said, "annotations": []}


def refusal(said: str) -> dict[str, Any]:
    """A part of a message, in which the model refuses."""
    return {"type": "refusal", "refusal": said}


def completion(content: str | None, ended: str = "stop", **message: Any) -> dict[str, Any]:
    """An answer of Chat Completions."""
    said = {"role": "assistant", "content": content, "refusal": None, **message}
    data = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-6-luna",
        "choices": [{"index": 0, "finish_reason": ended, "logprobs": None, "message": said}],
    }
    ChatCompletion.model_validate(data)
    return data
