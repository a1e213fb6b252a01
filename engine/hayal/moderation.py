"""Who may refuse: the engine's own rules, always on, and the moderators plugins add."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal

from hayal.provider import Provider


@dataclass(frozen=True, slots=True)
class ModerationRequest:
    """Something to judge. `about`: free talk, a wish that becomes a picture, or a prompt a writer wrote."""

    text: str
    about: Literal["talk", "wish", "prompt"]


class Moderator(Provider):
    """Judges texts after the engine's own rules. A moderator that cannot answer refuses (fails closed)."""

    @abstractmethod
    async def allows(self, request: ModerationRequest) -> bool:
        """Whether this may go on. Raises ProviderError if it cannot tell, which counts as no."""
