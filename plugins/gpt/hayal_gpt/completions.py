"""Texts by Chat Completions, which most gateways speak: `POST /chat/completions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hayal.errors import Failed, Refused
from hayal_gpt.ask import Ask, plain
from hayal_gpt.service import meant

PATH = "/chat/completions"


def body(ask: Ask) -> dict[str, Any]:
    """The request. Many gateways ignore the form: what comes back is read with care."""
    asked: dict[str, Any] = {
        "model": ask.model,
        "messages": [
            {"role": "system", "content": ask.instructions},
            *({"role": line.role, "content": line.text} for line in ask.lines),
        ],
        "max_completion_tokens" if ask.own else "max_tokens": ask.tokens,
    }
    if ask.effort:
        asked["reasoning_effort"] = ask.effort
    if ask.form:
        asked["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": ask.form.name, "schema": ask.form.schema, "strict": True},
        }
    return asked


def text_of(data: Mapping[str, Any]) -> str:
    """What was written. Raises Refused for a refusal, Failed for what is cut off or no text, or what an error means."""
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, Mapping):
        raise Failed("the answer has no choices")
    if choice.get("error"):
        raise meant(choice)
    found = choice.get("message")
    message: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    ended = choice.get("finish_reason")
    if message.get("refusal"):
        raise Refused(f"the model refused: {message['refusal']}"[:300])
    if ended == "content_filter":
        raise Refused("the service's content filter cut the answer off")
    if ended == "length":
        raise Failed("the answer is cut off (length); see plugins.gpt.output_tokens")
    if ended in {"tool_calls", "function_call"}:
        raise Failed("the model called a tool, and has none")
    return plain(_text(message.get("content")))


def _text(content: Any) -> str:
    """Content is a text, or a list of parts."""
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, Mapping) and part.get("type") == "text")
        return "".join(str(part or "") for part in parts)
    return content if isinstance(content, str) else ""
