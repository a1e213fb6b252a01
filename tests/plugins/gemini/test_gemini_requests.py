"""What is asked of Gemini and how its answers are read, without a network; held against google-genai's types."""

from __future__ import annotations

import base64
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from gemini_kit import AYLA, KEY, image_request, photo_request, reply_request, script_request, settings, video_request
from google.genai import types
from google.genai._gaos.types.interactions import CreateModelInteraction
from google.genai._gaos.types.interactions.interaction import Interaction
from pydantic import ValidationError

from hayal import Failed, Host, NoAccess, OutcomeUnknown, Refused, Said, Size, VideoPrompt
from hayal_gemini import content, images, instructions, omni, writer
from hayal_gemini.images import GeminiImages
from hayal_gemini.models import models, nearest_ratio, video_seconds, video_sizes
from hayal_gemini.videos import GeminiVideos
from hayal_gemini.writer import GeminiPrompts
from servers import media


def camel(model: Any) -> Any:
    return model.model_dump(by_alias=True, exclude_none=True, mode="json")


def web_safe(value: Any) -> Any:
    """Base64 as the SDK writes it; the service takes both."""
    if isinstance(value, dict):
        return {k: v.replace("+", "-").replace("/", "_") if k == "data" else web_safe(v) for k, v in value.items()}
    return [web_safe(one) for one in value] if isinstance(value, list) else value


def held_against_the_sdk(body: dict[str, Any]) -> None:
    """Every field is one of the SDK's, with its type: what it reads and writes again is what we send."""
    for name, value in body.items():
        if name == "contents":
            assert [camel(types.Content.model_validate(one)) for one in value] == web_safe(value)
        elif name == "systemInstruction":
            assert camel(types.Content.model_validate(value)) == value
        else:
            assert name == "generationConfig"
            # the SDK's own name for the message that goes over the wire, which has no imageConfig yet
            pictures = value.get("imageConfig", {})
            rest = {key: one for key, one in value.items() if key != "imageConfig"}
            assert camel(types.GenerationConfig.model_validate(rest)) == rest
            assert camel(types.ImageConfig.model_validate(pictures)) == pictures


def test_text_requests_are_what_the_sdk_sends() -> None:
    photo = writer.request_body(instructions.photo_instruction(photo_request()), writer.question("x"), None)
    script = writer.request_body("do", writer.question("x"), None, instructions.video_schema())
    held_against_the_sdk(photo)
    held_against_the_sdk(script)
    thinking = writer.request_body("do", writer.question("x"), "low")
    held_against_the_sdk(thinking)
    assert thinking["generationConfig"]["thinkingConfig"] == {"thinkingLevel": "LOW"}


@pytest.mark.parametrize("reference", [None, media.picture(64, 64, "png"), media.picture(64, 64, "jpeg")])
def test_an_image_request_is_what_the_sdk_sends(reference: bytes | None) -> None:
    body = images.request_body(image_request(reference=reference), "1K")
    held_against_the_sdk(body)
    assert body["generationConfig"]["imageConfig"] == {"aspectRatio": "9:16", "imageSize": "1K"}
    given = [part["inlineData"] for part in body["contents"][0]["parts"] if "inlineData" in part]
    if reference is None:
        assert not given
    else:
        mime = "image/png" if reference[:4] == b"\x89PNG" else "image/jpeg"
        assert given == [{"mimeType": mime, "data": base64.b64encode(reference).decode()}]
        assert "Ayla" in body["contents"][0]["parts"][0]["text"]


@pytest.mark.parametrize("reference", [None, media.picture(360, 640, "jpeg")])
def test_a_video_request_is_what_the_sdk_sends(reference: bytes | None) -> None:
    body = omni.create_body("gemini-omni-1.2-flash", video_request(reference=reference), "360p", "9:16")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fields of the SDK's that we do not set
        dumped = CreateModelInteraction.model_validate(body).model_dump(by_alias=True, exclude_none=True, mode="json")
    assert dumped == body
    assert body["background"] is True
    assert body["store"] is True
    assert body["response_format"]["duration"] == "3s"
    text = body["input"][-1]["text"]
    assert text.startswith("Single continuous shot, no scene cuts.")
    assert "Audio design: A quiet room. No music. No dialogue." in text
    assert ("<FIRST_FRAME>" in text) is (reference is not None)


