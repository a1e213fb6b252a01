"""What the tests of gemini share: requests, and parts that speak to a local server."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeVar

from hayal import Host, ImageRequest, Persona, Said, Size, VideoPrompt, VideoRequest
from hayal.prompts import PhotoPromptRequest, ReplyRequest, VideoPromptRequest
from hayal_gemini.client import GeminiPart
from hayal_gemini.settings import GeminiSettings
from servers import media

P = TypeVar("P", bound=GeminiPart)

KEY = "AIza-test-key-of-gemini"
AYLA = Persona(name="Ayla", age=27, gender="woman", look="long dark hair, hazel eyes")
PROMPT = VideoPrompt(
    style="A short clip on 35mm film.",
    scene="Ayla stands by a window. Soft light fills the room.",
    cinematography="A close-up at arm's length. A calm mood.",
    action="She turns to the lens. She smiles.",
    sound="A quiet room.",
)


def settings(url: str = "http://127.0.0.1:9", **more: Any) -> GeminiSettings:
    return GeminiSettings(**{"api_key": KEY, "base_url": url, **more})


def part(kind: type[P], url: str, **more: Any) -> AbstractAsyncContextManager[P]:
    """A part, to be entered."""
    return kind(settings(url, **more), Host("gemini", Path("/nonexistent")))


def photo_request(**more: Any) -> PhotoPromptRequest:
    return PhotoPromptRequest(**{"persona": AYLA, "wish": "denizde", "language": "tr", "seed": 7, **more})


def script_request(**more: Any) -> VideoPromptRequest:
    given = {
        "persona": AYLA,
        "photo_prompt": "A selfie by the sea.",
        "wish": "волна",
        "seconds": 5,
        "flirty": True,
        "language": "ru",
        "seed": 7,
    }
    return VideoPromptRequest(**{**given, **more})


def reply_request(*said: Said, language: Any = "en") -> ReplyRequest:
    return ReplyRequest(AYLA, said or (Said("person", "hello"),), language, 7)


def image_request(**more: Any) -> ImageRequest:
    given = {"key": "j/gemini", "prompt": "A selfie by the sea.", "persona": AYLA, "size": Size(720, 1280), "seed": 1}
    return ImageRequest(**{**given, **more})


def video_request(**more: Any) -> VideoRequest:
    given = {
        "key": "j/gemini",
        "prompt": PROMPT,
        "persona": AYLA,
        "seconds": 3,
        "size": Size(360, 640),
        "seed": 1,
        "reference": media.picture(360, 640, "jpeg"),
    }
    return VideoRequest(**{**given, **more})
