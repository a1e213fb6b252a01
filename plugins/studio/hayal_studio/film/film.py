"""A film from a selfie: the person and the place move apart, live a little, and are encoded frame by frame."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pil
from PIL import ImageChops

from hayal_studio.draw.canvas import blurred, vec
from hayal_studio.draw.picture import Layers, draw
from hayal_studio.film.encode import write_mp4
from hayal_studio.film.motion import AIRY, Body, Moves, Warp, air, alive, camera, ease
from hayal_studio.film.particles import Particles
from hayal_studio.film.sound import ambience
from hayal_studio.look import Look
from hayal_studio.scene import Scene
from hayal_studio.vocabulary import places

_SAME = 0.035
"""How far a reference may be from our own drawing, on average, to be that drawing (JPEG and a light edit included)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to film. `reference` is a JPEG of the size or None; `drawn` says how the studio drew it, if it did."""

    scene: Scene
    look: Look
    seed: int
    seconds: float
    width: int
    height: int
    fps: int
    crf: int
    heard: str
    reference: bytes | None
    drawn: tuple[Scene, int] | None


class Shot:
    """The layers of a film, ready to be moved."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        w, h = plan.width, plan.height
        first: Pil.Image | None = None
        if plan.reference is not None:
            with Pil.open(io.BytesIO(plan.reference)) as image:
                first = image.convert("RGB")
            if first.size != (w, h):
                first = first.resize((w, h), Pil.Resampling.LANCZOS)
        scene, seed = plan.drawn or (plan.scene, plan.seed)
        layers: Layers | None = None
        if first is None or plan.drawn is not None:
            layers = draw(scene, plan.look, w, h, seed, film=True)
            if first is not None and _distance(first, layers.picture) > _SAME:
                layers = None
        if first is None and layers is not None:
            first = _image(layers.picture)
        assert first is not None  # noqa: S101  # one of the two branches above made it
        self.scene = scene
        self.first = first
        self.warp = Warp(w, h)
        self.moves = Moves.choose(plan.seconds, plan.seed)
        if layers is None:
            # Somebody else's photo: most selfies have the face here.
            self.body = Body(w * 0.5, h * 0.42, min(w * 0.62, h * 0.45) / 100, 0.0)
            self.eyes = [first]
            self.plate: Pil.Image | None = None
            self.cover: Pil.Image | None = None
            self.touched = self.filled = np.zeros(0, bool)
        else:
            self.body = Body(
                *layers.face, layers.unit, {"long": 1.0, "bob": 0.5, "ponytail": 0.4}.get(plan.look.cut, 0.0)
            )
            self.eyes = [first, *(_with_lids(first, layers, lids) for lids in layers.lids)]
            self.cover = Pil.fromarray((layers.cover * 255).clip(0, 255).astype(np.uint8))
            # Cells the person never reaches, or always hides, need not be bent.
            self.touched, self.filled = self.warp.cells(layers.cover)
            # Away from the person the plate is the reference itself, so that frame 0 is exactly it.
            near = np.clip(blurred(layers.cover, layers.unit * 3.0) * 5, 0, 1)[..., None]
            base = np.asarray(first, dtype=np.float32) / 255
            self.plate = _image(base * (1 - near) + layers.plate * near)
        kind = _particles_of(scene)
        self.kind = kind
        self.particles = Particles(kind, w, h, plan.seed)
        self.glow = _glow(scene, w, h)

    def frame(self, i: int) -> Pil.Image:
        """Frame `i`."""
        t = i / self.plan.fps
        if i == 0:
            return self.first
        moves, body, warp = self.moves, self.body, self.warp
        front = self.particles.kind.front
        eyes = self.eyes[moves.lids(t) if len(self.eyes) > 1 else 0]
        near = alive(*camera(warp, moves, body, t, 1.0), moves, body, t)
        if self.plate is None or self.cover is None:
            far = camera(warp, moves, body, t, 0.0)
            # No mask of the person: the middle moves as near, the edges as far, and the eye believes it.
            u = body.unit
            k = np.exp(-(((warp.gx - body.x) / (70 * u)) ** 2) - ((np.maximum(0, body.y - warp.gy)) / (80 * u)) ** 2)
            out = warp.apply(eyes, near[0] * k + far[0] * (1 - k), near[1] * k + far[1] * (1 - k))
        else:
            far = camera(warp, moves, body, t, 0.0)
            if self.kind in AIRY:
                out = warp.apply(self.plate, *air(warp, *far, t, self.kind), ~self.filled)
            else:
                out = warp.zoom(self.plate, *far)
            if not front:
                self.particles.draw(out, t)
            cover = warp.apply(self.cover, *near, self.touched & ~self.filled)
            warp.fill(cover, self.filled)
            out.paste(warp.apply(eyes, *near, self.touched), (0, 0), cover)
        if front:
            self.particles.draw(out, t)
        if self.glow:
            flicker = 0.5 + 0.5 * np.sin(t * 2.3 + np.sin(t * 7.1) * (1.4 if self.scene.place == "fireplace" else 0.3))
            out = ImageChops.add(out, self.glow[int(ease(t / 1.4) * flicker * (len(self.glow) - 1))])
        return out