def test_instructions_say_what_the_request_says() -> None:
    script = instructions.video_instruction(script_request())
    assert "fits 5 seconds" in script
    assert "flirty" in script
    assert "flirty" not in instructions.video_instruction(script_request(flirty=False))
    for field in VideoPrompt.model_fields.values():
        assert field.description
        assert field.description in script
    assert "accepts" not in script
    assert "accepts" in instructions.video_instruction(script_request(careful=True))
    assert "accepts" in instructions.photo_instruction(photo_request(careful=True))
    question = instructions.video_question(script_request(complaint="sound: names music"))
    assert "волна" in question
    assert "sound: names music" in question
    assert "denizde" in instructions.photo_question(photo_request())
    assert instructions.photo_question(photo_request(seed=1)) != instructions.photo_question(photo_request(seed=2))
    for language, name in (("en", "English"), ("tr", "Turkish"), ("ru", "Russian")):
        told = instructions.reply_instruction(reply_request(language=language))
        assert f"Write {name}" in told
        assert AYLA.look in told


def test_a_conversation_is_told_newest_first_and_in_turns() -> None:
    said = [Said("persona", "hi"), Said("person", "a"), Said("person", "b"), Said("persona", "c"), Said("person", "d")]
    assert writer.turns(said) == [
        {"role": "user", "parts": [{"text": "a"}, {"text": "b"}]},
        {"role": "model", "parts": [{"text": "c"}]},
        {"role": "user", "parts": [{"text": "d"}]},
    ]
    long = [Said("person", "x" * writer.LONGEST_HISTORY), Said("persona", "y"), Said("person", "z")]
    assert writer.turns(long) == [{"role": "user", "parts": [{"text": "z"}]}]
    assert writer.turns([Said("person", "x" * 50_000)])[0]["parts"][0]["text"] == "x" * 50_000


# -- reading ---------------------------------------------------------------------------------------------------------

PNG = base64.b64encode(media.picture(16, 16)).decode()


def said(*parts: Any, reason: str = "STOP", **more: Any) -> dict[str, Any]:
    candidate: dict[str, Any] = {"finishReason": reason, **more}
    if parts:
        candidate["content"] = {"role": "model", "parts": list(parts)}
    return {"candidates": [candidate]}


