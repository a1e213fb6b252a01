"""Requests held against OpenAI's own description, with every object closed: an unknown field at any depth is refused.

The description (data/openai-bot-subset-strict.json) is openai/openai-openapi of 2026-08-21; `_NEWER` is what the SDK
(openai 3.54.0) has beyond it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_FILE = Path(__file__).parent / "data" / "openai-bot-subset-strict.json"
_JSON, _FORM = "application/json", "multipart/form-data"

_IMAGES: Mapping[str, Any] = {
    "complexity": {"enum": ["low", "medium", "high", None]},
    "frame_count": {"type": ["integer", "null"], "minimum": 2, "maximum": 16},
    "frame_duration_ms": {"type": ["integer", "null"]},
    "safety_identifier": {"type": ["string", "null"], "maxLength": 64},
    "svg": {"type": "object"},
    "quality": {"enum": ["low", "medium", "high", "xhigh", "max", "auto", "standard", "hd", None]},
    "output_format": {"enum": ["png", "webp", "jpeg", "gif", "svg", None]},
}
_NEWER: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("/images/generations", _JSON): _IMAGES,
    ("/images/edits", _FORM): {**_IMAGES, "markup": {"type": "string"}},
    ("/images/edits", _JSON): _IMAGES,
    ("/responses", _JSON): {
        "access_programs": {"type": "object"},
        "background_options": {"type": "object"},
        "image": {"type": "object"},
    },
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a request, in OpenAI's words and codes."""

    message: str
    code: str
    param: str


def _closed(schemas: dict[str, Any]) -> None:
    """Close every object of properties that is not one part of an `allOf`; close those together."""
    parts: set[str] = set()

    def collect(node: Any) -> None:
        if isinstance(node, dict):
            for part in node.get("allOf", []):
                if "$ref" in part:
                    parts.add(part["$ref"].rsplit("/", 1)[1])
            for one in node.values():
                collect(one)
        elif isinstance(node, list):
            for one in node:
                collect(one)

    def close(node: Any, *, part: bool) -> None:
        if isinstance(node, dict):
            if not part:
                if "allOf" in node:
                    node.setdefault("unevaluatedProperties", False)
                elif "properties" in node and not {"anyOf", "oneOf"} & set(node):
                    node.setdefault("additionalProperties", False)
            for key, one in node.items():
                if key == "properties":
                    for inner in one.values():
                        close(inner, part=False)
                elif key != "example":
                    close(one, part=key == "allOf")
        elif isinstance(node, list):
            for one in node:
                close(one, part=part)

    collect(schemas)
    for name, schema in schemas.items():
        close(schema, part=name in parts)


@cache
def _description() -> tuple[dict[str, Any], Registry[Any]]:
    document: dict[str, Any] = json.loads(_FILE.read_text())
    for (path, mime), fields in _NEWER.items():
        schema = document["paths"][path]["post"]["requestBody"]["content"][mime]["schema"]
        schema["propertyNames"]["enum"] += [name for name in fields if name not in schema["propertyNames"]["enum"]]
        for part in schema["allOf"]:
            target = document["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
            _last(target)["properties"] |= fields
    _closed(document["components"]["schemas"])
    registry: Registry[Any] = Registry().with_resource("openai:api", DRAFT202012.create_resource(document))
    return document, registry


def _last(schema: dict[str, Any]) -> dict[str, Any]:
    return schema["allOf"][-1] if "allOf" in schema else schema


def fields(path: str, mime: str = _JSON) -> frozenset[str]:
    """The fields a request may have at its top."""
    document, _ = _description()
    schema = document["paths"][path]["post"]["requestBody"]["content"][mime]["schema"]
    return frozenset(schema["propertyNames"]["enum"])


@cache
def _validator(path: str, mime: str) -> Draft202012Validator:
    _, registry = _description()
    pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in ("paths", path, "post", "requestBody"))
    reference = f"openai:api#/{pointer}/content/{mime.replace('/', '~1')}/schema"
    return Draft202012Validator({"$ref": reference}, registry=registry)


def check(path: str, body: Any, mime: str = _JSON) -> Complaint | None:
    """The first thing wrong with the body of a POST to `path` ("/responses"), or None."""
    if not isinstance(body, dict):
        return Complaint("We could not parse the JSON body of your request.", "invalid_json", "")
    for name in body:
        if name not in fields(path, mime):
            return Complaint(f"Unknown parameter: '{name}'.", "unknown_parameter", name)
    found = best_match(_causes(_validator(path, mime).iter_errors(body)))
    return None if found is None else _complaint(_deepest(found))


def _causes(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """Without the complaints that only follow: what failed inside `allOf` counts as not evaluated, too."""
    found = list(errors)
    return [error for error in found if error.validator != "unevaluatedProperties"] or found


def _deepest(error: ValidationError) -> ValidationError:
    """Of the alternatives of a union, the complaint of the one whose `type` or `role` fits: that is what was meant."""
    while error.context:
        by_branch: dict[Any, list[ValidationError]] = {}
        for inner in _causes(error.context):
            by_branch.setdefault(inner.schema_path[0], []).append(inner)
        meant = [branch for branch in by_branch.values() if not any(map(_about_kind, branch))] or list(
            by_branch.values()
        )
        branch = min(meant, key=len)
        error = max(branch, key=lambda one: len(one.absolute_path))
    return error


def _about_kind(error: ValidationError) -> bool:
    inner: Iterator[ValidationError] = iter(error.context or [])
    kind = bool(error.absolute_path) and error.absolute_path[-1] in {"type", "role"}
    return kind or error.validator == "type" or any(map(_about_kind, inner))


def _complaint(error: ValidationError) -> Complaint:
    param = ""
    for part in error.absolute_path:
        param += f"[{part}]" if isinstance(part, int) else f".{part}" if param else str(part)
    if error.validator in {"additionalProperties", "unevaluatedProperties"} and isinstance(error.instance, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        name = next((key for key in error.instance if key not in known), "?")
        at = f"{param}.{name}" if param else name
        return Complaint(f"Unknown parameter: '{at}'.", "unknown_parameter", at)
    if error.validator == "required" and isinstance(error.instance, dict):
        wanted: Any = error.validator_value
        name = next(key for key in wanted if key not in error.instance)
        at = f"{param}.{name}" if param else name
        return Complaint(f"Missing required parameter: '{at}'.", "missing_required_parameter", at)
    if error.validator == "type":
        got = type(error.instance).__name__
        what = f"Invalid type for '{param}': expected {error.validator_value}, but got {got} instead."
        return Complaint(what, "invalid_type", param)
    return Complaint(f"Invalid value for '{param}': {error.message}"[:300], "invalid_value", param)
