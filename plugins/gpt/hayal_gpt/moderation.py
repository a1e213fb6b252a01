"""Moderation: `POST /moderations`, which is free of charge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hayal.errors import Failed, ProviderError
from hayal.moderation import ModerationRequest, Moderator
from hayal_gpt.service import Gpt, explained, read
from hayal_gpt.settings import MINORS

LIMIT = 20.0
"""Seconds a judgement may take; the engine waits for 30."""

MINORS_SCORE = 0.2
"""The score from which on sexual/minors is refused even if the service does not flag it. Not a setting."""


class GptModerator(Gpt, Moderator):
    """Judges texts. Whatever it cannot tell is an error, which the engine counts as no."""

    @property
    def model(self) -> str:
        """The moderation model; empty if nobody is to judge."""
        return self.settings.moderation_model

    async def allows(self, request: ModerationRequest) -> bool:
        """Whether `request` may go on. Raises ProviderError if the service cannot tell."""
        if not self.model or not request.text.strip():
            return True
        return not reasons(await self._judge(request.text), self.settings.moderation_thresholds)

    async def check(self) -> None:
        """Judge a harmless word: it is free, and gateways may list models they have no moderation for."""
        if not self.model:
            return
        try:
            await self._judge("hello")
        except ProviderError as error:
            raise explained(error, self.address) from error

    def warnings(self) -> Sequence[str]:
        """As of every part; and that nobody judges, if so."""
        if not self.model:
            return ["plugins.gpt.moderation_model is empty: only the engine's own rules moderate"]
        return super().warnings()

    async def _judge(self, text: str) -> Mapping[str, Any]:
        answer = await self.api.call(
            "POST", "/moderations", cost="free", limit=LIMIT, json={"model": self.model, "input": text}
        )
        results = read(answer).get("results")
        if not isinstance(results, list) or len(results) != 1 or not isinstance(results[0], Mapping):
            raise Failed("the moderation has no result")
        return results[0]


def reasons(result: Mapping[str, Any], thresholds: Mapping[str, float]) -> list[str]:
    """The categories for which a text is refused: by their score where there is a threshold, else if flagged.

    sexual/minors is refused however it shows. Raises Failed for a result that cannot be read.
    """
    flags, scores = result.get("categories"), result.get("category_scores")
    if not isinstance(flags, Mapping) or not isinstance(scores, Mapping):
        raise Failed("the moderation has no categories or no scores")
    if not isinstance(result.get("flagged"), bool) or not isinstance(flags.get(MINORS), bool):
        raise Failed(f"the moderation does not say whether it is flagged, or not of {MINORS}")
    found = [name for name, flag in flags.items() if flag and name not in thresholds]
    found += [name for name, limit in thresholds.items() if _score(scores, name) >= limit]
    if MINORS not in found and _score(scores, MINORS) >= MINORS_SCORE:
        found.append(MINORS)
    if result["flagged"] and not any(flags.values()):
        found.append("flagged")
    return found


def _score(scores: Mapping[str, Any], name: str) -> float:
    """A category's score. Raises Failed if there is none."""
    score = scores.get(name)
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
        raise Failed(f"the moderation has no score of {name}")
    return float(score)
