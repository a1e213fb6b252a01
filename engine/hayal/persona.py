"""Personas: fictional adults."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from hayal.decency import indecency

ADULT_AGE = 18
"""The youngest a persona may be, in years. Not a setting."""


def _decent(text: str, *, strict: bool = False) -> str:
    if indecency(text, strict=strict):
        msg = "describes somebody under 18 or something explicit; personas are fictional adults, shown tastefully"
        raise ValueError(msg)
    return text


Decent = Annotated[str, AfterValidator(_decent)]
DecentLook = Annotated[str, AfterValidator(partial(_decent, strict=True))]


class Persona(BaseModel):
    """Somebody who does not exist, is an adult, and answers.

    `look` and `character` are English: they go into prompts. `about` is what people read on the persona's card,
    by language code. `picture` is a file to use as the portrait; without one the image provider draws it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[Decent, Field(min_length=1, max_length=40)]
    age: Annotated[int, Field(ge=ADULT_AGE, le=120)]
    gender: Literal["woman", "man"]
    look: Annotated[DecentLook, Field(min_length=1, max_length=600)]
    character: Annotated[Decent, Field(max_length=1000)] = "warm, playful and curious"
    about: dict[Literal["en", "tr", "ru"], Annotated[Decent, Field(max_length=200)]] = {}
    picture: Path | None = None
