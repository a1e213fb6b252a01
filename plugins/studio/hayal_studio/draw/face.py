"""Eyes and brows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hayal_studio.draw.canvas import Canvas, Colour, Floats, ellipse, mix, moved, rgb, ribbon, scale, smooth, vec
from hayal_studio.draw.head import Head, Skin
from hayal_studio.draw.light import Light
from hayal_studio.look import Look

EYE_X, EYE_Y = 16.2, 4.2
"""Where the eyes are, in head units."""


@dataclass(frozen=True, slots=True)
class Expression:
    """How the face feels. `smile`, `teeth` and `lids` (open) from 0 to 1; `gaze`, `brows` and `smirk` in head units."""

    smile: float
    teeth: float
    gaze: tuple[float, float]
    lids: float
    brows: float
    smirk: float


def _eye_lines(look: Look, mood: Expression) -> tuple[Floats, Floats, Floats]:
    """The right eye round its own centre: upper lid, lower lid and crease, from the inner corner out."""
    woman = look.gender == "woman"
    s = look.eye_size
    w = 8.7 * s
    up = (4.75 if woman else 4.2) * s * (1 - 0.12 * mood.smile)
    low = (3.3 if woman else 3.0) * s * (1 - 0.32 * mood.smile)
    t = look.eye_tilt
    lower = np.array(
        [
            (-w, 1.7),
            (-w * 0.55, 1.0 + low * 0.78),
            (0.1 * w, low + 0.5),
            (0.62 * w, low * 0.72 - t * 0.2),
            (w, -0.6 - t),
        ]
    )
    upper = np.array(
        [(-w, 1.7), (-w * 0.62, -up * 0.58), (-0.02 * w, -up), (0.58 * w, -up * 0.8 - t * 0.4), (w, -0.6 - t)]
    )
    shut = lower + np.array([(0, 0), (0, -0.2), (0, -0.3), (0, -0.2), (0, 0)])
    lid = shut + (upper - shut) * mood.lids
    crease = upper + np.array([(1.2, -1.6), (0, -2.1), (0, -2.2), (0, -2.2), (0.2, -1.7)])
    return smooth(lid, closed=False), smooth(lower, closed=False), smooth(crease, closed=False)


def _iris(size: int, colour: Colour, light: Light) -> Floats:
    """A square picture of an iris, `size` pixels a side."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / (size - 1) * 2 - 1
    r, a = np.hypot(x, y), np.arctan2(y, x)
    fibres = 0.5 + 0.5 * np.sin(a * 23 + np.sin(a * 7) * 2) * np.sin(a * 11 + 1)
    k = 0.62 + 0.55 * np.clip(y + 0.25, -0.4, 1) + 0.22 * fibres * np.clip(r - 0.3, 0, 1)
    out = vec(colour)[None, None] * k[..., None]
    inner = np.clip(1 - np.abs(r - 0.5) / 0.22, 0, 1)[..., None] * 0.28
    out = out * (1 - inner) + vec(mix(colour, (0.9, 0.7, 0.4), 0.4)) * inner * 1.15
    rim = np.clip((r - 0.74) / 0.24, 0, 1)[..., None]
    out = out * (1 - 0.72 * rim)
    pupil = np.clip((0.43 - r) / 0.08, 0, 1)[..., None]
    out = out * (1 - pupil) + 0.035 * pupil
    lit: Floats = (out * (0.9 if light.dark else 1.05)).astype(np.float32)
    return lit


