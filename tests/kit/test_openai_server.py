"""The local OpenAI takes what OpenAI's own SDK sends, answers what it reads, and refuses what the real one does."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import openai
import pytest
from exact import exactly
from openai.types import CreateEmbeddingResponse, ImagesResponse, ModerationCreateResponse
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from hayal.prompts import InvalidPrompt, parse_video_prompt
from servers import media
from servers.openai import OpenAI, openai_server
from servers.writer import INVALID, VIDEO_PROMPT

pytestmark = pytest.mark.anyio

KEY = "sk-test-0123456789"
MODEL, PICTURES = "gpt-6-luna", "gpt-image-2.6-flare"
FIELDS = ("style", "scene", "cinematography", "action", "sound")
SCHEMA = {
    "type": "object",
    "properties": {name: {"type": "string", "description": name} for name in FIELDS},
    "required": list(FIELDS),
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "name": "video_prompt", "schema": SCHEMA, "strict": True}
LIST = {"type": "array", "items": SCHEMA}
LIMITED = {**SCHEMA, "properties": {name: {"type": "string", "maxLength": 9} for name in FIELDS}}
ASK = {"model": MODEL, "input": "hello"}
TALK = {"model": MODEL, "messages": [{"role": "user", "content": "hello"}]}
DRAW = {"model": PICTURES, "prompt": "a selfie"}


@pytest.fixture
async def vendor() -> AsyncIterator[OpenAI]:
    async with openai_server(key=KEY) as server:
        yield server


@pytest.fixture
async def sdk(vendor: OpenAI) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key=KEY, base_url=vendor.base_url, max_retries=0) as client:
        yield client


async def post(vendor: OpenAI, path: str, body: Any) -> httpx2.Response:
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}, verify=False) as client:
        return await client.post(vendor.base_url + path, json=body)


async def test_a_reply_in_the_language_of_the_person(vendor: OpenAI, sdk: Any) -> None:
    for said, letters in (("привет, как ты?", "аеио"), ("merhaba, nasılsın?", "ıüöşçğ"), ("hi there", "e")):
        answer = await sdk.responses.create(
            model=MODEL,
            instructions="You are Ayla.",
            input=[
                {"role": "assistant", "content": "Bonjour"},
                {"role": "user", "content": [{"type": "input_text", "text": said}]},
            ],
            store=False,
            max_output_tokens=400,
            reasoning={"effort": "low"},
            text={"verbosity": "low"},
            safety_identifier="a" * 64,
            prompt_cache_key="ayla",
            metadata={"job": "1"},
        )
        assert answer.status == "completed"
        assert set(letters) & set(answer.output_text)
        assert [item.type for item in answer.output] == ["reasoning", "message"]
    assert [paid.what for paid in vendor.ledger.paid] == ["text"] * 3
    assert vendor.ledger.paid[0].prompt == "привет, как ты?"


async def test_structured_outputs_are_valid_video_prompts(sdk: Any) -> None:
    answer = await sdk.responses.create(model=MODEL, input="a video", text={"format": FORMAT})
    assert parse_video_prompt(json.loads(answer.output_text)).style == VIDEO_PROMPT["style"]
    chat = await sdk.chat.completions.create(
        **TALK,
        max_completion_tokens=400,
        response_format={"type": "json_schema", "json_schema": {k: v for k, v in FORMAT.items() if k != "type"}},
    )
    assert parse_video_prompt(json.loads(chat.choices[0].message.content or "")).sound == VIDEO_PROMPT["sound"]


@pytest.mark.parametrize("name", [name for name in INVALID if name not in {"not json", "fenced", "empty", "cut"}])
def test_each_invalid_video_prompt_is_invalid(name: str) -> None:
    with pytest.raises(InvalidPrompt):
        parse_video_prompt(json.loads(INVALID[name]))


@pytest.mark.parametrize("name", ["not json", "fenced", "empty", "cut"])
def test_each_broken_video_prompt_is_no_json(name: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(INVALID[name])


async def test_invalid_texts_come_first_if_a_test_says_so(vendor: OpenAI, sdk: Any) -> None:
    vendor.writer.add(INVALID["cut"], INVALID["music"])
    said = [(await sdk.responses.create(model=MODEL, input="x", text={"format": FORMAT})).output_text for _ in range(3)]
    assert said[:2] == [INVALID["cut"], INVALID["music"]]
    parse_video_prompt(json.loads(said[2]))


async def test_a_gateway_that_does_not_heed_the_schema(vendor: OpenAI, sdk: Any) -> None:
    vendor.lenient_chat = True
    schema: Any = {"type": "json_schema", "json_schema": {"name": "v", "schema": SCHEMA}}
    chat = await sdk.chat.completions.create(**TALK, response_format=schema)
    assert not (chat.choices[0].message.content or "").startswith("{")


async def test_too_few_tokens_leave_it_incomplete(vendor: OpenAI) -> None:
    for limit, texts in ((16, 0), (70, 1)):
        body = (await post(vendor, "/responses", {**ASK, "max_output_tokens": limit})).json()
        answer = exactly(Response, body)
        assert (answer.status, answer.incomplete_details and answer.incomplete_details.reason) == (
            "incomplete",
            "max_output_tokens",
        )
        assert sum(item.type == "message" for item in answer.output) == texts
    chat = exactly(
        ChatCompletion, (await post(vendor, "/chat/completions", {**TALK, "max_completion_tokens": 66})).json()
    )
    assert chat.choices[0].finish_reason == "length"


async def test_every_answer_is_of_the_sdks_type(vendor: OpenAI) -> None:
    exactly(Response, (await post(vendor, "/responses", ASK)).json())
    exactly(ChatCompletion, (await post(vendor, "/chat/completions", TALK)).json())
    exactly(ModerationCreateResponse, (await post(vendor, "/moderations", {"input": "gore"})).json())
    exactly(ImagesResponse, (await post(vendor, "/images/generations", DRAW)).json())
    with pytest.raises(AssertionError, match=r"does not know|validation error"):
        exactly(Response, {**(await post(vendor, "/responses", ASK)).json(), "surprise": 1})
    with pytest.raises(ValueError, match="validation error"):
        exactly(CreateEmbeddingResponse, (await post(vendor, "/responses", ASK)).json())


async def test_moderation(vendor: OpenAI, sdk: Any) -> None:
    one = await sdk.moderations.create(model="omni-moderation-latest", input="a quiet morning")
    assert not one.results[0].flagged
    many = await sdk.moderations.create(model="omni-moderation-latest", input=["fine", "Я тебя убью"])
    assert [result.flagged for result in many.results] == [False, True]
    assert many.results[1].categories.harassment_threatening
    url = "data:image/png;base64," + base64.b64encode(media.picture(16, 16)).decode()
    vendor.flagged["blue"] = "sexual"
    mixed = await sdk.moderations.create(
        model="omni-moderation-latest",
        input=[{"type": "text", "text": "blue"}, {"type": "image_url", "image_url": {"url": url}}],
    )
    assert [result.categories.sexual for result in mixed.results] == [True]
    assert mixed.results[0].category_applied_input_types.sexual == ["text", "image"]
    assert mixed.results[0].category_applied_input_types.sexual_minors == ["text"]
    assert vendor.ledger.paid == []


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
async def test_pictures_are_of_exactly_the_size_asked(vendor: OpenAI, sdk: Any, form: media.PictureFormat) -> None:
    made = await sdk.images.generate(**DRAW, size="720x1280", quality="xhigh", output_format=form, n=2)
    assert [media.look(base64.b64decode(one.b64_json or "")) for one in made.data or []] == [
        (720, 1280, f"image/{form}")
    ] * 2
    assert (made.size, made.usage and made.usage.output_tokens) == ("720x1280", 2112)
    assert [(paid.what, paid.model, paid.size) for paid in vendor.ledger.paid] == [("image", PICTURES, "720x1280")] * 2


async def test_edits_take_pictures(vendor: OpenAI, sdk: Any) -> None:
    face = ("face.jpg", media.picture(64, 96, "jpeg"), "image/jpeg")
    many = await sdk.images.edit(**DRAW, image=[face, ("b.png", media.picture(8, 8), "image/png")], size="1024x1536")
    assert media.look(base64.b64decode((many.data or [])[0].b64_json or "")) == (1024, 1536, "image/png")
    await sdk.images.edit(**DRAW, image=face, size="720x1280", output_format="jpeg", output_compression=80)
    assert [paid.images for paid in vendor.ledger.paid] == [2, 1]


async def test_models_are_listed(sdk: Any) -> None:
    names = [model.id async for model in sdk.models.list()]
    assert {MODEL, PICTURES, "omni-moderation-latest"} <= set(names)
    assert (await sdk.models.retrieve(MODEL)).id == MODEL
    with pytest.raises(openai.NotFoundError):
        await sdk.models.retrieve("gpt-3.5-turbo")


@pytest.mark.parametrize(("key", "code"), [("sk-wrong", "invalid_api_key"), ("k", "invalid_api_key"), (None, None)])
async def test_without_the_key_nothing_is_done(vendor: OpenAI, key: str | None, code: str | None) -> None:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(headers=headers, verify=False) as client:
        for path, body in (("/responses", ASK), ("/images/generations", DRAW), ("/moderations", {"input": "x"})):
            answer = await client.post(vendor.base_url + path, json=body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)
        assert (await client.get(vendor.base_url + "/models")).status_code == 401
    assert vendor.ledger.paid == []


def asked(**more: Any) -> dict[str, Any]:
    return {**ASK, **more}


def formatted(**more: Any) -> dict[str, Any]:
    return asked(text={"format": {**FORMAT, **more}})


REFUSED: list[tuple[str, dict[str, Any], int, str, str | None]] = [
    ("/responses", asked(colour=1), 400, "unknown_parameter", "colour"),
    ("/responses", asked(temperature=1), 400, "unsupported_parameter", "temperature"),
    ("/responses", asked(top_p=0.5), 400, "unsupported_parameter", "top_p"),
    ("/responses", asked(max_tokens=100), 400, "unknown_parameter", "max_tokens"),
    ("/responses", asked(max_output_tokens=15), 400, "invalid_value", "max_output_tokens"),
    ("/responses", asked(max_output_tokens="99"), 400, "invalid_type", "max_output_tokens"),
    ("/responses", asked(store="no"), 400, "invalid_type", "store"),
    ("/responses", asked(reasoning={"effort": "huge"}), 400, "invalid_value", "reasoning.effort"),
    ("/responses", asked(reasoning={"efort": "low"}), 400, "unknown_parameter", "reasoning.efort"),
    ("/responses", asked(response_format=FORMAT), 400, "unknown_parameter", "response_format"),
    ("/responses", asked(text={"format": {"type": "xml"}}), 400, "invalid_value", "text.format.type"),
    ("/responses", asked(safety_identifier="a" * 65), 400, "invalid_value", "safety_identifier"),
    ("/responses", {"input": "x"}, 400, "missing_required_parameter", "model"),
    ("/responses", {"model": MODEL}, 400, "missing_required_parameter", "input"),
    ("/responses", asked(model="gpt-9"), 400, "model_not_found", "model"),
    ("/responses", asked(model="o4-mini"), 400, "model_not_found", "model"),
    ("/responses", asked(model=PICTURES), 400, "invalid_value", "model"),
    ("/responses", asked(input=[{"role": "bot", "content": "x"}]), 400, "invalid_value", "input[0].role"),
    (
        "/responses",
        asked(input=[{"role": "user", "content": [{"type": "text", "text": "x"}]}]),
        400,
        "invalid_value",
        "input[0].content[0].type",
    ),
    (
        "/responses",
        asked(input=[{"role": "user", "content": [{"type": "input_text", "text": "x", "bold": True}]}]),
        400,
        "unknown_parameter",
        "input[0].content[0].bold",
    ),
    ("/responses", formatted(name="with space"), 400, "invalid_value", "text.format.name"),
    (
        "/responses",
        formatted(schema={**SCHEMA, "required": ["style"]}),
        400,
        "invalid_json_schema",
        "text.format.schema",
    ),
    (
        "/responses",
        formatted(schema={k: v for k, v in SCHEMA.items() if k != "additionalProperties"}),
        400,
        "invalid_json_schema",
        "text.format.schema",
    ),
    (
        "/responses",
        formatted(schema={"type": "array", "items": SCHEMA}),
        400,
        "invalid_json_schema",
        "text.format.schema",
    ),
    ("/responses", formatted(schema=LIMITED), 400, "invalid_json_schema", "text.format.schema"),
    ("/responses", asked(text={"format": {"type": "json_object"}}), 400, "invalid_value", "text.format"),
    ("/chat/completions", {**TALK, "max_tokens": 100}, 400, "unsupported_parameter", "max_tokens"),
    ("/chat/completions", {**TALK, "temperature": 0.7}, 400, "unsupported_parameter", "temperature"),
    ("/chat/completions", {**TALK, "messages": []}, 400, "invalid_value", "messages"),
    ("/chat/completions", {**TALK, "input": "x"}, 400, "unknown_parameter", "input"),
    ("/chat/completions", {**TALK, "model": "gpt-3.5-turbo"}, 404, "model_not_found", "model"),
    (
        "/chat/completions",
        {**TALK, "response_format": FORMAT},
        400,
        "missing_required_parameter",
        "response_format.json_schema",
    ),
    ("/moderations", {"input": [{"type": "input_text", "text": "x"}]}, 400, "invalid_value", "input[0].type"),
    ("/moderations", {"input": "x", "model": MODEL}, 400, "invalid_value", "model"),
    ("/moderations", {"input": []}, 400, "empty_array", "input"),
    ("/images/generations", {"prompt": "x"}, 400, "missing_required_parameter", "model"),
    ("/images/generations", {**DRAW, "model": "gpt-image-1"}, 404, "model_not_found", "model"),
    ("/images/generations", {**DRAW, "model": "dall-e-3"}, 404, "model_not_found", "model"),
    ("/images/generations", {**DRAW, "model": MODEL}, 400, "invalid_value", "model"),
    ("/images/generations", {**DRAW, "response_format": "b64_json"}, 400, "unknown_parameter", "response_format"),
    ("/images/generations", {**DRAW, "style": "vivid"}, 400, "unknown_parameter", "style"),
    ("/images/generations", {**DRAW, "size": "720x1281"}, 400, "invalid_value", "size"),
    ("/images/generations", {**DRAW, "size": "144x256"}, 400, "invalid_value", "size"),
    ("/images/generations", {**DRAW, "size": "512x2048"}, 400, "invalid_value", "size"),
    ("/images/generations", {**DRAW, "size": "4096x2304"}, 400, "invalid_value", "size"),
    ("/images/generations", {**DRAW, "size": "9:16"}, 400, "invalid_value", "size"),
    ("/images/generations", {**DRAW, "model": "gpt-image-1.5", "size": "720x1280"}, 400, "invalid_value", "size"),
    ("/images/generations", {**DRAW, "model": "gpt-image-2", "quality": "max"}, 400, "invalid_value", "quality"),
    ("/images/generations", {**DRAW, "quality": "hd"}, 400, "invalid_value", "quality"),
    ("/images/generations", {**DRAW, "output_compression": 80}, 400, "invalid_value", "output_compression"),
    ("/images/generations", {**DRAW, "output_format": "svg"}, 400, "invalid_value", "output_format"),
    (
        "/images/generations",
        {**DRAW, "background": "transparent", "output_format": "jpeg"},
        400,
        "invalid_value",
        "background",
    ),
    ("/images/generations", {**DRAW, "n": 11}, 400, "invalid_value", "n"),
    ("/images/generations", {**DRAW, "prompt": "x" * 32_001}, 400, "string_above_max_length", "prompt"),
    ("/images/generations", {**DRAW, "seed": 1}, 400, "unknown_parameter", "seed"),
]


@pytest.mark.parametrize(("path", "body", "status", "code", "param"), REFUSED)
async def test_what_the_real_one_refuses(
    vendor: OpenAI, path: str, body: dict[str, Any], status: int, code: str, param: str | None
) -> None:
    answer = await post(vendor, path, body)
    error = answer.json().get("error", {})
    assert (answer.status_code, error.get("code"), error.get("param")) == (status, code, param), error
    assert set(error) == {"message", "type", "param", "code"}
    assert vendor.ledger.paid == []


async def test_older_models_may_have_a_temperature(sdk: Any) -> None:
    await sdk.responses.create(model="gpt-4.1-mini", input="x", temperature=0.7)
    await sdk.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "x"}], temperature=1, max_tokens=50
    )


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (("a.jpg", b"not a picture", "image/jpeg"), "invalid_image_file"),
        (("a.jpg", media.picture(8, 8, "png"), "image/jpeg"), "invalid_image_file"),
        (("a.bin", media.picture(8, 8, "png"), "application/octet-stream"), "invalid_image_file"),
    ],
)
async def test_edits_refuse_what_is_no_picture(
    vendor: OpenAI, sdk: Any, upload: tuple[str, bytes, str], code: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await sdk.images.edit(**DRAW, image=upload)
    assert refused.value.code == code
    with pytest.raises(openai.BadRequestError) as refused:
        await sdk.images.edit(**DRAW, image=("a.png", media.picture(8, 8), "image/png"), extra_body={"seed": 1})
    assert (refused.value.code, refused.value.param) == ("unknown_parameter", "seed")
    assert vendor.ledger.paid == []


async def test_a_body_that_is_no_json_and_a_path_that_is_not_there(vendor: OpenAI) -> None:
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}, verify=False) as client:
        broken = await client.post(
            vendor.base_url + "/responses", content=b"{", headers={"Content-Type": "application/json"}
        )
        assert (broken.status_code, broken.json()["error"]["code"]) == (400, "invalid_json")
        assert (await client.post(vendor.base_url + "/videos", json={})).status_code == 404
        assert (await client.put(vendor.base_url + "/responses", json={})).status_code == 405
