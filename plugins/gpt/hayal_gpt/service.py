"""The service behind the parts: its address, its key, its errors, whether it answers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from hayal.errors import Failed, Gone, Misused, NoAccess, NotSent, ProviderError, Refused, TryLater
from hayal.http import Answer, Api, Meaning, meaning_of
from hayal.http.answer import error_of
from hayal.provider import Host, Provider, Settings
from hayal.retirement import retirement
from hayal_gpt.models import bare, known_models
from hayal_gpt.settings import GptSettings

OWN: Meaning = {
    "invalid_prompt": Refused,
    "image_content_policy_violation": Refused,
    "bio_policy": Refused,
    "misalignment_policy_violation": Refused,
}
"""Codes of OpenAI's that `hayal.http` has no entry for."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Gpt(Provider):
    """What the parts of gpt have in common."""

    settings_type: ClassVar[type[Settings]] = GptSettings
    settings: GptSettings

    def __init__(self, settings: GptSettings, host: Host) -> None:
        super().__init__(settings, host)
        key = SecretStr(f"Bearer {settings.api_key.get_secret_value()}")
        self.api = Api(settings.base_url, {"Authorization": key}, OWN)

    async def __aenter__(self) -> Self:
        await self.api.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.api.__aexit__(kind, error, trace)

    @property
    @abstractmethod
    def model(self) -> str:
        """The model this part uses."""

    @property
    def address(self) -> str:
        """Where the service is, for sentences to the operator."""
        return urlsplit(self.settings.base_url).netloc

    async def check(self) -> None:
        """Whether the service answers, takes the key and has the model. Costs nothing. Raises ProviderError."""
        try:
            answer = await self.api.call("GET", "/models", limit=20.0)
        except ProviderError as error:
            raise explained(error, self.address) from error
        listed = answer.data.get("data") if isinstance(answer.data, Mapping) else None
        if not isinstance(listed, list):
            raise Failed(f"{self.address} gives no list of models at {self.settings.base_url}/models")
        if self.model not in {one.get("id") for one in listed if isinstance(one, Mapping)}:
            raise Gone(f'{self.address} has no model "{self.model}"')

    def warnings(self) -> Sequence[str]:
        """What ends soon, and a key that travels in the clear."""
        ends = known_models().ends | self.settings.ends
        said = [retirement(bare(self.model), ends, datetime.now(UTC).date())]
        url = urlsplit(self.settings.base_url)
        if url.scheme == "http" and url.hostname not in _LOOPBACK:
            said.append(f"the key travels to {self.address} without encryption; use an https address")
        return [sentence for sentence in said if sentence]


def explained(error: ProviderError, address: str) -> ProviderError:
    """`error` of a check, as one plain sentence of the same kind."""
    if isinstance(error, NoAccess):
        return NoAccess(f"{address} does not accept the key in plugins.gpt.api_key or OPENAI_API_KEY ({error})")
    if isinstance(error, TryLater):
        return TryLater(f"{address} asks to come back later ({error})", after=error.after)
    if isinstance(error, Gone):
        return Gone(f"{address} does not have what was asked for; see plugins.gpt.base_url and the model ({error})")
    if isinstance(error, NotSent):
        return NotSent(f"{address} does not answer; see plugins.gpt.base_url ({error})")
    return error


def read(answer: Answer) -> Mapping[str, Any]:
    """The object a call answered with.

    Raises Failed if it is none, and what an error stands for: some gateways send errors with a 200.
    """
    data = answer.data
    if not isinstance(data, Mapping):
        raise Failed("the answer is not an object")
    if data.get("error"):
        raise meant(data, answer)
    return data


def meant(data: Mapping[str, Any], answer: Answer | None = None) -> ProviderError:
    """The error within an object that came with a 200. What its code does not settle is Failed."""
    error = error_of(data)
    code = error.get("code") if isinstance(error, Mapping) else None
    number = int(code) if isinstance(code, int | str) and str(code).isdigit() else 0
    status = number if 400 <= number < 600 else 422
    found = meaning_of(Answer(status, answer.headers if answer else {}, b"", data), OWN)
    return Failed(f"the service failed at it: {error}"[:300]) if found is None or isinstance(found, Misused) else found
