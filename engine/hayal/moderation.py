"""Who may refuse: the engine's own rules, always on, and the moderators plugins add."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hayal.provider import Provider

About: TypeAlias = Literal["talk", "wish", "prompt", "reply"]


@dataclass(frozen=True, slots=True)
class ModerationRequest:
    """Something to judge. `about`: what a person said, a wish for a picture, or what was written: a prompt, a reply."""

    text: str
    about: About


class Moderator(Provider):
    """Judges texts after the engine's own rules. A moderator that cannot answer refuses (fails closed)."""

    @abstractmethod
    async def allows(self, request: ModerationRequest) -> bool:
        """Whether this may go on. Raises ProviderError if it cannot tell, which counts as no."""
