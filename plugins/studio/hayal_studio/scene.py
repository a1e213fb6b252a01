"""What a picture shows: place, light, weather, clothes and mood, read from words or chosen by chance."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Literal

from hayal_studio.vocabulary import find, fold, kinds, places

ASKED = "Asked for in these words:"
"""Opens the sentence of a photo prompt that quotes the wish; what follows is not read again for a scene."""

Gender = Literal["woman", "man"]

_WARDROBE: dict[str, dict[Gender, tuple[str, ...]]] = {
    "light": {"woman": ("sundress", "dress", "shirt", "tshirt"), "man": ("shirt", "tshirt")},
    "smart": {"woman": ("blouse", "sweater", "blazer", "dress"), "man": ("shirt", "sweater", "blazer")},
    "evening": {"woman": ("dress", "leather", "blouse"), "man": ("leather", "shirt", "blazer")},
    "warm": {"woman": ("sweater", "hoodie", "leather"), "man": ("sweater", "hoodie", "leather")},
    "winter": {"woman": ("coat",), "man": ("coat",)},
    "coat": {"woman": ("coat", "leather", "sweater"), "man": ("coat", "leather", "sweater")},
    "home": {"woman": ("sweater", "tshirt", "shirt", "hoodie"), "man": ("tshirt", "hoodie", "shirt", "sweater")},
    "warmhome": {"woman": ("sweater",), "man": ("sweater", "shirt")},
}
_COLOURS: dict[str, tuple[str, ...]] = {
    "dress": ("red", "black", "burgundy", "green", "blue", "cream"),
    "sundress": ("white", "yellow", "blue", "pink", "cream"),
    "sweater": ("cream", "grey", "burgundy", "green", "blue", "yellow", "pink"),
    "coat": ("brown", "grey", "blue", "burgundy", "green", "cream"),
    "shirt": ("white", "blue", "cream", "green"),
    "tshirt": ("white", "black", "grey", "blue", "green"),
    "hoodie": ("grey", "blue", "green", "purple", "pink"),
    "leather": ("black", "brown"),
    "blouse": ("white", "cream", "green", "burgundy", "pink"),
    "blazer": ("black", "blue", "grey", "cream"),
}
_NOT_A_MANS = {"dress": "shirt", "sundress": "shirt", "blouse": "shirt"}
_MOODS = ("smile", "soft", "playful", "smile", "laugh")


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a picture is composed from. Each field but `known` is an id of the vocabulary; "" is none.

    `known`, `lit` and `dressed`: place, light and clothes were named in the words it was read from, not chosen by
    chance.
    """

    place: str
    light: str
    weather: str
    season: str
    garment: str
    colour: str
    mood: str
    known: bool = True
    lit: bool = True
    dressed: bool = True


def _phrase(name: str, text: str) -> bool:
    """Whether `text` has one of the place's own phrases, the surest sign of it."""
    return any(
        phrase.format(them=them) in text for phrase in places()[name]["phrases"] for them in ("her", "him", "them")
    )


def read_scene(words: str, gender: Gender, seed: int, *, english: bool = False) -> Scene:
    """The scene that `words` ask for; whatever they leave open is chosen by `seed`.

    `english`: the words are a prompt, so only English names count, and names in capitals are not translated.
    """
    chance = random.Random(f"scene {seed}")
    if english:
        words = words.split(ASKED)[0]
    exact = next((name for name in places() if _phrase(name, words)), None) if english else None
    place = exact or find(places(), words, english=english)
    weather = find(kinds("weather"), words, english=english) or ""
    season = find(kinds("season"), words, english=english) or ""
    known = place is not None
    if place is None:
        place = _place_for(weather, season, chance)
    entry = places()[place]
    named_light = _named("light", words, english=english)
    light = named_light or _light_for(place, weather, chance)
    # In a prompt the look comes before the clothes, and hair may be silky.
    worn = re.split(r"\b(?:wears|wearing|dressed)\b", words, maxsplit=1)[-1] if english else words
    garment = find(kinds("garment"), worn, english=english)
    dressed = garment is not None
    if garment is None:
        style = "winter" if season == "winter" and not entry["indoor"] else entry["clothes"]
        garment = chance.choice(_WARDROBE[style][gender])
    if gender == "man":
        garment = _NOT_A_MANS.get(garment, garment)
    colour = _garment_colour(worn, garment, english=english) or chance.choice(_COLOURS[garment])
    mood = _named("mood", words, english=english) or chance.choice(_MOODS)
    if place == "snow":
        season = season or "winter"
        weather = weather or "snow"
    if place == "rain":
        weather = weather or "rain"
    return Scene(place, light, weather, season, garment, colour, mood, known, named_light is not None, dressed)


def _named(kind: str, words: str, *, english: bool) -> str | None:
    """The entry `words` name; in a prompt an entry's own phrase goes before single words."""
    if english:
        exact = next((name for name, entry in kinds(kind).items() if entry["phrase"] in words), None)
        if exact is not None:
            return exact
    return find(kinds(kind), words, english=english)


def _place_for(weather: str, season: str, chance: random.Random) -> str:
    if weather in {"rain", "snow"}:
        return weather
    if season == "winter":
        return chance.choice(("snow", "fireplace", "moscow"))
    if season == "autumn":
        return "autumn"
    if season == "summer":
        return chance.choice(("sea", "meadow", "lake", "balcony"))
    if season == "spring":
        return chance.choice(("meadow", "park", "paris"))
    return chance.choice([name for name in places() if name not in {"snow", "rain"}])


def _light_for(place: str, weather: str, chance: random.Random) -> str:
    lights: list[str] = list(places()[place]["lights"])
    if weather in {"rain", "snow", "fog"}:
        lights = [name for name in lights if name not in {"golden", "day"}] or ["overcast"]
    return chance.choice(lights)


def _garment_colour(words: str, garment: str, *, english: bool) -> str | None:
    """The colour named nearest before the garment, so that "red dress" wins over "blue sea"."""
    folded = fold(words)
    clothes = kinds("garment")[garment]
    match = (clothes.english if english else clothes.any_language).search(folded)
    if match is None:
        return None
    near = folded[max(0, match.start() - 24) : match.start()]
    found = [
        (hit.start(), name)
        for name, entry in kinds("colour").items()
        for hit in (entry.english if english else entry.any_language).finditer(near)
    ]
    if found:
        return max(found)[1]
    return find(kinds("colour"), re.split(r"[,.;]", folded[match.end() :])[0][:16], english=english)


def wear(scene: Scene) -> str:
    """The clothes in English, for example "red dress"."""
    return f"{scene.colour} {kinds('garment')[scene.garment]['phrase']}"
