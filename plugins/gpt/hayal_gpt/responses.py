"""Texts by the Responses API: `POST /responses`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hayal.errors import Failed, Refused
from hayal_gpt.ask import Ask, plain
from hayal_gpt.service import meant

PATH = "/responses"


def body(ask: Ask) -> dict[str, Any]:
    """The request. Nothing is stored at the service (by default it keeps requests for 30 days)."""
    asked: dict[str, Any] = {
        "model": ask.model,
        "instructions": ask.instructions,
        "input": [{"role": line.role, "content": line.text} for line in ask.lines],
        "max_output_tokens": ask.tokens,
        "store": False,
    }
    if ask.effort:
        asked["reasoning"] = {"effort": ask.effort}
    if ask.form:
        asked["text"] = {
            "format": {"type": "json_schema", "name": ask.form.name, "schema": ask.form.schema, "strict": True}
        }
    return asked


def text_of(data: Mapping[str, Any]) -> str:
    """What was written. Raises Refused for a refusal, Failed for what is cut off or no text, or what an error means."""
    status = data.get("status", "completed")
    details = data.get("incomplete_details")
    why = details.get("reason") if isinstance(details, Mapping) else None
    if status == "incomplete" and why == "content_filter":
        raise Refused("the service's content filter cut the answer off")
    if status == "incomplete":
        raise Failed(f"the answer is cut off ({why or 'no reason given'}); see plugins.gpt.output_tokens")
    if status == "failed":
        raise meant({"error": data.get("error") or {"message": "no reason given"}})
    if status != "completed":
        raise Failed(f'the answer is "{status}", not completed')
    parts = list(_parts(data))
    refusal = next((part.get("refusal") for part in parts if part.get("type") == "refusal"), None)
    if refusal is not None:
        raise Refused(f"the model refused: {refusal}"[:300])
    return plain("".join(str(part.get("text") or "") for part in parts if part.get("type") == "output_text"))


def _parts(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parts of the messages; thoughts, and what the model says while it works, are left out."""
    output = data.get("output")
    items = [item for item in output if isinstance(item, Mapping)] if isinstance(output, list) else []
    found = []
    for item in items:
        content = item.get("content")
        if item.get("type") == "message" and item.get("phase") != "commentary" and isinstance(content, list):
            found += [part for part in content if isinstance(part, Mapping)]
    return found
