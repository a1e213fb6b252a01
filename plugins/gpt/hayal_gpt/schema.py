"""A pydantic model's JSON schema, by the rules of OpenAI's structured outputs."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

_LEFT_OUT = {"title", "default"}


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of `model`: every object closed and all its keys required, as `strict` wants it."""
    schema: dict[str, Any] = _strict(model.model_json_schema())
    return schema


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    named = {"properties", "$defs"}  # their keys are names of the model's, not of JSON Schema
    found = {
        key: {name: _strict(one) for name, one in value.items()} if key in named else _strict(value)
        for key, value in node.items()
        if key not in _LEFT_OUT
    }
    if found.get("type") == "object":
        found["additionalProperties"] = False
        found["required"] = list(found.get("properties", {}))
    return found
