"""The local Gemini takes what Google's own SDK sends, answers what it reads, and refuses what the real one does."""

from __future__ import annotations

import base64
import io
import json
import warnings
from collections.abc import AsyncIterator
from typing import Any

import av
import httpx2
import pytest
from google import genai
from google.genai import errors, types

from hayal.prompts import VideoPrompt, parse_video_prompt
from servers import media
from servers.gemini import Gemini, gemini_server
from servers.gemini_content import SIZES_1K
from servers.jobs import End, Plan

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),  # the SDK's own
]

KEY = "test-key"
TEXT, PICTURE, OMNI = "gemini-3.8-flash", "gemini-nano-banana-2.1", "gemini-omni-1.2-flash"
FACE = media.picture(72, 128, "jpeg")
VIDEO = {"type": "video", "aspect_ratio": "9:16", "resolution": "360p", "duration": "3s", "delivery": "uri"}
WAVE: dict[str, Any] = {"model": OMNI, "input": "she waves", "response_format": VIDEO, "background": True}
HELLO: dict[str, Any] = {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]}


@pytest.fixture
async def vendor() -> AsyncIterator[Gemini]:
    async with gemini_server(key=KEY) as server:
        yield server


@pytest.fixture
async def sdk(vendor: Gemini) -> AsyncIterator[genai.client.AsyncClient]:
    options = types.HttpOptions(base_url=vendor.url)
    with genai.Client(api_key=KEY, http_options=options) as client:
        async with client.aio as aio:
            yield aio


async def call(vendor: Gemini, method: str, path: str, body: Any = None, key: str | None = KEY) -> httpx2.Response:
    headers = {} if key is None else {"x-goog-api-key": key}
    async with httpx2.AsyncClient(headers=headers, verify=False) as client:
        return await client.request(method, vendor.url + path, json=body)


def content(**config: Any) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(**config)


async def test_a_reply(vendor: Gemini, sdk: Any) -> None:
    answer = await sdk.models.generate_content(
        model=TEXT,
        contents=[
            types.Content(role="user", parts=[types.Part(text="selam")]),
            types.Content(role="model", parts=[types.Part(text="selam!")]),
            types.Content(role="user", parts=[types.Part(text="nasılsın?")]),
        ],
        config=content(
            system_instruction="You are Ayla.",
            max_output_tokens=300,
            thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel.LOW),
            safety_settings=[
                types.SafetySetting(
                    category=types.HarmCategory.HARM_CATEGORY_HARASSMENT,
                    threshold=types.HarmBlockThreshold.BLOCK_ONLY_HIGH,
                )
            ],
        ),
    )
    assert set("ıüöşçğ") & set(answer.text or "")
    assert [part.thought for part in answer.parts or []] == [True, None]
    assert [(paid.what, paid.prompt) for paid in vendor.ledger.paid] == [("text", "nasılsın?")]


@pytest.mark.parametrize("way", ["response_schema", "response_json_schema"])
async def test_structured_output(sdk: Any, way: str) -> None:
    schema: Any = (
        VideoPrompt.model_json_schema()
        if way == "response_json_schema"
        else {
            "type": "OBJECT",
            "properties": {name: {"type": "STRING"} for name in VideoPrompt.model_fields},
            "required": list(VideoPrompt.model_fields),
        }
    )
    config = content(response_mime_type="application/json", **{way: schema})
    answer = await sdk.models.generate_content(model=TEXT, contents="a video", config=config)
    parse_video_prompt(json.loads(answer.text or ""))


async def test_a_picture_with_the_face_as_input(vendor: Gemini, sdk: Any) -> None:
    vendor.form = "jpeg"
    config = content(
        response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio="9:16", image_size="1K"), seed=4
    )
    face = types.Part.from_bytes(data=FACE, mime_type="image/jpeg")
    answer = await sdk.models.generate_content(model=PICTURE, contents=[face, "a selfie"], config=config)
    drawn = [part.inline_data for part in answer.parts or [] if part.inline_data and not part.thought]
    assert [media.look(one.data or b"") for one in drawn] == [(768, 1376, "image/jpeg")]
    thoughts = [part for part in answer.parts or [] if part.thought and part.inline_data]
    assert len(thoughts) == 1
    assert [(paid.what, paid.size, paid.images) for paid in vendor.ledger.paid] == [("image", "9:16 1K", 1)]