POLICY = ["SAFETY", "RECITATION", "LANGUAGE", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"]
POLICY += ["IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR", "ESCALATION"]
FAULTS = ["MAX_TOKENS", "MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "UNEXPECTED_TOOL_CALL", "CONTINUATION"]
FAULTS += ["TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE", "A_REASON_OF_TOMORROW"]


def test_every_finish_reason_of_the_sdk_is_thought_of() -> None:
    known = {*POLICY, *FAULTS, "NO_IMAGE", "IMAGE_OTHER", "PUP_LIMITED_DISABLED", "STOP", "FINISH_REASON_UNSPECIFIED"}
    assert {reason.value for reason in types.FinishReason} <= known


@pytest.mark.parametrize("reason", POLICY)
@pytest.mark.parametrize("read", [content.words_of, lambda data: content.picture_of(data, None)])
def test_policy_is_a_refusal(reason: str, read: Any) -> None:
    with pytest.raises(Refused, match=reason):
        read(said(reason=reason, finishMessage="because"))


@pytest.mark.parametrize("reason", [one.value for one in types.BlockedReason])
def test_a_blocked_prompt_is_a_refusal(reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        content.picture_of({"promptFeedback": {"blockReason": reason}, "usageMetadata": {}}, None)


@pytest.mark.parametrize("reason", FAULTS)
def test_a_fault_of_the_model_is_none(reason: str) -> None:
    with pytest.raises(Failed, match=reason):
        content.words_of(said({"text": "half a sent"}, reason=reason))


@pytest.mark.parametrize("reason", ["NO_IMAGE", "IMAGE_OTHER"])
def test_no_picture_is_no_refusal(reason: str) -> None:
    with pytest.raises(content.NoPicture, match=reason):
        content.picture_of(said(reason=reason), None)


def test_a_limited_account_is_no_access() -> None:
    with pytest.raises(NoAccess):
        content.picture_of(said(reason="PUP_LIMITED_DISABLED"), None)


@pytest.mark.parametrize("data", [None, [], {}, {"candidates": []}, {"candidates": [None]}, "no"])
def test_nothing_is_a_failure(data: Any) -> None:
    with pytest.raises(Failed):
        content.words_of(data)
    with pytest.raises(Failed):
        content.picture_of(data, None)


def test_words_instead_of_a_picture_are_a_refusal() -> None:
    with pytest.raises(Refused, match="I can't"):
        content.picture_of(said({"text": "I can't make that."}), None)


def test_thoughts_are_skipped() -> None:
    draft = {"inlineData": {"mimeType": "image/png", "data": "ZHJhZnQ="}, "thought": True}
    final = {"inlineData": {"mimeType": "image/jpeg", "data": PNG}}
    image = content.picture_of(said({"text": "hm", "thought": True}, draft, {"text": "Here."}, final), None)
    assert (image.mime, image.data) == ("image/jpeg", base64.b64decode(PNG))
    assert content.words_of(said({"text": "hm", "thought": True}, {"text": " A "}, {"text": "b"})) == "A b"
    with pytest.raises(Failed) as raised:
        content.picture_of(said(draft), None)
    assert raised.type is Failed  # not asked for again: it may have been charged


def test_a_picture_costs_what_its_tokens_cost() -> None:
    data = said({"inlineData": {"mimeType": "image/png", "data": PNG}})
    data["usageMetadata"] = {
        "promptTokenCount": 100,
        "candidatesTokenCount": 1120,
        "thoughtsTokenCount": 12,
        "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}],
    }
    prices = models().prices["gemini-nano-banana-2.1"]
    cost = content.picture_of(data, prices).cost
    assert cost == pytest.approx(0.0336, abs=0.0005)
    assert content.picture_of(data, None).cost is None
    del data["usageMetadata"]
    assert content.picture_of(data, prices).cost is None


def interaction(status: str, *steps: Any, **more: Any) -> dict[str, Any]:
    data = {"id": "v1_1", "status": status, "steps": list(steps), **more}
    Interaction.model_validate(data)  # a shape the SDK knows
    return data


FILM = {"type": "model_output", "content": [{"type": "video", "mime_type": "video/mp4", "uri": "https://h/f"}]}
WORDS = {"type": "model_output", "content": [{"type": "text", "text": "I can't create that."}]}


@pytest.mark.parametrize("status", ["queued", "in_progress", "a_status_of_tomorrow", ""])
def test_what_nobody_knows_is_still_at_work(status: str) -> None:
    assert omni.state_of({"id": "x", "status": status}) == "running"


def test_a_film_is_found() -> None:
    data = interaction("completed", {"type": "user_input", "content": []}, FILM)
    assert omni.state_of(data) == "done"
    assert omni.film_of(data) == omni.Film(uri="https://h/f")
    # even if the interaction says it was not quite finished: it is paid for
    assert omni.state_of(interaction("incomplete", FILM)) == "done"


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (interaction("completed", WORDS), Refused, "I can't create"),
        (interaction("completed"), Refused, "none"),
        (interaction("failed", errors=[{"code": "x", "message": "Out of order."}]), Failed, "Out of order"),
        (
            interaction("failed", errors=[{"code": "x", "message": "It violates our usage policy."}]),
            Refused,
            "violates",
        ),
        (interaction("cancelled"), Failed, "cancelled"),
        (interaction("incomplete"), Failed, "incomplete"),
        (interaction("budget_exceeded"), Failed, "budget_exceeded"),
        (interaction("requires_action"), Failed, "requires_action"),
        (interaction("completed", {"type": "model_output", "error": {"code": 13, "message": "Oh"}}), Failed, "Oh"),
        (
            interaction("completed", WORDS, usage={"output_tokens_by_modality": [{"modality": "video", "tokens": 9}]}),
            Failed,
            "9 video tokens",
        ),
    ],
)
def test_why_there_is_no_film(data: dict[str, Any], kind: type[Exception], words: str) -> None:
    assert omni.state_of(data) == "ended"
    error = omni.why_none(data)
    assert type(error) is kind
    assert words in str(error)


def test_a_video_costs_what_its_tokens_cost() -> None:
    usage = {
        "total_input_tokens": 280,
        "total_thought_tokens": 100,
        "output_tokens_by_modality": [{"modality": "video", "tokens": 5 * 5792}],
    }
    prices = models().prices["gemini-omni-1.2-flash"]
    assert omni.cost_of(interaction("completed", usage=usage), prices) == pytest.approx(0.508, abs=0.001)
    assert omni.cost_of(interaction("completed"), prices) is None
    assert omni.cost_of(interaction("completed", usage=usage), None) is None


def test_an_answer_without_an_id_may_have_been_paid() -> None:
    assert omni.id_of({"id": "interactions/v1_7"}) == "v1_7"
    for data in (None, {}, {"id": 7}, []):
        with pytest.raises(OutcomeUnknown):
            omni.id_of(data)


# -- models and settings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "ratio"),
    [("720x1280", "9:16"), ("1280x720", "16:9"), ("1024x1024", "1:1"), ("1024x1536", "2:3"), ("144x256", "9:16")],
)
def test_the_nearest_ratio(size: str, ratio: str) -> None:
    assert nearest_ratio(Size.parse(size), models().image_ratios) == ratio


