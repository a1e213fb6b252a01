"""What a text model is asked, whichever way it is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hayal.errors import Failed
from hayal.prompts import InvalidPrompt

_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_DECLINES = re.compile(
    r"\W*(?:(?:i am|i['’]m|we['’]re|we are) (?:very |so |really )?(?:sorry|unable|not able|not comfortable)"
    r"|(?:i|we) (?:can['’]?t|can ?not|won['’]?t|will not|do not feel|must decline)"
    r"|(?:sorry|apologies|unfortunately|as an ai)\b)",
    re.IGNORECASE,
)
_THINKING = re.compile(r"\A\s*<think(?:ing)?>")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation. `user` brings what is to be worked on, `assistant` is what was said before."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """The JSON schema an answer has to follow, by OpenAI's strict rules."""

    name: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One call: what the model is told to do, the lines, and the form of the answer if it is not plain text.

    `tokens` is the most the answer may take, its thinking included. `effort`: how much it thinks; empty: not asked for.
    `own`: the model is OpenAI's.
    """

    model: str
    instructions: str
    lines: Sequence[Line]
    tokens: int
    effort: str = ""
    form: Form | None = None
    own: bool = True


def declines(text: str) -> bool:
    """Whether `text`, where a prompt should be, says that the model will not write one."""
    return _DECLINES.match(text) is not None


def plain(text: str) -> str:
    """`text` without the thoughts that some models behind gateways write before it.

    Raises Failed if nothing else is there.
    """
    rest = _THOUGHT.sub("", text).strip()
    if not rest or _THINKING.match(rest):
        raise Failed("the model wrote nothing")
    return rest


def object_in(text: str) -> dict[str, Any]:
    """The JSON object in `text`, which may be in a fenced block, or have words around it.

    Raises InvalidPrompt, whose message may be handed back to the model.
    """
    start = text.find("{")
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start) if start >= 0 else (None, 0)
    except (ValueError, RecursionError) as error:
        raise InvalidPrompt(f"the answer is not valid JSON: {error}") from error
    if not isinstance(found, dict):
        raise InvalidPrompt("the answer is not a JSON object")
    return found
