"""How a picture moves: camera, breath, a tilting head, swaying hair, blinks. Everything starts from rest."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pil

Grid = NDArray[np.float64]
Cells = NDArray[np.bool_]


def ease(t: float) -> float:
    """0 to 1 with no speed at either end."""
    t = min(1.0, max(0.0, t))
    return t * t * t * (t * (6 * t - 15) + 10)


@dataclass(frozen=True, slots=True)
class Body:
    """Where the person is in the picture: the point between the eyes and a hundredth of the head's height, in pixels.

    `hair` is how freely the hair sways, 0 to 1.
    """

    x: float
    y: float
    unit: float
    hair: float


@dataclass(frozen=True, slots=True)
class Moves:
    """The moves of one film; `seconds` long."""

    seconds: float
    push: float
    pan: tuple[float, float]
    tilt: float
    nod: float
    phase: float
    blinks: tuple[float, ...]

    @classmethod
    def choose(cls, seconds: float, seed: int) -> Moves:
        """Moves that differ from film to film."""
        chance = np.random.default_rng([seed, 6])
        blinks = []
        at = float(chance.uniform(0.9, 1.5))
        while at < seconds - 0.5:
            blinks.append(at)
            at += float(chance.uniform(1.7, 3.0))
        return cls(
            seconds,
            push=float(chance.uniform(0.055, 0.085)),
            pan=(float(chance.uniform(-0.012, 0.012)), float(chance.uniform(-0.008, 0.004))),
            tilt=float(chance.choice([-1.0, 1.0]) * chance.uniform(0.016, 0.026)),
            nod=float(chance.uniform(0.5, 1.0)),
            phase=float(chance.uniform(0, 6.28)),
            blinks=tuple(blinks),
        )

    def lids(self, t: float) -> int:
        """Which picture of the eyes to show at `t` seconds: 0 open, 1 half shut, 2 shut."""
        for at in self.blinks:
            d = t - at
            if 0 <= d < 0.21:
                return 2 if 0.055 <= d < 0.14 else 1
        return 0


class Warp:
    """Bends a picture by moving the corners of a grid laid over it."""

    def __init__(self, width: int, height: int, across: int = 15, down: int = 26) -> None:
        self.size = (width, height)
        xs = np.linspace(0, width, across + 1).round().astype(int)
        ys = np.linspace(0, height, down + 1).round().astype(int)
        self.gx, self.gy = np.meshgrid(xs.astype(float), ys.astype(float))
        self._boxes = [
            (int(xs[i]), int(ys[j]), int(xs[i + 1]), int(ys[j + 1])) for j in range(down) for i in range(across)
        ]
        self._all = np.ones(len(self._boxes), bool)

    def zoom(self, image: Pil.Image, sx: Grid, sy: Grid) -> Pil.Image:
        """As `apply`, for corners that only a camera moved: quicker."""
        box = (max(0.0, sx[0, 0]), max(0.0, sy[0, 0]), min(self.size[0], sx[-1, -1]), min(self.size[1], sy[-1, -1]))
        return image.resize(self.size, Pil.Resampling.BILINEAR, box=box)

    def fill(self, image: Pil.Image, cells: Cells) -> None:
        """Paint whole cells of a one-band image white."""
        for box, wanted in zip(self._boxes, cells, strict=True):
            if wanted:
                image.paste(255, box)

    def cells(self, cover: NDArray[np.float32]) -> tuple[Cells, Cells]:
        """Which cells a person with this cover may touch as it moves, and which it always fills."""
        rows, columns = self.gx.shape[0] - 1, self.gx.shape[1] - 1
        touched, filled = np.zeros((rows, columns), bool), np.zeros((rows, columns), bool)
        for n, (x0, y0, x1, y1) in enumerate(self._boxes):
            part = cover[y0:y1, x0:x1]
            touched[divmod(n, columns)] = part.size > 0 and float(part.max()) > 0.003
            filled[divmod(n, columns)] = part.size == 0 or float(part.min()) > 0.997
        return _grow(touched).ravel(), ~_grow(~filled).ravel()

    def apply(self, image: Pil.Image, sx: Grid, sy: Grid, cells: Cells | None = None) -> Pil.Image:
        """Take each grid corner's pixel from (`sx`, `sy`) of `image`; cells left out stay black."""
        sx, sy = np.clip(sx, 0, self.size[0]), np.clip(sy, 0, self.size[1])
        # NW, SW, SE, NE, as Pillow wants its quads.
        quads = np.stack(
            [sx[:-1, :-1], sy[:-1, :-1], sx[1:, :-1], sy[1:, :-1], sx[1:, 1:], sy[1:, 1:], sx[:-1, 1:], sy[:-1, 1:]],
            axis=-1,
        ).reshape(-1, 8)
        mesh = [
            (box, tuple(quad))
            for box, quad, wanted in zip(
                self._boxes, quads.tolist(), self._all if cells is None else cells, strict=True
            )
            if wanted
        ]
        return image.transform(self.size, Pil.Transform.MESH, mesh, Pil.Resampling.BILINEAR)


