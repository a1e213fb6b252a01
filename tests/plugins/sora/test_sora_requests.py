"""What is asked of endpoints and how their answers are read, without a network; held against openai's types."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import pytest
from openai.types import Video, VideoCreateParams
from pydantic import TypeAdapter, ValidationError
from sora_kit import KEY, prompt, request, settings, sora

from hayal import Failed, Misused, NoAccess, Refused, Size
from hayal_sora.lookup import likeness
from hayal_sora.models import models
from hayal_sora.reading import Film, read_film, why_failed, why_not_taken
from hayal_sora.requests import content_path, film_path, segment, submission
from servers import media

BASE = "https://gateway.example/v1"


def test_a_form_is_what_the_sdk_sends() -> None:
    asked = submission(settings(BASE), request())
    assert asked.path == "videos"
    assert asked.json is None
    assert asked.fields == {"model": "sora-2", "prompt": prompt().text(), "seconds": "4", "size": "144x256"}
    assert asked.files is not None
    [(name, (file, data, mime))] = asked.files.items()
    assert (name, file, mime) == ("input_reference", "reference.jpg", "image/jpeg")
    assert media.look(data)[:2] == (144, 256)
    assert {*asked.fields, *asked.files} == {*get_type_hints(VideoCreateParams)}


def test_without_a_picture_it_is_json() -> None:
    asked = submission(settings(BASE), request(reference=None, size=Size(720, 1280)))
    assert asked.files is None
    assert asked.fields is None
    assert asked.json is not None
    hints = get_type_hints(VideoCreateParams)
    for name, value in asked.json.items():
        TypeAdapter(hints[name] if name != "prompt" else str).validate_python(value)


@pytest.mark.parametrize(
    ("knobs", "expected"),
    [
        ({}, {"seconds": "4"}),
        ({"length_field": "duration"}, {"duration": 4}),
        ({"length_type": "number"}, {"seconds": 4}),
        ({"length_field": "duration", "length_type": "string"}, {"duration": "4"}),
    ],
)
def test_dialects_of_generations(knobs: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = submission(settings(BASE, protocol="generations", image_field="image_url", **knobs), request())
    assert asked.path == "video/generations"
    assert asked.json is not None
    picture = asked.json.pop("image_url")
    assert asked.json == {"model": "sora-2", "prompt": prompt().text(), "size": "144x256", **expected}
    head, _, data = picture.partition(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(data) == request().reference


def test_paths_keep_what_comes_from_outside_in_its_segment() -> None:
    assert film_path(settings(BASE), "a/../b?x") == "videos/a%2F..%2Fb%3Fx"
    assert film_path(settings(BASE, protocol="generations"), "t 1") == "video/generations/t%201"
    assert content_path("v#1") == "videos/v%231/content"
    for name in ("", ".", ".."):
        with pytest.raises(Misused):
            segment(name)


# -- reading ---------------------------------------------------------------------------------------------------------


def test_the_sdks_own_video() -> None:
    video = Video(
        id="video_1",
        created_at=1_760_000_000,
        model="sora-2",
        object="video",
        progress=45,
        seconds="8",
        size="720x1280",
        status="in_progress",
        prompt="x",
    )
    assert read_film(video.model_dump(mode="json")) == Film(
        "video_1", "in_progress", 0.45, "", None, "sora-2", "x", 8.0, "720x1280", 1_760_000_000.0
    )


@pytest.mark.parametrize(
    ("data", "number", "state", "url"),
    [
        ({"task_id": "t1", "status": "queued"}, "t1", "running", ""),
        ({"id": 17, "status": "pending"}, "17", "running", ""),
        ({"id": "x", "task_id": "x", "status": "unknown"}, "x", "running", ""),
        ({"id": "v", "status": "dreaming"}, "v", "running", ""),
        ({"id": "v"}, "v", "running", ""),
        ({"id": "v", "status": "succeeded", "url": "https://c/v"}, "v", "done", "https://c/v"),
        ({"id": "v", "status": "completed", "video_url": "http://c/v"}, "v", "done", "http://c/v"),
        ({"id": "v", "status": "SUCCESS", "data": {"url": "https://c/v"}}, "v", "done", "https://c/v"),
        ({"id": "v", "status": "completed", "metadata": {"url": "https://c/v"}}, "v", "done", "https://c/v"),
        ({"id": "v", "status": "completed", "urls": ["https://c/1", "https://c/2"]}, "v", "done", "https://c/1"),
        ({"id": "v", "status": "completed", "url": "/v1/videos/v/content"}, "v", "done", "/v1/videos/v/content"),
        ({"id": "v", "status": "completed", "url": "//evil/v"}, "v", "done", ""),
        ({"id": "v", "status": "completed", "url": "file:///etc/passwd"}, "v", "done", ""),
        (
            {"code": "success", "data": {"id": 4, "task_id": "t", "status": "SUCCESS", "fail_reason": "https://c/v"}},
            "t",
            "done",
            "https://c/v",
        ),
        ({"code": 0, "data": [{"task_id": "t", "status": "IN_PROGRESS", "progress": "30%"}]}, "t", "running", ""),
        ({"data": {"task_id": "t", "status": "FAILURE", "fail_reason": "no"}}, "t", "failed", ""),
        ({"id": "v", "status": "failed", "error": {"code": "x", "message": "y"}}, "v", "failed", ""),
        ({"id": "v", "status": "generation_failed"}, "v", "failed", ""),
        ({"id": "v", "status": "canceled"}, "v", "failed", ""),
        ({"id": "v", "status": "expired"}, "v", "failed", ""),
        ({"error": "upstream error"}, "", "running", ""),
        ({"id": "v", "error": "upstream error"}, "v", "failed", ""),
    ],
)
def test_dialects_of_answers(data: dict[str, Any], number: str, state: str, url: str) -> None:
    film = read_film(data)
    assert (film.id, film.state, film.url) == (number, state, url)


@pytest.mark.parametrize("data", [None, [], "x", 7, {"data": None}, {"id": None, "status": None}, {"id": True}])
def test_nonsense_is_read_as_nothing(data: Any) -> None:
    assert read_film(data) == Film()


def test_times_in_milliseconds() -> None:
    assert read_film({"id": "v", "created_at": 1_764_347_090_922}).created == 1_764_347_090.922
    assert read_film({"id": "v", "created_at": "1764347090"}).created == 1_764_347_090
    assert read_film({"id": "v", "created_at": 0}).created is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "moderation_blocked", "message": "Your request was blocked by our moderation system."}, Refused),
        ({"code": "sentinel_block", "message": ""}, Refused),
        ({"code": "content_policy_violation", "message": "no"}, Refused),
        ("task failed: This content may violate our usage policies", Refused),
        ({"code": 1, "message": "moderation_blocked: Your request was blocked by our moderation system."}, Refused),
        ({"code": "server_error", "message": "Oh."}, Failed),
        ({"code": "insufficient_quota", "message": "No."}, Failed),
        ("upstream timeout", Failed),
        (None, Failed),
    ],
)
def test_why_a_video_failed(error: Any, kind: type[Exception]) -> None:
    """Once the work was taken it is refused or failed; what else a code says belongs to questions, not to work."""
    assert type(why_failed(read_film({"id": "v", "status": "failed", "error": error}))) is kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"code": "insufficient_user_quota", "message": "no credit", "data": None}, NoAccess),
        ({"error": {"code": "moderation_blocked", "message": "no"}}, Refused),
        ({"error": "invalid size"}, Misused),
        ({"status": "queued"}, None),
    ],
)
def test_an_error_in_an_answer_of_200(data: Any, kind: type[Exception] | None) -> None:
    error = why_not_taken(read_film(data))
    assert error is None if kind is None else type(error) is kind


# -- likeness --------------------------------------------------------------------------------------------------------

TEXT = prompt().text()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"prompt": TEXT, "model": "sora-2", "seconds": "4", "size": "144x256"}, "same"),
        ({"prompt": TEXT.replace("\n\n", " "), "seconds": 4}, "same"),
        ({"prompt": TEXT, "model": "sora-2-2025-10-06"}, "unclear"),
        ({"prompt": TEXT, "seconds": "8"}, "other"),
        ({"prompt": TEXT, "size": "720x1280"}, "other"),
        ({"prompt": prompt("She waves.").text()}, "other"),
        ({"prompt": TEXT[:60] + "…"}, "unclear"),
        ({"prompt": TEXT[:60], "seconds": "8"}, "other"),
        ({"prompt": TEXT[:20]}, "other"),
        ({"prompt": None, "seconds": "4", "size": "144x256"}, "unclear"),
        ({}, "unclear"),
        ({"seconds": "12"}, "other"),
    ],
)
def test_which_entries_may_be_ours(entry: dict[str, Any], expected: str) -> None:
    assert likeness(read_film({"id": "v", **entry}), request(), "sora-2") == expected


# -- models and settings ---------------------------------------------------------------------------------------------


def test_capabilities_follow_from_model_and_settings() -> None:
    def capabilities(**more: Any) -> Any:
        return sora(BASE, **{"sizes": (), **more}).capabilities

    assert capabilities().seconds == (4, 8, 12)
    assert capabilities().sizes == (Size(720, 1280), Size(1280, 720))
    assert Size(1024, 1792) in capabilities(model="sora-2-pro").sizes
    assert Size(1024, 1792) in capabilities(model="sora-2-pro-2025-10-06").sizes
    assert capabilities(model="veo-9").seconds == (4, 8, 12)
    own = capabilities(seconds=(5, 10), sizes=("480x854",), faces=False, reference=False)
    assert (own.seconds, own.sizes, own.faces, own.reference) == ((5, 10), (Size(480, 854),), False, False)


def test_prices() -> None:
    assert models().price("sora-2", "720x1280") == 0.10
    assert models().price("sora-2-pro", "1024x1792") == 0.50
    assert models().price("sora-2-pro-2025-10-06", "720x1280") == 0.30
    assert models().price("other", "720x1280") is None


def test_what_has_ended_is_warned_of() -> None:
    [orphan] = sora(BASE).warnings()
    assert "does not serve it since 2026-10-15" in orphan
    [ended] = sora("https://api.openai.com/v1").warnings()
    assert "ended on 2026-09-24" in ended
    [azure] = sora("https://mine.openai.azure.com/openai/v1").warnings()
    assert "ended on 2026-10-15" in azure
    assert "ended" not in sora("https://notapi.openai.com.example/v1").warnings()[0].split(";")[0]
    soon = datetime.now(UTC).date() + timedelta(days=9)
    [own] = sora(BASE, model="film-1", ends={"film-1": soon}).warnings()
    assert "in 9 days" in own
    assert sora(BASE, model="film-1").warnings() == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "gateway.example/v1"},
        {"base_url": "https://gateway.example:x/v1"},
        {"base_url": "https://gateway.example/v1?key=1"},
        {"protocol": "video"},
        {"seconds": (0,)},
        {"sizes": ("720",)},
        {"image_field": "image[]"},
        {"settle": -1},
        {"price_per_second": -1},
        {"api_key": ""},
        {"poll": 2},
    ],
)
def test_wrong_settings_are_found_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as raised:
        settings(**{"base_url": BASE, **wrong})
    assert KEY not in str(raised.value)
