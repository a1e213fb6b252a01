"""The Bot API as its machine-readable description says it: what a request or an object may hold."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DESCRIPTION = Path(__file__).parents[1] / "data" / "telegram-bot-api.json"

_CONSTANT = re.compile(r"(?:must be|always) [“\"]?(\w+)[”\"]?\.?$")
_ARRAY = "Array of "
_INTEGER = re.compile(r"-?\d{1,19}")
_FLAGS = {"true": True, "false": False, "True": True, "False": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file of a multipart request, on disk."""

    field: str
    filename: str
    mime: str
    path: Path
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a type or a parameter of a method. `constant` is the one value it may have, or ""."""

    name: str
    types: tuple[str, ...]
    required: bool
    constant: str = ""


class IllTyped(ValueError):
    """A value in a form that cannot be read as what it should be."""


class Spec:
    """Every method and type. One for all servers: `spec()`."""

    def __init__(self, path: Path = DESCRIPTION) -> None:
        data = json.loads(path.read_text("utf-8"))
        self.version: str = data["version"]
        self.methods = {name: _fields(method) for name, method in data["methods"].items()}
        self.returns = {name: tuple(method["returns"]) for name, method in data["methods"].items()}
        self._types = {name: _fields(kind) for name, kind in data["types"].items()}
        self._subtypes = {name: tuple(kind["subtypes"]) for name, kind in data["types"].items() if kind.get("subtypes")}

    def update_types(self) -> frozenset[str]:
        """The kinds of update there are."""
        return frozenset(self._types["Update"]) - {"update_id"}

    def read(self, method: str, form: Mapping[str, Any]) -> dict[str, Any]:
        """Values of a form (texts, files) as their parameters' types. Raises IllTyped."""
        fields = self.methods[method]
        return {name: _read(fields[name], value) if name in fields else value for name, value in form.items()}

    def problems(self, method: str, given: Mapping[str, Any]) -> list[str]:
        """What is wrong with a request: unknown, missing and ill-typed parameters, to any depth."""
        fields = self.methods[method]
        found = [f"{method} has no parameter {name}" for name in given if name not in fields]
        found += [f"{method} needs {name}" for name, field in fields.items() if field.required and name not in given]
        for name, value in given.items():
            if name in fields and (wrong := self.wrong(fields[name].types, value, f"{method}.{name}")):
                found.append(wrong)
        return found

    def wrong(self, types: Sequence[str], value: Any, where: str) -> str:
        """Why `value` is none of `types`, or ""."""
        if len(types) > 1 and all(kind.startswith(_ARRAY) for kind in types) and isinstance(value, list):
            inner = [kind.removeprefix(_ARRAY) for kind in types]  # an array of any of them, mixed
            return next((w for at, one in enumerate(value) if (w := self.wrong(inner, one, f"{where}[{at}]"))), "")
        said = [self._one(kind, value, where) for kind in types]
        return "" if "" in said else max(said, key=_depth)

    def _one(self, kind: str, value: Any, where: str) -> str:
        if kind.startswith(_ARRAY):
            if not isinstance(value, list):
                return f"{where} is no array (but {_shape(value)})"
            inner = (kind.removeprefix(_ARRAY),)
            return next((w for at, one in enumerate(value) if (w := self.wrong(inner, one, f"{where}[{at}]"))), "")
        if kind in _SIMPLE:
            return "" if _SIMPLE[kind](value) else f"{where} is no {kind} (but {_shape(value)})"
        if kind in self._subtypes:
            return self.wrong(self._subtypes[kind], value, where)
        return self._object(kind, value, where)

    def _object(self, kind: str, value: Any, where: str) -> str:
        if not isinstance(value, dict):
            return f"{where} is no {kind} (but {_shape(value)})"
        fields = self._types[kind]
        for name, field in fields.items():
            if field.constant and value.get(name) != field.constant:
                return f"{where} is no {kind} (its {name} is not {field.constant})"
            if field.required and name not in value:
                return f"{where}: {kind} needs {name}"
        for name, one in value.items():
            if name not in fields:
                return f"{where}: {kind} has no field {name}"
            if wrong := self.wrong(fields[name].types, one, f"{where}.{name}"):
                return wrong
        return ""


def _depth(complaint: str) -> int:
    """How deep inside of a value the complaint is: the type of a union that was meant fits further down."""
    where = complaint.partition(" ")[0]
    return where.count(".") + where.count("[")


def _shape(value: Any) -> str:
    return "null" if value is None else type(value).__name__


_SIMPLE = {
    "String": lambda value: isinstance(value, str),
    "Integer": lambda value: type(value) is int,
    "Float": lambda value: type(value) in {int, float},
    "Boolean": lambda value: type(value) is bool,
    "InputFile": lambda value: isinstance(value, Uploaded),
}


def _fields(described: Mapping[str, Any]) -> dict[str, Field]:
    made = {}
    for field in described.get("fields") or ():
        constant = _CONSTANT.search(field["description"]) if field["name"] in {"type", "source", "status"} else None
        name, types = field["name"], tuple(field["types"])
        made[name] = Field(name, types, field["required"], constant[1] if constant else "")
    return made


def _read(field: Field, value: Any) -> Any:
    if not isinstance(value, str) or field.types == ("String",):
        return value
    for kind in field.types:
        if kind == "Integer" and _INTEGER.fullmatch(value):
            return int(value)
        if kind == "Boolean" and value in _FLAGS:
            return _FLAGS[value]
        if kind == "Float":
            try:
                return float(value)
            except ValueError:
                break
    if "String" in field.types:
        return value
    if not {"Integer", "Boolean", "Float"}.intersection(field.types):
        try:
            return json.loads(value)
        except ValueError:
            pass
    raise IllTyped(f"{field.name} is no {' or '.join(field.types)}: {value[:80]!r}")


@cache
def spec() -> Spec:
    """The description, read once."""
    return Spec()
