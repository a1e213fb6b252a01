"""The original's whole feature through the engine, with gemini for prompts, pictures and videos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina
from gemini_kit import KEY

from harness import BASE, Person, person_at, write
from hayal.jobs import chain
from servers import faults, media
from servers.gemini import Gemini, gemini_server
from servers.gemini_content import whole
from servers.gemini_errors import error_body, reason
from servers.jobs import Plan
from servers.writer import INVALID

pytestmark = pytest.mark.anyio

GENERATE, CREATE = "POST /{v}/models/{model}:generateContent", "POST /{v}/interactions"


def configured(folder: Path, vendor: Gemini, *kinds: str) -> Path:
    base = BASE.replace("seconds = 2", "seconds = 3").replace("144x256", "360x640")
    for kind in kinds or ("prompt", "image", "video"):
        base = base.replace(f'\n{kind} = "null"', f'\n{kind} = "gemini"')
    return write(folder, f'[plugins.gemini]\nbase_url = "{vendor.base_url}"\nresolution = "360p"\n', base)


def at(path: Path) -> Any:
    return person_at(path, {"GEMINI_API_KEY": KEY})


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Retries wait no time."""
    stamina.set_testing(True, attempts=chain.TRIES, cap=True)
    yield
    stamina.set_testing(False)


async def ask(person: Person) -> None:
    await person.begin()
    await person.do(tap="video new")


@pytest.mark.parametrize("language", ["tr", "ru", "en"])
async def test_the_whole_feature(tmp_path: Path, language: str) -> None:
    async with gemini_server(key=KEY) as vendor:
        vendor.redirect = True
        async with at(configured(tmp_path, vendor)) as person:
            person.language = language
            await ask(person)
            shown = (await person.media("video")).message.attachment
            assert shown is not None
            assert (shown.width, shown.height) == (360, 640)
            assert shown.seconds == pytest.approx(3, abs=0.3)
            await person.do(text={"tr": "merhaba", "ru": "привет", "en": "hello"}[language])
            reply = await person.until(
                lambda post: post.message.by == "persona" and post.message.attachment is None and post.message.text
            )
            assert reply
        assert [paid.what for paid in vendor.ledger.paid][:4] == ["text", "image", "text", "video"]
        assert vendor.ledger.count("image") == vendor.ledger.count("video") == 1
        assert vendor.cdn.leaked == []
        assert vendor.ledger.paid[3].images == 1


async def test_the_first_frame_is_the_selfie(tmp_path: Path) -> None:
    async with gemini_server(key=KEY) as vendor, at(configured(tmp_path, vendor)) as person:
        await ask(person)
        await person.media("video")
        [job] = vendor.jobs
        assert job.first is not None
        assert media.look(job.first) == media.Picture(360, 640, "image/jpeg")


async def test_an_invalid_video_prompt_is_mended_once(tmp_path: Path) -> None:
    async with gemini_server(key=KEY) as vendor, at(configured(tmp_path, vendor, "prompt")) as person:
        vendor.writer.add("A selfie by the sea.", INVALID["music"])
        await ask(person)
        await person.media("video")
        assert vendor.ledger.count("text") == 3
        assert "names music" in vendor.ledger.requests[-1].body["contents"][0]["parts"][0]["text"]


@pytest.mark.parametrize("fault", [faults.RESET_BEFORE, faults.RESET_AFTER], ids=str)
@pytest.mark.parametrize(("kind", "route"), [("video", CREATE), ("image", GENERATE)])
async def test_what_may_have_been_paid_is_left_to_the_person(
    tmp_path: Path, fault: faults.Fault, kind: str, route: str
) -> None:
    async with gemini_server(key=KEY) as vendor, at(configured(tmp_path, vendor, kind)) as person:
        vendor.faults.add(route, fault)
        await ask(person)
        told = await person.told("error-unknown-outcome")
        assert len(vendor.ledger.at(route)) == 1
        button = told.message.buttons[0][0]
        assert button.label == person.text("button-try-again-paid")
        await person.do(tap=button.tap)
        await person.media("video")
        assert len(vendor.ledger.at(route)) == 2


@pytest.mark.parametrize("kind", ["prompt", "image", "video"])
@pytest.mark.parametrize(
    ("fault", "text_id"),
    [
        (faults.answer(400, error_body(400, "API key not valid.", reason("API_KEY_INVALID"))), "error-no-access"),
        (faults.answer(404, error_body(404, "models/x is no longer available.")), "error-no-access"),
        (faults.answer(400, error_body(400, "The request violates our usage policies.")), "error-refused"),
    ],
    ids=["bad key", "gone", "refused"],
)
async def test_what_the_person_is_told(tmp_path: Path, kind: str, fault: faults.Fault, text_id: str) -> None:
    route = CREATE if kind == "video" else GENERATE
    async with gemini_server(key=KEY) as vendor, at(configured(tmp_path, vendor, kind)) as person:
        vendor.faults.add(route, fault)
        await ask(person)
        told = await person.told(text_id)
        assert KEY not in told.message.text
        assert vendor.ledger.paid == []


async def test_words_instead_of_a_video_are_a_refusal(tmp_path: Path) -> None:
    async with gemini_server(key=KEY) as vendor, at(configured(tmp_path, vendor, "video")) as person:
        vendor.jobs.add(Plan(end="refused"))
        await ask(person)
        await person.told("error-refused")
        assert vendor.ledger.count("video") == 1


async def test_words_instead_of_a_picture_are_a_refusal(tmp_path: Path) -> None:
    async with gemini_server(key=KEY) as vendor, at(configured(tmp_path, vendor, "image")) as person:
        vendor.faults.add(GENERATE, faults.answer(200, whole("m", [{"text": "I can't."}], "STOP")))
        await ask(person)
        await person.told("error-refused")
        assert len(vendor.ledger.requests) == 1


async def test_a_question_that_goes_wrong_does_not_lose_a_video(tmp_path: Path) -> None:
    async with gemini_server(key=KEY) as vendor, at(configured(tmp_path, vendor, "video")) as person:
        wrong = faults.answer(400, {"error": {"code": "invalid_request", "message": "Invalid interaction name"}})
        vendor.faults.add("GET /{v}/interactions/{id}", wrong, faults.html(502), faults.RESET_BEFORE)
        vendor.faults.add("GET /{v}/files/{file}:download", faults.TRUNCATED, faults.html(200))
        await ask(person)
        await person.media("video")
        assert vendor.faults.left() == 0
        assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize(("kind", "route"), [("video", CREATE), ("image", GENERATE)])
async def test_a_process_that_ends_in_the_middle_leaves_it_to_the_person(tmp_path: Path, kind: str, route: str) -> None:
    async with gemini_server(key=KEY) as vendor:
        path = configured(tmp_path, vendor, kind)
        path.write_text(f"{path.read_text()}[jobs]\ngrace = 0.0\n")
        vendor.faults.add(route, faults.hang(executed=True))
        async with at(path) as person:
            await ask(person)
            await vendor.ledger.until(lambda ledger: len(ledger.paid) == 1)
        async with at(path) as person:
            await person.told("error-unknown-outcome")
        assert len(vendor.ledger.at(route)) == 1
