"""A person who chats with an engine whose prompts, replies, moderation and pictures are gpt's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hayal_null import NullMessenger, script

from harness import BASE, Person, engine_at, write
from hayal.engine import Engine
from servers import faults, media
from servers.openai import OpenAI
from servers.openai_errors import error_body
from servers.writer import INVALID, VIDEO_PROMPT

pytestmark = pytest.mark.anyio

GENERATIONS = "POST /v1/images/generations"
KEY = {"OPENAI_API_KEY": "sk-test-0123456789"}


@asynccontextmanager
async def chat(
    folder: Path, vendor: OpenAI, *, settings: str = "", engine: str = "", more: str = "", language: str = "en"
) -> AsyncIterator[tuple[Person, Engine]]:
    """A person who has chosen Ayla."""
    base = BASE.replace('prompt = "null"', 'prompt = "gpt"').replace('image = "null"', 'image = "gpt"')
    for line in engine.splitlines():
        name = line.partition(" ")[0]
        base = "\n".join(line if one.startswith(f"{name} =") else one for one in base.splitlines()) + "\n"
    path = write(folder, f'{more}\n[plugins.gpt]\nbase_url = "{vendor.base_url}"\n{settings}\n', base)
    async with engine_at(path, KEY) as running:
        messenger = running.messengers["null"]
        assert isinstance(messenger, NullMessenger)
        person = Person(messenger, language=language)
        await person.begin()
        yield person, running


@pytest.mark.parametrize("api", ["responses", "chat"])
@pytest.mark.parametrize(
    ("language", "selfie", "talk"),
    [
        ("en", "send me a selfie at the sea", "how was your day?"),
        ("tr", "denizde bir selfie gönder", "günün nasıl geçti?"),
        ("ru", "пришли селфи на море", "как прошёл твой день?"),
    ],
)
async def test_a_selfie_a_reply_and_a_video(
    tmp_path: Path, vendor: OpenAI, api: str, language: str, selfie: str, talk: str
) -> None:
    async with chat(tmp_path, vendor, settings=f'api = "{api}"', language=language) as (person, _):
        await person.do(text=selfie)
        shown = await person.media("image")
        assert shown.message.attachment
        assert (shown.message.attachment.width, shown.message.attachment.height) == (624, 1104)
        assert (vendor.ledger.count("text"), vendor.ledger.count("image")) == (1, 1)
        before = len(person.posts())
        await person.do(text=talk)
        reply = await person.until(lambda post: post.key.endswith(".reply"))
        assert reply.message.by == "persona"
        assert len(person.posts()) > before
        letters = {"en": "abcdef", "tr": "ğüşıçö", "ru": "абвгде"}[language]
        assert set(reply.message.text.lower()) & set(letters)
        await person.do(tap="video new")
        await person.media("video")
    assert (vendor.ledger.count("text"), vendor.ledger.count("image")) == (4, 2)
    asked = [seen.body for seen in vendor.ledger.at("POST /v1/moderations")]
    assert {body["model"] for body in asked} == {"omni-moderation-latest"}
    judged = [body["input"] for body in asked]
    assert talk in judged
    assert reply.message.text in judged
    assert any(VIDEO_PROMPT["style"] in text for text in judged)
    (video,) = script.submitted.values()
    assert video.prompt.sound == VIDEO_PROMPT["sound"]
    assert video.reference
    assert {seen.key for seen in vendor.ledger.requests} == {"sk-test-0123456789"}


async def test_the_face_of_a_persona_with_a_picture_goes_along(tmp_path: Path, vendor: OpenAI) -> None:
    (tmp_path / "vera.jpg").write_bytes(media.picture(600, 800, "jpeg"))
    vera = '[personas.vera]\nname = "Vera"\nage = 31\ngender = "woman"\nlook = "a blonde bob"\npicture = "vera.jpg"\n'
    async with chat(tmp_path, vendor, more=vera) as (person, engine):
        portrait = engine.portraits.of("vera")
        assert portrait
        assert await engine.portraits.ready(portrait.key)
        await person.do(tap="persona vera")
        for number in (1, 2):
            await person.do(tap="selfie")
            await person.media("image", number)
    assert [paid.images for paid in vendor.ledger.paid if paid.what == "image"] == [1, 1]
    first, second = vendor.ledger.at("POST /v1/images/edits")
    assert first.body["image"].data == second.body["image"].data
    assert "keep the face" in first.body["prompt"]


async def test_what_is_flagged_goes_no_further(tmp_path: Path, vendor: OpenAI) -> None:
    vendor.flagged["lighthouse"] = "violence"
    async with chat(tmp_path, vendor) as (person, _):
        await person.do(text="tell me about the lighthouse")
        await person.told("error-refused")
        await person.do(text="send me a selfie at the lighthouse")
        await person.until(lambda post: person.texts().count(person.text("error-refused")) == 2)
    assert not vendor.ledger.paid


async def test_without_a_judgement_nothing_goes_on(tmp_path: Path, vendor: OpenAI) -> None:
    vendor.faults.always("POST /v1/moderations", faults.html(502))
    async with chat(tmp_path, vendor) as (person, _):
        await person.do(text="hello there")
        await person.told("error-refused")
    assert not vendor.ledger.paid


async def test_a_video_prompt_is_mended_once_and_then_the_spare_writer_s(tmp_path: Path, vendor: OpenAI) -> None:
    async with chat(tmp_path, vendor, engine='spare_prompt = "null"', settings='api = "chat"') as (person, _):
        await person.do(tap="selfie")
        await person.media("image")
        vendor.writer.add(INVALID["music"])
        await person.do(tap="video last")
        await person.media("video")
        assert vendor.ledger.count("text") == 3
        assert "names music" in vendor.ledger.paid[-1].prompt
        vendor.writer.add(INVALID["music"], INVALID["not json"])
        await person.do(tap="video last")
        await person.media("video", 2)
    assert vendor.ledger.count("text") == 5
    assert script.asked["video_prompt"] == 1
    mended, spare = script.submitted.values()
    assert mended.prompt.style == VIDEO_PROMPT["style"]
    assert spare.prompt.style == "A handheld clip on 35mm film."


@pytest.mark.parametrize(
    ("fault", "billed"),
    [
        (faults.answer(429, error_body("Pay.", kind="insufficient_quota", code="insufficient_quota")), 0),
        (faults.answer(401, error_body("No.", code="invalid_api_key")), 0),
        (faults.answer(404, error_body("Gone.", code="model_not_found")), 0),
        (faults.answer(500, error_body("Broken.", kind="server_error")), 0),
        (faults.answer(200, {"created": 1, "data": []}, executed=True), 1),
    ],
)
async def test_the_next_makes_the_picture(tmp_path: Path, vendor: OpenAI, fault: faults.Fault, billed: int) -> None:
    vendor.faults.add(GENERATIONS, fault)
    async with chat(tmp_path, vendor, engine='image = ["gpt", "null"]') as (person, _):
        await person.do(tap="selfie")
        await person.media("image")
    assert len(vendor.ledger.at(GENERATIONS)) == 1
    assert vendor.ledger.count("image") == billed
    assert script.asked["generate"] == 1


@pytest.mark.parametrize("fault", [faults.RESET_AFTER, faults.TRUNCATED, faults.html(504, executed=True)], ids=str)
async def test_a_picture_that_may_have_been_paid_is_never_asked_for_again(
    tmp_path: Path, vendor: OpenAI, fault: faults.Fault
) -> None:
    vendor.faults.add(GENERATIONS, fault)
    async with chat(tmp_path, vendor, engine='image = ["gpt", "null"]') as (person, _):
        await person.do(tap="selfie")
        told = await person.told("error-unknown-outcome")
        assert told.message.buttons
    assert vendor.ledger.count("image") == 1
    assert not script.asked["generate"]


async def test_a_picture_that_is_refused_is_asked_of_nobody_else_and_made_with_more_care(
    tmp_path: Path, vendor: OpenAI
) -> None:
    body = error_body(
        "Your request was rejected.",
        kind="image_generation_user_error",
        code="moderation_blocked",
        moderation_details={"moderation_stage": "output", "categories": ["sexual"]},
    )
    vendor.faults.add(GENERATIONS, faults.answer(400, body))
    async with chat(tmp_path, vendor, engine='image = ["gpt", "null"]') as (person, _):
        await person.do(tap="selfie")
        told = await person.told("error-refused")
        assert not vendor.ledger.count("image")
        assert not script.asked["generate"]
        await person.do(tap=told.message.buttons[0][0].tap)
        await person.media("image")
    assert vendor.ledger.count("image") == 1
    rules = [seen.body["instructions"] for seen in vendor.ledger.at("POST /v1/responses")]
    assert ["Stay far on the safe side" in told for told in rules] == [False, True]


async def test_a_wait_the_service_asks_for_is_kept(tmp_path: Path, vendor: OpenAI) -> None:
    slow_down = error_body("Rate limit reached.", kind="requests", code="rate_limit_exceeded")
    vendor.faults.add("POST /v1/responses", faults.answer(429, slow_down, retry_after_ms="50"))
    vendor.faults.add(GENERATIONS, faults.answer(429, slow_down, retry_after_ms="50"))
    async with chat(tmp_path, vendor) as (person, _):
        await person.do(tap="selfie")
        await person.media("image")
    assert (vendor.ledger.count("text"), vendor.ledger.count("image")) == (1, 1)
