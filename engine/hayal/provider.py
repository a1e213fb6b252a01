"""What every provider and messenger has in common: settings, a life, and a check."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Base of a plugin's settings, validated from `[plugins.NAME]`: frozen, and an unknown key is an error.

    Keep secrets in `pydantic.SecretStr`. A field may name the environment variable its provider's users already have:
    `api_key: SecretStr = Field(json_schema_extra={"env": "OPENAI_API_KEY"})`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Host:
    """What the engine gives a part of a plugin. `folder` is the plugin's own, on local disk, made when first used."""

    plugin: str
    _folder: Path

    @property
    def folder(self) -> Path:
        """A folder of this plugin's own, for what must outlive a restart."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder


class Part(ABC):  # noqa: B024 - what is abstract is in each kind of part
    """A thing a plugin registers. The engine makes one, enters it at start and leaves it at shutdown."""

    settings_type: ClassVar[type[Settings]] = Settings
    """The model that `[plugins.NAME]` is validated by; the parts of one plugin share it."""

    def __init__(self, settings: Any, host: Host) -> None:
        self.settings = settings
        self.host = host

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def check(self) -> None:  # noqa: B027 - may be left as it is
        """Whether the service behind it answers, for `hayal doctor` and `/healthz`. Raises HayalError if not."""


class Provider(Part):
    """A part that makes something. `at_once` is how many requests it takes side by side."""

    at_once: ClassVar[int] = 8
