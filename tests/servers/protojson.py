"""Requests held against protocol buffer descriptors as Google's JSON front end does: every field known and typed."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = "google.ai.generativelanguage.v1beta."
_FILE = Path(__file__).parent / "data" / "generativelanguage-v1beta-descriptors.json"

_ADDED: Mapping[str, Mapping[str, Any]] = {
    "ImageConfig": {"imageSize": {"type": 9, "repeated": False}},
    "ThinkingConfig": {"thinkingLevel": {"type": f"{_PACKAGE}ThinkingLevel", "repeated": False}},
    "GenerateContentRequest": {
        "serviceTier": {"type": 9, "repeated": False},
        "store": {"type": 7, "repeated": False},
    },
}
"""What came after the descriptors; the names are google-genai's (3.4.0)."""

_ENUMS = {f"{_PACKAGE}ThinkingLevel": {"enum": ["MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"]}}

_FREE = {"google.protobuf.Value", "google.protobuf.Struct", "google.protobuf.ListValue", "google.protobuf.Any"}
_BYTES = {(f"{_PACKAGE}Blob", "data"), (f"{_PACKAGE}Part", "thoughtSignature")}
_STANDARD = str.maketrans("-_", "+/")
_INTEGERS, _FLOATS, _BOOL, _STRING = {1, 2, 3, 4}, {5, 6}, 7, 9


class Violation(ValueError):
    """A request that cannot be parsed; the message is Google's."""


@cache
def _descriptors() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_FILE.read_text())
    for name, fields in _ADDED.items():
        read[_PACKAGE + name]["fields"] |= fields
    return {**read, **_ENUMS}


def check(message: str, body: Any) -> dict[str, Any]:
    """The body with every name in lowerCamelCase (the parser takes snake_case too). Raises Violation."""
    parsed: dict[str, Any] = _message(_PACKAGE + message, body, "")
    return parsed


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _message(kind: str, value: Any, where: str) -> Any:
    if kind in _FREE:
        return value
    described = _descriptors()[kind]
    if "enum" in described:
        if value not in described["enum"]:
            raise Violation(f"Invalid value at '{where}' ({kind}), {json.dumps(value)}")
        return value
    if kind.endswith("Entry"):  # a map
        if not isinstance(value, dict):
            raise Violation(f"Invalid value at '{where}' (Map), {json.dumps(value)}")
        return {key: _field(kind, described["fields"]["value"], one, f"{where}[{key}]") for key, one in value.items()}
    if not isinstance(value, dict):
        raise Violation(f"Invalid value at '{where}' (type.googleapis.com/{kind}), {json.dumps(value)}")
    parsed: dict[str, Any] = {}
    for name, given in value.items():
        field = described["fields"].get(_camel(name))
        if field is None:
            at = f" at '{where}'" if where else ""
            raise Violation(f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.')
        if _camel(name) in parsed:
            raise Violation(f"Invalid JSON payload received. Duplicate field {name!r}.")
        if given is None:
            continue
        here = f"{where}.{name}" if where else name
        if str(field["type"]).endswith("Entry"):
            parsed[_camel(name)] = _message(field["type"], given, here)
        elif field["repeated"]:
            items = given if isinstance(given, list) else [given]  # the parser takes a single value for a list
            parsed[_camel(name)] = [_field(kind, field, one, f"{here}[{i}]") for i, one in enumerate(items)]
        else:
            parsed[_camel(name)] = _field(kind, field, given, here)
            if (kind, _camel(name)) in _BYTES:
                _base64(given, here)
    return parsed


def _field(owner: str, field: Mapping[str, Any], value: Any, where: str) -> Any:
    kind = field["type"]
    if isinstance(kind, str):
        return _message(kind, value, where)
    fine = {
        _STRING: isinstance(value, str),
        _BOOL: isinstance(value, bool),
    }.get(kind)
    if kind in _INTEGERS:
        fine = type(value) is int or (isinstance(value, str) and value.lstrip("-").isdecimal())
    elif kind in _FLOATS:
        fine = type(value) in {int, float}
    if not fine:
        raise Violation(f"Invalid value at '{where}' ({_NAMES.get(kind, 'TYPE_UNKNOWN')}), {json.dumps(value)}")
    return value


_NAMES = {1: "TYPE_INT32", 2: "TYPE_INT64", 5: "TYPE_DOUBLE", 6: "TYPE_FLOAT", 7: "TYPE_BOOL", 9: "TYPE_STRING"}


def unbase64(text: str) -> bytes:
    """Bytes as protocol buffers take them in JSON: both alphabets, padded or not. Raises ValueError."""
    text = text.rstrip("=").translate(_STANDARD)
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


def _base64(value: Any, where: str) -> None:
    try:
        unbase64(value)
    except ValueError:
        raise Violation(f"Invalid value at '{where}' (TYPE_BYTES), Base64 decoding failed") from None
