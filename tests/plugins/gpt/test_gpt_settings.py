"""Settings, from a configuration as operators write it; and models that end."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from gpt_kit import host, settings

from harness import write
from hayal import ConfigError
from hayal.config import load
from hayal_gpt.images import GptImages
from hayal_gpt.models import bare, known_models
from hayal_gpt.moderation import GptModerator
from hayal_gpt.prompts import GptPrompts
from hayal_gpt.settings import GptSettings

KEY = {"OPENAI_API_KEY": "sk-env-0123456789"}


def loaded(tmp_path: Path, table: str, environment: dict[str, str] = KEY) -> GptSettings:
    found = load(write(tmp_path, f"\n[plugins.gpt]\n{table}"), environment).plugin_settings("gpt", GptSettings)
    assert isinstance(found, GptSettings)
    return found


def test_only_the_key_is_needed(tmp_path: Path) -> None:
    found = loaded(tmp_path, "")
    assert found.api_key.get_secret_value() == "sk-env-0123456789"
    assert found.base_url == "https://api.openai.com/v1"
    assert found.api == "responses"
    assert "sk-env" not in repr(found)


def test_a_gateway(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        'base_url = "http://127.0.0.1:4000/v1/"\napi = "chat"\nmodel = "mistral-large"\nmoderation_model = ""\n'
        '[plugins.gpt.ends]\n"mistral-large" = 2027-02-01\n[plugins.gpt.moderation_thresholds]\nharassment = 0.9\n',
    )
    assert found.base_url == "http://127.0.0.1:4000/v1"
    assert found.ends == {"mistral-large": date(2027, 2, 1)}
    assert found.moderation_thresholds == {"harassment": 0.9}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('base_url = "api.openai.com"', "https://HOST/v1"),
        ('api = "assistants"', "api"),
        ('model = ""', "model"),
        ('modell = "gpt-5"', "model"),
        ('image_model = "gpt-image-2"\nimage_quality = "max"', "has auto, low, medium, high"),
        ('moderation_thresholds = {"sexual/minors" = 0.5}', "always refused"),
        ("moderation_thresholds = {sexual = 0}", "moderation_thresholds"),
        ("history_tokens = 5", "history_tokens"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, table: str, says: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(says)) as caught:
        loaded(tmp_path, table)
    assert "sk-env" not in str(caught.value)


def test_no_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="api_key"):
        loaded(tmp_path, "", {})


def test_the_defaults_have_not_ended_and_are_known() -> None:
    known = known_models()
    for model in (known.defaults.model, known.defaults.image_model, known.defaults.moderation_model):
        assert not any(model == name or model.startswith(f"{name}-20") for name in known.ends)
    assert known.effort_of(known.defaults.model)
    image = known.image_model(known.defaults.image_model)
    assert image
    assert image.price


@pytest.mark.parametrize(
    ("model", "effort"),
    [
        ("gpt-6.1-terra", "low"),
        ("openai/gpt-6-luna", "low"),
        ("gpt-5.4-mini", "none"),
        ("gpt-5-mini-2025-08-07", "low"),
        ("gpt-5.2-chat-latest", ""),
        ("gpt-4o", ""),
        ("mistral-large", ""),
        ("gpt-60", ""),
    ],
)
def test_how_much_a_model_is_asked_to_think(model: str, effort: str) -> None:
    assert known_models().effort_of(model) == effort


def test_sizes_and_reference_go_by_the_model() -> None:
    new = GptImages(settings(image_model="gpt-image-2.6-sunburst"), host()).capabilities
    old = GptImages(settings(image_model="gpt-image-1.5"), host()).capabilities
    unknown = GptImages(settings(image_model="flux-9"), host()).capabilities
    assert (new.sizes, new.reference, new.free) == ((), True, False)
    assert [str(size) for size in old.sizes] == ["1024x1024", "1024x1536", "1536x1024"]
    assert old.reference
    assert not unknown.reference


def test_a_model_that_ends_is_warned_of() -> None:
    soon = datetime.now(UTC).date() + timedelta(days=20)
    (said,) = GptPrompts(settings(model="mine", ends={"mine": soon}), host()).warnings()
    assert str(soon) in said
    (said,) = GptImages(settings(image_model="gpt-image-1"), host()).warnings()
    assert "ended on 2026-10-23" in said
    (said,) = GptPrompts(settings(model="openai/gpt-4-turbo"), host()).warnings()
    assert "ended on 2026-10-23" in said
    assert not GptPrompts(settings(), host()).warnings()
    assert not GptImages(settings(), host()).warnings()
    assert not GptModerator(settings(), host()).warnings()


def test_no_moderation_and_a_key_in_the_clear_are_warned_of() -> None:
    (said,) = GptModerator(settings(moderation_model=""), host()).warnings()
    assert "only the engine's own rules" in said
    (said,) = GptPrompts(settings(base_url="http://gateway.example/v1"), host()).warnings()
    assert "without encryption" in said
    assert not GptPrompts(settings(base_url="http://127.0.0.1:4000/v1"), host()).warnings()


def test_the_guide_names_models_that_are_known() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "gpt.md").read_text()
    known = known_models()
    for model in set(re.findall(r"`((?:openai/)?(?:gpt|o\d|chatgpt)-[\w.-]+)`", guide)):
        assert known.effort_of(model) or known.image_model(model) or bare(model) in known.ends, model
    assert f"{known.as_of}" in guide
    assert all(f"`{field}`" in guide for field in GptSettings.model_fields)
