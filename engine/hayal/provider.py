"""What every provider and messenger has in common: settings, a life, and a check."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Protocol, Self

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Base of a plugin's settings, validated from `[plugins.NAME]`: frozen, and an unknown key is an error.

    Keep secrets in `pydantic.SecretStr`. A field may name the environment variable its provider's users already have:
    `api_key: SecretStr = Field(json_schema_extra={"env": "OPENAI_API_KEY"})`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Notes(Protocol):
    """A plugin's own small store of texts by key, in the engine's database. Every method may raise StorageError."""

    async def get(self, key: str) -> str | None:
        """The text under `key`, or None."""
        ...

    async def put(self, notes: Mapping[str, str]) -> None:
        """Write all of these, or none; returns when they are on disk."""
        ...

    async def drop(self, prefix: str) -> None:
        """Delete every note whose key begins so."""
        ...


class Scratchpad:
    """Notes that end with the process: what a part is given outside of a running engine."""

    def __init__(self) -> None:
        self._notes: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """The text under `key`, or None."""
        return self._notes.get(key)

    async def put(self, notes: Mapping[str, str]) -> None:
        """Write all of these."""
        self._notes |= notes

    async def drop(self, prefix: str) -> None:
        """Delete every note whose key begins so."""
        self._notes = {key: text for key, text in self._notes.items() if not key.startswith(prefix)}


@dataclass(frozen=True, slots=True)
class Host:
    """What the engine gives a part of a plugin.

    `folder` is the plugin's own, on local disk, made when first used; `notes` are its own too, and outlive a restart.
    """

    plugin: str
    _folder: Path
    notes: Notes = field(default_factory=Scratchpad)

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

    def warnings(self) -> Sequence[str]:
        """What works now and will not for long, or only in part: a sentence each, for `hayal doctor` and the log."""
        return ()


class Provider(Part):
    """A part that makes something. `at_once` is how many requests it takes side by side."""

    at_once: ClassVar[int] = 8