@pytest.mark.parametrize("ratio", list(SIZES_1K))
async def test_every_ratio_has_nearly_its_shape(ratio: str) -> None:
    width, height = SIZES_1K[ratio]
    across, down = map(int, ratio.split(":"))
    assert width / height == pytest.approx(across / down, rel=0.05)


async def test_a_video(vendor: Gemini, sdk: Any) -> None:
    picture = {"type": "image", "data": base64.b64encode(FACE).decode(), "mime_type": "image/jpeg"}
    made = await sdk.interactions.create(
        model=OMNI,
        input=[picture, {"type": "text", "text": "she waves"}],
        response_format=VIDEO,
        generation_config={"video_config": {"task": "image_to_video"}},
        background=True,
    )
    seen = [str(made.status)]
    while made.status != "completed":
        made = await sdk.interactions.get(id=str(made.id))
        seen.append(str(made.status))
    assert seen == ["queued", "queued", "in_progress", "in_progress", "completed"]
    assert made.output_video
    assert made.output_video.uri
    assert [step.type for step in made.steps or []] == ["user_input", "thought", "model_output"]
    assert made.usage
    assert made.usage.total_output_tokens == 3 * 5792
    raw = await call(vendor, "GET", made.output_video.uri.removeprefix(vendor.url))
    with av.open(io.BytesIO(raw.content), "r") as film:
        first = next(film.decode(video=0))
        assert (first.width, first.height, film.duration) == (360, 640, 3_000_000)
    assert [(p.what, p.size, p.seconds, p.images) for p in vendor.ledger.paid] == [("video", "360x640", 3, 1)]


async def test_without_background_the_create_waits_for_the_video(sdk: Any) -> None:
    made = await sdk.interactions.create(model=OMNI, input="x", response_format={**VIDEO, "delivery": "inline"})
    assert made.status == "completed"
    assert made.output_video
    raw = base64.b64decode(str(made.output_video.data))
    with av.open(io.BytesIO(raw), "r") as film:
        assert film.duration == 3_000_000


@pytest.mark.parametrize(
    ("end", "status", "kinds"),
    [
        ("completed", "completed", ["video"]),
        ("refused", "completed", ["text"]),
        ("no_video", "completed", []),
        ("output_error", "completed", None),
        ("failed", "failed", None),
        ("cancelled", "cancelled", None),
        ("incomplete", "incomplete", None),
        ("requires_action", "requires_action", None),
        ("requires_continuation", "requires_continuation", None),
        ("budget_exceeded", "budget_exceeded", None),
    ],
)
async def test_every_end_is_reached_after_its_polls(
    vendor: Gemini, sdk: Any, end: End, status: str, kinds: list[str] | None
) -> None:
    vendor.jobs.add(Plan(queued=0, polls=1, end=end, error=("internal", "It broke.")))
    made = await sdk.interactions.create(**WAVE)
    assert (await sdk.interactions.get(id=str(made.id))).status == "in_progress"
    ended = await sdk.interactions.get(id=str(made.id))
    assert ended.status == status
    outputs = [step for step in ended.steps or [] if step.type == "model_output"]
    if kinds is None:
        assert not any(step.content for step in outputs)
    else:
        assert [part.type for step in outputs for part in step.content or []] == kinds
    assert bool(ended.errors) == (end == "failed")
    assert bool(outputs and outputs[0].error) == (end == "output_error")


async def test_a_job_that_is_stuck_ends_when_a_test_lets_it(vendor: Gemini, sdk: Any) -> None:
    vendor.jobs.add(Plan(queued=0, polls=0, end="stuck"))
    made = await sdk.interactions.create(**WAVE)
    for _ in range(5):
        assert (await sdk.interactions.get(id=str(made.id))).status == "in_progress"
    vendor.jobs.finish()
    assert (await sdk.interactions.get(id=str(made.id))).status == "completed"


