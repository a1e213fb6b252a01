"""A selfie as JPEG bytes."""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image as Pil

from hayal_studio.draw.picture import draw
from hayal_studio.look import read_look
from hayal_studio.spec import PictureSpec, remember

_SMALLEST, _LARGEST = 0.12e6, 1.7e6
"""Pixels a drawing has at least and at most; other sizes are scaled from it, so that memory stays bounded."""


def selfie(spec: PictureSpec) -> bytes:
    """Draw `spec`: the same bytes for the same spec."""
    scene = spec.scene()
    person = spec.person
    look = read_look(person.name, person.age, person.gender, person.look)
    area = spec.width * spec.height
    k = math.sqrt(min(max(area, _SMALLEST), _LARGEST) / area)
    width, height = max(48, round(spec.width * k)), max(48, round(spec.height * k))
    layers = draw(scene, look, width, height, spec.seed)
    image = Pil.fromarray((layers.picture * 255 + 0.5).clip(0, 255).astype(np.uint8))
    if image.size != (spec.width, spec.height):
        image = image.resize((spec.width, spec.height), Pil.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=spec.quality, subsampling=0, optimize=True, comment=remember(scene, spec.seed))
    return out.getvalue()
