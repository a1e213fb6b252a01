"""The sound of a place: stereo, 48 kHz, from shaped noise and small events. Never music."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
"""Samples a second."""

Wave: TypeAlias = NDArray[np.float32]
_Rng = np.random.Generator

_PEAK = 0.5
"""The loudest sample, far below clipping after AAC."""


def _noise(n: int, chance: _Rng, low: float, high: float, slope: float = 0.0) -> Wave:
    """Noise between two frequencies in Hz, falling by `slope` (0 white, 1 pink, 2 brown), loudness about 1."""
    f = np.fft.rfftfreq(n, 1 / RATE)
    gain = 1 / (1 + (low / np.maximum(f, 1)) ** 4) / (1 + (f / high) ** 4) / np.maximum(f, 20) ** (slope / 2)
    spectrum = gain * (chance.normal(size=len(f)) + 1j * chance.normal(size=len(f)))
    out = np.fft.irfft(spectrum, n)
    level: Wave = (out / (out.std() + 1e-9)).astype(np.float32)
    return level


def _wide(n: int, chance: _Rng, low: float, high: float, slope: float = 0.0) -> Wave:
    """Stereo noise, half of it shared by both sides."""
    shared = _noise(n, chance, low, high, slope)
    return np.stack([0.7 * shared + 0.7 * _noise(n, chance, low, high, slope) for _ in range(2)])


def _swell(n: int, chance: _Rng, seconds: float, low: float = 0.0) -> Wave:
    """A slow random loudness between `low` and 1, changing about every `seconds`."""
    knots = chance.random(max(4, int(n / RATE / seconds) + 4))
    t = np.linspace(0, len(knots) - 2.001, n)
    i = t.astype(int)
    k = (1 - np.cos((t - i) * np.pi)) / 2
    out: Wave = (low + (1 - low) * (knots[i] * (1 - k) + knots[i + 1] * k)).astype(np.float32)
    return out


def _drop(out: Wave, at: float, sound: Wave, pan: float, loud: float) -> None:
    """Put a short mono sound at `at` seconds; `pan` from -1 left to 1 right."""
    i = int(at * RATE)
    part = sound[: max(0, out.shape[1] - i)] * loud
    out[0, i : i + len(part)] += part * np.float32(np.sqrt((1 - pan) / 2))
    out[1, i : i + len(part)] += part * np.float32(np.sqrt((1 + pan) / 2))


def _decay(seconds: float, rise: float = 0.002) -> Wave:
    t = np.arange(round(seconds * RATE)) / RATE
    return (np.clip(t / rise, 0, 1) * np.exp(-t * 5 / seconds)).astype(np.float32)


def _times(chance: _Rng, seconds: float, every: float) -> NDArray[np.float64]:
    return np.sort(chance.uniform(0.15, max(0.3, seconds - 0.1), max(1, int(chance.poisson(seconds / every)) + 1)))


def _waves(n: int, chance: _Rng) -> Wave:
    t = np.arange(n) / RATE
    surf = np.zeros((2, n), np.float32)
    for side, lag in ((0, 0.0), (1, 0.35)):
        phase = (t / 4.6 + lag * 0.1 + 0.15) % 1
        push = np.where(phase < 0.4, (phase / 0.4) ** 2, np.exp(-(phase - 0.4) * 4.5))
        surf[side] = _noise(n, chance, 120, 2600, 1.2) * (0.25 + push) + 0.3 * _noise(n, chance, 1800, 9000) * push**2
    out: Wave = (surf * 0.8 + 0.15 * _wide(n, chance, 60, 300, 1.5)).astype(np.float32)
    return out


def _wind(n: int, chance: _Rng) -> Wave:
    low = _wide(n, chance, 90, 650, 1.4) * (0.35 + 0.65 * _swell(n, chance, 1.6))
    high = _wide(n, chance, 700, 2600) * _swell(n, chance, 1.1)
    out: Wave = (low + 0.12 * high).astype(np.float32)
    return out


def _rain(n: int, chance: _Rng) -> Wave:
    out = 0.55 * _wide(n, chance, 900, 9500, 0.4) + 0.3 * _wide(n, chance, 120, 700, 1)
    tick = _decay(0.018, 0.0005)
    for at in _times(chance, n / RATE, 0.03):
        sound = tick * np.sin(np.arange(len(tick)) * chance.uniform(0.1, 0.5)).astype(np.float32)
        _drop(out, float(at), sound, float(chance.uniform(-1, 1)), float(chance.uniform(0.3, 1.3)))
    return out


def _cafe(n: int, chance: _Rng) -> Wave:
    out = 0.18 * _wide(n, chance, 70, 900, 1.2)
    for _ in range(9):
        voice = _noise(n, chance, chance.uniform(160, 320), chance.uniform(700, 1500), 0.9)
        talk = _swell(n, chance, 0.13) ** 1.6 * (_swell(n, chance, 1.3) > 0.42) * _swell(n, chance, 0.9, 0.3)
        pan = chance.uniform(-0.8, 0.8)
        out += 0.34 * np.stack([voice * talk * np.sqrt((1 - pan) / 2), voice * talk * np.sqrt((1 + pan) / 2)]).astype(
            np.float32
        )
    for at in _times(chance, n / RATE, 1.5):
        ring = _decay(0.22, 0.0008)
        t = np.arange(len(ring)) / RATE
        tone = sum(np.sin(2 * np.pi * f * t) for f in chance.uniform(2600, 7200, 4)) / 4
        _drop(out, float(at), (ring * tone).astype(np.float32), float(chance.uniform(-0.7, 0.7)), 0.5)
    return out


def _city(n: int, chance: _Rng) -> Wave:
    out = 0.7 * _wide(n, chance, 40, 420, 1.6)
    for at in _times(chance, n / RATE, 2.6):
        length = int(2.4 * RATE)
        car = _noise(length, chance, 90, 1400, 1.2) * np.hanning(length).astype(np.float32) ** 2
        _drop(out, max(0.0, float(at) - 1.0), car, float(chance.uniform(-0.8, 0.8)), 0.8)
    at = 0.4
    while at < n / RATE - 0.3:
        step = _decay(0.09) * _noise(int(0.09 * RATE), chance, 180, 1800, 0.8)
        _drop(out, at, step, 0.2, 0.35)
        at += float(chance.uniform(0.5, 0.56))
    return out


def _birds(n: int, chance: _Rng) -> Wave:
    out = 0.25 * _wind(n, chance) + 0.05 * _wide(n, chance, 2500, 9000)
    for at in _times(chance, n / RATE, 0.85):
        pan, base, loud = chance.uniform(-0.9, 0.9), chance.uniform(2600, 4600), chance.uniform(0.12, 0.4)
        for k in range(int(chance.integers(2, 6))):
            length = int(chance.uniform(0.05, 0.11) * RATE)
            u = np.linspace(0, 1, length)
            pitch = base * (1 + chance.uniform(-0.12, 0.2) * np.sin(u * np.pi * chance.uniform(0.8, 2.2)))
            chirp = np.sin(2 * np.pi * np.cumsum(pitch) / RATE) * np.hanning(length)
            _drop(
                out,
                float(at) + k * float(chance.uniform(0.09, 0.14)),
                chirp.astype(np.float32),
                float(pan),
                float(loud),
            )
    return out


def _room(n: int, chance: _Rng) -> Wave:
    out = 0.5 * _wide(n, chance, 50, 380, 1.8) + 0.05 * _wide(n, chance, 500, 4000, 1)
    for at in _times(chance, n / RATE, 1.6):
        length = int(0.3 * RATE)
        cloth = _noise(length, chance, 1200, 6000) * np.hanning(length).astype(np.float32)
        _drop(out, float(at), cloth, float(chance.uniform(-0.5, 0.5)), 0.07)
    return out


def _clock(n: int, chance: _Rng) -> Wave:
    out = np.zeros((2, n), np.float32)
    at = 0.3
    while at < n / RATE:
        tick = _decay(0.03, 0.0004) * np.sin(np.arange(int(0.03 * RATE)) * 0.32).astype(np.float32)
        _drop(out, at, tick, -0.4, 0.3)
        at += 0.5
    return out


def _kitchen(n: int, chance: _Rng) -> Wave:
    out = 0.4 * _room(n, chance) + 0.22 * _wide(n, chance, 2500, 8000) * _swell(n, chance, 0.5, 0.5)
    for at in _times(chance, n / RATE, 0.06):
        length = int(chance.uniform(0.02, 0.05) * RATE)
        f = np.linspace(chance.uniform(300, 600), chance.uniform(700, 1100), length)
        _drop(
            out,
            float(at),
            (np.sin(2 * np.pi * np.cumsum(f) / RATE) * np.hanning(length)).astype(np.float32),
            float(chance.uniform(-0.4, 0.6)),
            0.16,
        )
    return out


def _leaves(n: int, chance: _Rng) -> Wave:
    out = 0.4 * _wind(n, chance) + 0.28 * _wide(n, chance, 1800, 8000) * _swell(n, chance, 0.6) ** 2
    for at in _times(chance, n / RATE, 0.14):
        length = int(chance.uniform(0.02, 0.07) * RATE)
        _drop(
            out,
            float(at),
            _noise(length, chance, 1500, 9000) * _decay(length / RATE)[:length],
            float(chance.uniform(-1, 1)),
            0.25,
        )
    return out


def _train(n: int, chance: _Rng) -> Wave:
    out = 0.9 * _wide(n, chance, 35, 260, 1.5) + 0.1 * _wide(n, chance, 400, 2200, 1)
    at = 0.2
    while at < n / RATE:
        for k in (0.0, 0.14):
            length = int(0.11 * RATE)
            _drop(out, at + k, _noise(length, chance, 110, 900, 0.8) * _decay(0.11)[:length], -0.3 + 2 * k, 1.1)
        at += 0.92
    return out


def _fire(n: int, chance: _Rng) -> Wave:
    out = 0.5 * _wide(n, chance, 60, 520, 1.4) * _swell(n, chance, 0.35, 0.5)
    for at in _times(chance, n / RATE, 0.045):
        length = int(chance.uniform(0.004, 0.022) * RATE)
        snap = _noise(length, chance, 900, 9000) * _decay(length / RATE, 0.0003)[:length]
        _drop(out, float(at), snap, float(chance.uniform(-0.7, 0.7)), float(chance.exponential(0.5)))
    return out


_RECIPES: dict[str, Callable[[int, _Rng], Wave]] = {
    "waves": _waves,
    "wind": _wind,
    "rain": _rain,
    "cafe": _cafe,
    "city": _city,
    "birds": _birds,
    "room": _room,
    "clock": _clock,
    "kitchen": _kitchen,
    "leaves": _leaves,
    "train": _train,
    "fire": _fire,
}
_HEARD = (
    ("fire", r"fire|crackl|ember|hearth|burning logs|flames"),
    ("rain", r"\brain|drizzl|umbrella|drops"),
    ("waves", r"wave|surf|sea\b|shore|water|lapp|gull|river|ripple"),
    ("train", r"train|rails|carriage|railway"),
    ("kitchen", r"simmer|kettle|pan\b|kitchen|sizzl|boil"),
    ("cafe", r"caf[eé]|murmur of voices|voices|clink|cups|porcelain|chatter|restaurant"),
    ("leaves", r"leaves (?:whisper|crunch|underfoot)|dry leaves|rustl"),
    ("birds", r"bird|sparrow|lark|swift|cricket|bees|woodpecker|chirp"),
    ("city", r"traffic|cars?\b|street|footsteps|city|tram|scooter|square|boulevard|pavement"),
    ("clock", r"clock|ticking"),
    ("wind", r"wind|breeze|air\b|snow"),
    ("room", r"room|quiet|still|hush|curtain|page"),
)


def recipe(text: str, place_sound: str) -> list[str]:
    """What to mix for a sentence such as "Small waves and gulls": at most three names, the loudest first."""
    found = [(match.start(), name) for name, words in _HEARD if (match := re.search(words, text, re.IGNORECASE))]
    return [name for _, name in sorted(found)][:3] or [place_sound]


def ambience(text: str, place_sound: str, seconds: float, seed: int) -> Wave:
    """The sound as an array (2, samples), within -0.5 to 0.5, fading in and out."""
    n = round(seconds * RATE)
    chance = np.random.default_rng([seed, 8])
    out = np.zeros((2, n), np.float32)
    for name, loud in zip(recipe(text, place_sound), (1.0, 0.5, 0.35), strict=False):
        out += _RECIPES[name](n, chance) * loud
    # Quiet enough to lie under a chat, loud enough to be heard on a phone.
    out *= 0.055 / max(1e-6, float(np.sqrt(np.mean(out**2))))
    peak = float(np.abs(out).max())
    if peak > _PEAK:
        out = (np.tanh(out / _PEAK) * _PEAK).astype(np.float32)
    rise, fall = min(n // 3, int(0.35 * RATE)), min(n // 3, int(0.6 * RATE))
    out[:, :rise] *= np.sin(np.linspace(0, np.pi / 2, rise, dtype=np.float32)) ** 2
    out[:, n - fall :] *= np.cos(np.linspace(0, np.pi / 2, fall, dtype=np.float32)) ** 2
    return out.astype(np.float32)