async def test_cancel_and_delete(vendor: Gemini, sdk: Any) -> None:
    made = await sdk.interactions.create(**WAVE)
    assert (await sdk.interactions.cancel(id=str(made.id))).status == "cancelled"
    assert (await call(vendor, "POST", f"/v1/interactions/{made.id}/cancel")).status_code == 400
    await sdk.interactions.delete(id=str(made.id))
    gone = await call(vendor, "GET", f"/v1/interactions/{made.id}")
    assert (gone.status_code, gone.json()) == (
        400,
        {"error": {"code": "invalid_request", "message": "Invalid interaction name"}},
    )


async def test_a_download_by_way_of_another_origin_that_takes_no_key(vendor: Gemini) -> None:
    vendor.redirect = True
    vendor.jobs.plan = Plan(queued=0, polls=0)
    made = (await call(vendor, "POST", "/v1beta/interactions", WAVE)).json()
    made = (await call(vendor, "GET", f"/v1beta/interactions/{made['id']}")).json()
    uri = made["steps"][-1]["content"][0]["uri"].removeprefix(vendor.url)
    moved = await call(vendor, "GET", uri)
    assert moved.status_code == 302
    async with httpx2.AsyncClient(verify=False) as client:
        bare = await client.get(moved.headers["location"])
        assert bare.content[4:8] == b"ftyp"
        assert vendor.cdn.leaked == []
        leaky = await client.get(moved.headers["location"], headers={"x-goog-api-key": KEY})
    assert leaky.status_code == 400
    assert vendor.cdn.leaked == [KEY]
    assert (await call(vendor, "GET", uri, key=None)).status_code == 403


async def test_models(vendor: Gemini, sdk: Any) -> None:
    names = {model.name async for model in await sdk.models.list()}
    assert {f"models/{TEXT}", f"models/{PICTURE}", f"models/{OMNI}"} <= names
    assert (await sdk.models.get(model=TEXT)).name == f"models/{TEXT}"
    assert (await call(vendor, "GET", "/v1/models/gemini-flash-latest")).status_code == 404
    assert (await call(vendor, "GET", "/v1beta/models/gemini-flash-latest")).status_code == 200


async def test_keys(vendor: Gemini) -> None:
    path = f"/v1/models/{TEXT}:generateContent"
    missing = await call(vendor, "POST", path, HELLO, key=None)
    assert (missing.status_code, missing.json()["error"]["status"]) == (403, "PERMISSION_DENIED")
    wrong = await call(vendor, "POST", path, HELLO, key="nope")
    assert (wrong.status_code, wrong.json()["error"]["details"][0]["reason"]) == (400, "API_KEY_INVALID")
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}, verify=False) as client:
        assert (await client.post(vendor.url + path, json=HELLO)).status_code == 403
    assert vendor.ledger.paid == []
    assert (await call(vendor, "POST", f"{path}?key={KEY}", HELLO, key=None)).status_code == 200


def hello(**more: Any) -> dict[str, Any]:
    return {**HELLO, **more}


def config(**more: Any) -> dict[str, Any]:
    return hello(generationConfig=more)


def parts(*given: dict[str, Any]) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": list(given)}]}


PNG = base64.b64encode(media.picture(8, 8)).decode()