def _image(a: np.ndarray) -> Pil.Image:
    return Pil.fromarray((a * 255 + 0.5).clip(0, 255).astype(np.uint8))


def _distance(a: Pil.Image, b: np.ndarray) -> float:
    small = np.asarray(a.reduce(4), dtype=np.float32) / 255
    other = np.asarray(_image(b).reduce(4), dtype=np.float32) / 255
    return float(np.abs(small - other).mean())


def _with_lids(first: Pil.Image, layers: Layers, lids: np.ndarray) -> Pil.Image:
    """The picture with other eyes; the edge of the patch fades, in case the reference was edited a little."""
    x0, y0, x1, y1 = layers.eyes
    y, x = np.mgrid[0 : y1 - y0, 0 : x1 - x0].astype(np.float32)
    edge = np.minimum(np.minimum(x, x1 - x0 - 1 - x), np.minimum(y, y1 - y0 - 1 - y))
    mask = Pil.fromarray((np.clip(edge / 12, 0, 1) * 255).astype(np.uint8))
    out = first.copy()
    out.paste(_image(lids), (x0, y0), mask)
    return out


def _particles_of(scene: Scene) -> str:
    if scene.weather in {"snow", "rain"} and not places()[scene.place]["indoor"]:
        return scene.weather
    if scene.season == "autumn" and scene.place in {"park", "forest"}:
        return "leaves"
    return str(places()[scene.place]["particles"])


def _glow(scene: Scene, w: int, h: int) -> list[Pil.Image]:
    """Light that comes and goes, from dim to bright: fire, lamps or a low sun. Empty for steady light."""
    colour, power = {
        "fireplace": ((255, 130, 50), 0.16),
        "candle": ((255, 160, 80), 0.07),
        "golden": ((255, 190, 110), 0.07),
        "night": ((110, 130, 255), 0.04),
    }.get("fireplace" if scene.place == "fireplace" else scene.light, ((0, 0, 0), 0.0))
    if not power:
        return []
    y, x = np.mgrid[0:h:8, 0:w:8].astype(np.float32)
    fall = np.exp(-(((x / w - 0.1) ** 2) * 2.4 + ((y / h - 0.45) ** 2) * 2.0))
    out = []
    for level in np.linspace(0, power, 24):
        small = (fall[..., None] * vec(colour) * level).astype(np.uint8)
        out.append(Pil.fromarray(small).resize((w, h), Pil.Resampling.BICUBIC))
    return out


def film(plan: Plan, path: Path, progress: Callable[[float], None]) -> None:
    """Render `plan` to `path`; `progress` hears shares from 0 to 1."""
    count = round(plan.seconds * plan.fps)
    progress(0.01)
    shot = Shot(plan)
    sound = ambience(plan.heard, str(places()[shot.scene.place]["sound"]), plan.seconds, plan.seed)

    def frames() -> Iterator[Pil.Image]:
        for i in range(count):
            yield shot.frame(i)
            if i % 4 == 3:
                progress(0.1 + 0.89 * (i + 1) / count)

    write_mp4(path, frames(), sound, width=plan.width, height=plan.height, fps=plan.fps, crf=plan.crf)
