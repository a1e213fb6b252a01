"""The parts with a strict local OpenAI: what they ask for is taken, and what they make of the answer."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from gpt_kit import AYLA, PHOTO, PICTURE, REPLY, VIDEO, host, settings
from PIL import Image as Pillow

from hayal import (
    Failed,
    Gone,
    InvalidPrompt,
    ModerationRequest,
    NoAccess,
    NotSent,
    ProviderError,
    Refused,
    Said,
    Size,
    TryLater,
)
from hayal.prompts import parse_video_prompt
from hayal_gpt.images import GptImages
from hayal_gpt.moderation import GptModerator
from hayal_gpt.prompts import GptPrompts
from hayal_gpt.service import Gpt
from servers import faults, media
from servers.base import free_closed_port
from servers.ledger import Upload
from servers.openai import OpenAI
from servers.writer import INVALID, VIDEO_PROMPT

pytestmark = pytest.mark.anyio

APIS = ["responses", "chat"]
ROUTES = {"responses": "POST /v1/responses", "chat": "POST /v1/chat/completions"}
PARTS = [GptPrompts, GptImages, GptModerator]


@asynccontextmanager
async def part(kind: type[Any], vendor: OpenAI, **more: Any) -> AsyncIterator[Any]:
    """A part that speaks to `vendor`."""
    made: Gpt = kind(settings(base_url=vendor.base_url, **more), host())
    async with made:
        yield made


# --- texts ---


@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-6.1-terra", "gpt-5.4-mini", "gpt-4o-mini"])
@pytest.mark.parametrize("api", APIS)
async def test_texts(vendor: OpenAI, api: str, model: str) -> None:
    async with part(GptPrompts, vendor, api=api, model=model) as writer:
        photo = await writer.photo_prompt(PHOTO)
        assert "selfie" in photo
        assert parse_video_prompt(await writer.video_prompt(VIDEO)).style == VIDEO_PROMPT["style"]
        assert await writer.reply(REPLY)
    seen = vendor.ledger.at(ROUTES[api])
    assert len(seen) == vendor.ledger.count("text") == 3
    assert {one.key for one in seen} == {"sk-test-0123456789"}
    if api == "responses":
        assert all(one.body["store"] is False for one in seen)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("language", "said", "words"),
    [("tr", "nasılsın", "ğüşıçö"), ("ru", "как дела", "абвгдеё"), ("en", "how are you", "abcdef")],
)
async def test_a_reply_goes_with_the_conversation(
    vendor: OpenAI, api: str, language: Any, said: str, words: str
) -> None:
    async with part(GptPrompts, vendor, api=api, history_tokens=200) as writer:
        old = tuple(Said("person" if n % 2 == 0 else "persona", f"line {n} " + "x" * 60) for n in range(20))
        text = await writer.reply(replace(REPLY, history=(*old, Said("person", said)), language=language))
        assert set(text.lower()) & set(words)
    (seen,) = vendor.ledger.at(ROUTES[api])
    lines = seen.body["input"] if api == "responses" else seen.body["messages"][1:]
    assert lines[-1] == {"role": "user", "content": said}
    assert [line["role"] for line in lines] == ["user", "assistant"] * (len(lines) // 2) + ["user"]
    assert 1 < len(lines) < 8
    assert "line 0 " not in str(lines)


@pytest.mark.parametrize("api", APIS)
async def test_a_complaint_is_told_with_the_second_try(vendor: OpenAI, api: str) -> None:
    async with part(GptPrompts, vendor, api=api) as writer:
        await writer.video_prompt(replace(VIDEO, complaint="action: has 7 sentences, 1 to 3 are wanted"))
    (paid,) = vendor.ledger.paid
    assert "has 7 sentences" in paid.prompt


@pytest.mark.parametrize("wrong", INVALID)
async def test_an_answer_that_is_no_video_prompt(vendor: OpenAI, wrong: str) -> None:
    vendor.lenient_chat = True
    vendor.writer.add(INVALID[wrong])
    async with part(GptPrompts, vendor, api="chat") as writer:
        if wrong == "fenced":
            assert parse_video_prompt(await writer.video_prompt(VIDEO)).style == VIDEO_PROMPT["style"]
        elif wrong == "empty":
            with pytest.raises(Failed, match="wrote nothing"):
                await writer.video_prompt(VIDEO)
        else:
            with pytest.raises(InvalidPrompt) as caught:
                parse_video_prompt(await writer.video_prompt(VIDEO))
            assert str(caught.value)
    assert vendor.ledger.count("text") == 1


@pytest.mark.parametrize("api", APIS)
async def test_a_text_that_is_cut_off_is_not_shown(vendor: OpenAI, api: str) -> None:
    vendor.writer.add("word " * 1000)
    async with part(GptPrompts, vendor, api=api, output_tokens=256) as writer:
        with pytest.raises(Failed, match="output_tokens"):
            await writer.reply(REPLY)


DECLINED = ["I'm sorry, but I can't help with that.", "I can’t write this.", "Sorry, I won't.", "I cannot assist."]


@pytest.mark.parametrize("said", DECLINED)
@pytest.mark.parametrize("api", APIS)
async def test_a_refusal_in_plain_words_is_a_refusal(vendor: OpenAI, api: str, said: str) -> None:
    vendor.writer.add(said, said)
    async with part(GptPrompts, vendor, api=api, json_schema=False) as writer:
        with pytest.raises(Refused, match="the model refused"):
            await writer.photo_prompt(PHOTO)
        with pytest.raises(Refused, match="the model refused"):
            await writer.video_prompt(VIDEO)


@pytest.mark.parametrize("api", APIS)
async def test_without_a_schema_the_form_is_asked_for_in_words(vendor: OpenAI, api: str) -> None:
    vendor.writer.add(INVALID["fenced"])
    async with part(GptPrompts, vendor, api=api, json_schema=False) as writer:
        assert parse_video_prompt(await writer.video_prompt(VIDEO)).style == VIDEO_PROMPT["style"]
    (seen,) = vendor.ledger.at(ROUTES[api])
    assert not {"text", "response_format"} & set(seen.body)
    assert "five text fields" in str(seen.body)


# --- pictures ---


@pytest.mark.parametrize(
    ("model", "asked", "made"),
    [
        ("gpt-image-2.5-flare", Size(720, 1280), (720, 1280)),
        ("gpt-image-2.6-sunburst", Size(1280, 720), (1280, 720)),
        ("gpt-image-2", Size(144, 256), (624, 1104)),
        ("gpt-image-1.5", Size(1024, 1536), (1024, 1536)),
        ("gpt-image-1-mini", Size(1024, 1536), (1024, 1536)),
    ],
)
@pytest.mark.parametrize("reference", [False, True])
async def test_a_picture(vendor: OpenAI, model: str, asked: Size, made: tuple[int, int], reference: bool) -> None:
    face = media.picture(512, 512, "jpeg") if reference else None
    async with part(GptImages, vendor, image_model=model) as images:
        image = await images.generate(replace(PICTURE, size=asked, reference=face))
    with Pillow.open(io.BytesIO(image.data)) as opened:
        assert opened.size == made
    assert image.mime == "image/jpeg"
    assert image.cost
    assert 0.001 < image.cost < 0.1
    (seen,) = vendor.ledger.at("POST /v1/images/edits" if reference else "POST /v1/images/generations")
    (paid,) = vendor.ledger.paid
    assert PICTURE.prompt in paid.prompt
    assert paid.images == reference
    if reference:
        assert isinstance(seen.body["image"], Upload)
        assert seen.body["image"].data == face


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
async def test_a_portrait_of_any_kind_goes_along(vendor: OpenAI, form: Any) -> None:
    async with part(GptImages, vendor) as images:
        await images.generate(replace(PICTURE, reference=media.picture(256, 256, form)))
    assert vendor.ledger.paid[0].images == 1


async def test_a_picture_at_an_address_is_fetched_without_the_key_if_it_is_elsewhere(vendor: OpenAI) -> None:
    picture = media.picture(64, 64)
    async with part(GptImages, vendor) as images:
        own = {"created": 1, "data": [{"url": f"{vendor.url}/v1/models"}]}
        vendor.faults.add("POST /v1/images/generations", faults.answer(200, own))
        vendor.faults.add("GET /v1/models", faults.answer(200, picture))
        image = await images.generate(PICTURE)
        assert (image.data, image.mime, image.cost) == (picture, "image/png", None)
        away = {"created": 1, "data": [{"url": f"{vendor.url.replace('127.0.0.1', 'localhost')}/v1/models"}]}
        vendor.faults.add("POST /v1/images/generations", faults.answer(200, away))
        vendor.faults.add("GET /v1/models", faults.answer(200, picture))
        assert (await images.generate(PICTURE)).data == picture
    assert [one.key for one in vendor.ledger.at("GET /v1/models")] == ["sk-test-0123456789", None]


@pytest.mark.parametrize(
    "answer",
    [
        {"created": 1},
        {"created": 1, "data": []},
        {"created": 1, "data": [{}]},
        {"created": 1, "data": [{"b64_json": "%%%"}]},
        {"created": 1, "data": [{"b64_json": "R0lGODlhAQABAAAAACw="}]},
        {"created": 1, "data": [{"url": "file:///etc/passwd"}]},
        {"created": 1, "data": [{"url": "http://127.0.0.1:9/gone.png"}]},
        {"created": 1, "data": [{"url": "http://169.254.169.254/secret"}]},
    ],
)
async def test_an_answer_without_a_picture_was_paid(vendor: OpenAI, answer: dict[str, Any]) -> None:
    vendor.faults.add("POST /v1/images/generations", faults.answer(200, answer))
    async with part(GptImages, vendor) as images:
        with pytest.raises(Failed) as caught:
            await images.generate(PICTURE)
    assert type(caught.value) is Failed


# --- moderation ---


@pytest.mark.parametrize("about", ["talk", "wish", "prompt", "reply"])
async def test_moderation(vendor: OpenAI, about: Any) -> None:
    vendor.flagged["lighthouse"] = "violence"
    async with part(GptModerator, vendor) as moderator:
        assert await moderator.allows(ModerationRequest("an evening by the sea", about))
        assert not await moderator.allows(ModerationRequest("the lighthouse", about))
        assert await moderator.allows(ModerationRequest("  ", about))
    assert len(vendor.ledger.at("POST /v1/moderations")) == 2
    assert not vendor.ledger.paid


async def test_minors_are_refused_whatever_is_set(vendor: OpenAI) -> None:
    vendor.flagged["lighthouse"] = "sexual/minors"
    thresholds = dict.fromkeys(["sexual", "violence", "harassment"], 1.0)
    async with part(GptModerator, vendor, moderation_thresholds=thresholds) as moderator:
        assert not await moderator.allows(ModerationRequest("the lighthouse", "talk"))


async def test_nobody_is_asked_if_moderation_is_off(vendor: OpenAI) -> None:
    async with part(GptModerator, vendor, moderation_model="") as moderator:
        assert await moderator.allows(ModerationRequest("anything", "talk"))
        await moderator.check()
    assert not vendor.ledger.requests


# --- checks ---


@pytest.mark.parametrize("kind", PARTS)
async def test_a_check_costs_nothing(vendor: OpenAI, kind: type[Gpt]) -> None:
    async with part(kind, vendor) as one:
        await one.check()
    assert len(vendor.ledger.requests) == 1
    assert not vendor.ledger.paid


@pytest.mark.parametrize("kind", PARTS)
@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"api_key": "sk-wrong-9876543210"}, NoAccess, "does not accept the key"),
        ({"model": "gpt-4-turbo", "image_model": "gpt-image-1", "moderation_model": "none"}, Gone, "not have|no model"),
    ],
)
async def test_a_check_says_in_a_sentence_what_is_wrong(
    vendor: OpenAI, kind: type[Gpt], more: dict[str, str], error: type[ProviderError], says: str
) -> None:
    async with part(kind, vendor, **more) as one:
        with pytest.raises(error, match=says) as caught:
            await one.check()
    said = str(caught.value)
    assert "127.0.0.1" in said
    assert "9876543210" not in said
    assert "\n" not in said


@pytest.mark.parametrize("kind", PARTS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.html(), NotSent),
        (faults.html(502), NotSent),
        (faults.answer(200, {"hello": 1}), Failed),
        (faults.answer(404, "nothing here"), Gone),
        (faults.answer(429, {"error": {"code": "rate_limit_exceeded", "message": "slow"}}, retry_after="7"), TryLater),
    ],
)
async def test_a_check_of_something_else(
    vendor: OpenAI, kind: type[Gpt], fault: faults.Fault, error: type[ProviderError]
) -> None:
    vendor.faults.add("*", fault)
    async with part(kind, vendor) as one:
        with pytest.raises(error) as caught:
            await one.check()
    assert type(caught.value) is error
    if isinstance(caught.value, TryLater):
        assert caught.value.after == 7


@pytest.mark.parametrize("kind", PARTS)
async def test_a_check_of_nobody(kind: type[Gpt]) -> None:
    with free_closed_port() as port:
        async with kind(settings(base_url=f"http://127.0.0.1:{port}/v1"), host()) as one:
            with pytest.raises(NotSent, match=f"127.0.0.1:{port} does not answer"):
                await one.check()


async def test_the_persona_is_what_the_model_is_told(vendor: OpenAI) -> None:
    async with part(GptPrompts, vendor) as writer:
        await writer.reply(REPLY)
    (seen,) = vendor.ledger.at(ROUTES["responses"])
    assert AYLA.look in seen.body["instructions"]
    assert "Turkish" in seen.body["instructions"]
