"""Moderations: a judge by words, in the shape of omni-moderation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .media import NotAPicture, look
from .openai_schema import Complaint
from .sora_requests import data_url

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
_SEEN = {"self-harm", "self-harm/intent", "self-harm/instructions", "sexual", "violence", "violence/graphic"}
"""The categories a picture is scored for; sexual/minors is not among them."""

WORDS = {
    "naked child": "sexual/minors",
    "i will kill you": "harassment/threatening",
    "seni öldüreceğim": "harassment/threatening",
    "я тебя убью": "harassment/threatening",
    "gore": "violence/graphic",
}
"""What is flagged, and as what, unless a test says otherwise."""


def judge(text: str, words: Mapping[str, str], *, picture: bool = False) -> dict[str, Any]:
    """One result."""
    found = {category for word, category in words.items() if word in text.lower()}
    kinds = ["text", *(["image"] if picture else [])]
    return {
        "flagged": bool(found),
        "categories": {name: name in found for name in CATEGORIES},
        "category_scores": {name: 0.97 if name in found else 0.0003 for name in CATEGORIES},
        "category_applied_input_types": {name: kinds if name in _SEEN else ["text"] for name in CATEGORIES},
    }


def moderate(given: Any, words: Mapping[str, str]) -> list[dict[str, Any]] | Complaint:
    """The results: one for each string; one for a list of parts."""
    if isinstance(given, str):
        return [judge(given, words)]
    if not given:
        return Complaint("Invalid 'input': an empty array.", "empty_array", "input")
    if all(isinstance(one, str) for one in given):
        return [judge(one, words) for one in given]
    pictures = [part["image_url"]["url"] for part in given if part["type"] == "image_url"]
    if len(pictures) > 1:
        return Complaint("Invalid 'input': at most one image is accepted.", "invalid_value", "input")
    for url in pictures:
        try:
            look(data_url(url) or b"")
        except NotAPicture:
            return Complaint("Invalid image.", "invalid_image_format", "input")
    text = "\n".join(part["text"] for part in given if part["type"] == "text")
    return [judge(text, words, picture=bool(pictures))]
