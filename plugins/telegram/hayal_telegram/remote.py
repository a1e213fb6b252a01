"""The id of what was sent, as the engine keeps it: "t12", or "a13+14+15,t16" for an album and a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hayal_telegram.rendering import Kind

_KINDS: dict[str, Kind] = {"t": "text", "p": "photo", "v": "video", "a": "album"}
_SENT = re.compile(r"([tpva])([1-9][0-9]*(?:\+[1-9][0-9]*)*)")


@dataclass(frozen=True, slots=True)
class Sent:
    """One bubble as it was sent: the message ids are several for an album."""

    kind: Kind
    ids: tuple[int, ...]

    def __str__(self) -> str:
        return self.kind[0] + "+".join(map(str, self.ids))


def write(sent: list[Sent]) -> str:
    """The id of what was sent."""
    return ",".join(map(str, sent))


def read(remote: str) -> list[Sent]:
    """What was sent as `remote`; empty if that is no id of ours."""
    found = [_SENT.fullmatch(part) for part in remote.split(",")]
    return [Sent(_KINDS[one[1]], tuple(map(int, one[2].split("+")))) for one in found if one]
