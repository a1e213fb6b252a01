"""A size in pixels, written "720x1280"."""

from __future__ import annotations

import re
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @classmethod
    def parse(cls, text: str) -> Size:
        """Read "720x1280". Raises ValueError for anything else, and outside 16 to 4096 pixels a side."""
        match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", text)
        if not match:
            raise ValueError('a size is written WIDTHxHEIGHT in pixels, for example "720x1280"')
        size = cls(int(match[1]), int(match[2]))
        if not all(16 <= side <= 4096 for side in size) or any(side % 2 for side in size):
            raise ValueError("each side of a size is an even number from 16 to 4096 pixels")
        return size


def _read(value: Any) -> Size:
    if isinstance(value, Size):
        return value
    if isinstance(value, str):
        return Size.parse(value)
    raise ValueError('a size is written WIDTHxHEIGHT in pixels, for example "720x1280"')


SizeField = Annotated[
    Size,
    BeforeValidator(_read),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{2,4}x\d{2,4}$", "examples": ["720x1280"]}),
]
"""A `Size` as a setting."""
