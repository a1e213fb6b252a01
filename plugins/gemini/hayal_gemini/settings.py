"""What an operator may set about Gemini."""

from __future__ import annotations

from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from hayal import Settings
from hayal_gemini.models import models


class GeminiSettings(Settings):
    """`[plugins.gemini]`: all three parts share it. Only `api_key` has no default."""

    api_key: SecretStr = Field(
        min_length=1, json_schema_extra={"env": "GEMINI_API_KEY"}, description="Key of the Gemini API."
    )
    base_url: str = Field(
        "https://generativelanguage.googleapis.com", description="Where the API answers, without its version."
    )
    api_version: str = Field("v1", pattern=r"^v\d[a-z0-9]*$", description='Version of the API: "v1" or "v1beta".')
    text_model: str = Field(
        default_factory=lambda: models().text, min_length=1, description="Writes prompts and replies."
    )
    image_model: str = Field(default_factory=lambda: models().image, min_length=1, description="Makes selfies.")
    video_model: str = Field(
        default_factory=lambda: models().video, min_length=1, description="Makes videos: an Omni model."
    )
    image_size: Literal["1K", "2K", "4K"] = Field("1K", description="Size of selfies; the price goes with it.")
    resolution: Literal["auto", "360p", "720p", "1080p", "4k"] = Field(
        "720p", description='Resolution of videos; "auto" takes the one nearest to the size that [video] asks for.'
    )
    thinking: Literal["minimal", "low", "medium", "high"] | None = Field(
        None, description="How much the text model thinks; not every model knows every level. Unset: as it likes."
    )
    ends: dict[str, date] = Field(
        default_factory=dict, description="The last days of models, beyond those this version of the plugin knows."
    )

    @field_validator("base_url")
    @classmethod
    def _bare_host(cls, url: str) -> str:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError if it is not a number
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError('write it as "https://HOST"')
        if parts.path.rstrip("/").rpartition("/")[2] in {"v1", "v1beta", "v1alpha"}:
            raise ValueError("leave the version out of it; that is api_version")
        return url.rstrip("/")
