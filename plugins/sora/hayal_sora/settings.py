"""What an operator may set about an endpoint of the Sora protocol."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from hayal import Settings, SizeField
from hayal_sora.models import models


class SoraSettings(Settings):
    """`[plugins.sora]`. There is no default endpoint: the protocol's own has ended, gateways speak it on."""

    api_key: SecretStr = Field(
        min_length=1, json_schema_extra={"env": "SORA_API_KEY"}, description="Key of the endpoint."
    )
    base_url: str = Field(description='Where the endpoint answers, with its version: "https://gateway.example/v1".')
    model: str = Field(default_factory=lambda: models().default, min_length=1, description="Model, by its name there.")
    protocol: Literal["videos", "generations"] = Field(
        "videos", description="videos: POST /videos, as Sora. generations: POST /video/generations, older gateways."
    )
    seconds: tuple[Annotated[int, Field(ge=1, le=60)], ...] = Field(
        (), description="Lengths the endpoint makes, in seconds. Empty: the model's own (4, 8, 12)."
    )
    sizes: tuple[SizeField, ...] = Field((), description="Sizes the endpoint makes. Empty: the model's own.")
    reference: bool = Field(True, description="Whether the endpoint takes a picture as the first frame.")
    faces: bool = Field(True, description="Whether that picture may show a face; the selfie is kept back if not.")
    length_field: Literal["seconds", "duration"] = Field(
        "seconds", description="generations: the name of the length in the request."
    )
    length_type: Literal["auto", "string", "number"] = Field(
        "auto", description="generations: how the length is written. auto: seconds as a string, duration as a number."
    )
    image_field: str = Field(
        "image", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="generations: the name of the picture (a data URL)."
    )
    listing: bool = Field(
        True,
        description="videos: whether GET /videos shows everything handed in. If not, set it to false: then nothing is "
        "handed in again after an unknown outcome.",
    )
    settle: float = Field(15.0, ge=0, le=120, description="Seconds until a video handed in is sure to be in that list.")
    price_per_second: float | None = Field(
        None, ge=0, description="What a second of video costs here, in US dollars. Unset: the model's own price."
    )
    ends: dict[str, date] = Field(default_factory=dict, description="The days on which models end at this endpoint.")

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError if it is not a number
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError('write it as "https://HOST/v1"')
        return url.rstrip("/")