CONTENT_REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (TEXT, hello(colour=1), 'Unknown name "colour"'),
    (TEXT, config(colour=1), "Unknown name \"colour\" at 'generationConfig'"),
    (TEXT, config(maxOutputTokens="many"), "Invalid value at 'generationConfig.maxOutputTokens'"),
    (TEXT, config(responseModalities=["VIDEO"]), "Invalid value at 'generationConfig.responseModalities[0]'"),
    (TEXT, config(responseModalities=["IMAGE"]), "does not support the requested response modalities"),
    (TEXT, config(thinkingConfig={"thinkingLevel": "HUGE"}), "thinkingLevel"),
    (TEXT, config(responseSchema={"type": "OBJECT"}), "response_mime_type"),
    (TEXT, config(responseSchema={"type": "object"}, responseMimeType="application/json"), "responseSchema.type"),
    (TEXT, config(responseMimeType="image/png"), "response_mime_type"),
    (TEXT, hello(systemInstruction="Be kind"), "Invalid value at 'systemInstruction'"),
    (TEXT, {"contents": []}, "contents is not specified"),
    (TEXT, {}, "contents is not specified"),
    (TEXT, {"contents": [{"role": "system", "parts": [{"text": "x"}]}]}, "valid role"),
    (TEXT, {"contents": [{"role": "user", "parts": []}]}, "must not be empty"),
    (TEXT, {"contents": [*HELLO["contents"], {"role": "model", "parts": [{"text": "x"}]}]}, "last turn"),
    (
        TEXT,
        hello(safetySettings=[{"category": "HARM_CATEGORY_CIVIC_INTEGRITY", "threshold": "OFF"}]),
        "unsupported category",
    ),
    (TEXT, hello(safetySettings=[{"category": "HARM_CATEGORY_X", "threshold": "OFF"}]), "safetySettings[0].category"),
    (PICTURE, parts({"text": "x"}, {"inlineData": {"mimeType": "image/jpeg", "data": PNG}}), "MIME"),
    (PICTURE, parts({"text": "x"}, {"inlineData": {"mimeType": "image/png", "data": "!"}}), "Base64"),
    (PICTURE, parts({"text": "x"}, {"inlineData": {"mimeType": "image/png", "data": "aGFsbG8="}}), "not valid"),
    (PICTURE, parts({"text": "x", "inlineData": {"mimeType": "image/png", "data": PNG}}), "oneof"),
    (PICTURE, parts({"text": "x"}, *[{"inlineData": {"mimeType": "image/png", "data": PNG}}] * 15), "Too many images"),
    (PICTURE, config(imageConfig={"aspectRatio": "10:16"}), "aspect_ratio"),
    (PICTURE, config(imageConfig={"imageSize": "1k"}), "image_size"),
    (PICTURE, config(imageConfig={"imageSize": "512"}), "image_size"),
    (PICTURE, config(imageConfig={"outputMimeType": "image/png"}), 'Unknown name "outputMimeType"'),
    (PICTURE, config(imageConfig={"personGeneration": "ALLOW_ADULT"}), 'Unknown name "personGeneration"'),
    (PICTURE, config(responseModalities=["TEXT"]), "modalities"),
    (PICTURE, config(responseMimeType="application/json"), "JSON mode"),
    (OMNI, HELLO, "only supports Interactions API."),
]


@pytest.mark.parametrize(("model", "body", "words"), CONTENT_REFUSED)
async def test_generate_content_refuses_what_the_real_one_does(
    vendor: Gemini, model: str, body: dict[str, Any], words: str
) -> None:
    answer = await call(vendor, "POST", f"/v1beta/models/{model}:generateContent", body)
    error = answer.json().get("error", {})
    assert (answer.status_code, error.get("status")) == (400, "INVALID_ARGUMENT"), answer.json()
    assert words in error["message"]
    assert vendor.ledger.paid == []


@pytest.mark.parametrize("model", ["gemini-2.5-flash-image", "gemini-9"])
@pytest.mark.parametrize("path", ["/v1/models/{}:generateContent", "/v1/interactions"])
async def test_a_model_that_is_not_there(vendor: Gemini, model: str, path: str) -> None:
    body = {**WAVE, "model": model} if path.endswith("interactions") else HELLO
    answer = await call(vendor, "POST", path.format(model), body)
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, "NOT_FOUND")
    assert ("no longer available" in answer.json()["error"]["message"]) == (model != "gemini-9")


async def test_both_spellings_of_a_field_are_taken_by_generate_content(vendor: Gemini) -> None:
    body = hello(generation_config={"max_output_tokens": 200})
    assert (await call(vendor, "POST", f"/v1/models/{TEXT}:generateContent", body)).status_code == 200


