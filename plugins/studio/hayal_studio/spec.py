"""What the engine's process tells a worker, as JSON; and what a selfie remembers of how it was drawn."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from hayal_studio.scene import Gender, Scene, read_scene

_MARK = "hayal-studio/1 "


@dataclass(frozen=True, slots=True)
class Person:
    """The part of a persona that is drawn."""

    name: str
    age: int
    gender: Gender
    look: str


@dataclass(frozen=True, slots=True)
class PictureSpec:
    """One selfie to draw. Sizes in pixels; `quality` is the JPEG's, 1 to 100."""

    person: Person
    prompt: str
    width: int
    height: int
    seed: int
    quality: int

    def scene(self) -> Scene:
        """The scene the prompt describes."""
        return read_scene(self.prompt, self.person.gender, self.seed, english=True)

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> PictureSpec:
        """Read what `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        return cls(**{**data, "person": Person(**data["person"])})


@dataclass(frozen=True, slots=True)
class FilmSpec:
    """One video to render. `scene_text` and `sound` are parts of its prompt."""

    person: Person
    scene_text: str
    sound: str
    seconds: float
    width: int
    height: int
    fps: int
    crf: int
    seed: int

    def to_json(self) -> str:
        """JSON for a job's folder."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> FilmSpec:
        """Read what `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        return cls(**{**data, "person": Person(**data["person"])})


def remember(scene: Scene, seed: int) -> bytes:
    """The comment a selfie carries, so that a film made from it can draw its layers again. No words of anybody."""
    return (_MARK + json.dumps({"seed": seed, "scene": asdict(scene)})).encode("ascii")


def recall(comment: bytes | str | None) -> tuple[Scene, int] | None:
    """Scene and seed of a selfie from its comment; None if it has none of ours."""
    text = comment.decode("ascii", "replace") if isinstance(comment, bytes) else comment
    if not text or not text.startswith(_MARK):
        return None
    try:
        data = json.loads(text.removeprefix(_MARK))
        return Scene(**data["scene"]), int(data["seed"])
    except (ValueError, TypeError, KeyError):
        return None
