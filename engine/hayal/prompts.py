"""What a prompt is, and what writes one."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hayal.decency import indecency
from hayal.errors import ProviderError
from hayal.persona import Persona
from hayal.provider import Provider

Language: TypeAlias = Literal["en", "tr", "ru"]

_SENTENCE_END = re.compile(r"[.!?…]+[\"'»”)]*(?:\s+|$)")
_MUSIC = re.compile(r"\b(music|song|soundtrack|melody|singing)\b", re.IGNORECASE)
_NO_MUSIC = re.compile(
    r"\b(?:no|without|never|free of)\s+(?:\w+\s+){0,2}(?:music|song|soundtrack|melody|singing)\b", re.IGNORECASE
)


def sentences(text: str) -> int:
    """How many sentences `text` has."""
    return sum(1 for part in _SENTENCE_END.split(text) if part.strip())


def _between(low: int, high: int) -> AfterValidator:
    def check(text: str) -> str:
        found = sentences(text)
        if not low <= found <= high:
            msg = f"has {found} sentences, {low} to {high} are wanted"
            raise ValueError(msg)
        return " ".join(text.split())

    return AfterValidator(check)


def _ambient(text: str) -> str:
    if _MUSIC.search(_NO_MUSIC.sub("", text)):
        msg = "names music; the background sound is ambient only"
        raise ValueError(msg)
    return text


class VideoPrompt(BaseModel):
    """A video prompt in the order of the Sora 2 guide, in English: 8 to 12 sentences in all.

    Length, size and model are parameters of the request, never prose.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    style: Annotated[str, _between(1, 2), Field(description="Style and format: era, film stock, look. 1-2 sentences.")]
    scene: Annotated[str, _between(2, 3), Field(description="Who and where: place, light, atmosphere. 2-3 sentences.")]
    cinematography: Annotated[str, _between(2, 3), Field(description="Shot, lens, lighting, mood. 2-3 sentences.")]
    action: Annotated[
        str,
        _between(1, 3),
        Field(description="ONE clear action over the clip's seconds, with its beats. 1-3 sentences."),
    ]
    sound: Annotated[
        str, _between(1, 1), AfterValidator(_ambient), Field(description="Ambient sound only, never music. 1 sentence.")
    ]

    @model_validator(mode="after")
    def _whole(self) -> VideoPrompt:
        found = sentences(f"{self.style} {self.scene} {self.cinematography} {self.action} {self.sound}")
        if not 8 <= found <= 12:
            msg = f"has {found} sentences in all, 8 to 12 are wanted"
            raise ValueError(msg)
        if indecency(self.text(), strict=True):
            msg = "is explicit or makes the persona a minor"
            raise ValueError(msg)
        return self

    def text(self) -> str:
        """The prompt as it is sent to a video generator."""
        return "\n\n".join(
            (
                f"Style: {self.style}",
                self.scene,
                f"Cinematography: {self.cinematography}",
                f"Action: {self.action}",
                f"Background sound: {self.sound}",
            )
        )


class InvalidPrompt(ProviderError):
    """What a prompt writer wrote is not a valid prompt; the message says why."""


def parse_video_prompt(written: VideoPrompt | Mapping[str, Any]) -> VideoPrompt:
    """Check what a writer returned, whoever wrote it.

    Raises InvalidPrompt with one reason a line, fit to be handed back to the writer.
    """
    if isinstance(written, VideoPrompt):
        return written
    try:
        return VideoPrompt.model_validate(written)
    except ValidationError as error:
        reasons = (f"{'.'.join(map(str, e['loc'])) or 'prompt'}: {e['msg']}" for e in error.errors())
        raise InvalidPrompt("\n".join(reasons)) from error


@dataclass(frozen=True, slots=True)
class PhotoPromptRequest:
    """Ask for the prompt of a selfie. `wish` is the person's own words (any language), already moderated, or empty.

    `seed` makes an offline writer repeatable; others may ignore it. `careful`: a provider has refused what was written
    before; stay well within what any provider makes, even if less of the wish is left.
    """

    persona: Persona
    wish: str
    language: Language
    seed: int
    careful: bool = False


@dataclass(frozen=True, slots=True)
class VideoPromptRequest:
    """Ask for the prompt of a video that begins with the selfie `photo_prompt` describes.

    `flirty`: add one tasteful, flirty note (a look, a smile, a gesture), never explicit.
    `complaint`: why the writer's last answer to this request was not valid, or empty. `careful` as for a photo prompt.
    """

    persona: Persona
    photo_prompt: str
    wish: str
    seconds: int
    flirty: bool
    language: Language
    seed: int
    complaint: str = ""
    careful: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a conversation. `by` is who said it."""

    by: Literal["person", "persona"]
    text: str


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """Ask for the persona's next line. `history` is oldest first and ends with what the person said."""

    persona: Persona
    history: Sequence[Said]
    language: Language
    seed: int


class PromptWriter(Provider):
    """Writes photo prompts, video prompts and the persona's replies.

    Every method may raise any ProviderError of `hayal.errors`.
    """

    @abstractmethod
    async def photo_prompt(self, request: PhotoPromptRequest) -> str:
        """An English prompt for a selfie of the persona: who, where, in which light."""

    @abstractmethod
    async def video_prompt(self, request: VideoPromptRequest) -> VideoPrompt | Mapping[str, Any]:
        """A video prompt, or a mapping with its five fields; the engine validates it."""

    @abstractmethod
    async def reply(self, request: ReplyRequest) -> str:
        """What the persona says next, in the person's language: plain text, a few sentences at most."""