def paint_eyes(
    canvas: Canvas, head: Head, look: Look, light: Light, skin: Skin, mood: Expression, clip: Floats
) -> None:
    """Both eyes with lids and lashes."""
    woman = look.gender == "woman"
    u = head.unit
    lash = mix(skin.line, (0.05, 0.03, 0.04), 0.75 if woman else 0.45)
    lid_line, low_line, crease_line = _eye_lines(look, mood)
    for side in (1, -1):
        flip = np.array([side, 1], np.float32)
        centre = np.array([EYE_X * look.face_width * side, EYE_Y], np.float32)
        lid, low, crease = (head.at(line * flip + centre, lift=-1) for line in (lid_line, low_line, crease_line))
        # Shade in the socket, and a warm shadow on the lid.
        canvas.fill(np.concatenate([crease, low[::-1]]), skin.shade, opacity=0.35, blur=2.4 * u, clip=clip)
        tint = mix(skin.shade, (0.42, 0.2, 0.24), 0.35 if woman else 0.0)
        canvas.fill(np.concatenate([crease, lid[::-1]]), tint, opacity=0.5 if woman else 0.35, blur=1.1 * u, clip=clip)
        canvas.fill(
            ribbon(crease[6:-4], [0, 0.55 * u, 0.75 * u, 0.2 * u]),
            mix(skin.shade, skin.line, 0.55),
            opacity=0.8,
            blur=0.4,
        )
        open_eye = np.concatenate([lid, low[::-1]])
        cover, box = canvas.mask(open_eye)
        if cover.size and mood.lids > 0.12:
            white = scale(mix((0.96, 0.945, 0.93), light.ambient, 0.35), 0.8 if light.dark else 0.97)
            eye = np.zeros((canvas.height, canvas.width), np.float32)
            eye[box[1] : box[3], box[0] : box[2]] = cover
            canvas.put(cover, box, vec(white))
            gaze = moved(centre, mood.gaze[0], mood.gaze[1] - 0.5)
            ix, iy = head.at([gaze], lift=-1)[0]
            ir = 5.35 * look.eye_size * u * (1.0 if woman else 1.04)
            self_shade = mix(white, skin.shade, 0.5)
            canvas.fill(
                ellipse(head.at([moved(centre, -6.5 * side, 1.5)])[0], 2.6 * u, 2.4 * u),
                mix(white, skin.blush, 0.55),
                opacity=0.5,
                blur=1.0 * u,
                clip=eye,
            )
            size = max(8, int(ir * 2) + 1)
            picture = np.zeros((canvas.height, canvas.width, 3), np.float32)
            x0, y0 = round(ix - size / 2), round(iy - size / 2)
            if 0 <= x0 < canvas.width - size and 0 <= y0 < canvas.height - size:
                picture[y0 : y0 + size, x0 : x0 + size] = _iris(size, rgb(look.eyes), light)
                canvas.fill(ellipse((ix, iy), ir, ir), picture, clip=eye)
            # The upper lid throws a shadow on the ball.
            canvas.fill(
                np.concatenate([lid, moved(lid[::-1], 0, 1.9 * u)]),
                self_shade if white[0] < 0.5 else (0.25, 0.17, 0.17),
                opacity=0.5,
                blur=0.9 * u,
                blend="multiply",
                clip=eye,
            )
            glint = scale(mix((1, 1, 1), light.key, 0.3), 1.0)
            canvas.fill(
                ellipse((ix + light.side * 1.75 * u, iy - 1.9 * u), 1.35 * u, 1.5 * u),
                glint,
                opacity=0.97,
                blur=0.5,
                clip=eye,
            )
            canvas.fill(
                ellipse((ix - light.side * 2.0 * u, iy + 2.1 * u), 1.0 * u, 0.7 * u),
                glint,
                opacity=0.45,
                blur=0.8,
                clip=eye,
            )
            canvas.fill(
                ribbon(low[4:-4] - (0, 0.2 * u), [0, 0.7 * u, 0.7 * u, 0]),
                mix(skin.light, skin.blush, 0.45),
                opacity=0.65,
                blur=0.5,
            )
        _lashes(canvas, head, lid, low, lash, side, woman=woman, shut=mood.lids < 0.3)


def _lashes(
    canvas: Canvas, head: Head, lid: Floats, low: Floats, lash: Colour, side: int, *, woman: bool, shut: bool
) -> None:
    u = head.unit
    heavy = 1.0 if woman else 0.62
    canvas.fill(
        ribbon(lid, [0.35 * u, 1.0 * u * heavy, 1.4 * u * heavy, 1.65 * u * heavy, 0.7 * u * heavy]), lash, blur=0.3
    )
    canvas.fill(
        ribbon(low[len(low) // 3 :], [0.1 * u, 0.32 * u, 0.5 * u]), lash, opacity=0.55 if woman else 0.35, blur=0.4
    )
    if not woman:
        return
    out = np.array([side, 0], np.float32)
    end = lid[-1]
    wing = np.stack([lid[-6] + (0, -0.2 * u), end + out * 0.6 * u, end + out * 2.7 * u + (0, -1.9 * u)])
    canvas.fill(ribbon(smooth(wing, closed=False), [1.4 * u, 1.2 * u, 0.1]), lash, blur=0.3)
    for i in range(9):
        t = 0.36 + 0.62 * i / 8
        root = lid[int(t * (len(lid) - 1))]
        length = (0.9 + 1.7 * t) * u
        lean = out * (t - 0.42) * 1.5
        down = 1 if shut else -1
        tip = root + lean * length + np.array([0, down * length * (0.85 if not shut else 0.5)])
        bend = root + lean * length * 0.35 + np.array([0, down * length * 0.6])
        canvas.fill(ribbon(smooth([root, bend, tip], closed=False, steps=5), [0.62 * u, 0.4 * u, 0.05]), lash)


def paint_brows(canvas: Canvas, head: Head, look: Look, skin: Skin, mood: Expression) -> None:
    """Brows of many short hairs over a soft shape."""
    u = head.unit
    hair = mix(scale(rgb(look.hair), 0.62), skin.line, 0.45)
    woman = look.gender == "woman"
    chance = np.random.default_rng(7)
    lift = -mood.brows
    for side in (1, -1):
        arch = 1.6 if woman else 0.5
        line = smooth(
            [
                (7.0 * side, -6.6 + lift),
                (13.5 * side, -7.9 - arch * 0.5 + lift),
                (20.5 * side, -8.6 - arch + lift),
                (27.2 * side, -4.6 + lift * 0.7),
            ],
            closed=False,
        )
        px = head.at(line * (look.face_width, 1), lift=1)
        widths = np.array([2.0, 3.1, 2.4, 0.4]) * u * look.brow
        canvas.fill(ribbon(px, widths), hair, opacity=0.82, blur=0.5 * u)
        n = 26
        for i in range(n):
            t = i / (n - 1) * 0.94
            root = px[int(t * (len(px) - 1))]
            w = float(np.interp(t, [0, 0.33, 0.66, 1], widths))
            root = moved(root, chance.normal(0, 0.3 * u), w * chance.uniform(-0.1, 0.45))
            lean = 0.25 + t * 1.3
            tip = root + np.array([side * lean, -1.25 * (1 - t * 0.75)]) * w * 0.72
            canvas.fill(
                ribbon(np.linspace(root, tip, 4, dtype=np.float32), [0.5 * u, 0.42 * u, 0.05]), hair, opacity=0.75
            )
