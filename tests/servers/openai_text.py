"""Responses and Chat Completions: what a request asks, the rules beyond its schema, and the shape of the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from . import structured
from .media import number
from .openai_models import reasons
from .openai_schema import Complaint
from .writer import Task

_THOUGHT = 64
"""Tokens a reasoning model spends before it writes."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, read. `limit` is the most tokens it may cost, thoughts included."""

    model: str
    task: Task
    limit: int | None
    thinks: bool


def read_response(body: Mapping[str, Any]) -> Ask | Complaint:
    """A request that fits the schema of POST /responses."""
    model = body.get("model")
    if model is None:
        return Complaint("Missing required parameter: 'model'.", "missing_required_parameter", "model")
    if reasons(model) and (unfit := _sampling(body)):
        return unfit
    items = body.get("input")
    if items is None:
        return Complaint("Missing required parameter: 'input'.", "missing_required_parameter", "input")
    messages = [{"role": "user", "content": items}] if isinstance(items, str) else items
    wanted = body.get("text", {}).get("format", {"type": "text"})
    schema = _schema(wanted, wanted, messages, "text.format")
    if isinstance(schema, Complaint):
        return schema
    effort = (body.get("reasoning") or {}).get("effort")
    task = Task(_said(messages, "system", "developer", first=body.get("instructions") or ""), _last(messages), schema)
    return Ask(model, task, body.get("max_output_tokens"), reasons(model) and effort != "none")


def read_chat(body: Mapping[str, Any]) -> Ask | Complaint:
    """A request that fits the schema of POST /chat/completions."""
    model = body["model"]
    if reasons(model):
        if "max_tokens" in body:
            what = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            return Complaint(f"Unsupported parameter: {what}", "unsupported_parameter", "max_tokens")
        if unfit := _sampling(body):
            return unfit
    wanted = body.get("response_format", {"type": "text"})
    schema = _schema(wanted, wanted.get("json_schema", {}), body["messages"], "response_format")
    if isinstance(schema, Complaint):
        return schema
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    task = Task(_said(body["messages"], "system", "developer"), _last(body["messages"]), schema)
    return Ask(model, task, limit, reasons(model) and body.get("reasoning_effort") != "none")


def _sampling(body: Mapping[str, Any]) -> Complaint | None:
    for name in ("temperature", "top_p", "presence_penalty", "frequency_penalty", "logit_bias"):
        if body.get(name) is not None:
            what = f"Unsupported parameter: '{name}' is not supported with this model."
            return Complaint(what, "unsupported_parameter", name)
    return None


def _schema(
    wanted: Mapping[str, Any], described: Mapping[str, Any], messages: Any, param: str
) -> Mapping[str, Any] | Complaint | None:
    if wanted["type"] == "json_object":
        if "json" not in str(messages).lower():
            what = f"Input messages must contain the word 'json' in some form to use '{param}' of type 'json_object'."
            return Complaint(what, "invalid_value", param)
        return {"type": "object", "properties": {}}
    if wanted["type"] != "json_schema":
        return None
    name = described["name"]
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
        what = f"Invalid '{param}.name': string does not match pattern. Expected '^[a-zA-Z0-9_-]+$'."
        return Complaint(what, "invalid_value", f"{param}.name")
    schema: Mapping[str, Any] = described.get("schema", {"type": "object", "properties": {}})
    if described.get("strict") and (reason := structured.wrong(schema, name)):
        return Complaint(reason, "invalid_json_schema", f"{param}.schema" if param.startswith("text") else param)
    return schema


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content or [] if "text" in part)


def _said(messages: Any, *roles: str, first: str = "") -> str:
    texts = [_text(message.get("content")) for message in messages if message.get("role") in roles]
    return "\n".join(filter(None, [first, *texts]))


def _last(messages: Any) -> str:
    return next((_text(one.get("content")) for one in reversed(messages) if one.get("role") == "user"), "")


def cut(ask: Ask, text: str) -> tuple[str, int, int, bool]:
    """The text as far as the limit lets it come, tokens of thought, tokens of text, and whether it was cut."""
    thought, words = _THOUGHT if ask.thinks else 0, max(1, len(text) // 4)
    if ask.limit is None or thought + words <= ask.limit:
        return text, thought, words, False
    thought = min(thought, ask.limit)
    words = ask.limit - thought
    return text[: words * 4], thought, words, True


def response_object(
    model: str,
    output: list[dict[str, Any]],
    *,
    status: Literal["completed", "failed", "incomplete"] = "completed",
    error: Mapping[str, str] | None = None,
    incomplete: str | None = None,
    thought: int = 0,
    words: int = 1,
    **asked: Any,
) -> dict[str, Any]:
    """A Response. `asked` is what it echoes of the request."""
    return {
        "id": f"resp_{number(model + str(output)):08x}",
        "object": "response",
        "created_at": 1_795_000_000,
        "status": status,
        "background": False,
        "error": error,
        "incomplete_details": None if incomplete is None else {"reason": incomplete},
        "instructions": None,
        "max_output_tokens": None,
        "model": model,
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": "medium", "summary": None},
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": 120,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": thought + words,
            "output_tokens_details": {"reasoning_tokens": thought},
            "total_tokens": 120 + thought + words,
        },
        "metadata": {},
        **asked,
    }


def reasoning_item() -> dict[str, Any]:
    """An output item to be skipped."""
    return {"id": "rs_1", "type": "reasoning", "summary": []}


def message_item(*content: dict[str, Any], status: str = "completed") -> dict[str, Any]:
    """An output item with what was written."""
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": status, "content": list(content)}


def output_text(text: str) -> dict[str, Any]:
    """A part of a message."""
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def output_refusal(text: str) -> dict[str, Any]:
    """A part of a message that refuses."""
    return {"type": "refusal", "refusal": text}


def response(ask: Ask, text: str) -> dict[str, Any]:
    """The good answer to POST /responses, or as much of it as the limit allows."""
    shown, thought, words, was_cut = cut(ask, text)
    output = [reasoning_item()] if ask.thinks else []
    if shown:
        half = len(shown) // 2  # the text of one message may come in several parts
        parts = [output_text(shown[:half]), output_text(shown[half:])]
        output.append(message_item(*parts, status="incomplete" if was_cut else "completed"))
    return response_object(
        ask.model,
        output,
        status="incomplete" if was_cut else "completed",
        incomplete="max_output_tokens" if was_cut else None,
        thought=thought,
        words=words,
        max_output_tokens=ask.limit,
    )


def chat_object(
    model: str,
    content: str | None,
    *,
    refusal: str | None = None,
    finish: str = "stop",
    thought: int = 0,
    words: int = 1,
) -> dict[str, Any]:
    """A ChatCompletion of one choice."""
    message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": refusal, "annotations": []}
    return {
        "id": f"chatcmpl-{number(model + str(content)):08x}",
        "object": "chat.completion",
        "created": 1_795_000_000,
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": 120,
            "completion_tokens": thought + words,
            "total_tokens": 120 + thought + words,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": thought},
        },
        "service_tier": "default",
    }


def chat(ask: Ask, text: str) -> dict[str, Any]:
    """The good answer to POST /chat/completions, or as much of it as the limit allows."""
    shown, thought, words, was_cut = cut(ask, text)
    return chat_object(ask.model, shown, finish="length" if was_cut else "stop", thought=thought, words=words)
