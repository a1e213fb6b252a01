"""Prompts: valid whatever is asked, faithful to the wish, repeatable."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studio_kit import AYLA, DENIZ, EVERYBODY

from hayal import Persona, PhotoPromptRequest, VideoPromptRequest
from hayal_studio.prompts import StudioPrompts, photo_prompt, video_prompt
from hayal_studio.scene import read_scene
from hayal_studio.settings import StudioSettings
from hayal_studio.vocabulary import kinds, places


def photo(wish: str = "", seed: int = 1, persona: Persona = AYLA) -> str:
    return photo_prompt(PhotoPromptRequest(persona, wish, "en", seed))


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ("at the sea", "sea"),
        ("denizde", "sea"),
        ("DENİZ KENARINDA", "sea"),
        ("на море", "sea"),
        ("у моря", "sea"),
        ("in a café", "cafe"),
        ("kafede otururken", "cafe"),
        ("в кафе", "cafe"),
        ("in the snow", "snow"),
        ("karda", "snow"),
        ("karlı bir günde", "snow"),
        ("в снегу", "snow"),
        ("by the fireplace", "fireplace"),
        ("şöminenin yanında", "fireplace"),
        ("у камина", "fireplace"),
        ("in the forest", "forest"),
        ("ormanda", "forest"),
        ("в лесу", "forest"),
        ("İstanbul'da vapurda", "bosphorus"),
        ("в Стамбуле", "bosphorus"),
        ("Boğaz'da", "bosphorus"),
        ("Moskova'da", "moscow"),
        ("на Красной площади", "moscow"),
        ("в Питере", "petersburg"),
        ("Paris'te", "paris"),
        ("на фоне Эйфелевой башни", "paris"),
        ("kütüphanede", "library"),
        ("kutuphanede", "library"),
        ("в библиотеке", "library"),
        ("mutfakta", "kitchen"),
        ("на кухне", "kitchen"),
        ("в поезде", "train"),
        ("trende", "train"),
        ("çatıda", "rooftop"),
        ("на крыше", "rooftop"),
        ("yağmurda", "rain"),
        ("под дождём", "rain"),
        ("dağda", "mountains"),
        ("в горах", "mountains"),
        ("parkta", "park"),
        ("на балконе", "balcony"),
        ("balkonda", "balcony"),
        ("sonbaharda yapraklar arasında", "autumn"),
        ("осенью", "autumn"),
        ("göl kenarında", "lake"),
        ("Kapadokya'da", "cappadocia"),
        ("lavanta tarlasında", "meadow"),
        ("evde pencere kenarında", "window"),
        ("дома у окна", "window"),
        ("downtown", "city"),
    ],
)
def test_places_are_recognised_in_three_languages(wish: str, place: str) -> None:
    assert read_scene(wish, "woman", 1).place == place
    prompt = photo(wish)
    assert read_scene(prompt, "woman", 99, english=True).place == place
    assert any(phrase.format(them="her") in prompt for phrase in places()[place]["phrases"])


@pytest.mark.parametrize(
    "wish", ["in Paris at night with a red dress", "gece Paris'te kırmızı elbiseyle", "ночью в Париже в красном платье"]
)
def test_light_and_clothes_of_a_wish_are_in_the_prompt(wish: str) -> None:
    prompt = photo(wish)
    assert "red dress" in prompt
    assert kinds("light")["night"]["phrase"] in prompt
    assert "Paris" in prompt


def test_the_wish_is_quoted_and_bounded() -> None:
    assert "“mor bir unicorn ile”" in photo("mor bir unicorn ile")
    long = photo("word " * 400)
    assert len(long) < 1000
    assert "…”" in long


def test_the_same_seed_repeats_and_others_differ() -> None:
    assert photo(seed=5) == photo(seed=5)
    assert len({photo(seed=seed) for seed in range(30)}) > 25


def test_the_prompt_names_the_persona() -> None:
    for persona in EVERYBODY:
        prompt = photo(persona=persona)
        for word in (persona.name, str(persona.age), persona.gender, persona.look):
            assert word in prompt


def test_a_man_is_not_put_in_a_dress() -> None:
    assert "dress" not in photo("in a red dress", persona=DENIZ).split("Asked for")[0]


@settings(max_examples=150, deadline=None)
@given(
    persona=st.sampled_from(EVERYBODY),
    wish=st.one_of(st.sampled_from(sorted(places())), st.text(max_size=60)),
    seconds=st.integers(1, 20),
    flirty=st.booleans(),
    seed=st.integers(0, 2**63),
    look=st.sampled_from(["", " She came. She saw! Really?", "«quoted»… hair", "3.5 cm scar"]),
)
def test_a_video_prompt_is_always_valid(
    persona: Persona, wish: str, seconds: int, flirty: bool, seed: int, look: str
) -> None:
    persona = persona.model_copy(update={"look": persona.look + look})
    text = photo_prompt(PhotoPromptRequest(persona, wish, "tr", seed))
    prompt = video_prompt(VideoPromptRequest(persona, text, wish, seconds, flirty, "tr", seed))
    assert persona.name in prompt.scene
    assert "music" not in prompt.sound


@pytest.mark.parametrize("place", sorted(places()))
def test_a_video_stays_in_the_place_light_and_clothes_of_its_photo(place: str) -> None:
    wish = places()[place]["en"][0]
    for seed in range(4):
        text = photo(wish, seed)
        scene = read_scene(text, "woman", seed, english=True)
        prompt = video_prompt(VideoPromptRequest(AYLA, text, "", 5, False, "en", seed))
        assert any(phrase.format(them="her") in prompt.scene for phrase in places()[place]["phrases"])
        assert kinds("light")[scene.light]["lit"] in prompt.cinematography
        assert prompt.sound in places()[place]["heard"]


def test_a_photo_prompt_of_somebody_else_is_not_contradicted() -> None:
    prompt = video_prompt(VideoPromptRequest(AYLA, "Ayla smiles inside a spaceship.", "", 5, True, "en", 3))
    assert "same place as in the photo" in prompt.scene
    assert "wears" not in prompt.text()


def test_a_flirty_note_is_one_more_beat_and_a_wished_gesture_is_the_action() -> None:
    text = photo("at the sea")
    plain = video_prompt(VideoPromptRequest(AYLA, text, "el salla", 4, False, "tr", 3))
    flirty = video_prompt(VideoPromptRequest(AYLA, text, "el salla", 4, True, "tr", 3))
    assert "waves" in plain.action
    assert len(flirty.action) > len(plain.action)


@pytest.mark.anyio
async def test_the_writer_gives_all_three(host) -> None:
    writer = StudioPrompts(StudioSettings(), host)
    text = await writer.photo_prompt(PhotoPromptRequest(AYLA, "denizde", "tr", 1))
    assert text == photo("denizde", 1)
    assert (await writer.video_prompt(VideoPromptRequest(AYLA, text, "", 5, False, "tr", 1))).action


def test_a_careful_prompt_quotes_no_wish_and_does_not_flirt() -> None:
    request = PhotoPromptRequest(AYLA, "at the sea in a red dress", "en", 1, careful=True)
    assert "“" not in photo_prompt(request)
    video = VideoPromptRequest(AYLA, photo_prompt(request), "", 5, True, "en", 3)
    assert video_prompt(replace(video, careful=True)).action == video_prompt(replace(video, flirty=False)).action
    assert video_prompt(video).action != video_prompt(replace(video, flirty=False)).action
