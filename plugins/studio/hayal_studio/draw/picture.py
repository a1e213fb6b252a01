"""A whole selfie: background, figure, and the light and grain that make them one picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image as Pil

from hayal_studio.draw.canvas import Box, Canvas, Floats, blurred, vec
from hayal_studio.draw.figure import Figure, edge_light, pose_of
from hayal_studio.draw.light import Light, light_of
from hayal_studio.draw.places import PAINTERS
from hayal_studio.draw.stage import Stage
from hayal_studio.look import Look
from hayal_studio.scene import Scene


@dataclass(frozen=True, slots=True)
class Layers:
    """A finished picture and what a film needs besides: the place alone, the figure's cover, and shut eyes.

    `lids`: pictures of the box `eyes` (x0, y0, x1, y1), from nearly open to shut. `face` is the point between the eyes
    and `unit` a hundredth of the head's height, in pixels.
    """

    picture: Floats
    plate: Floats
    cover: Floats
    lids: tuple[Floats, ...]
    eyes: tuple[int, int, int, int]
    face: tuple[float, float]
    unit: float


def backdrop(scene: Scene, light: Light, width: int, height: int, seed: int) -> Floats:
    """The place alone, at full size. It is out of focus, so it is painted at half size."""
    w, h = max(16, (width + 1) // 2), max(16, (height + 1) // 2)
    stage = Stage(w, h, scene, light, seed)
    PAINTERS[scene.place](stage)
    if scene.weather == "fog":
        stage.haze(0.55, 0.6, (0.82, 0.84, 0.87), 0.35)
    small = stage.canvas.rgb.clip(0, 1.6)
    planes = [
        np.asarray(Pil.fromarray(small[..., i]).resize((width, height), Pil.Resampling.BICUBIC)) for i in range(3)
    ]
    return np.stack(planes, axis=2).clip(0, 1.5)


class _Finish:
    """Puts a figure into its place and grades the whole; the costly planes are made once and used for every variant."""

    def __init__(self, place: Floats, alpha: Floats, light: Light, unit: float, seed: int) -> None:
        self.place, self.alpha, self.light = place, alpha[..., None], light
        h, w = alpha.shape
        self.rim = edge_light(alpha, light, unit)[..., None]
        # Light of the place creeps round the figure's edge.
        self.wrap = ((1 - blurred(alpha, unit * 2.2)) * alpha * np.float32(0.35))[..., None]
        self.grain = np.random.default_rng([seed, 9]).normal(0, 0.0085, (h, w)).astype(np.float32)[..., None]
        y, x = np.mgrid[0:h, 0:w].astype(np.float32)
        d = np.hypot((x / w - 0.5) * 1.15, y / h - 0.48)
        self.vignette = (1 - 0.5 * np.clip(d - 0.32, 0, 1) ** 1.6).astype(np.float32)[..., None]
        self.bloom: Floats | None = None

    def person(self, canvas: Canvas, box: Box) -> Floats:
        """The part of the picture with the figure that lies in `box`."""
        part = np.s_[box[1] : box[3], box[0] : box[2]]
        place, alpha, colour = self.place[part], self.alpha[part], canvas.rgb[part]
        colour = colour + self.rim[part] * (vec(self.light.rim) * alpha - colour * 0.6).clip(0)
        if self.light.dark:
            # Faces are lit a little more than the place at night, as a phone would expose them.
            colour = colour * np.float32(1.12)
        return self._grade(place * (1 - alpha) + colour + self.wrap[part] * (place - colour).clip(0), part)

    def empty(self) -> Floats:
        """The place without the figure."""
        return self._grade(self.place, np.s_[:, :])

    def _grade(self, picture: Floats, part: tuple[slice, slice]) -> Floats:
        """Bloom, tone curve, vignette, grain."""
        if self.bloom is None:
            self.bloom = blurred(np.clip(picture - 0.72, 0, 1), picture.shape[1] * 0.03) * np.float32(0.55)
        picture = picture + self.bloom[part]
        # A gentle shoulder keeps highlights from burning out.
        over = np.clip(picture - 0.8, 0, None)
        picture = np.minimum(picture, 0.8) + np.float32(0.2) * np.tanh(over * 5)
        grey = picture.mean(axis=2, keepdims=True)
        picture = (grey + (picture - grey) * np.float32(1.08)).clip(0, 1)
        picture = picture * (np.float32(0.72) + picture * (3 - 2 * picture) * np.float32(0.28))
        picture *= self.vignette[part]
        if self.light.dark:
            picture = picture * np.float32(1.06) + np.float32(0.008)
        out: Floats = (picture + self.grain[part]).clip(0, 1)
        return out


def draw(scene: Scene, look: Look, width: int, height: int, seed: int, *, film: bool = False) -> Layers:
    """Draw a selfie. Without `film`, plate and lids are left empty."""
    chance = np.random.default_rng([seed, 4])
    light = light_of(scene, float(chance.choice([-1.0, 1.0])))
    place = backdrop(scene, light, width, height, seed)
    pose = pose_of(scene, width, height, seed)
    unit = pose.head.unit
    figure = Figure(look, scene, light, pose, width, height, seed)
    canvas = figure.draw()
    finish = _Finish(place, canvas.alpha, light, unit, seed)
    picture = finish.person(canvas, (0, 0, width, height))
    box = figure.eyes_box()
    face = pose.head.at([(0, 4)])[0]
    lids: tuple[Floats, ...] = ()
    plate = np.zeros((0, 0, 3), np.float32)
    if film:
        lids = tuple(finish.person(figure.with_lids(k), box) for k in (0.55, 0.0))
        plate = finish.empty()
    return Layers(picture, plate, canvas.alpha, lids, box, (float(face[0]), float(face[1])), unit)
