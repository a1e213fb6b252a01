"""The words the studio knows: places, light, weather, clothes, in three languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


def fold(text: str) -> str:
    """`text` without case, accents and dotted or dotless i, so that "KIŞIN" and "kisin" are one word."""
    plain = unicodedata.normalize("NFKD", text.replace("İ", "i").replace("I", "i").casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ı", "i").replace("’", "'")


def matcher(stems: Iterable[str]) -> re.Pattern[str]:
    """One pattern that finds any of `stems` at a word's beginning; a stem ending in * may go on."""
    parts = []
    for stem in sorted(stems, key=len, reverse=True):
        words = [re.escape(w.rstrip("*")) + (r"\w*" if w.endswith("*") else "") for w in fold(stem).split()]
        parts.append(r"\s+".join(words))
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else re.compile(r"(?!)")


def load(name: str) -> dict[str, Any]:
    """A table of words that ships with the package."""
    return tomllib.loads((files(__package__) / "words" / name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that has a name in three languages."""

    id: str
    data: Mapping[str, Any]
    any_language: re.Pattern[str]
    english: re.Pattern[str]
    weak: re.Pattern[str]

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    @classmethod
    def read(cls, name: str, data: Mapping[str, Any]) -> Entry:
        """Make one from its table."""
        every = [*data.get("en", ()), *data.get("tr", ()), *data.get("ru", ())]
        return cls(name, data, matcher(every), matcher(data.get("en", ())), matcher(data.get("weak", ())))


@cache
def places() -> dict[str, Entry]:
    """Every place, by id."""
    return {name: Entry.read(name, data) for name, data in load("places.toml").items()}


@cache
def _looks() -> dict[str, Any]:
    return load("looks.toml")


@cache
def kinds(kind: str) -> dict[str, Entry]:
    """Every entry of one kind: light, weather, season, garment, colour, mood or gesture."""
    return {name: Entry.read(name, data) for name, data in _looks()[kind].items()}


def find(entries: Mapping[str, Entry], text: str, *, english: bool = False) -> str | None:
    """The id of the entry that `text` names first, a strong name before a weak one; None if it names none."""
    folded = fold(text)
    best: tuple[int, int, int] | None = None
    found: str | None = None
    for name, entry in entries.items():
        patterns: Sequence[tuple[int, re.Pattern[str]]] = (
            (0, entry.english if english else entry.any_language),
            (1, entry.weak),
        )
        for rank, pattern in patterns:
            match = pattern.search(folded)
            if match is None:
                continue
            score = (rank, match.start(), match.start() - match.end())
            if best is None or score < best:
                best, found = score, name
    return found
