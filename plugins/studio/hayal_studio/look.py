"""What a persona looks like, read from English words, so that every picture shows the same face."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass
from typing import Literal

from hayal_studio.scene import Gender

Texture = Literal["straight", "wavy", "curly"]
Cut = Literal["long", "bob", "short", "bun", "ponytail", "bald"]
Beard = Literal["none", "stubble", "trimmed", "full"]

_HAIR = {
    "platinum": "d9cdb4",
    "ash-blond": "b49c78",
    "ash blond": "b49c78",
    "dark blond": "8f7048",
    "blond": "cda967",
    "golden": "c99a4e",
    "strawberry": "b8683e",
    "ginger": "a64b1e",
    "redhead": "9c3f1d",
    "auburn": "6d2f1c",
    "copper": "a3502a",
    "red": "93381f",
    "chestnut": "5b3220",
    "dark brown": "39221a",
    "light brown": "80593a",
    "brown": "573623",
    "brunette": "402619",
    "jet": "17141a",
    "black": "1d181b",
    "silver": "b4b5ba",
    "salt-and-pepper": "6f6c6c",
    "grey": "94949a",
    "gray": "94949a",
    "white": "dedcd8",
    "dark": "2b1c17",
    "fair": "cda967",
}
_EYES = {
    "grey-blue": "6f8ea6",
    "blue-grey": "6f8ea6",
    "blue-green": "4f9694",
    "grey-green": "7d9380",
    "hazel": "8a6836",
    "amber": "a8742a",
    "green": "5d8a58",
    "blue": "4a7fb5",
    "grey": "8392a0",
    "gray": "8392a0",
    "dark brown": "3f2616",
    "light brown": "84592f",
    "brown": "5d3a20",
    "black": "2a1b14",
}
_SKIN = {
    "porcelain": "f6dccb",
    "pale": "f4d8c6",
    "deep brown": "7d4d34",
    "dark brown": "6f432d",
    "ebony": "5a3524",
    "deep": "774931",
    "dark": "83543a",
    "light brown": "b97f58",
    "brown": "9a6444",
    "olive": "dcab84",
    "tanned": "cd9469",
    "tan": "cd9469",
    "bronze": "bd8257",
    "golden": "dea878",
    "caramel": "b97f58",
    "light": "efcbb2",
    "fair": "f2d1bd",
    "warm": "e3b08b",
    "ivory": "f4dac4",
}


@dataclass(frozen=True, slots=True)
class Look:
    """A face, a head of hair and what is worn on them. Colours are "rrggbb"; the small numbers are about 1 or 0."""

    gender: Gender
    age: int
    hair: str
    texture: Texture
    cut: Cut
    fringe: bool
    part: float
    eyes: str
    skin: str
    freckles: float
    glasses: Literal["", "round", "square"]
    beard: Beard
    earrings: Literal["", "stud", "hoop"]
    jewel: str
    face_width: float
    jaw: float
    eye_size: float
    eye_tilt: float
    brow: float
    nose: float
    lips: float
    lip_tint: float


def _colour(text: str, noun: str, table: dict[str, str]) -> str | None:
    """The colour of the table named nearest before `noun`, in the same clause."""
    for clause in re.split(r"[,;.]|\band\b(?!-)", text):
        if re.search(rf"\b(?:{noun})\b", clause):
            hits = [(len(name), code) for name, code in table.items() if re.search(rf"\b{name}", clause)]
            if hits:
                return max(hits)[1]
    return None


def read_look(name: str, age: int, gender: Gender, look: str) -> Look:
    """Read a persona. What the words leave open follows from name and words, always the same way."""
    text = look.lower()
    digest = hashlib.sha256(f"{name}\n{look}".encode()).digest()
    chance = random.Random(digest)
    woman = gender == "woman"
    hair = _colour(
        text, r"hair|haired|bob|bun|ponytail|curls|locks|braids?|brunette|redhead|blonde?|pixie|crop|afro|updo", _HAIR
    )
    hair = hair or _colour(text, "beard|stubble", _HAIR)
    eyes = _colour(text, "eyes|eye|eyed", _EYES)
    skin = _colour(text, "skin|complexion|skinned", _SKIN)
    cut: Cut = "long" if woman else "short"
    for word, is_cut in (
        (r"bald|shaved head", "bald"),
        (r"\bbun\b|updo|top-?knot", "bun"),
        (r"ponytail|braid|plait", "ponytail"),
        (r"\bbob\b|shoulder-length|chin-length|medium", "bob"),
        (r"short|pixie|crop|buzz", "short"),
        (r"\blong\b", "long"),
    ):
        if re.search(word, text):
            cut = is_cut  # type: ignore[assignment]
            break
    texture: Texture = chance.choice(("straight", "wavy"))
    for word, is_texture in (("curl|afro|coil", "curly"), ("wav", "wavy"), ("straight|sleek", "straight")):
        if re.search(word, text):
            texture = is_texture  # type: ignore[assignment]
            break
    beard: Beard = "none"
    if re.search("beard|stubble|goatee|unshaven", text) and "no beard" not in text:
        beard = (
            "stubble"
            if re.search("stubble|unshaven", text)
            else ("full" if re.search("full|long beard|thick", text) else "trimmed")
        )
    freckles = 0.0
    if "freckle" in text:
        freckles = 0.55 if re.search(r"light (?:\w+ )?freckles|few freckles|faint", text) else 1.0
    glasses: Literal["", "round", "square"] = ""
    if re.search(r"glasses|spectacles", text) and "sunglasses" not in text:
        glasses = "round" if "round" in text else "square"
    earrings: Literal["", "stud", "hoop"] = ""
    if "earring" in text or "hoops" in text:
        earrings = "hoop" if "hoop" in text else "stud"
    return Look(
        gender=gender,
        age=age,
        texture=texture,
        cut=cut,
        beard=beard,
        freckles=freckles,
        glasses=glasses,
        earrings=earrings,
        hair=hair or chance.choice(("39221a", "573623", "1d181b", "80593a")),
        fringe=bool(re.search("fringe|bangs", text)),
        part=chance.choice((-1.0, 1.0)) * chance.uniform(3.0, 9.0),
        eyes=eyes or chance.choice(("5d3a20", "8a6836", "4a7fb5", "5d8a58")),
        skin=skin or chance.choice(("efcbb2", "e3b08b", "dcab84")),
        jewel="d9d9de" if "silver" in text else "e0b154",
        face_width=chance.uniform(0.97, 1.03) * (1.0 if woman else 1.035),
        jaw=chance.uniform(-1.0, 1.0),
        eye_size=chance.uniform(0.96, 1.06) * (1.0 if woman else 0.88),
        eye_tilt=chance.uniform(0.3, 1.4) if woman else chance.uniform(-0.2, 0.6),
        brow=chance.uniform(0.85, 1.15) * (1.0 if woman else 1.55),
        nose=chance.uniform(0.9, 1.08) * (1.0 if woman else 1.18),
        lips=chance.uniform(0.95, 1.15) * (1.0 if woman else 0.8),
        lip_tint=chance.uniform(0.45, 0.75) if woman else 0.12,
    )
