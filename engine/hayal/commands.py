"""Chat commands that plugins add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hayal.prompts import Language


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A command as a person typed it: `words` is what followed it. `seed` differs from call to call."""

    words: str
    language: Language
    persona: str | None
    seed: int


@dataclass(frozen=True, slots=True)
class Command:
    """A chat command: `/name`, lower case. Its description in help is the text `description` of the plugin's locales.

    `answer` returns what the person is told: it is called within a database transaction, so it must be quick and must
    not wait for anything. `menu`: the text id of a label to put in the menu, or empty.
    """

    name: str
    description: str
    answer: Callable[[CommandRequest], str]
    menu: str = ""
