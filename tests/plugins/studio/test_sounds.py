"""Every sound of a place, over many seeds; and pieces of exactly the length asked for."""

from __future__ import annotations

import numpy as np
import pytest

from hayal_studio.film import sound


@pytest.mark.parametrize("name", sorted(sound._RECIPES))
def test_every_sound_can_be_made_whatever_the_seed(name: str) -> None:
    for seed in range(8):
        wave = sound._RECIPES[name](sound.RATE, np.random.default_rng(seed))
        assert wave.shape == (2, sound.RATE)
        assert np.isfinite(wave).all()


def test_a_fading_piece_has_every_sample_it_is_asked_for() -> None:
    assert all(len(sound._decay(samples / sound.RATE)) == samples for samples in range(1, 4000))