def _grow(cells: Cells) -> Cells:
    """`cells` and their neighbours: nobody moves further than one cell."""
    padded = np.pad(cells, 1)
    rows, columns = cells.shape
    out = np.zeros_like(cells)
    for dy in range(3):
        for dx in range(3):
            out |= padded[dy : dy + rows, dx : dx + columns]
    return out


def camera(warp: Warp, moves: Moves, body: Body, t: float, depth: float) -> tuple[Grid, Grid]:
    """Where each corner comes from under the camera's push and pan; `depth` is 1 for near things, 0 for far ones."""
    e = ease(t / moves.seconds)
    w, h = warp.size
    zoom = 1 + moves.push * (0.42 + 0.58 * depth) * e
    dx, dy = moves.pan[0] * w * (0.3 + 0.7 * depth) * e, moves.pan[1] * h * (0.3 + 0.7 * depth) * e
    cx, cy = body.x, body.y
    return cx + (warp.gx - cx - dx) / zoom, cy + (warp.gy - cy - dy) / zoom


def _smooth(x: Grid) -> Grid:
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def alive(sx: Grid, sy: Grid, moves: Moves, body: Body, t: float) -> tuple[Grid, Grid]:
    """Add breath, the head's slow tilt and the hair's sway to where corners come from."""
    on = ease(t / 1.4)
    u = body.unit
    x, y = (sx - body.x) / u, (sy - body.y) / u
    # The head turns about the neck; below the shoulders nothing of it is left.
    head = 1 - _smooth((y - 34) / 34)
    swing = (math.sin(2 * math.pi * t / 4.4 + moves.phase) - math.sin(moves.phase)) * 0.5
    angle = moves.tilt * on * (swing + 0.6 * ease(t / moves.seconds)) * head
    px, py = x, y - 52
    dx = -py * angle
    dy = px * angle
    dy = dy + head * moves.nod * on * math.sin(2 * math.pi * t / 5.2 + moves.phase * 0.5) * 0.7
    # Shoulders rise and fall, most around the chest.
    breath = math.sin(2 * math.pi * t / 3.7) * on
    dy = dy - breath * 0.75 * np.exp(-(((y - 78) / 34) ** 2))
    dx = dx - breath * 0.35 * np.sign(x) * _smooth(np.abs(x) / 60) * np.exp(-(((y - 88) / 30) ** 2))
    if body.hair:
        loose = (
            body.hair
            * _smooth((np.abs(x) - 24) / 16)
            * _smooth((y + 30) / 90)
            * np.exp(-(((np.abs(x) - 44) / 26) ** 2))
        )
        dx = dx + on * loose * (
            1.7 * np.sin(2 * math.pi * t / 2.9 - y / 26 + moves.phase) + 0.6 * math.sin(2 * math.pi * t / 1.7)
        )
    return sx - dx * u, sy - dy * u


AIRY = frozenset({"glitter", "leaves", "pollen"})
"""The particles in whose places water or leaves move."""


def air(warp: Warp, sx: Grid, sy: Grid, t: float, kind: str) -> tuple[Grid, Grid]:
    """Ripple water, or sway leaves, in the place behind."""
    on = ease(t / 1.4)
    w, h = warp.size
    if kind == "glitter":
        below = _smooth((warp.gy / h - 0.54) / 0.12)
        sx = sx + on * below * w * 0.003 * np.sin(warp.gy / h * 60 + t * 2.1)
        sy = sy + on * below * h * 0.0016 * np.sin(warp.gx / w * 15 + warp.gy / h * 44 - t * 2.6)
    elif kind in {"leaves", "pollen"}:
        sx = sx + on * w * 0.0032 * np.sin(warp.gy / h * 9 + warp.gx / w * 7 + t * 1.5)
    return sx, sy
