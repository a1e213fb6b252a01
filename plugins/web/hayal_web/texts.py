"""The texts of the page itself, from the locales."""

from __future__ import annotations

from hayal import Desk

LANGUAGES = ("en", "tr", "ru")

IDS = (
    "web-subtitle",
    "web-connecting",
    "web-reconnecting",
    "web-offline",
    "web-write",
    "web-send",
    "web-menu-show",
    "web-menu-hide",
    "web-menu",
    "web-log",
    "web-earlier",
    "web-latest",
    "web-dark",
    "web-light",
    "web-typing",
    "web-photo",
    "web-video",
    "web-somebody",
    "web-unsent",
    "web-again",
    "web-progress",
    "web-picture",
    "web-clip",
    "web-close",
    "web-details",
    "web-today",
    "web-yesterday",
    "web-gone",
    "web-crowded",
)
"""Those the page gets. `{name}` in them is the page's to fill in."""


def texts(desk: Desk) -> dict[str, dict[str, str]]:
    """All texts of the page, by language and id."""
    return {language: {text: desk.say(language, text, name="{name}") for text in IDS} for language in LANGUAGES}


def known(language: str) -> str:
    """The language of ours that a code such as "tr-TR" means, or English."""
    code = language.partition("-")[0].lower()
    return code if code in LANGUAGES else LANGUAGES[0]


def preferred(header: str) -> str:
    """The first language of ours in an Accept-Language header, or English."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:500].split(",")):
        code, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), place, code.partition("-")[0].strip().lower()))
        except ValueError:
            continue
    return next((code for _, _, code in sorted(wishes) if code in LANGUAGES), LANGUAGES[0])
