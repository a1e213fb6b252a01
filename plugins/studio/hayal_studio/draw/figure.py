"""Puts a persona together: pose, expression, then every part from back to front."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from hayal_studio.draw.beard import paint_beard
from hayal_studio.draw.body import soft_shadow
from hayal_studio.draw.canvas import Canvas, Floats, blurred
from hayal_studio.draw.cuts import Hair
from hayal_studio.draw.face import EYE_X, EYE_Y, Expression, paint_brows, paint_eyes
from hayal_studio.draw.head import Head, paint_ears, paint_freckles, paint_skin, skin_of
from hayal_studio.draw.light import Light
from hayal_studio.draw.mouth import paint_mouth, paint_nose
from hayal_studio.draw.trimmings import paint_earrings, paint_glasses
from hayal_studio.draw.wardrobe import Wardrobe
from hayal_studio.look import Look
from hayal_studio.scene import Scene


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the head is and how the face feels."""

    head: Head
    mood: Expression


def pose_of(scene: Scene, width: int, height: int, seed: int) -> Pose:
    """A pose for a canvas, varied by `seed`."""
    chance = np.random.default_rng([seed, 2])
    tall = min(0.46 * height, 0.69 * width) * chance.uniform(0.95, 1.05)
    unit = tall / 100
    cx = width / 2 + chance.uniform(-0.045, 0.045) * width
    cy = height * (0.455 if height > width else 0.5) + chance.uniform(-0.012, 0.012) * height
    turn = float(chance.choice([-1.0, 1.0]) * chance.uniform(1.2, 4.6))
    tilt = math.radians(float(chance.uniform(1.5, 6.0) * chance.choice([-1.0, 1.0])))
    smile, teeth, smirk = {
        "smile": (0.75, 0.0, 0.1),
        "laugh": (1.0, 0.85, 0.0),
        "soft": (0.5, 0.0, 0.0),
        "playful": (0.55, 0.0, 0.9),
    }[scene.mood]
    if scene.mood == "smile" and chance.random() < 0.5:
        smile, teeth = 0.9, 0.55
    smirk *= float(chance.choice([-1.0, 1.0]))
    gaze = (-turn * 0.12 + float(chance.normal(0, 0.12)), float(chance.normal(0.1, 0.12)))
    mood = Expression(smile, teeth, gaze, 1.0 - 0.08 * smile, float(chance.uniform(-0.2, 1.2)), smirk)
    return Pose(Head(cx, cy, unit, tilt, turn), mood)


class Figure:
    """One persona in one pose, in one light."""

    def __init__(self, look: Look, scene: Scene, light: Light, pose: Pose, width: int, height: int, seed: int) -> None:
        self.look, self.scene, self.light, self.pose, self.seed = look, scene, light, pose, seed
        self.width, self.height = width, height
        self.skin = skin_of(look, light)

    def draw(self) -> Canvas:
        """The whole figure on a clear canvas."""
        head, look, light, skin = self.pose.head, self.look, self.light, self.skin
        canvas = Canvas(self.width, self.height)
        hair = Hair(canvas, head, look, light, self.seed)
        back = hair.back()
        if back is not None:
            canvas.over(back)
        body = Wardrobe(canvas, head, look, light, skin, self.scene, self.seed)
        body.neck()
        body.clothes()
        paint_ears(canvas, head, look, skin)
        self.clip = paint_skin(canvas, head, look, light, skin)
        paint_freckles(canvas, head, look, skin, self.clip)
        paint_nose(canvas, head, look, light, skin, self.clip)
        paint_beard(canvas, head, look, skin, self.clip)
        paint_mouth(canvas, head, look, light, skin, self.pose.mood, self.clip)
        self._before_eyes = canvas.rgb.copy(), canvas.alpha.copy()
        self.front = hair.front()
        self._finish(canvas, self.pose.mood)
        return canvas

    def _finish(self, canvas: Canvas, mood: Expression) -> None:
        head, look, light, skin = self.pose.head, self.look, self.light, self.skin
        paint_eyes(canvas, head, look, light, skin, mood, self.clip)
        paint_brows(canvas, head, look, skin, mood)
        if self.front is not None:
            soft_shadow(self.front, canvas, head.unit)
            canvas.over(self.front)
        paint_earrings(canvas, head, look, light)
        paint_glasses(canvas, head, look, light, skin)

    def with_lids(self, lids: float) -> Canvas:
        """The figure again with the lids at `lids`, 0 shut to 1 open; only after `draw`."""
        canvas = Canvas(self.width, self.height)
        canvas.rgb, canvas.alpha = (a.copy() for a in self._before_eyes)
        mood = self.pose.mood
        self._finish(canvas, replace(mood, lids=mood.lids * lids, brows=mood.brows - 0.35 * (1 - lids)))
        return canvas

    def eyes_box(self) -> tuple[int, int, int, int]:
        """Where blinking changes the picture, in pixels."""
        head = self.pose.head
        p = head.at(
            [(-EYE_X - 15, EYE_Y - 16), (EYE_X + 15, EYE_Y - 16), (-EYE_X - 15, EYE_Y + 13), (EYE_X + 15, EYE_Y + 13)]
        )
        x0, y0 = np.floor(p.min(axis=0)).astype(int)
        x1, y1 = np.ceil(p.max(axis=0)).astype(int)
        return max(0, int(x0)), max(0, int(y0)), min(self.width, int(x1)), min(self.height, int(y1))


def edge_light(alpha: Floats, light: Light, unit: float) -> Floats:
    """How much light grazes the outline from behind, for a figure with this cover."""
    step = max(1, int(unit * 0.75))
    dx, dy = int(-light.side * step * 1.4), step
    moved: Floats = np.roll(alpha, (dy, dx), axis=(0, 1))
    # What was rolled round the edge of the picture is no outline.
    if dx > 0:
        moved[:, :dx] = alpha[:, :dx]
    else:
        moved[:, dx:] = alpha[:, dx:]
    moved[:dy] = alpha[:dy]
    rim: Floats = np.clip(alpha - blurred(moved, unit * 0.55), 0, 1) * np.float32(light.rim_power * 0.8)
    return rim
