"""Answers held against the vendors' own types, with nothing left over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import pydantic

T = TypeVar("T", bound=pydantic.BaseModel)


def exactly(kind: type[T], body: Any) -> T:
    """`body` as that type. Fails on a wrong type and on a field the type does not know, at any depth."""
    parsed = kind.model_validate(body)
    left = list(_left(parsed, ""))
    assert not left, f"{kind.__name__} does not know {left}"
    return parsed


def _left(value: Any, at: str) -> Iterator[str]:
    if isinstance(value, pydantic.BaseModel):
        for name in value.model_extra or {}:
            yield f"{at}.{name}"
        for name in type(value).model_fields:
            yield from _left(getattr(value, name), f"{at}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _left(one, f"{at}[{number}]")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _left(one, f"{at}.{name}")
