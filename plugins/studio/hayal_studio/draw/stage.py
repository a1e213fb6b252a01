"""What backgrounds are built of: skies, ridges, water, trees, lamps. Coordinates run from 0 to 1 over the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image as Pil

from hayal_studio.draw.canvas import Canvas, Colour, Floats, blurred, ellipse, mix, points, ribbon, smooth, vec
from hayal_studio.draw.light import Light
from hayal_studio.scene import Scene


class Stage:
    """A background in the making."""

    def __init__(self, width: int, height: int, scene: Scene, light: Light, seed: int) -> None:
        self.canvas = Canvas(width, height, (0.5, 0.5, 0.5))
        self.w, self.h = width, height
        self.u = min(width, height * 0.75)
        self.scene, self.light = scene, light
        self.chance = np.random.default_rng([seed, 1])
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        self.x, self.y = x / width, y / height
        self.sun_x = 0.5 + light.side * self.chance.uniform(0.26, 0.4)

    # --- plain shapes

    def px(self, values: ArrayLike) -> Floats:
        """To pixels."""
        return points(values) * np.asarray((self.w, self.h), dtype=np.float32)

    def poly(
        self, values: ArrayLike, colour: Colour, *, blur: float = 0.0, opacity: float = 1.0, shade: Colour | None = None
    ) -> None:
        """A polygon; with `shade`, a gradient down to that colour."""
        p = self.px(values)
        gradient = None if shade is None else (colour, shade, float(p[:, 1].min()), float(p[:, 1].max()) + 1)
        self.canvas.fill(p, colour, blur=blur * self.u, opacity=opacity, gradient=gradient)

    def rect(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        colour: Colour,
        *,
        blur: float = 0.0,
        opacity: float = 1.0,
        shade: Colour | None = None,
    ) -> None:
        """A rectangle."""
        self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, blur=blur, opacity=opacity, shade=shade)

    def disc(
        self,
        x: float,
        y: float,
        r: float,
        colour: Colour,
        *,
        blur: float = 0.0,
        opacity: float = 1.0,
        add: bool = False,
        flat: float = 1.0,
    ) -> None:
        """A disc; `r` in shares of the picture's width."""
        self.canvas.fill(
            ellipse((x * self.w, y * self.h), r * self.u, r * self.u * flat),
            colour,
            blur=blur * self.u,
            opacity=opacity,
            blend="add" if add else "over",
        )

    def line(
        self,
        values: Sequence[tuple[float, float]],
        widths: Sequence[float],
        colour: Colour,
        *,
        blur: float = 0.0,
        opacity: float = 1.0,
        curved: bool = True,
    ) -> None:
        """A stroke; widths in shares of the picture's width."""
        p = self.px(values)
        path = smooth(p, closed=False) if curved else p
        self.canvas.fill(ribbon(path, np.asarray(widths) * self.u), colour, blur=blur * self.u, opacity=opacity)

    def wash(self, cover: Floats, colour: Colour, *, add: bool = False) -> None:
        """Blend a colour over everything by `cover`."""
        m = cover[..., None].astype(np.float32)
        if add:
            self.canvas.rgb += m * vec(colour)
        else:
            self.canvas.rgb *= 1 - m
            self.canvas.rgb += m * vec(colour)

    # --- air

    def sky(self, low: float = 0.62) -> None:
        """The sky down to `low`, with its sun and clouds."""
        lt = self.light
        t = np.clip(self.y / low, 0, 1)[..., None]
        a, b, c = (vec(k) for k in (lt.top, lt.middle, lt.low))
        self.canvas.rgb[:] = np.where(t < 0.55, a + (b - a) * (t / 0.55), b + (c - b) * ((t - 0.55) / 0.45))
        if self.scene.light in {"golden", "dawn", "day", "dusk"} and not self.scene.weather:
            y = {"golden": 0.36, "dawn": 0.42, "day": 0.1, "dusk": 0.56}[self.scene.light] * low / 0.62
            d = np.hypot((self.x - self.sun_x) * self.w, (self.y - y) * self.h) / self.u
            self.wash(np.exp(-d * 2.6) * 0.75, lt.sun)
            if self.scene.light != "dusk":
                self.wash(np.clip((0.075 - d) / 0.02, 0, 1) * 0.95, mix(lt.sun, (1, 1, 1), 0.4))
                self.wash(np.exp(-(d**2) * 60) * 0.5, (1, 1, 0.95))
        if lt.dark:
            for _ in range(60):
                self.disc(
                    self.chance.random(),
                    self.chance.random() * low * 0.7,
                    self.chance.uniform(0.0015, 0.003),
                    (0.9, 0.92, 1),
                    opacity=self.chance.uniform(0.2, 0.8),
                )
        elif self.scene.weather != "fog":
            self.clouds(low * 0.75, 0.55 if self.scene.light == "overcast" else 0.42)

    def noise(self, across: int, down: int, octaves: int = 4) -> Floats:
        """Soft noise from 0 to 1."""
        out = np.zeros((self.h, self.w), np.float32)
        total, k = 0.0, 1.0
        for _ in range(octaves):
            grid = self.chance.random((down + 3, across + 3)).astype(np.float32)
            out += k * np.asarray(Pil.fromarray(grid).resize((self.w, self.h), Pil.Resampling.BICUBIC))
            total, k, across, down = total + k, k * 0.52, across * 2, down * 2
        soft: Floats = np.clip(out / total, 0, 1)
        return soft

    def clouds(self, low: float, amount: float) -> None:
        """Clouds above `low`."""
        n = self.noise(2, 5)
        cover = np.clip((n - (1 - amount)) * 4.0, 0, 1) * np.clip((low - self.y) / low * 2, 0, 1) * 0.75
        bright = (
            mix(self.light.low, (1, 1, 1), 0.5)
            if self.scene.light != "dusk"
            else mix(self.light.low, self.light.sun, 0.3)
        )
        self.wash(cover, bright)

    def haze(self, y: float, power: float, colour: Colour | None = None, spread: float = 0.12) -> None:
        """A band of haze round `y`."""
        self.wash(np.exp(-(((self.y - y) / spread) ** 2)) * power, colour or self.light.low)

    # --- land and water

    def ridge(
        self,
        y: float,
        rise: float,
        colour: Colour,
        *,
        rough: int = 4,
        shade: Colour | None = None,
        blur: float = 0.0,
        peak: bool = False,
    ) -> Floats:
        """A range of hills from side to side; returns its line."""
        n = 160
        x = np.linspace(-0.02, 1.02, n)
        out = np.zeros(n)
        k, f = 1.0, rough
        for _ in range(5 if peak else 3):
            grid = self.chance.random(f + 2)
            out += (
                k * np.interp(np.linspace(0, f + 1, n), np.arange(f + 2), grid)
                if peak
                else k * np.interp(np.linspace(0, f + 1, n), np.linspace(0, f + 1, 40), _cosine(grid, 40))
            )
            k, f = k * 0.45, f * 2
        line = np.stack([x, y - rise * (out / 1.7 - 0.3)], axis=1)
        shape = np.concatenate([line, [(1.02, 1.05), (-0.02, 1.05)]])
        p = self.px(shape)
        self.canvas.fill(
            p,
            colour,
            blur=blur * self.u,
            gradient=None
            if shade is None
            else (colour, shade, float(p[:n, 1].min()), float((y + rise * 0.6) * self.h)),
        )
        return line

    def water(self, y0: float, y1: float, deep: Colour | None = None) -> None:
        """Water from `y0` down, with a path of glitter below the sun."""
        lt = self.light
        deep = deep or mix(lt.top, (0.05, 0.2, 0.28), 0.45)
        t = np.clip((self.y - y0) / (y1 - y0), 0, 1)
        inside = (self.y >= y0).astype(np.float32) * np.clip((y1 + 0.01 - self.y) / 0.01, 0, 1)
        near = mix(deep, lt.middle, 0.12)
        far = mix(lt.low, deep, 0.35)
        paint = vec(far) * (1 - t[..., None]) + vec(near) * t[..., None]
        phase = np.log1p(t * 9) * 46
        wave = np.sin(phase + np.sin(self.x * 9 + t * 21) * 1.3 + self.noise(3, 12) * 7)
        paint = paint * (1 + 0.055 * wave[..., None] * np.clip(t * 5, 0.2, 1)[..., None])
        self.canvas.rgb[:] = self.canvas.rgb * (1 - inside[..., None]) + paint * inside[..., None]
        path = np.exp(-(((self.x - self.sun_x) / (0.07 + 0.25 * t)) ** 2)) * inside
        sparkle = np.clip(wave * 0.5 + self.noise(24, 70, 2) - 0.55, 0, 1) * 2.6
        self.wash(np.clip(path * (0.2 + sparkle) * (0.75 if not lt.dark else 0.4), 0, 0.95), lt.sun)

    def ground(self, y: float, near: Colour, far: Colour) -> None:
        """Plain ground from `y` down."""
        t = np.clip((self.y - y) / (1 - y), 0, 1)[..., None]
        m = np.clip((self.y - y) * 60, 0, 1)[..., None]
        self.canvas.rgb[:] = self.canvas.rgb * (1 - m) + (vec(far) * (1 - t) + vec(near) * t) * m

    # --- trees

    def tree(
        self, x: float, y: float, size: float, colour: Colour, *, trunk: Colour = (0.2, 0.13, 0.1), count: int = 34
    ) -> None:
        """A leafy tree: a trunk and a cloud of leaf clumps, lit from the light's side."""
        self.line(
            [(x, y), (x + size * 0.02, y - size * 0.4), (x - size * 0.03, y - size * 0.8)],
            [size * 0.09, size * 0.06, size * 0.02],
            trunk,
        )
        a = self.u / self.h
        for i in range(count):
            k = i / count
            r, an = np.sqrt(self.chance.random()) * 0.46, self.chance.uniform(0, 6.283)
            dx, dy = r * np.cos(an), r * np.sin(an) * 0.8
            lit = np.clip(0.45 + 0.55 * (dx * self.light.side - dy * 1.3) + 0.25 * k, 0, 1)
            c = mix(mix(colour, (0.02, 0.05, 0.08), 0.45), mix(colour, self.light.sun, 0.32), float(lit))
            self.disc(
                x + dx * size,
                y - size * a * 1.55 + dy * size * a * 1.4,
                size * self.chance.uniform(0.08, 0.17),
                c,
                blur=0.004,
                opacity=0.9,
                flat=0.8,
            )

    def pine(self, x: float, y: float, tall: float, colour: Colour, snow: float = 0.0) -> None:
        """A conifer `tall` of the picture's height."""
        layers = 7
        wide = tall * 0.3 * self.h / self.w
        for i in range(layers):
            t = i / (layers - 1)
            cy, half = y - tall * (1 - t) * 0.92, wide * (0.16 + 0.84 * t)
            drop = tall * 0.2
            jag = [
                (x, cy - drop * 0.5),
                (x + half * 0.55, cy + drop * 0.35),
                (x + half, cy + drop * 0.8),
                (x + half * 0.3, cy + drop * 0.62),
                (x, cy + drop * 0.85),
                (x - half * 0.3, cy + drop * 0.62),
                (x - half, cy + drop * 0.8),
                (x - half * 0.55, cy + drop * 0.35),
            ]
            self.poly(jag, mix(colour, (0.02, 0.04, 0.08), 0.3 * (1 - t)))
            if snow:
                cap = [
                    (x, cy - drop * 0.5),
                    (x + half * 0.5, cy + drop * 0.3),
                    (x + half * 0.92, cy + drop * 0.74),
                    (x + half * 0.4, cy + drop * 0.4),
                    (x, cy + drop * 0.3),
                    (x - half * 0.4, cy + drop * 0.4),
                    (x - half * 0.92, cy + drop * 0.74),
                    (x - half * 0.5, cy + drop * 0.3),
                ]
                self.poly(cap, mix((0.93, 0.95, 0.99), self.light.middle, 0.2), opacity=snow)

    # --- lamps

    def bokeh(
        self,
        count: int,
        y0: float,
        y1: float,
        colours: Sequence[Colour],
        size: tuple[float, float] = (0.02, 0.06),
        power: float = 0.5,
    ) -> None:
        """Out-of-focus lights: bright discs with a brighter edge."""
        for _ in range(count):
            x, y = self.chance.random(), self.chance.uniform(y0, y1)
            r = self.chance.uniform(*size)
            c = colours[int(self.chance.integers(len(colours)))]
            o = power * self.chance.uniform(0.35, 1.0)
            self.disc(x, y, r, c, blur=0.0025, opacity=o * 0.75, add=True)
            ring = ellipse((x * self.w, y * self.h), r * self.u * 0.96, r * self.u * 0.96)
            self.canvas.fill(
                ribbon(np.concatenate([ring, ring[:2]]), [0.005 * self.u] * 2),
                c,
                opacity=o * 0.5,
                blur=0.8,
                blend="add",
            )

    def glow(self, x: float, y: float, r: float, colour: Colour, power: float = 0.8) -> None:
        """A soft glow round a lamp."""
        d = np.hypot((self.x - x) * self.w, (self.y - y) * self.h) / (self.u * r)
        self.wash(np.exp(-d * 2.4) * power, colour, add=True)

    def windows(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        across: int,
        down: int,
        colours: Sequence[Colour],
        share: float,
    ) -> None:
        """Lit windows of a house."""
        dx, dy = (x1 - x0) / across, (y1 - y0) / down
        for i in range(across):
            for j in range(down):
                if self.chance.random() < share:
                    c = colours[int(self.chance.integers(len(colours)))]
                    self.rect(
                        x0 + dx * (i + 0.22),
                        y0 + dy * (j + 0.2),
                        x0 + dx * (i + 0.78),
                        y0 + dy * (j + 0.78),
                        c,
                        opacity=self.chance.uniform(0.5, 1.0),
                    )

    def street_depth(self, y: float, wall: Colour, lamps: Sequence[Colour], share: float) -> None:
        """Two rows of houses that run away to a point at `y`."""
        for side in (0, 1):
            for i in range(4):
                t0, t1 = i / 4, (i + 1) / 4
                x0, x1 = (0.44 * t0, 0.44 * t1) if side == 0 else (1 - 0.44 * t0, 1 - 0.44 * t1)
                top = (0.02 + self.chance.uniform(0, 0.12)) * (1 - t0) + y * 0.75 * t0
                c = mix(mix(wall, self.light.low, t0 * 0.55), (0.5, 0.4, 0.4), self.chance.uniform(0, 0.14))
                self.poly(
                    [(x0, top), (x1, top + (y - top) * 0.16), (x1, y + (1 - y) * 0.02), (x0, y + (1 - t0) * 0.2)],
                    c,
                    shade=mix(c, (0.05, 0.04, 0.08), 0.3),
                )
                self.windows(min(x0, x1) + 0.01, top + 0.04, max(x0, x1) - 0.01, y - 0.02, 3, 6, lamps, share)

    def blur(self, share: float) -> None:
        """Put everything so far out of focus; `share` of the picture's width."""
        self.canvas.rgb = blurred(self.canvas.rgb, share * self.u)


def _cosine(grid: Floats, n: int) -> Floats:
    """A smooth curve through random heights."""
    t = np.linspace(0, len(grid) - 1.001, n)
    i = t.astype(int)
    f = (1 - np.cos((t - i) * np.pi)) / 2
    out: Floats = (grid[i] * (1 - f) + grid[i + 1] * f).astype(np.float32)
    return out
