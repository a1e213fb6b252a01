"""What an operator sets about gpt."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from hayal.provider import Settings
from hayal_gpt.models import Quality, known_models

MINORS = "sexual/minors"
"""The category of moderation that no setting touches."""

_DEFAULTS = known_models().defaults


def _address(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError('write it as "https://HOST/v1"')
    return url.rstrip("/")


class GptSettings(Settings):
    """`[plugins.gpt]`: only the key has no default."""

    api_key: SecretStr = Field(
        min_length=1,
        json_schema_extra={"env": "OPENAI_API_KEY"},
        description="The key. A gateway that needs none takes any text.",
    )
    base_url: Annotated[str, AfterValidator(_address)] = Field(
        "https://api.openai.com/v1", description="All before the paths: OpenAI's, or a gateway's."
    )
    api: Literal["responses", "chat"] = Field(
        "responses", description='How texts are written: "chat" for gateways that only speak Chat Completions.'
    )
    model: str = Field(_DEFAULTS.model, min_length=1, description="Writes prompts and replies.")
    image_model: str = Field(_DEFAULTS.image_model, min_length=1, description="Makes pictures.")
    moderation_model: str = Field(
        _DEFAULTS.moderation_model,
        description="Judges wishes, talk, prompts and replies. Empty: nobody does, beside the engine's own rules.",
    )
    moderation_thresholds: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(
        {"sexual": 0.8},
        description="Scores from which on a category is refused; a category that is not here, once it is flagged.",
    )
    image_quality: Quality = Field("medium", description="Quality of pictures; the price goes with it.")
    effort: Literal["auto", "", "none", "minimal", "low", "medium", "high"] = Field(
        "auto", description="How much the model thinks before it writes. auto: the least it can. Empty: not asked for."
    )
    json_schema: bool = Field(
        True, description="Whether the form of a video prompt is asked for by JSON schema, or in words alone."
    )
    history_tokens: int = Field(
        2000, ge=200, le=100_000, description="How much of a conversation goes with a reply, in tokens; the newest."
    )
    output_tokens: int = Field(
        3000, ge=256, le=100_000, description="Tokens a text may take, its thinking included; cut off means failed."
    )
    timeout: float = Field(60.0, gt=0, description="Seconds a text may take.")
    image_timeout: float = Field(180.0, gt=0, description="Seconds a picture may take.")
    ends: dict[str, date] = Field({}, description="Days on which models end, beside those hayal knows.")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if MINORS in self.moderation_thresholds:
            raise ValueError(f"moderation_thresholds: {MINORS} is always refused; it has no threshold")
        known = known_models().image_model(self.image_model)
        if known and self.image_quality not in known.qualities:
            allowed = ", ".join(known.qualities)
            raise ValueError(f'image_quality: {self.image_model} has no "{self.image_quality}"; it has {allowed}')
        return self
