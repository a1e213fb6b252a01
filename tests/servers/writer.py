"""What a language model says, written by rule: the same words for the same request, valid where a schema is given."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .media import number


@dataclass(frozen=True, slots=True)
class Task:
    """What the model was asked: the instructions, what the person said last, and the JSON schema to fill, if any."""

    instructions: str
    said: str
    schema: Mapping[str, Any] | None = None


VIDEO_PROMPT = {
    "style": "Naturalistic smartphone footage, mid-2020s. Soft contrast and fine digital grain.",
    "scene": "An adult woman with long dark hair stands by the window of a quiet cafe. Morning light falls across her "
    "linen shirt.",
    "cinematography": "Handheld medium close-up at eye level. A 35 mm lens with shallow depth of field keeps the warm "
    "background soft.",
    "action": "She looks up from her cup. She smiles at the camera and tucks a strand of hair behind her ear.",
    "sound": "Low cafe murmur and the clink of a spoon, no music.",
}
"""A video prompt of nine sentences that the engine accepts."""

INVALID: Mapping[str, str] = {
    "not json": "Sure! Here is the prompt you asked for.",
    "fenced": f"```json\n{json.dumps(VIDEO_PROMPT)}\n```",
    "field missing": json.dumps({key: text for key, text in VIDEO_PROMPT.items() if key != "sound"}),
    "field too many": json.dumps({**VIDEO_PROMPT, "negative": "no rain."}),
    "music": json.dumps({**VIDEO_PROMPT, "sound": "A soft piano song plays."}),
    "too long": json.dumps({**VIDEO_PROMPT, "scene": "A room. A door. A lamp. A chair. A cat."}),
    "wrong type": json.dumps({**VIDEO_PROMPT, "action": ["She smiles."]}),
    "empty": "",
    "cut": json.dumps(VIDEO_PROMPT)[:120],
}
"""What a model may write instead of a valid video prompt, by what is wrong with it. Queue it with `Writer.add`."""

_REPLIES = {
    "en": ("That sounds lovely, tell me more.", "I was just thinking of you! How is your day?"),
    "tr": ("Bu çok hoş, biraz daha anlatsana.", "Tam da seni düşünüyordum! Günün nasıl geçiyor?"),
    "ru": ("Звучит чудесно, расскажи ещё.", "А я как раз о тебе думала! Как проходит твой день?"),
}
_PLACES = ("a sunlit kitchen", "a quiet seaside promenade", "a small bookshop", "a rooftop terrace at dusk")
_TURKISH = re.compile(r"[ığşİĞŞ]|\b([Mm]erhaba|[Ss]elam|[Bb]ir|ve|[Bb]en|[Ss]en|bana|mi|[Ee]vet|[Nn]e|[Çç]ok)\b")


def language(text: str) -> Literal["en", "tr", "ru"]:
    """The language of a text, of the three."""
    if re.search(r"[а-яё]", text, re.IGNORECASE):
        return "ru"
    return "tr" if _TURKISH.search(text) else "en"


class Writer:
    """Writes answers. `add` queues what to say next instead, word for word."""

    def __init__(self) -> None:
        self.queued: deque[str] = deque()

    def add(self, *texts: str) -> None:
        """Say these next, one for each request."""
        self.queued.extend(texts)

    def write(self, task: Task) -> str:
        """The answer: JSON if a schema is given; a photo prompt if the instructions ask for one; else a reply in the
        language of what was said."""
        if self.queued:
            return self.queued.popleft()
        if task.schema is not None:
            return json.dumps(fill(task.schema), ensure_ascii=False)
        if re.search(r"\bprompt\b", task.instructions, re.IGNORECASE):
            place = _PLACES[number(task.said) % len(_PLACES)]
            return (
                f"A candid smartphone selfie of the adult persona in {place}, soft natural light, relaxed smile, "
                "casual clothes, shallow depth of field."
            )
        replies = _REPLIES[language(task.said)]
        return replies[number(task.said) % len(replies)]


def fill(schema: Mapping[str, Any]) -> Any:
    """A value that satisfies a JSON schema (of the subset that structured outputs take). Types may be upper-case."""
    if "anyOf" in schema:
        return fill(schema["anyOf"][0])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = (kind[0] if isinstance(kind, list) else kind).lower()
    if kind == "object":
        properties = schema.get("properties", {})
        if set(VIDEO_PROMPT) <= set(properties):
            return {name: VIDEO_PROMPT.get(name) or fill(one) for name, one in properties.items()}
        return {name: fill(one) for name, one in properties.items()}
    if kind == "array":
        return [fill(schema.get("items", {}))] * max(1, schema.get("minItems", 1))
    if kind == "string":
        return "A quiet morning by the window."
    return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 0.5), "boolean": False}.get(kind)
