"""What a request of the Interactions API may hold, as JSON Schemas.

The names are google-genai's (3.4.0, `types.interactions`): snake_case only. `tests/kit` holds them against that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 1}


def _closed(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": list(required), "additionalProperties": False}


def _one(*words: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


CONTENTS = {
    "text": _closed({"type": _one("text"), "text": _TEXT, "annotations": {"type": "array"}}, "type", "text"),
    "image": _closed(
        {
            "type": _one("image"),
            "data": _TEXT,
            "uri": _TEXT,
            "mime_type": _one("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"),
            "resolution": _one("low", "medium", "high", "ultra_high"),
        },
        "type",
    ),
    "video": _closed(
        {
            "type": _one("video"),
            "data": _TEXT,
            "uri": _TEXT,
            "mime_type": _TEXT,
            "resolution": _TEXT,
            "name": _TEXT,
            "processing": {"type": ["string", "object"]},
        },
        "type",
    ),
}
FORMATS = {
    "text": _closed(
        {"type": _one("text"), "mime_type": _one("application/json", "text/plain"), "schema": {"type": "object"}},
        "type",
    ),
    "image": _closed(
        {
            "type": _one("image"),
            "aspect_ratio": _TEXT,
            "image_size": _one("512", "1K", "2K", "4K"),
            "delivery": _one("inline", "uri"),
            "mime_type": _TEXT,
        },
        "type",
    ),
    "video": _closed(
        {
            "type": _one("video"),
            "aspect_ratio": _one("16:9", "9:16"),
            "resolution": _one("360p", "720p", "1080p", "4k"),
            "duration": _TEXT,
            "delivery": _one("inline", "uri"),
            "gcs_uri": _TEXT,
        },
        "type",
    ),
}

_TASKS = ("text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale")

REQUEST = _closed(
    {
        "model": _TEXT,
        "input": {"type": ["string", "object", "array"]},
        "background": _FLAG,
        "store": _FLAG,
        "stream": _FLAG,
        "cached_content": _TEXT,
        "continuation_token": _TEXT,
        "environment": {"type": ["string", "object"]},
        "generation_config": _closed(
            {
                "image_config": {"type": "object"},
                "max_output_tokens": _COUNT,
                "seed": {"type": "integer"},
                "speech_config": {"type": ["object", "array"]},
                "stop_sequences": {"type": "array", "items": _TEXT},
                "temperature": {"type": "number"},
                "thinking_level": _one("minimal", "low", "medium", "high", "xhigh"),
                "thinking_summaries": _one("auto", "none"),
                "tool_choice": {"type": ["string", "object"]},
                "top_p": {"type": "number"},
                "transcription_config": {"type": "object"},
                "video_config": _closed({"task": _one(*_TASKS)}),
            }
        ),
        "labels": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z][a-z0-9_-]{0,62}$"},
            "additionalProperties": {"type": "string", "maxLength": 63, "pattern": "^[a-z0-9_-]*$"},
        },
        "previous_interaction_id": _TEXT,
        "response_format": {"type": ["object", "array"]},
        "response_mime_type": _TEXT,
        "response_modalities": {"type": "array", "items": _TEXT},
        "safety_settings": {"type": "array"},
        "service_tier": _one("flex", "standard", "priority", "deferred"),
        "system_instruction": _TEXT,
        "tools": {"type": "array"},
        "webhook_config": {"type": "object"},
    },
    "model",
    "input",
)
"""The whole request; `input` and `response_format` are looked into by their `type`."""
