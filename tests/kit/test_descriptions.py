"""What the local servers take for known is what the vendors' SDKs can send: neither is ahead of the other unseen."""

from __future__ import annotations

import typing
import warnings
from typing import Any

import pytest
from google.genai import types
from openai.types import image_edit_params, image_generate_params, moderation_create_params
from openai.types.chat import completion_create_params
from openai.types.responses import response_create_params

from servers import gemini_schema, openai_models, openai_schema, protojson
from servers.gemini_content import SIZES_1K
from servers.gemini_models import Models as GeminiModels

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from google.genai._gaos.types import interactions


@pytest.mark.parametrize(
    ("path", "mime", "sent"),
    [
        ("/responses", "application/json", response_create_params.ResponseCreateParamsNonStreaming),
        ("/chat/completions", "application/json", completion_create_params.CompletionCreateParamsNonStreaming),
        ("/images/generations", "application/json", image_generate_params.ImageGenerateParamsNonStreaming),
        ("/images/edits", "multipart/form-data", image_edit_params.ImageEditParamsNonStreaming),
        ("/moderations", "application/json", moderation_create_params.ModerationCreateParams),
    ],
)
def test_openai_takes_exactly_the_sdks_fields(path: str, mime: str, sent: Any) -> None:
    known = set(typing.get_type_hints(sent, include_extras=True))
    assert openai_schema.fields(path, mime) - known <= {"moderation"}, "fields the SDK does not have"
    assert known - openai_schema.fields(path, mime) == set(), "fields the server does not have"


def nested(name: str) -> set[str]:
    """The fields of an object of the Interactions API, as the server has them."""
    tables = {
        "CreateModelInteraction": gemini_schema.REQUEST,
        "GenerationConfig": gemini_schema.REQUEST["properties"]["generation_config"],
        "VideoConfig": gemini_schema.REQUEST["properties"]["generation_config"]["properties"]["video_config"],
        "VideoResponseFormat": gemini_schema.FORMATS["video"],
        "ImageResponseFormat": gemini_schema.FORMATS["image"],
        "TextResponseFormat": gemini_schema.FORMATS["text"],
        "TextContent": gemini_schema.CONTENTS["text"],
        "ImageContent": gemini_schema.CONTENTS["image"],
        "VideoContent": gemini_schema.CONTENTS["video"],
    }
    return set(tables[name]["properties"])


@pytest.mark.parametrize(
    "name",
    [
        "CreateModelInteraction",
        "GenerationConfig",
        "VideoConfig",
        "VideoResponseFormat",
        "ImageResponseFormat",
        "TextResponseFormat",
        "TextContent",
        "ImageContent",
        "VideoContent",
    ],
)
def test_interactions_take_exactly_the_sdks_fields(name: str) -> None:
    fields = getattr(interactions, name).model_fields
    assert nested(name) == {field.alias or key for key, field in fields.items()}


def test_generate_content_takes_the_sdks_fields_but_for_those_of_the_cloud() -> None:
    cloud = {
        "person_generation",
        "prominent_people",
        "output_mime_type",
        "output_compression_quality",
        "image_output_options",
    }
    for name in set(types.ImageConfig.model_fields) - cloud:
        assert protojson.check("ImageConfig", {name: "x"})
    for name in cloud:
        with pytest.raises(protojson.Violation, match=name):
            protojson.check("ImageConfig", {name: "x"})
    levels = {level.value for level in types.ThinkingLevel} - {"THINKING_LEVEL_UNSPECIFIED"}
    for level in levels:
        assert protojson.check("ThinkingConfig", {"thinkingLevel": level})


def test_the_ratios_are_the_sdks() -> None:
    assert set(SIZES_1K) == set(typing.get_args(typing.get_args(interactions.ImageResponseFormatAspectRatio)[0]))


def test_the_models_are_the_sdks() -> None:
    from openai.types.image_model import ImageModel
    from openai.types.shared.chat_model import ChatModel

    ours = openai_models.Models()
    assert set(ours.text) <= set(typing.get_args(ChatModel))
    assert set(ours.image) <= set(typing.get_args(ImageModel))
    theirs = set(typing.get_args(typing.get_args(interactions.Model)[0]))
    assert set(GeminiModels().names("v1")) <= theirs
