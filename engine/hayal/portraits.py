"""The personas' portraits: a file the operator gave, or drawn by an image provider that costs nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import anyio
import structlog
from anyio import to_process

from hayal.chat import Attachment
from hayal.errors import HayalError
from hayal.images import ImageGenerator, ImageRequest
from hayal.jobs.chain import Chain
from hayal.jobs.footage import Unreadable, fit_picture
from hayal.media import Media, NoSuchMedia
from hayal.persona import Persona
from hayal.size import Size

OWNER = "personas"
"""The part of the media keys before the slash."""

SIZE = Size(720, 960)
"""Width and height of a portrait, in pixels."""

WAIT = 30.0
"""Seconds that somebody who looks at a portrait waits for it to be drawn."""

log = structlog.get_logger(__name__)


class Portraits:
    """Which personas have a portrait, and under which key."""

    def __init__(
        self, personas: Mapping[str, Persona], images: Chain[ImageGenerator], media: Media, base: Path
    ) -> None:
        self._personas = personas
        self._images = images
        self._media = media
        self._base = base
        self._done: dict[str, anyio.Event] = {}
        free = [link for link in images.links if link.part.capabilities.free]
        self._artist = free[0] if free else None
        for name, persona in personas.items():
            if persona.picture or self._artist:
                self._done[self._key(name)] = anyio.Event()

    def _key(self, name: str) -> str:
        persona = self._personas[name]
        mark = hashlib.blake2b(f"{persona.look} {persona.picture} {SIZE}".encode(), digest_size=6).hexdigest()
        return f"{OWNER}/{name}-{mark}.jpg"

    def of(self, name: str) -> Attachment | None:
        """A persona's portrait, or None if there will be none. It may still be being drawn: see `ready`."""
        key = self._key(name)
        if key not in self._done:
            return None
        return Attachment(kind="image", key=key, mime="image/jpeg", width=SIZE.width, height=SIZE.height, bytes=0)

    async def ready(self, key: str) -> bool:
        """Whether `key` is a portrait that is there; waits until it is drawn, for a while."""
        done = self._done.get(key)
        if done is None:
            return False
        with anyio.move_on_after(WAIT):
            await done.wait()
        return key in self._done

    async def given(self, name: str) -> bytes | None:
        """The portrait that the operator gave of a persona, as JPEG, or None.

        One that was drawn here is no likeness for another provider to work from.
        """
        if not self._personas[name].picture:
            return None
        try:
            return await self._media.read(self._key(name))
        except NoSuchMedia:
            return None

    async def draw(self) -> None:
        """Make what is missing. A portrait that cannot be made is logged and left out."""
        for name, persona in self._personas.items():
            key = self._key(name)
            if key not in self._done:
                continue
            try:
                await self._draw(key, name, persona)
            except (HayalError, OSError, Unreadable) as error:
                log.warning("no portrait", persona=name, reason=str(error))
                self._done.pop(key).set()
            else:
                self._done[key].set()

    async def _draw(self, key: str, name: str, persona: Persona) -> None:
        try:
            await self._media.size(key)
        except NoSuchMedia:
            if persona.picture:
                data = await anyio.Path(self._base / persona.picture).read_bytes()
            elif self._artist:
                prompt = f"Portrait of {persona.name}, {persona.age}: {persona.look}. Soft light, a warm smile."
                request = ImageRequest(f"portrait/{name}", prompt, persona, SIZE, 1, None)
                data = (await self._artist.part.generate(request)).data
            fitted = await to_process.run_sync(fit_picture, data, *SIZE)
            await self._media.put(key, fitted)
            log.info("portrait drawn", persona=name)
