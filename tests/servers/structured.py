"""The subset of JSON Schema that OpenAI's strict structured outputs take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_REFUSED = (
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "uniqueItems",
    "default",
    "minLength",
    "maxLength",
    "oneOf",
)


def wrong(schema: Mapping[str, Any], name: str) -> str | None:
    """Why a strict schema is refused, in OpenAI's words, or None."""
    if schema.get("type") != "object":
        what = "schema must be a JSON Schema of 'type: \"object\"'"
        return f"Invalid schema for response_format '{name}': {what}, got 'type: \"{schema.get('type')}\"'."
    reason = _node(schema, ())
    return None if reason is None else f"Invalid schema for response_format '{name}': {reason}"


def _node(schema: Any, at: tuple[str, ...]) -> str | None:
    context = f"In context={at!r}, "
    if not isinstance(schema, Mapping):
        return f"{context}schema must be an object."
    for word in _REFUSED:
        if word in schema:
            return f"{context}'{word}' is not permitted."
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            return f"{context}'additionalProperties' is required to be supplied and to be false."
        required = schema.get("required", [])
        if set(required) != set(properties):
            missing = next(iter(set(properties) ^ set(required)))
            return (
                f"{context}'required' is required to be supplied and to be an array including every key in properties. "
                f"Missing or extra '{missing}'."
            )
        for key, one in properties.items():
            if reason := _node(one, (*at, "properties", key)):
                return reason
    if schema.get("type") == "array":
        if "items" not in schema:
            return f"{context}array schema missing items."
        if reason := _node(schema["items"], (*at, "items")):
            return reason
    for number, one in enumerate(schema.get("anyOf", [])):
        if reason := _node(one, (*at, "anyOf", str(number))):
            return reason
    for key, one in schema.get("$defs", {}).items():
        if reason := _node(one, (*at, "$defs", key)):
            return reason
    if not {"type", "anyOf", "$ref", "enum", "const"} & set(schema):
        return f"{context}schema must have a 'type' key."
    return None
