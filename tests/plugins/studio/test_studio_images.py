"""Selfies: every place and persona, any size, byte for byte repeatable, from a worker that may die."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import replace

import anyio
import numpy as np
import psutil
import pytest
from PIL import Image as Pil
from studio_kit import AYLA, DENIZ, EVERYBODY, MAYA, SMALL, VERA, pixels

from hayal import Failed, Host, ImageRequest, Persona, Size
from hayal_studio.draw.picture import draw
from hayal_studio.draw.selfie import selfie
from hayal_studio.images import StudioImages
from hayal_studio.look import read_look
from hayal_studio.scene import Scene, read_scene
from hayal_studio.settings import StudioSettings
from hayal_studio.spec import Person, PictureSpec, recall
from hayal_studio.vocabulary import kinds, places


def spec(prompt: str = "at the sea", seed: int = 1, persona: Persona = AYLA, size: Size = SMALL) -> PictureSpec:
    person = Person(persona.name, persona.age, persona.gender, persona.look)
    return PictureSpec(person, prompt, size.width, size.height, seed, 90)


def request(prompt: str = "at the sea", seed: int = 1, size: Size = SMALL) -> ImageRequest:
    return ImageRequest("key", prompt, AYLA, size, seed)


@pytest.fixture
async def images(host: Host):
    async with StudioImages(StudioSettings(), host) as part:
        yield part


def children() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            if "hayal_studio.worker" in " ".join(process.cmdline()):
                found.append(process)
    return found


@pytest.mark.parametrize("place", sorted(places()))
def test_every_place_is_drawn(place: str) -> None:
    i = sorted(places()).index(place)
    lights = [*places()[place]["lights"], "night"]
    persona = EVERYBODY[i % 4]
    scene = replace(read_scene("", persona.gender, i), place=place, light=lights[i % len(lights)])
    look = read_look(persona.name, persona.age, persona.gender, persona.look)
    layers = draw(scene, look, SMALL.width, SMALL.height, i)
    assert layers.picture.std() > 0.05
    assert np.isfinite(layers.picture).all()
    assert 0.25 < layers.cover.mean() < 0.85


@pytest.mark.parametrize("garment", sorted(kinds("garment")))
def test_every_garment_is_drawn(garment: str) -> None:
    persona = VERA if garment in {"dress", "sundress", "blouse"} else DENIZ
    scene = Scene("park", "day", "", "", garment, "blue", "smile")
    look = read_look(persona.name, persona.age, persona.gender, persona.look)
    chest = draw(scene, look, SMALL.width, SMALL.height, 2).picture[224:, 48:96]
    assert chest[..., 2].mean() > chest[..., 0].mean() or garment in {"sundress", "dress", "leather", "coat", "blazer"}


@pytest.mark.parametrize(
    "look",
    [
        "bald, full grey beard, square glasses",
        "short wavy red hair, stubble",
        "long straight hair with a fringe, hoop earrings",
        "high ponytail, black hair",
        "short platinum pixie cut",
        "straight hair in a bun",
        "no words known here at all",
    ],
)
def test_every_cut_is_drawn(look: str) -> None:
    persona = Persona(name="Kim", age=45, gender="man" if "beard" in look or "stubble" in look else "woman", look=look)
    assert pixels(selfie(spec(persona=persona))).std() > 0.05


def test_looks_are_read() -> None:
    ayla, vera, deniz, maya = (read_look(p.name, p.age, p.gender, p.look) for p in (AYLA, VERA, DENIZ, MAYA))
    assert (ayla.cut, ayla.texture, ayla.earrings, ayla.beard) == ("long", "wavy", "stud", "none")
    assert (vera.cut, vera.texture) == ("bob", "straight")
    assert vera.freckles > 0
    assert (deniz.cut, deniz.texture, deniz.beard) == ("short", "curly", "trimmed")
    assert (maya.cut, maya.texture, maya.glasses) == ("bun", "curly", "round")
    assert len({look.skin for look in (ayla, vera, deniz, maya)}) == 4


def test_the_same_seed_is_the_same_picture_and_another_is_another() -> None:
    assert selfie(spec(seed=5)) == selfie(spec(seed=5))
    assert np.abs(pixels(selfie(spec(seed=5))) - pixels(selfie(spec(seed=6)))).mean() > 0.03


@pytest.mark.parametrize("size", [Size(64, 64), Size(320, 180), Size(16, 400), Size(400, 300)], ids=str)
def test_any_size_is_honoured(size: Size, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hayal_studio.draw.selfie._LARGEST", 0.06e6)
    monkeypatch.setattr("hayal_studio.draw.selfie._SMALLEST", 0.03e6)
    with Pil.open(io.BytesIO(selfie(spec(size=size)))) as image:
        assert image.size == size
        assert image.format == "JPEG"


@pytest.mark.parametrize("seed", [0, 2**64 + 1])
def test_extreme_seeds_work(seed: int) -> None:
    assert selfie(spec(seed=seed))


def test_a_selfie_remembers_how_it_was_drawn() -> None:
    with Pil.open(io.BytesIO(selfie(spec("in Paris at night", seed=9)))) as image:
        memory = recall(image.info["comment"])
    assert memory is not None
    assert memory[0].place == "paris"
    assert memory[1] == 9


@pytest.mark.parametrize(
    "comment", [None, b"", b"a camera", b"hayal-studio/1 {", b'hayal-studio/1 {"seed": 1}', b"\xff\xfe"]
)
def test_other_comments_are_nobodys_memory(comment: bytes | None) -> None:
    assert recall(comment) is None


@pytest.mark.anyio
async def test_the_generator_draws_what_the_drawing_code_draws(images: StudioImages) -> None:
    image = await images.generate(request(seed=3))
    assert image.mime == "image/jpeg"
    assert image.cost == 0.0
    assert image.data == selfie(replace(spec(seed=3), quality=images.settings.jpeg_quality))


@pytest.mark.anyio
async def test_a_dead_worker_is_replaced(images: StudioImages) -> None:
    first = await images.generate(request())
    (worker,) = children()
    worker.kill()
    assert (await images.generate(request())).data == first.data
    await images.check()


@pytest.mark.anyio
async def test_a_cancelled_request_does_not_spoil_the_next(images: StudioImages) -> None:
    with anyio.move_on_after(0.001):
        await images.generate(request(seed=1))
    assert (await images.generate(request(seed=2))).data == selfie(replace(spec(seed=2), quality=92))


@pytest.mark.anyio
async def test_a_picture_that_takes_too_long_fails(host: Host) -> None:
    async with StudioImages(StudioSettings(picture_timeout=0.001), host) as images:
        with pytest.raises(Failed, match="within"):
            await images.generate(request())


@pytest.mark.anyio
async def test_an_idle_worker_gives_its_memory_back(host: Host) -> None:
    async with StudioImages(StudioSettings(idle_seconds=0.0), host) as images:
        await images.generate(request())
        _, alive = await anyio.to_thread.run_sync(lambda: psutil.wait_procs(children(), timeout=20))
        assert not alive
        assert (await images.generate(request())).data


@pytest.mark.anyio
async def test_no_worker_survives_the_part(host: Host) -> None:
    async with StudioImages(StudioSettings(), host) as images:
        await images.generate(request())
        assert children()
    assert not children()
