"""What the tests of sora share: requests, and a generator that speaks to a local server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hayal import Host, Persona, Size, VideoPrompt, VideoRequest
from hayal.provider import Notes, Scratchpad
from hayal_sora.settings import SoraSettings
from hayal_sora.videos import SoraVideos
from servers import media

KEY = "sk-test-key-of-a-gateway"
AYLA = Persona(name="Ayla", age=27, gender="woman", look="long dark hair, hazel eyes")


def prompt(action: str = "She smiles.") -> VideoPrompt:
    return VideoPrompt(
        style="A short clip on 35mm film.",
        scene="Ayla stands by a window. Soft light fills the room.",
        cinematography="A close-up at arm's length. A calm mood.",
        action=f"She turns to the lens. {action}",
        sound="A quiet room.",
    )


def settings(base_url: str = "http://127.0.0.1:9/v1", **more: Any) -> SoraSettings:
    given: dict[str, Any] = {"api_key": KEY, "base_url": base_url, "sizes": ("144x256",), "settle": 0, **more}
    return SoraSettings(**given)


def sora(base_url: str, notes: Notes | None = None, **more: Any) -> SoraVideos:
    """A generator, to be entered. With the same `notes` it is one that was started again."""
    return SoraVideos(settings(base_url, **more), Host("sora", Path("/nonexistent"), notes or Scratchpad()))


def request(**more: Any) -> VideoRequest:
    given = {
        "key": "j1/sora",
        "prompt": prompt(),
        "persona": AYLA,
        "seconds": 4,
        "size": Size(144, 256),
        "seed": 1,
        "reference": media.picture(144, 256, "jpeg"),
    }
    return VideoRequest(**{**given, **more})