def test_sizes_and_lengths_follow_from_the_model() -> None:
    assert video_sizes("720p") == {Size(720, 1280): ("720p", "9:16"), Size(1280, 720): ("720p", "16:9")}
    assert video_sizes("auto")[Size(2160, 3840)] == ("4k", "9:16")
    assert (video_seconds("gemini-omni-1.1-flash")[0], video_seconds("gemini-omni-1.1-flash")[-1]) == (3, 10)
    assert video_seconds("gemini-omni-1.2-flash")[-1] == 15
    assert video_seconds("gemini-omni-9-flash") == tuple(range(3, 11))
    film = GeminiVideos(settings(resolution="360p"), Host("gemini", None))  # type: ignore[arg-type]
    assert film.capabilities.sizes == (Size(360, 640), Size(640, 360))


def test_no_default_model_has_ended() -> None:
    known = models()
    for model in (known.text, known.image, known.video):
        assert model not in known.ends or known.ends[model] > known.as_of


def test_models_that_end_are_warned_of() -> None:
    host = Host("gemini", None)  # type: ignore[arg-type]
    soon = datetime.now(UTC).date() + timedelta(days=20)
    assert GeminiImages(settings(), host).warnings() == ()
    gone = GeminiImages(settings(image_model="gemini-2.5-flash-image"), host).warnings()
    assert gone == ("the model gemini-2.5-flash-image ended on 2026-10-02; choose another",)
    own = GeminiPrompts(settings(text_model="gemini-x", ends={"gemini-x": soon}), host).warnings()
    assert own
    assert "in 20 days" in own[0]
    film = GeminiVideos(settings(video_model="gemini-omni-flash-preview"), host).warnings()
    assert "ended on 2026-09-30" in film[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "https://generativelanguage.googleapis.com/v1beta"},
        {"base_url": "generativelanguage.googleapis.com"},
        {"base_url": "https://host/?key=x"},
        {"base_url": "https://host:port"},
        {"api_version": "1"},
        {"resolution": "720"},
        {"image_size": "1k"},
        {"text_model": ""},
        {"voice": "x"},
        {"api_key": ""},
    ],
)
def test_wrong_settings_are_found_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as raised:
        settings(**wrong)
    assert KEY not in str(raised.value)
