"""The packaged facts about models and endpoints."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from hayal import Size


@dataclass(frozen=True, slots=True)
class Offer:
    """Lengths in seconds, and sizes."""

    seconds: tuple[int, ...]
    sizes: tuple[Size, ...]


@dataclass(frozen=True, slots=True)
class Models:
    """What is known as of the day `as_of`. `prices` are US dollars a second, by model and size."""

    as_of: date
    default: str
    offers: dict[str, Offer]
    prices: dict[str, dict[str, float]]
    orphaned: dict[str, date]
    ended: dict[str, date]

    def offer(self, model: str) -> Offer:
        """What a model makes; a dated name is like the one it begins with."""
        return self.offers.get(family(model, self.offers) or "*", self.offers["*"])

    def price(self, model: str, size: str) -> float | None:
        """US dollars a second, None if not known."""
        prices = self.prices.get(family(model, self.prices), {})
        return prices.get(size, prices.get("*"))


def family(model: str, names: Iterable[str]) -> str:
    """The listed name that `model` is, or is a dated version of; else ""."""
    fitting = [name for name in names if model == name or model.startswith(f"{name}-20")]
    return max(fitting, key=len, default="")


@cache
def models() -> Models:
    """Read models.toml."""
    data = tomllib.loads((files("hayal_sora") / "models.toml").read_text("utf-8"))
    return Models(
        as_of=data["as_of"],
        default=data["default"],
        offers={
            name: Offer(tuple(one["seconds"]), tuple(Size.parse(size) for size in one["sizes"]))
            for name, one in data["models"].items()
        },
        prices=data["prices"],
        orphaned=data["orphaned"],
        ended=data["ended"],
    )