def wave(**more: Any) -> dict[str, Any]:
    return {**WAVE, **more}


def video(**more: Any) -> dict[str, Any]:
    return wave(response_format={**VIDEO, **more})


INTERACTIONS_REFUSED: list[tuple[dict[str, Any], str]] = [
    (wave(colour=1), "colour"),
    (wave(responseFormat=VIDEO), "responseFormat"),
    (wave(generation_config={"videoConfig": {}}), "videoConfig"),
    (wave(generation_config={"video_config": {"task": "dance"}}), "dance"),
    (wave(generation_config={"video_config": {"task": "image_to_video"}}), "needs an image"),
    (video(duration=8), "8 is not of type 'string'"),
    (video(duration="8"), "duration"),
    (video(duration="2s"), "from 3s to 15s"),
    (video(duration="16s"), "from 3s to 15s"),
    (video(duration="4.5s"), "duration"),
    (video(aspect_ratio="3:4"), "aspect_ratio"),
    (video(resolution="720P"), "resolution"),
    (video(delivery="file"), "delivery"),
    (video(fps=24), "fps"),
    (wave(response_format={"type": "text"}), "only a video"),
    (wave(system_instruction="Be kind"), "system_instruction is not supported"),
    (wave(store=False), "background"),
    (wave(background="yes"), "background"),
    (wave(input=[]), "no text"),
    (wave(input=[{"type": "picture", "data": PNG}]), "unknown type 'picture'"),
    (wave(input=[{"type": "image", "mimeType": "image/png", "data": PNG}]), "mimeType"),
    (wave(input=[{"type": "image", "mime_type": "image/jpeg", "data": PNG}]), "mime_type"),
    (wave(input=[{"type": "image", "mime_type": "image/png", "data": "aGFsbG8="}]), "cannot be decoded"),
    (wave(labels={"Job": "1"}), "labels"),
    ({"input": "x"}, "'model' is a required property"),
    ({"model": OMNI}, "'input' is a required property"),
]


@pytest.mark.parametrize(("body", "words"), INTERACTIONS_REFUSED)
async def test_interactions_refuse_what_the_real_ones_do(vendor: Gemini, body: dict[str, Any], words: str) -> None:
    answer = await call(vendor, "POST", "/v1/interactions", body)
    assert answer.status_code == 400, answer.json()
    assert answer.json()["error"]["code"] == "invalid_request"
    assert words in answer.json()["error"]["message"]
    assert vendor.ledger.paid == []


async def test_the_older_omni_makes_at_most_ten_seconds(vendor: Gemini) -> None:
    body = video(duration="11s") | {"model": "gemini-omni-1.1-flash"}
    assert (await call(vendor, "POST", "/v1/interactions", body)).status_code == 400


async def test_the_sdk_understands_the_errors(sdk: Any) -> None:
    with pytest.raises(errors.ClientError, match="no longer available") as gone:
        await sdk.models.generate_content(model="gemini-2.5-flash-image", contents="x")
    assert (gone.value.code, gone.value.status) == (404, "NOT_FOUND")


async def test_every_answer_is_of_the_sdks_type(vendor: Gemini) -> None:
    for model, form in ((TEXT, "png"), (PICTURE, "webp")):
        vendor.form = form  # type: ignore[assignment]
        body = (await call(vendor, "POST", f"/v1/models/{model}:generateContent", HELLO)).json()
        types.GenerateContentResponse.model_validate(body)
        with pytest.raises(ValueError, match="Extra inputs"):
            types.GenerateContentResponse.model_validate({**body, "surprise": 1})


async def test_interactions_are_of_the_sdks_type(vendor: Gemini) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from google.genai._gaos.types.interactions import Interaction

        vendor.jobs.plan = Plan(queued=0, polls=0)
        made = (await call(vendor, "POST", "/v1/interactions", WAVE)).json()
        body = (await call(vendor, "GET", f"/v1/interactions/{made['id']}")).json()
        read = Interaction.model_validate(body)
        known = set(Interaction.model_fields) | {"object"}
        assert set(body) <= known
        assert read.status == "completed"
