"""The parts of gemini against a strict local server: what they bring, and what comes of every fault."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from gemini_kit import (
    KEY,
    image_request,
    part,
    photo_request,
    reply_request,
    script_request,
    video_request,
)

from hayal import (
    Done,
    Failed,
    Gone,
    InvalidPrompt,
    Misused,
    NoAccess,
    NotSent,
    OutcomeUnknown,
    Refused,
    Running,
    Said,
    Size,
    TryLater,
)
from hayal.prompts import parse_video_prompt
from hayal_gemini import images, videos, writer
from hayal_gemini.images import GeminiImages
from hayal_gemini.videos import GeminiVideos
from hayal_gemini.writer import GeminiPrompts
from servers import faults, media
from servers.base import free_closed_port
from servers.faults import Fault
from servers.gemini import Gemini, gemini_server
from servers.gemini_content import whole
from servers.gemini_errors import error_body, quota_failure, reason, retry_info
from servers.jobs import Plan
from servers.writer import INVALID, VIDEO_PROMPT

pytestmark = pytest.mark.anyio

GENERATE = "POST /{v}/models/{model}:generateContent"
CREATE = "POST /{v}/interactions"
GET = "GET /{v}/interactions/{id}"
FILE = "GET /{v}/files/{file}:download"

# -- what they bring -------------------------------------------------------------------------------------------------


async def test_a_writer_writes() -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiPrompts, vendor.url) as prompts:
        assert "selfie" in await prompts.photo_prompt(photo_request())
        written = await prompts.video_prompt(script_request())
        assert parse_video_prompt(written).model_dump() == VIDEO_PROMPT
        for language, said in (("en", "hello there"), ("tr", "merhaba"), ("ru", "привет")):
            reply = await prompts.reply(reply_request(Said("person", said)))
            assert reply, language
    assert vendor.ledger.count("text") == 5
    assert {seen.headers["x-goog-api-key"] for seen in vendor.ledger.requests} == {KEY}
    assert all("key" not in seen.query for seen in vendor.ledger.requests)


@pytest.mark.parametrize("name", INVALID)
async def test_an_invalid_video_prompt_can_be_mended(name: str) -> None:
    """What is no JSON says so to the writer; what is JSON is judged by the engine."""
    async with gemini_server(key=KEY) as vendor, part(GeminiPrompts, vendor.url) as prompts:
        vendor.writer.add(INVALID[name])
        with pytest.raises(Failed if name == "empty" else InvalidPrompt) as raised:
            parse_video_prompt(await prompts.video_prompt(script_request()))
        if name != "empty":
            await prompts.video_prompt(script_request(complaint=str(raised.value)))
            asked = vendor.ledger.requests[-1].body["contents"][0]["parts"][0]["text"]
            assert str(raised.value) in asked


@pytest.mark.parametrize("form", ["png", "jpeg"])
@pytest.mark.parametrize("reference", [None, media.picture(90, 160, "jpeg")])
async def test_a_picture_is_made(form: Any, reference: bytes | None) -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiImages, vendor.url) as pictures:
        vendor.form = form
        image = await pictures.generate(image_request(reference=reference))
    assert media.look(image.data) == media.Picture(768, 1376, f"image/{form}")
    assert image.mime == f"image/{form}"
    assert image.cost == pytest.approx(0.0336, abs=0.001)
    [paid] = vendor.ledger.paid
    assert (paid.what, paid.size, paid.images) == ("image", "9:16 1K", int(reference is not None))


async def test_a_video_is_made() -> None:
    first = media.picture(360, 640, "jpeg", 5)
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        remote = await films.submit(video_request(reference=first))
        states = [await films.poll(remote) for _ in range(4)]
        assert states[:3] == [Running(), Running(), Running()]
        assert isinstance(states[3], Done)
        assert states[3].cost == pytest.approx(3 * 5792 * 17.5e-6 + 280 * 1.5e-6)
        film = b"".join([chunk async for chunk in films.download(remote)])
    [paid] = vendor.ledger.paid
    assert (paid.what, paid.size, paid.seconds, paid.images) == ("video", "360x640", 3, 1)
    assert film == await media.video(360, 640, 3, first)
    body = vendor.ledger.at(CREATE)[0].body
    assert base64.b64decode(body["input"][0]["data"]) == first


async def test_a_video_without_a_picture() -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="auto") as films:
        await films.submit(video_request(reference=None, size=Size(1920, 1080), seconds=15))
        with pytest.raises(Misused):
            await films.submit(video_request(size=Size(720, 720)))
    [paid] = vendor.ledger.paid
    assert (paid.size, paid.seconds, paid.images) == ("1920x1080", 15, 0)


async def test_the_key_stays_with_its_own_host() -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        vendor.redirect = True
        remote = await films.submit(video_request())
        vendor.jobs.finish()
        film = b"".join([chunk async for chunk in films.download(remote)])
        assert film[4:8] == b"ftyp"
        assert vendor.cdn.ledger.requests
        assert vendor.cdn.leaked == []


async def test_a_video_that_comes_inline_is_taken() -> None:
    """A gateway that does not know `delivery`."""
    film = await media.video(360, 640, 3)
    parts = [{"type": "video", "mime_type": "video/mp4", "data": base64.b64encode(film).decode()}]
    body = {"id": "v1_1", "status": "completed", "steps": [{"type": "model_output", "content": parts}]}
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url) as films:
        vendor.faults.add(GET, faults.answer(200, body), faults.answer(200, body))
        assert await films.poll("v1_1") == Done(None)
        assert b"".join([chunk async for chunk in films.download("v1_1")]) == film


async def test_cancelling_reaches_the_provider() -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        remote = await films.submit(video_request())
        await films.cancel(remote)
        with pytest.raises(Failed, match="cancelled"):
            await films.poll(remote)


async def test_what_was_submitted_cannot_be_looked_up() -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url) as films:
        with pytest.raises(OutcomeUnknown):
            await films.find(video_request(), datetime.now(UTC))


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (Plan(queued=0, polls=0, end="refused"), Refused),
        (Plan(queued=0, polls=0, end="no_video"), Failed),
        (Plan(queued=0, polls=0, end="output_error"), Failed),
        (Plan(queued=0, polls=0, end="failed"), Failed),
        (Plan(queued=0, polls=0, end="incomplete"), Failed),
        (Plan(queued=0, polls=0, end="requires_action"), Failed),
        (Plan(queued=0, polls=0, end="requires_continuation"), Failed),
        (Plan(queued=0, polls=0, end="budget_exceeded"), Failed),
        (Plan(queued=0, polls=0, end="failed", error=("policy", "Blocked by our safety guidelines.")), Refused),
    ],
    ids=lambda value: value.end if isinstance(value, Plan) else value.__name__,
)
async def test_how_a_video_may_end(plan: Plan, kind: type[Exception]) -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        vendor.jobs.add(plan)
        remote = await films.submit(video_request())
        with pytest.raises(kind):
            await films.poll(remote)
    assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize("plan", [Plan(end="stuck"), Plan(extra={"status": "dreaming"})], ids=["stuck", "unknown"])
async def test_what_is_not_over_goes_on(plan: Plan) -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        vendor.jobs.add(plan)
        remote = await films.submit(video_request())
        for _ in range(6):
            assert isinstance(await films.poll(remote), Running)


# -- refusals of pictures and texts ------------------------------------------------------------------------------------

REFUSALS = {
    "blocked prompt": {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {}},
    "no content": {"candidates": [{"finishReason": "IMAGE_SAFETY", "finishMessage": "Unsafe.", "index": 0}]},
    "empty content": whole("m", [], "PROHIBITED_CONTENT"),
    "recitation": whole("m", [], "IMAGE_RECITATION"),
    "words": whole("m", [{"text": "I can't make that picture."}], "STOP"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_every_form_of_refusal_of_a_picture(name: str) -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiImages, vendor.url) as pictures:
        vendor.faults.add(GENERATE, faults.answer(200, REFUSALS[name]))
        with pytest.raises(Refused):
            await pictures.generate(image_request())
        assert len(vendor.ledger.requests) == 1
        assert vendor.ledger.paid == []


async def test_a_refused_text() -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiPrompts, vendor.url) as prompts:
        for name in ("blocked prompt", "empty content"):
            vendor.faults.add(GENERATE, faults.answer(200, REFUSALS[name]))
            with pytest.raises(Refused):
                await prompts.reply(reply_request())


@pytest.mark.parametrize("why", ["NO_IMAGE", "IMAGE_OTHER"])
async def test_without_a_picture_it_is_asked_once_more_and_firmly(why: str) -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiImages, vendor.url) as pictures:
        vendor.faults.add(GENERATE, faults.answer(200, whole("m", [], why)))
        assert (await pictures.generate(image_request())).mime == "image/png"
        first, second = (seen.body["contents"][0]["parts"] for seen in vendor.ledger.requests)
        assert second[: len(first)] == first
        assert "exactly one photograph" in second[-1]["text"]
        assert vendor.ledger.count("image") == 1

        vendor.faults.add(GENERATE, *[faults.answer(200, whole("m", [], why))] * 2)
        with pytest.raises(Failed, match=why):
            await pictures.generate(image_request())
        assert vendor.faults.left() == 0
        assert vendor.ledger.count("image") == 1


async def test_a_picture_that_was_charged_is_not_asked_for_again() -> None:
    charged = whole("m", [], "IMAGE_OTHER", {"modality": "IMAGE", "tokenCount": 1120})
    async with gemini_server(key=KEY) as vendor, part(GeminiImages, vendor.url) as pictures:
        vendor.faults.add(GENERATE, faults.answer(200, charged))
        with pytest.raises(Failed):
            await pictures.generate(image_request())
        assert len(vendor.ledger.requests) == 1


# -- every fault, every capability -------------------------------------------------------------------------------------


def google(code: int, message: str, *details: Any, status: str = "") -> Callable[[], Fault]:
    return lambda: faults.answer(code, error_body(code, message, *details, status=status))


DAY = quota_failure("GenerateRequestsPerDayPerProjectPerModel")
FAULTS: dict[str, Callable[[], Fault]] = {
    "rate limit": google(429, "Resource exhausted.", retry_info(3)),
    "rate limit in a list": lambda: faults.answer(429, [error_body(429, "Resource exhausted.", retry_info(3))]),
    "quota of the day": google(429, "You exceeded your quota.", DAY),
    "no credit": google(429, "You exceeded your current quota, please check your plan and billing details."),
    "internal": google(500, "An internal error has occurred."),
    "internal, done": lambda: faults.answer(500, error_body(500, "An internal error."), executed=True),
    "overloaded": google(503, "The model is overloaded."),
    "deadline": google(504, "Deadline expired."),
    "html 502": lambda: faults.html(502),
    "html 200": lambda: faults.html(200, executed=True),
    "html 404": lambda: faults.html(404),
    "bad key": google(400, "API key not valid. Please pass a valid API key.", reason("API_KEY_INVALID")),
    "no permission": google(403, "The caller does not have permission."),
    "region": google(400, "User location is not supported.", status="FAILED_PRECONDITION"),
    "gone": google(404, "This model models/x is no longer available. Please update your code."),
    "wrong field": google(400, 'Invalid JSON payload received. Unknown name "x".'),
    "wrong api": google(400, "This model only supports Interactions API."),
    "refused": google(400, "The request violates our usage policies."),
    "reset before": lambda: faults.RESET_BEFORE,
    "reset after": lambda: faults.RESET_AFTER,
    "reset mid body": lambda: faults.RESET_MID_BODY,
    "closed mid body": lambda: faults.CLOSE_MID_BODY,
    "truncated": lambda: faults.TRUNCATED,
    "silent": lambda: faults.hang(20),
    "silent, done": lambda: faults.hang(20, executed=True),
}
SETTLED: dict[str, type[Exception]] = {
    "rate limit": TryLater,
    "rate limit in a list": TryLater,
    "quota of the day": NoAccess,
    "no credit": NoAccess,
    "overloaded": TryLater,
    "html 404": Gone,
    "bad key": NoAccess,
    "no permission": NoAccess,
    "region": NoAccess,
    "gone": Gone,
    "wrong field": Misused,
    "wrong api": Misused,
    "refused": Refused,
}
"""What means the same whatever was asked: nothing was paid. The rest depends on what is at stake."""
DONE = {"internal, done", "html 200", "reset after", "reset mid body", "closed mid body", "truncated", "silent, done"}
"""Faults after which the work was done, and would be on the bill."""


def text(vendor: Gemini) -> Awaitable[object]:
    async def ask() -> object:
        async with part(GeminiPrompts, vendor.url) as prompts:
            return await prompts.reply(reply_request())

    return ask()


def picture(vendor: Gemini) -> Awaitable[object]:
    async def ask() -> object:
        async with part(GeminiImages, vendor.url) as pictures:
            return await pictures.generate(image_request())

    return ask()


def film(vendor: Gemini) -> Awaitable[object]:
    async def ask() -> object:
        async with part(GeminiVideos, vendor.url, resolution="360p") as films:
            return await films.submit(video_request())

    return ask()


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize(
    ("ask", "route", "unclear"),
    [(text, GENERATE, Failed), (picture, GENERATE, OutcomeUnknown), (film, CREATE, OutcomeUnknown)],
    ids=["text", "picture", "video"],
)
async def test_every_fault(
    name: str,
    ask: Callable[[Gemini], Awaitable[object]],
    route: str,
    unclear: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if name.startswith("silent"):
        for module in (writer, images, videos):
            monkeypatch.setattr(module, "LIMIT", 1.0)
    expected = SETTLED.get(name, unclear)
    if ask is picture and name in {"internal", "internal, done", "deadline"}:
        expected = Failed  # a picture would have come with the answer: Google's own error says that none does
    async with gemini_server(key=KEY) as vendor:
        vendor.faults.add(route, FAULTS[name]())
        with pytest.raises(expected) as raised:
            await ask(vendor)
        assert raised.type is expected
        assert len(vendor.ledger.at(route)) == 1
        await vendor.ledger.until(lambda ledger: len(ledger.paid) >= int(name in DONE))
        assert len(vendor.ledger.paid) == int(name in DONE)
        assert KEY not in str(raised.value)
        if name.startswith("rate limit"):
            assert raised.value.after == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("ask", [text, picture, film])
async def test_nobody_there(ask: Callable[[Any], Awaitable[object]]) -> None:
    @dataclass
    class Nobody:
        url: str

    with free_closed_port() as port, pytest.raises(NotSent) as raised:
        await ask(Nobody(f"http://127.0.0.1:{port}"))
    assert raised.type is NotSent


@pytest.mark.parametrize("name", [name for name in FAULTS if not name.startswith("silent") and name != "refused"])
async def test_a_failed_question_does_not_end_the_video(name: str) -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(video_request())
        vendor.faults.add(GET, FAULTS[name]())
        with pytest.raises((NotSent, NoAccess, Gone)):
            await films.poll(remote)
        assert isinstance(await films.poll(remote), Done)
        assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize("name", ["internal", "html 502", "no permission", "gone", "wrong field", "reset before"])
async def test_a_failed_download_is_asked_for_again(name: str) -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(video_request())
        await films.poll(remote)
        vendor.faults.add(FILE, FAULTS[name]())
        with pytest.raises(NotSent):
            _ = [chunk async for chunk in films.download(remote)]
        assert b"".join([chunk async for chunk in films.download(remote)])[4:8] == b"ftyp"


@pytest.mark.parametrize("name", ["reset mid body", "closed mid body"])
async def test_a_download_that_breaks_off_is_asked_for_again(name: str) -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(video_request())
        await films.poll(remote)
        vendor.faults.add(FILE, FAULTS[name]())
        with pytest.raises(NotSent):
            _ = [chunk async for chunk in films.download(remote)]
        assert b"".join([chunk async for chunk in films.download(remote)])[4:8] == b"ftyp"


# -- check -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [GeminiPrompts, GeminiImages, GeminiVideos])
async def test_a_check_costs_nothing_and_says_what_is_wrong(kind: Any) -> None:
    async with gemini_server(key=KEY) as vendor:
        async with part(kind, vendor.url) as good:
            await good.check()
        async with part(kind, vendor.url, api_key="AIza-wrong") as wrong:
            with pytest.raises(NoAccess, match=r"plugins\.gemini\.api_key") as raised:
                await wrong.check()
            assert "AIza-wrong" not in str(raised.value)
        named = {"text_model": "gone-1", "image_model": "gone-1", "video_model": "gone-1"}
        async with part(kind, vendor.url, **named) as gone:
            with pytest.raises(Gone, match="has no model gone-1"):
                await gone.check()
        vendor.faults.add("GET /{v}/models/{model}", faults.html(502))
        async with part(kind, vendor.url) as ill:
            with pytest.raises(NotSent, match="502 from 127"):
                await ill.check()
        assert vendor.ledger.paid == []
    with free_closed_port() as port:
        async with part(kind, f"http://127.0.0.1:{port}") as away:
            with pytest.raises(NotSent, match="cannot be reached"):
                await away.check()


async def test_names_from_outside_stay_within_their_segment() -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url) as films:
        for remote in ("../models", "a/b?x=1", "v1 1#x"):
            with pytest.raises(NotSent):
                await films.poll(remote)
        assert {seen.route for seen in vendor.ledger.requests} == {GET}
        for remote in ("..", ".", ""):
            with pytest.raises(Misused):
                await films.poll(remote)


async def test_the_version_is_part_of_every_path() -> None:
    async with gemini_server(key=KEY) as vendor, part(GeminiPrompts, vendor.url, api_version="v1beta") as prompts:
        await prompts.reply(reply_request())
        assert vendor.ledger.requests[0].path.startswith("/v1beta/models/")
