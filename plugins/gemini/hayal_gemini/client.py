"""The Gemini API: the key, paths, and the check that all parts share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import quote, urlsplit

from hayal import Gone, Misused, NoAccess, Part, Settings
from hayal.http import Api
from hayal.retirement import retirement
from hayal_gemini.models import models
from hayal_gemini.settings import GeminiSettings


def segment(text: str) -> str:
    """`text` as one segment of a path. Raises Misused for what cannot be one."""
    if text in {"", ".", ".."}:
        raise Misused(f"{text!r} is not the name of anything")
    return quote(text, safe="")


class GeminiPart(Part):
    """A part that speaks to the API. A subclass says which `model` it uses."""

    settings_type: ClassVar[type[Settings]] = GeminiSettings
    settings: GeminiSettings
    api: Api

    @property
    def model(self) -> str:
        """The model's id."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        settings = self.settings
        self.api = Api(f"{settings.base_url}/{settings.api_version}", {"x-goog-api-key": settings.api_key})
        await self.api.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.api.__aexit__(kind, error, trace)

    async def check(self) -> None:
        """Ask for the model's description, which costs nothing. Raises HayalError with one sentence."""
        host = urlsplit(self.settings.base_url).hostname
        try:
            await self.api.call("GET", f"models/{segment(self.model)}", limit=9.0)
        except NoAccess as error:
            raise NoAccess(f"{host} gives no access with the key in plugins.gemini.api_key: {error}") from error
        except Gone as error:
            raise Gone(f"{host} has no model {self.model}, choose another in plugins.gemini: {error}") from error

    def warnings(self) -> Sequence[str]:
        """Whether the model ends soon, or has ended."""
        ends = models().ends | self.settings.ends
        sentence = retirement(self.model, ends, datetime.now(UTC).date())
        return (sentence,) if sentence else ()
