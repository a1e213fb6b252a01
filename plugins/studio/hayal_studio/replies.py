"""The persona's answers: what the person talks about is recognised, answered once, and come back to later."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from hayal.persona import Persona
from hayal.prompts import Language, ReplyRequest
from hayal_studio.vocabulary import fold, load, matcher

_SHORT = 3
"""A message of so many words may be an answer by itself ("yes"), where in a longer one the word means little."""

_LONGEST_ECHO = 24
_OFFER_EVERY = 6
"""Lines of the persona between two offers of a picture, at least."""

_FINAL = {"night", "bye", "explicit"}
"""What is not followed by another question."""

_LIVELY = re.compile(r"playful|cheerful|warm|funny|flirty|lively|bubbly|tease|teasing|spontaneous", re.IGNORECASE)
_EMOJI = {
    "compliment": "☺️",
    "thanks": "🙂",
    "joke": "😄",
    "laugh": "😄",
    "coffee": "☕",
    "night": "🌙",
    "sea": "🌊",
    "kiss": "😘",
    "happy": "🎉",
    "morning": "☀️",
    "birthday": "🎂",
}


@dataclass(frozen=True, slots=True)
class _Intent:
    id: str
    stems: re.Pattern[str]
    alone: re.Pattern[str]
    answers: tuple[str, ...]
    recall: tuple[str, ...]

    def said_in(self, text: str) -> bool:
        folded = fold(text)
        return bool(self.stems.search(folded)) or (len(folded.split()) <= _SHORT and bool(self.alone.search(folded)))


@dataclass(frozen=True, slots=True)
class _Bank:
    talk: dict[str, tuple[str, ...]]
    intents: tuple[_Intent, ...]


@cache
def _bank(language: Language) -> _Bank:
    data = load(f"replies_{language}.toml")
    return _Bank(
        {name: tuple(pool) for name, pool in data["talk"].items()},
        tuple(
            _Intent(
                name,
                matcher(entry.get("stems", ())),
                matcher(entry.get("alone", ())),
                tuple(entry["answers"]),
                tuple(entry.get("recall", ())),
            )
            for name, entry in data["intent"].items()
        ),
    )


def _render(template: str, persona: Persona, word: str = "") -> str:
    """Fill in the persona's own grammatical forms, name and age."""
    form = 1 if persona.gender == "woman" else 2
    text = re.sub(r"\{([^{}/]*)/([^{}/]*)\}", lambda match: match[form], template)
    return text.replace("{name}", persona.name).replace("{age}", str(persona.age)).replace("{word}", word)


class _Talk:
    """One answer in the making. It never says again what is in the history, as long as there is something else."""

    def __init__(self, request: ReplyRequest) -> None:
        self.bank = _bank(request.language)
        self.persona = request.persona
        self.mine = [said.text for said in request.history if said.by == "persona"]
        self.theirs = [said.text for said in request.history if said.by == "person"]
        self.used = "\n".join(self.mine)
        self.last = self._without_name(self.theirs[-1]) if self.theirs else ""
        self.chance = random.Random(f"reply {request.seed} {len(request.history)} {self.last}")

    def _without_name(self, text: str) -> str:
        # Some names are words: "Deniz" is the sea, too.
        return re.sub(rf"(?<!\w){re.escape(self.persona.name)}(?!\w)", " ", text)

    def pick(self, pool: Sequence[str], word: str = "") -> str | None:
        """One of the pool that was not said yet, or None."""
        fresh = [text for template in pool if (text := _render(template, self.persona, word)) not in self.used]
        return self.chance.choice(fresh) if fresh else None

    def matched(self) -> list[_Intent]:
        """What the last message is about, the most telling first."""
        return [intent for intent in self.bank.intents if intent.said_in(self.last)]

    def word(self) -> str:
        """The longest word of the last message, worth asking about; or empty."""
        words = re.findall(r"[^\W\d_]{5,}", re.sub(r"\S*(?:://|@)\S*", " ", self.last))
        return max((w for w in words if len(w) <= _LONGEST_ECHO), key=len, default="")

    def body(self, intents: Sequence[_Intent]) -> str:
        """The answer proper."""
        return next((text for text in self._candidates(intents) if text), "🙂")

    def _candidates(self, intents: Sequence[_Intent]) -> Iterator[str | None]:
        for intent in intents[:3]:
            yield self.pick(intent.answers)
        word = self.word()
        if self.last.rstrip().endswith("?"):
            yield self.pick(self.bank.talk["question"])
        elif word and self.chance.random() < 0.6:
            yield self.pick(self.bank.talk["echo"], word)
        yield self.pick(self.bank.talk["plain"])
        if word:
            yield self.pick(self.bank.talk["echo"], word)
        yield self.pick(self.bank.talk["ask"])
        # Everything was said: begin again.
        yield _render(self.chance.choice(self.bank.talk["plain"]), self.persona)

    def more(self, body: str, intents: Sequence[_Intent]) -> str | None:
        """A question back, a topic picked up again, or the offer of a picture; or None."""
        if "?" in body or (intents and intents[0].id in _FINAL) or self.chance.random() > 0.62:
            return None
        offers = [_render(text, self.persona) for text in self.bank.talk["offer"]]
        lately = "\n".join(self.mine[-_OFFER_EVERY:])
        if len(self.mine) >= 3 and not any(offer in lately for offer in offers) and self.chance.random() < 0.5:
            return self.pick(self.bank.talk["offer"])
        if self.chance.random() < 0.4:
            for text in self.theirs[:-3]:
                for intent in self.bank.intents:
                    if intent.recall and intent not in intents and intent.said_in(self._without_name(text)):
                        recalled = self.pick(intent.recall)
                        if recalled is not None:
                            return recalled
        return self.pick(self.bank.talk["ask"])


def answer(request: ReplyRequest) -> str:
    """The persona's next line, in the language of the request."""
    talk = _Talk(request)
    intents = talk.matched()
    ids = [intent.id for intent in intents]
    opening = ""
    if "greeting" in ids and len(ids) > 1:
        # "Hi, how are you?" gets a short hello and the answer.
        intents = [intent for intent in intents if intent.id != "greeting"]
        if not talk.mine:
            opening = talk.pick(talk.bank.talk["hello"]) or ""
    body = talk.body(intents)
    lines = [opening, body, talk.more(body, intents) or ""]
    text = " ".join(line for line in lines if line)
    lively = 0.4 if _LIVELY.search(talk.persona.character) else 0.1
    emoji = _EMOJI.get(intents[0].id) if intents else None
    if emoji and talk.chance.random() < lively:
        text = f"{text} {emoji}"
    return text
