"""What is known of the models, from `models.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from hayal.size import SizeField

Quality: TypeAlias = Literal["auto", "low", "medium", "high", "xhigh", "max"]

T = TypeVar("T")


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Price(_Known):
    """US dollars for a million tokens, by what they carry and which way; None if it is not known."""

    text_in: float
    image_in: float
    image_out: float
    text_out: float | None = None


class ImageModel(_Known):
    """What a family of image models takes. Empty `sizes`: any within the limits of `hayal_gpt.shape`."""

    sizes: tuple[SizeField, ...] = ()
    qualities: tuple[Quality, ...]
    fidelity: Literal["", "low", "high"] = ""
    price: Price | None = None


class Defaults(_Known):
    """The models used unless the operator names others."""

    model: str
    image_model: str
    moderation_model: str


class Own(_Known):
    """What the names of OpenAI's own text models begin with."""

    names: tuple[str, ...]


class Models(_Known):
    """All of `models.toml`. `ends`: the day from which on a model is gone."""

    as_of: date
    defaults: Defaults
    ends: dict[str, date]
    own: Own
    effort: dict[str, str]
    images: dict[str, ImageModel]

    def is_own(self, model: str) -> bool:
        """Whether `model` is a text model of OpenAI's own, wherever it runs."""
        return longest(dict.fromkeys(self.own.names, True), model) or False

    def effort_of(self, model: str) -> str:
        """The least thinking that `model` can be asked for; empty if it is not to be asked."""
        return longest(self.effort, model) or ""

    def image_model(self, model: str) -> ImageModel | None:
        """What is known of an image model, or None."""
        return longest(self.images, model)


@cache
def known_models() -> Models:
    """`models.toml`, read once."""
    return Models.model_validate(tomllib.loads(files("hayal_gpt").joinpath("models.toml").read_text("utf-8")))


def bare(model: str) -> str:
    """A model's own name, without the vendor that gateways put before it: "openai/gpt-6-luna"."""
    return model.rpartition("/")[2]


def longest(table: Mapping[str, T], model: str) -> T | None:
    """The entry of the longest name that `model` is, or begins with (followed by "-" or ".")."""
    name = bare(model)
    fitting = [key for key in table if name == key or name.startswith((f"{key}-", f"{key}."))]
    return table[max(fitting, key=len)] if fitting else None
